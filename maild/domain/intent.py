"""Who wants something, and what an intention is made of.

Mail orders, rules, the clock, the portal and the command line all speak by these. The intentions themselves are in
`commands`; nothing here does anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from maild.domain.ticket import Channel, StoredFile


class ActorKind(StrEnum):
    """Who acts."""

    CONTACT = "contact"
    AGENT = "agent"
    RULE = "rule"
    CLOCK = "clock"
    SYSTEM = "system"


class Trust(StrEnum):
    """How sure we are that the actor is who he says. From alone never makes an agent."""

    UNKNOWN = "unknown"
    FROM_ONLY = "from-only"
    ALIGNED = "aligned"
    SIGNED = "signed"


RANK = {trust: rank for rank, trust in enumerate(Trust)}
"""Which level is above which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, and by which way. `name` is an agent's, rule's or clock metric's name; `contact` a customer's id."""

    kind: ActorKind
    name: str = ""
    contact: int = 0
    address: str = ""
    via: str = "mail"
    """mail, portal, cli, rule, clock or hook."""
    trust: Trust = Trust.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What set an intent off: `inbound:17`, `clock:…`, `portal:…`. One cause gives one person at most one mail."""

    key: str
    inbound: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody wrote, ready to become an article."""

    subject: str = ""
    text: str
    new_text: str
    message_id: str = ""
    files: tuple[StoredFile, ...] = ()
    channel: Channel = Channel.MAIL
    automatic: bool = False
    origin: int = 0
    """Number of the merged ticket that they were written to; 0 when it is none."""
    unverified: int = 0
    """Id of the article that holds them already, as a stranger's; 0 when none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""

    ticket: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """All that one cause wants, by one actor: carried out whole or not at all."""

    actor: Actor
    commands: tuple[Command, ...]
