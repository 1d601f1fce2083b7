"""Every fact: what has happened to a ticket. Events are stored as they are and never changed.

Notices, rules, clocks and reports all read these; nothing else tells them what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from maild.domain.confirmation import Doubt
from maild.domain.lifecycle import StateType, Waiting
from maild.domain.people import Proof
from maild.domain.sla import SlaMetric, SlaStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    ticket: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Event):
    """A new ticket with its first article. `acknowledge` says whether its writer may get an automatic answer."""

    article: int
    acknowledge: bool
    priority: str
    follows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPassedOn(Event):
    """An agent has passed a customer's mail on, which is a ticket now."""

    article: int
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReplied(Event):
    """The requester or a participant wrote."""

    article: int


class Kept(StrEnum):
    """Why a customer's reply left a closed ticket closed."""

    THANKS = "thanks"
    REFUSED = "refused"
    TOO_OFTEN = "too-often"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyKept(Event):
    """A customer wrote to a closed ticket, which stays closed. `tell` is True once: the writer is told of thanks and
    refusals when he may get an automatic answer, the agents of a ticket that is reopened too often."""

    article: int
    contact: int
    why: Kept
    tell: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticReplyStored(Event):
    """An absence note or the like was kept; nothing else changed."""

    article: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedWritten(Event):
    """Somebody who does not belong to the ticket wrote with a valid token or id. `outside` when he was asked to: he
    answers what a rule has forwarded to him."""

    article: int
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAnswered(Event):
    """An agent's public words. `first` when they are the first to this requester."""

    article: int
    agent: str
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """An internal note."""

    article: int
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed(Event):
    """Done."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened(Event):
    """Not done after all. `by_reply` when a customer's mail did it."""

    reason: str
    by_reply: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRated(Event):
    """The requester has said what he thinks of a closing, or has changed his mind. `agent` was in charge then.

    `article` holds his comment, for the house alone; 0 without one. `tell` when somebody should hear of it: it is bad,
    and was not so before or has a comment.
    """

    rating: int
    contact: int
    agent: str
    good: bool
    article: int = 0
    tell: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantJoined(Event):
    """Somebody takes part in the ticket from now on."""

    contact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoAddressed(Event):
    """The mail was sent to a mailbox of another team as well, which is told once."""

    article: int
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(Event):
    """Replies to this ticket go to another one from now on. `state` and `joined` are what an undo restores: the state
    before, and the contacts who came into the other ticket by this merge."""

    into: int
    state: StateType
    joined: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReceived(Event):
    """Another ticket was merged into this one."""

    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBack:
    """A customer's reply that the undo of a merge has given back, and when it came."""

    article: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnmerged(Event):
    """A merge was taken back: the ticket is in `state` again, and `articles` mails that came for it are back in it;
    `replies` are those of customers among them."""

    out_of: int
    state: StateType
    articles: int = 0
    replies: tuple[ReplyBack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReleased(Event):
    """A ticket that was merged into this one is a ticket of its own again, and `replies` are no articles of this one
    any more."""

    other: int
    replies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused(Event):
    """From now on the ticket waits, and with it the clocks that its policy lets wait."""

    waiting: Waiting = Waiting.CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(Event):
    """The ticket waits no more; its clocks run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChanged(Event):
    """Another agent, or nobody, is in charge."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMuted(Event):
    """An agent hears of the ticket only what names him, or everything again with `muted` False."""

    agent: str
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningChanged(Event):
    """An agent has said when he wants to hear of things, by a reply to a mail of this ticket; "" is as configured."""

    agent: str
    quiet: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressAdded(Event):
    """A further address of a customer. `proof` is by what it is his."""

    contact: int
    address: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProven(Event):
    """An address that a customer had already is now known to be his, by `proof`."""

    contact: int
    address: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderBlocked(Event):
    """Mail of a person has no effect any more, or has one again."""

    contact: int
    address: str
    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChanged(Event):
    """Team, category, request type, priority, tags or SLA policy got another value."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMoved(Event):
    """The first answer is due later than the customer was told; happens at most once in the life of a ticket.

    `told` says whether he had an acknowledgement with the old time, and so is told of the new one.
    """

    old: datetime
    new: datetime
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStageReached(Event):
    """A clock turned yellow, red or breached. `late` when it was told long after."""

    metric: SlaMetric
    cycle: int
    stage: SlaStage
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStepRaised(Event):
    """A clock came to a step of its policy: agents and outside addresses that are told, what was done to the ticket and
    what could not be."""

    metric: SlaMetric
    cycle: int
    level: str
    agents: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Event):
    """A mail of ours came back, or is late."""

    article: int
    recipient: str
    status: str
    diagnostic: str
    delayed: bool
    unanswered: bool = False
    """The requester has not got these words of an agent: they count as no response."""
    late: bool = False
    """An agent's words to a customer that have not arrived for hours; they still may, and count as given."""
    rests_until: datetime | None = None
    """Until when nothing automatic is sent to the address; None when it still is."""
    others: tuple[str, ...] = ()
    """Other people of the ticket, who may know how to reach him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTakenBack(Event):
    """An agent's words were stopped before they left: the customer never gets them, and they count as no response."""

    article: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequested(Event):
    """Somebody asked, on the portal, for a link to read the ticket."""

    contact: int
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterAsked(Event):
    """The person in whose name a mail came was asked whether it is his. Of `agent` and `contact` one is given."""

    confirmation: int
    mail: int
    agent: str
    contact: int
    address: str
    doubt: Doubt
    sender: str
    subject: str
    does: str
    orders: tuple[str, ...]
    received_at: datetime
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterAnswered(Event):
    """The person who was asked has said whether a mail is his."""

    confirmation: int
    mail: int
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeld(Event):
    """A mail from an agent had no effect; he is told. `ticket` may be 0."""

    agent: str
    subject: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyAsked(Event):
    """An agent wants to know why the ticket stands as it does; he alone is told."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekReported(Event):
    """The figures of a week were added up for these agents and addresses. `ticket` is 0."""

    to: tuple[str, ...]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailQuarantined(Event):
    """A mail needs a person; the operator is told. `ticket` is 0."""

    mail: int
    sender: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWithheld(Event):
    """What the guard has not let out since it was last told; the operator is told. `ticket` is 0."""

    refused: int
    held: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensGuessed(Event):
    """Too many wrong tokens have come; the operator is told. `everywhere` is 0 where their sum is not too many;
    `ticket` is 0."""

    everywhere: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestGathered(Event):
    """What has waited for an agent is told in one mail; `items` are the ids of the mails it stands for. `ticket` is
    0."""

    agent: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesApplied(Event):
    """Which rules hit and which missed, and by which condition; for `trace` and `ticket show`. `trigger` is why they
    were asked."""

    trace: tuple[str, ...]
    trigger: str = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCalled(Event):
    """A rule was asked by its name: by an agent, or because its time has come."""

    rule: str
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswered(Event):
    """A rule has answered the requester with fixed words; no response in the sense of the clocks."""

    article: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailGrouped(Event):
    """A rule has put a further mail of its kind into the ticket, the `count`th. `tell` at most once an hour."""

    article: int
    count: int
    tell: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailForwarded(Event):
    """A rule has sent the words of a customer to an address outside the desk."""

    article: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused(Event):
    """The files of the configuration cannot be used, so the old one stays in force; the operator is told."""

    faults: tuple[str, ...]
    more: int = 0
    """Faults that are left out."""
