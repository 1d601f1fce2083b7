"""What somebody is to be told.

Intentions only: the desk carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maild.domain.intent import Command


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
class TellRefusal(Command):
    """Tell the operator that the files of the configuration cannot be used, with every fault; the old one goes on."""

    faults: tuple[str, ...]
