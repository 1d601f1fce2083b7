"""Which event is told to whom by which mail, and what a reply to it does: all in one table.

Says who hears of what. Never looks anybody up and never writes a mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from maild.domain.events import (
    AgentAnswered,
    AlsoAddressed,
    ConfigurationRefused,
    CustomerPassedOn,
    CustomerReplied,
    DeliveryFailed,
    DigestGathered,
    Event,
    FieldChanged,
    Kept,
    MailForwarded,
    MailGrouped,
    MailHeld,
    MailQuarantined,
    MailWithheld,
    MergeReceived,
    NoteAdded,
    OwnerChanged,
    PromiseMoved,
    ReplyKept,
    RuleAnswered,
    SignInRequested,
    SlaStageReached,
    SlaStepRaised,
    TicketClosed,
    TicketMerged,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketUnmerged,
    TokensGuessed,
    UnverifiedWritten,
    WaitOver,
    WeekReported,
    WhyAsked,
    WriterAsked,
)
from maild.domain.intent import Actor
from maild.domain.lifecycle import ENDED
from maild.domain.notice import NoticeClass
from maild.domain.sla import SlaStage
from maild.domain.ticket import Ticket
from maild.outbound.audience import Muted, Who


class Reply(StrEnum):
    """What becomes of a reply to the mail; its signed reply address holds it to that."""

    TO_CUSTOMER = "customer"
    NOTE = "note"
    TO_DESK = "desk"
    QUESTION = "question"
    """YES or NO."""
    INSIDE = "inside"
    """An outsider's words, which the agents alone see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What else this cause did to the ticket."""

    ticket: Ticket | None
    happened: frozenset[type[Event]]
    actor: Actor
    late: bool = False
    """It comes long after its time, out of an outage or a night."""


def _always(event: Any, situation: Situation) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the table. Of all mails that one cause has for a person the one with the highest `weight` leaves."""

    name: str
    klass: NoticeClass
    who: Who
    weight: int
    reply: Reply
    when: Callable[[Any, Situation], bool] = _always
    own_act_too: bool = False
    """Answers to what the reader himself has just done."""
    muted: Muted = Muted.REACHED
    """For an agent who has muted the ticket."""


_NOTIFICATION, _AUTO = NoticeClass.NOTIFICATION, NoticeClass.AUTO_ANSWER


def _agents(
    name: str, weight: int, reply: Reply, who: Who = Who.RESPONSIBLE, when: Any = _always, muted: Muted = Muted.PASSED
) -> Entry:
    return Entry(name=name, klass=_NOTIFICATION, who=who, weight=weight, reply=reply, when=when, muted=muted)


def _stage(stage: SlaStage) -> Callable[[SlaStageReached, Situation], bool]:
    return lambda event, situation: event.stage is stage


def _still_open(event: Event, situation: Situation) -> bool:
    """A ticket that a rule closed as it came is for nobody to work on."""
    return situation.ticket is not None and situation.ticket.state not in ENDED


def _kept(why: Kept) -> Callable[[ReplyKept, Situation], bool]:
    return lambda event, situation: event.tell and event.why is why


NOTICES: dict[type[Event], tuple[Entry, ...]] = {
    TicketOpened: (
        Entry(
            name="acknowledgement", klass=_AUTO, who=Who.REQUESTER, weight=60, reply=Reply.TO_DESK,
            when=lambda event, situation: event.acknowledge, own_act_too=True,
        ),
        _agents("new-ticket", 90, Reply.TO_CUSTOMER, when=_still_open),
    ),
    ReplyKept: (
        Entry(
            name="thanks", klass=_AUTO, who=Who.ASKING_CONTACT, weight=50, reply=Reply.TO_DESK,
            when=_kept(Kept.THANKS), own_act_too=True,
        ),
        Entry(
            name="refused", klass=_AUTO, who=Who.ASKING_CONTACT, weight=50, reply=Reply.TO_DESK,
            when=_kept(Kept.REFUSED), own_act_too=True,
        ),
        _agents("kept-closed", 70, Reply.TO_CUSTOMER, when=_kept(Kept.TOO_OFTEN)),
    ),
    RuleAnswered: (
        Entry(
            name="automatic-answer", klass=_AUTO, who=Who.REQUESTER, weight=65, reply=Reply.TO_DESK, own_act_too=True
        ),
    ),
    MailGrouped: (
        _agents("grouped", 54, Reply.TO_CUSTOMER, when=lambda event, situation: event.tell, muted=Muted.SPARED),
    ),
    MailForwarded: (
        Entry(name="forwarded", klass=NoticeClass.FORWARD, who=Who.FORWARDED_TO, weight=64, reply=Reply.INSIDE),
    ),
    CustomerPassedOn: (
        # by it he can answer the customer, as whoever else is told of the new ticket
        Entry(
            name="new-ticket", klass=_NOTIFICATION, who=Who.NAMED_AGENT, weight=89, reply=Reply.TO_CUSTOMER,
            own_act_too=True,
        ),
    ),
    CustomerReplied: (_agents("customer-reply", 80, Reply.TO_CUSTOMER),),
    UnverifiedWritten: (_agents("unverified-reply", 75, Reply.NOTE),),
    AgentAnswered: (
        Entry(
            name="answer", klass=NoticeClass.CORRESPONDENCE, who=Who.CUSTOMERS, weight=100, reply=Reply.TO_DESK
        ),
    ),
    NoteAdded: (_agents("note", 60, Reply.NOTE, muted=Muted.SPARED),),
    OwnerChanged: (_agents("assigned", 50, Reply.TO_CUSTOMER, who=Who.NEW_OWNER, muted=Muted.REACHED),),
    FieldChanged: (_agents("assigned", 40, Reply.TO_CUSTOMER, when=lambda event, situation: event.name == "team"),),
    TicketClosed: (
        Entry(name="closed", klass=_AUTO, who=Who.REQUESTER, weight=50, reply=Reply.TO_DESK),
    ),
    TicketReopened: (_agents("reopened", 70, Reply.TO_CUSTOMER),),
    TicketRated: (
        # a note: what he has said of us is never repeated to him; it says as well that a rule has reopened for it
        _agents("bad-rating", 71, Reply.NOTE, when=lambda event, situation: event.tell, muted=Muted.SPARED),
    ),
    AlsoAddressed: (_agents("also-addressed", 58, Reply.TO_CUSTOMER, who=Who.NAMED_TEAM, muted=Muted.SPARED),),
    TicketMerged: (
        # what was closed before is over for its customer
        Entry(
            name="joined", klass=_AUTO, who=Who.REQUESTER, weight=45, reply=Reply.TO_DESK,
            when=lambda event, situation: event.state not in ENDED,
        ),
    ),
    MergeReceived: (_agents("merged", 55, Reply.TO_CUSTOMER, muted=Muted.SPARED),),
    TicketUnmerged: (_agents("unmerged", 55, Reply.TO_CUSTOMER, muted=Muted.SPARED),),
    WaitOver: (_agents("wait-over", 48, Reply.TO_CUSTOMER),),
    SlaStageReached: (
        _agents("sla-yellow", 20, Reply.NOTE, when=_stage(SlaStage.YELLOW)),
        _agents("sla-red", 25, Reply.NOTE, when=_stage(SlaStage.RED)),
        _agents("sla-breached", 30, Reply.NOTE, when=_stage(SlaStage.BREACHED), muted=Muted.REACHED),
    ),
    SlaStepRaised: (
        _agents("escalation", 72, Reply.NOTE, who=Who.STEP_AGENTS, muted=Muted.REACHED),
        # whoever is not of the desk hears that there is something to look after, and nothing of what was written
        Entry(name="escalation-outside", klass=_NOTIFICATION, who=Who.STEP_OTHERS, weight=72, reply=Reply.INSIDE),
    ),
    PromiseMoved: (
        Entry(
            name="promise-moved", klass=_AUTO, who=Who.REQUESTER, weight=40, reply=Reply.TO_DESK,
            when=lambda event, situation: event.told and _still_open(event, situation),
        ),
    ),
    DeliveryFailed: (
        _agents(
            "undelivered", 65, Reply.NOTE, when=lambda event, situation: not event.delayed, muted=Muted.REACHED
        ),
        _agents("delayed", 45, Reply.NOTE, when=lambda event, situation: event.late),
    ),
    SignInRequested: (
        Entry(
            name="sign-in", klass=_AUTO, who=Who.ASKING_CONTACT, weight=90, reply=Reply.TO_DESK, own_act_too=True
        ),
    ),
    MailHeld: (
        # an answer to the agent's own mail: Auto-Submitted auto-replied, null path, and counted by the guard
        Entry(name="held", klass=_AUTO, who=Who.NAMED_AGENT, weight=95, reply=Reply.NOTE, own_act_too=True),
    ),
    WhyAsked: (
        # asked for by a proven agent, mail by mail, so it is not counted
        Entry(name="why", klass=_NOTIFICATION, who=Who.NAMED_AGENT, weight=97, reply=Reply.NOTE, own_act_too=True),
    ),
    DigestGathered: (
        _agents("digest", 10, Reply.TO_DESK, who=Who.NAMED_AGENT, muted=Muted.REACHED),
        Entry(name="escalations-outside", klass=_NOTIFICATION, who=Who.STEP_OTHERS, weight=72, reply=Reply.TO_DESK),
    ),
    WriterAsked: (
        # the answer to a mail in his name: counted by the guard, so that a thousand forged ones are not a thousand
        Entry(name="confirm", klass=_AUTO, who=Who.ASKING_CONTACT, weight=96, reply=Reply.QUESTION, own_act_too=True),
        Entry(
            name="confirm-order", klass=_AUTO, who=Who.NAMED_AGENT, weight=96, reply=Reply.QUESTION, own_act_too=True
        ),
    ),
    WeekReported: (
        Entry(
            name="weekly-report", klass=_NOTIFICATION, who=Who.REPORTED_TO, weight=10, reply=Reply.TO_DESK,
            own_act_too=True,
        ),
    ),
    MailWithheld: (
        # not counted by the guard: it is how its own silence is heard of, and once a day
        Entry(name="withheld", klass=_NOTIFICATION, who=Who.OPERATOR, weight=10, reply=Reply.TO_DESK, own_act_too=True),
    ),
    TokensGuessed: (
        # not counted by the guard: an alarm, once an hour at most
        Entry(name="guessing", klass=_NOTIFICATION, who=Who.OPERATOR, weight=10, reply=Reply.TO_DESK, own_act_too=True),
    ),
    ConfigurationRefused: (
        # not counted by the guard: once for each state of the files
        Entry(name="refusal", klass=_NOTIFICATION, who=Who.OPERATOR, weight=10, reply=Reply.TO_DESK, own_act_too=True),
    ),
    MailQuarantined: (
        # counted by the guard, so that a flood of bad mail is not a flood of notices
        Entry(name="quarantined", klass=_AUTO, who=Who.OPERATOR, weight=10, reply=Reply.TO_DESK, own_act_too=True),
    ),
}  # fmt: skip
"""Every notice there is. What is not here is told to nobody."""

MAY_WAIT = frozenset(
    entry.name
    for entries in NOTICES.values()
    for entry in entries
    if entry.klass is NoticeClass.NOTIFICATION
    and entry.who in (Who.RESPONSIBLE, Who.NEW_OWNER, Who.NAMED_TEAM, Who.STEP_AGENTS)
)
"""What an agent may have told in a digest."""
