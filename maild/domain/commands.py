"""Every intention: what somebody, or something, wants the desk to do.

Mail orders, rules, the clock, the portal and the command line all speak by these; `desk` alone carries them out.
A `ticket` of 0 means the ticket that an earlier command of the same intent opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild.domain.address import Mailbox
from maild.domain.confirmation import Question
from maild.domain.escalation import EscalationStep
from maild.domain.intent import Command, Words
from maild.domain.lifecycle import Waiting
from maild.domain.mail import DeliveryReport
from maild.domain.people import Proof
from maild.domain.sla import SlaMetric, SlaStage
from maild.domain.ticket import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Command):
    """A new matter of `requester`, written to our `mailbox`. `may_acknowledge` comes from the mail's kind."""

    requester: Mailbox
    mailbox: str
    words: Words
    language: str = ""
    may_acknowledge: bool = False
    follows: int = 0
    teams: tuple[str, ...] = ()
    """Teams whose mailboxes were addressed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForCustomer(Command):
    """A new matter of a customer, whose mail an agent has passed on. `note` is what the agent says about it."""

    requester: Mailbox
    mailbox: str
    words: Words
    note: Words | None = None
    language: str = ""
    may_acknowledge: bool = False
    teams: tuple[str, ...] = ()
    """Teams whose mailboxes were addressed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReply(Command):
    """A customer's words in his ticket. Reopens it where the team's window allows."""

    author: Mailbox
    words: Words
    may_acknowledge: bool = False
    thanks: tuple[str, ...] = ()
    """Why the words are nothing but thanks; empty when they are more."""
    join: bool = False
    """The author becomes a participant: a colleague of the requester."""
    teams: tuple[str, ...] = ()
    """Teams whose mailboxes were addressed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUnverified(Command):
    """Words of a stranger who holds a token or id: kept inside, never shown as the customer's, changing nothing."""

    author: Mailbox
    words: Words
    question: Question | None = None
    """What the person is asked in whose name they came; None when nobody is."""
    outside: bool = False
    """He answers what was forwarded to him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAnswer(Command):
    """An agent's words to the customer. Stops the first-response clock."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """An internal note; no customer ever sees it."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTicket(Command):
    """The matter is done."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(Command):
    """The matter is not done after all. Refused outside the team's window."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTicket(Command):
    """The requester says whether he is content; `rating` is what he was asked. An earlier answer is replaced."""

    rating: int
    good: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTicket(Command):
    """The ticket is about the same matter as another one: from now on replies to it go there."""

    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeTicket(Command):
    """Take a merge back. `which` is the merged ticket; 0 for the ticket itself or else the last one merged into it."""

    which: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAddress(Command):
    """The address is the requester's too: what comes from there is his from now on."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSender(Command):
    """Mail of the person who has this address has no effect from now on; or has one again with `blocked` False."""

    address: str
    blocked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor(Command):
    """The ticket waits, until the customer writes or somebody resumes it."""

    waiting: Waiting = Waiting.CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTicket(Command):
    """The ticket waits no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteTicket(Command):
    """The agent who asks hears of the ticket only what names him; or everything again with `muted` False."""

    muted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetListening(Command):
    """When the agent who asks wants to hear of things, whatever the ticket: hours `20:00-07:00`, times `08:30`, `off`;
    None leaves it as it is."""

    quiet: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOwner(Command):
    """Put an agent in charge; "" for nobody."""

    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTeam(Command):
    """Hand the ticket to a team; its owner is cleared when he is not of that team."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority(Command):
    """Change how soon."""

    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCategory(Command):
    """Change the subject of work."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRequestType(Command):
    """Change the type within the category."""

    request_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(Command):
    """Put a word on the ticket."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseSlaAlarm(Command):
    """A clock has reached a stage. Given by the clock tick only, `late` when nobody looked or nobody was there."""

    metric: SlaMetric
    cycle: int
    stage: SlaStage
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseSlaStep(Command):
    """A clock has come to a step of its policy. Given by the clock tick only, `late` as for alarms."""

    metric: SlaMetric
    cycle: int
    step: EscalationStep
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(Command):
    """A bounce or delay of a mail of ours came back with a verifiable id. `recipient` is the address we had written to:
    what a report names as its recipient is told, and has no effect."""

    article: int
    recipient: str
    report: DeliveryReport
    delayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackAnswer(Command):
    """Words to the customer that have not left are not sent. `article` 0: the last ones of the agent who asks."""

    article: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSignInLink(Command):
    """Mail the requester a link that lets him read the ticket on the portal. `secret` is minted by the portal."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWriter(Command):
    """Ask the person in whose name a mail came, at his stored address, whether it is his."""

    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion(Command):
    """The person who was asked says whether the mail is his; with a yes it is done as if it had been proven."""

    confirmation: int
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddress(Command):
    """A customer has proven that an address is his."""

    address: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class TellTeams(Command):
    """Another copy of the ticket's mail came by mailboxes of other teams, which are to know."""

    article: int
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhy(Command):
    """The agent who acts wants to know why the ticket stands as it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherDigest(Command):
    """Tell the person who has this folded address, in one mail, everything that waits for him."""

    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHeld(Command):
    """Tell an agent, at his stored address, that his mail had no effect, why, and how to repeat it."""

    agent: str
    subject: str
    code: str
    """Key of the reason in the catalogues; `detail` fills its gap."""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOperator(Command):
    """Tell the operator that a mail is in quarantine, and why."""

    mail: int
    sender: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellFigures(Command):
    """Mail the figures of a week. `to` are names of agents and addresses; `figures` is plain JSON."""

    to: tuple[str, ...]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellWithheld(Command):
    """Tell the operator what the guard has not let out: how many were refused and held, and why, a line a reason."""

    refused: int
    held: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellGuessing(Command):
    """Tell the operator that somebody guesses tokens: how many came, a line a source, and from all together if many."""

    everywhere: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRule(Command):
    """Ask one rule by its name, which may be shortened: an agent calls it, or its time has come."""

    rule: str
    trigger: str = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRefusal(Command):
    """Tell the operator that the files of the configuration cannot be used, with every fault; the old one goes on."""

    faults: tuple[str, ...]
