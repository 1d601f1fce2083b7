"""What becomes of a mail beside its ticket: put aside, answered, forwarded, grouped, told to a service.

Rules ask for these. Intentions only: the desk carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass

from maild.domain.address import Mailbox
from maild.domain.intent import Command, Words


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
