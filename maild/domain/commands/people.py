"""Whose an address is, who is heard, who is asked, and what somebody wants to hear of.

Intentions only: the desk carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.confirmation import Question
from maild.domain.intent import Command
from maild.domain.people import Proof


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
class SetListening(Command):
    """When the agent who asks wants to hear of things, whatever the ticket: hours `20:00-07:00`, times `08:30`, `off`;
    None leaves it as it is."""

    quiet: str | None = None
    digest: str | None = None


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
