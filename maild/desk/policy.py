"""Who may do what: one table from kind of actor and act to the least trust it takes.

Decides by kind, trust and participation alone. Never looks at what is in the command.
"""

from __future__ import annotations

from enum import StrEnum

from maild.domain.intent import RANK, Actor, ActorKind, Trust
from maild.errors import NotPermitted


class Act(StrEnum):
    """The powers of the desk."""

    OPEN = "open"
    OPEN_FOR = "open-for"
    """Open a ticket of somebody else, whose mail is passed on."""
    APPEND = "append"
    ATTACH = "attach"
    ANSWER = "answer"
    UNDO = "undo"
    NOTE = "note"
    CLOSE = "close"
    REOPEN = "reopen"
    RATE = "rate"
    MERGE = "merge"
    LINK = "link"
    ROUTE = "route"
    CALL_RULE = "call-rule"
    AUTO_ANSWER = "auto-answer"
    CALL_OUT = "call-out"
    FORWARD = "forward"
    GROUP = "group"
    PEOPLE = "people"
    MUTE = "mute"
    ALARM = "alarm"
    RECORD_DELIVERY = "record-delivery"
    SEE = "see"
    ASK = "ask"
    TELL = "tell"
    CONFIRM = "confirm"
    """Say of a mail that it is one's own, or of an address."""


LEAST: dict[tuple[ActorKind, Act], Trust] = {
    (ActorKind.CONTACT, Act.OPEN): Trust.UNKNOWN,
    (ActorKind.CONTACT, Act.APPEND): Trust.FROM_ONLY,
    (ActorKind.CONTACT, Act.ATTACH): Trust.UNKNOWN,
    (ActorKind.CONTACT, Act.REOPEN): Trust.FROM_ONLY,
    (ActorKind.CONTACT, Act.RATE): Trust.SIGNED,
    (ActorKind.CONTACT, Act.SEE): Trust.FROM_ONLY,
    (ActorKind.CONTACT, Act.CONFIRM): Trust.SIGNED,
    (ActorKind.AGENT, Act.CONFIRM): Trust.SIGNED,
    (ActorKind.AGENT, Act.OPEN_FOR): Trust.ALIGNED,
    (ActorKind.AGENT, Act.ANSWER): Trust.SIGNED,
    (ActorKind.AGENT, Act.NOTE): Trust.SIGNED,
    (ActorKind.AGENT, Act.CLOSE): Trust.SIGNED,
    (ActorKind.AGENT, Act.REOPEN): Trust.SIGNED,
    (ActorKind.AGENT, Act.ROUTE): Trust.SIGNED,
    (ActorKind.AGENT, Act.MERGE): Trust.SIGNED,
    (ActorKind.AGENT, Act.LINK): Trust.SIGNED,
    (ActorKind.AGENT, Act.PEOPLE): Trust.SIGNED,
    (ActorKind.AGENT, Act.MUTE): Trust.SIGNED,
    (ActorKind.AGENT, Act.CALL_RULE): Trust.SIGNED,
    (ActorKind.CLOCK, Act.CALL_RULE): Trust.UNKNOWN,
    (ActorKind.AGENT, Act.ASK): Trust.SIGNED,
    (ActorKind.RULE, Act.AUTO_ANSWER): Trust.UNKNOWN,
    (ActorKind.RULE, Act.CALL_OUT): Trust.UNKNOWN,
    (ActorKind.RULE, Act.FORWARD): Trust.UNKNOWN,
    (ActorKind.RULE, Act.GROUP): Trust.UNKNOWN,
    (ActorKind.RULE, Act.LINK): Trust.UNKNOWN,
    (ActorKind.RULE, Act.ROUTE): Trust.UNKNOWN,
    (ActorKind.RULE, Act.NOTE): Trust.UNKNOWN,
    (ActorKind.RULE, Act.CLOSE): Trust.UNKNOWN,
    (ActorKind.RULE, Act.REOPEN): Trust.UNKNOWN,
    (ActorKind.CLOCK, Act.ALARM): Trust.UNKNOWN,
    (ActorKind.CLOCK, Act.ROUTE): Trust.UNKNOWN,
    (ActorKind.CLOCK, Act.NOTE): Trust.UNKNOWN,
    (ActorKind.AGENT, Act.UNDO): Trust.SIGNED,
    (ActorKind.SYSTEM, Act.UNDO): Trust.UNKNOWN,
    (ActorKind.SYSTEM, Act.RECORD_DELIVERY): Trust.UNKNOWN,
    (ActorKind.SYSTEM, Act.SEE): Trust.UNKNOWN,
    (ActorKind.SYSTEM, Act.TELL): Trust.UNKNOWN,
}
"""What is not in this table is forbidden. `open` and `attach` take no trust: strangers' words are kept, not obeyed."""


def authorise(actor: Actor, act: Act) -> None:
    """Raise NotPermitted unless the table allows the act to this actor."""
    least = LEAST.get((actor.kind, act))
    if least is None:
        raise NotPermitted("not-yours", "{actor} cannot {act}", actor=actor.kind, act=act)
    if RANK[actor.trust] < RANK[least]:
        raise NotPermitted("not-sure", "we are not sure enough who wrote this to {act}", act=act)
