"""Intentions about how a ticket is handled: by whom, how grave it is, who looks on, what it hangs together with.

Rules ask for these most. As all commands they say what is wanted; `desk` alone carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from maild.domain.address import Mailbox
from maild.domain.intent import Command, Words


class Way(StrEnum):
    """How a member of the ticket's team is chosen."""

    IN_TURN = "in turn"
    LEAST_LOADED = "least loaded"
    """Who has the fewest open tickets."""
    SKILL = "skill"
    """Of those who have the skill, who has the fewest open tickets."""
    ON_DUTY = "on duty"
    """Of those whom the roster has on duty, members of the team or not, who has the fewest open tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignMember(Command):
    """Put a member of the ticket's team in charge who is there and has room; not over an owner."""

    way: Way
    of: str = ""
    """The skill, or the roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity(Command):
    """Say how much harm it does; "" for nothing said."""

    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProduct(Command):
    """Say what it is about; "" for nothing said."""

    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicy(Command):
    """Let the ticket follow this SLA policy, whatever its fields say; "" for the one that fits them."""

    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag(Command):
    """Take a word off the ticket."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWatching(Command):
    """An agent hears what the owner hears, or no longer does."""

    agent: str
    watching: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside(Command):
    """The mail gets no ticket: it waits for a person, or is dropped, counted and kept, for this reason."""

    reason: str
    drop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAnswer(Command):
    """Answer the requester with words from the configuration, by their name."""

    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardMail(Command):
    """Send the customer's last words to an address outside the desk, one of the configuration."""

    address: str
    """Folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMail(Command):
    """A mail that has opened a ticket goes to the open one of the mail before it that was `alike`, if that came no more
    than so many minutes ago."""

    minutes: int
    alike: str = ""
    """Sender and shape of the subject, or what a pattern has captured in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddGrouped(Command):
    """A further mail of the kind that the ticket is about. `name` is by which the next one finds the ticket."""

    author: Mailbox
    words: Words
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWebhook(Command):
    """Tell an outside service of the configuration, by its name, of the ticket."""

    webhook: str
