"""What became of a ticket and what was written in it.

Facts only: what follows from one is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.events.base import Event
from maild.domain.lifecycle import StateType


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
class TicketLinked(Event):
    """The ticket has to do with the `other` one, of which the same is stated."""

    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnlinked(Event):
    """The ticket has nothing to do with the `other` one any more, of which the same is stated."""

    other: int


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
