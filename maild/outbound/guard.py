"""May this mail be written at all: the one gate that every automatic mail passes (RFC 3834, P9).

Default deny for automatic answers. What one person or thread has had enough of is refused and stored with the reason;
what goes beyond the limits of a domain, a kind of mail or the whole desk may be honest, so it is held for a person to
release or drop. Never decides what is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.ports import UnitOfWork
from maild.domain.address import AddrSpec, fold
from maild.domain.directory import Directory
from maild.domain.notice import NoticeClass
from maild.outbound.wire import Unsendable, wire_address

NEVER_LOCAL_PARTS = frozenset(
    {"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "nao-responda", "naoresponda"}
    | {"noresponder", "no-responder", "mailer-daemon", "mailerdaemon", "postmaster", "daemon", "nobody"}
    | {"bounce", "bounces", "majordomo", "listserv", "mailman"}
)
"""Nobody reads there, or a robot does (RFC 3834 section 2)."""

NEVER_ENDINGS = ("-request", "-owner", "-bounces", "-noreply", "-no-reply")
NEVER_BEGINNINGS = ("owner-", "noreply-", "no-reply-", "bounce-", "bounces-")

TO_THE_DESK = frozenset({"held", "quarantined", "confirm-order"})
"""The only automatic answers that people of the desk get, whatever their addresses look like: an operator may well be
`postmaster@`. Their addresses come from the configuration, so nobody can forge them."""


COUNTED = frozenset({NoticeClass.AUTO_ANSWER, NoticeClass.FORWARD})
"""Classes that have limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody would like to send. `proven` is False when the address may be forged."""

    name: str
    klass: NoticeClass
    address: str
    ticket: int
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Automatic answers let out. The first four refuse, those of an hour hold.

    `unproven_day`: acknowledgements to an address that may have been forged; `unproven_held_day`: the same for telling
    an agent that a mail in his name had no effect, or asking him; some more, because one of them may be his own.
    `sign_in_day`: links that somebody asks for on the portal by a bare number, who may be anybody.
    """

    address_day: int = 10
    thread_day: int = 8
    unproven_day: int = 1
    unproven_held_day: int = 3
    sign_in_day: int = 5
    template_hour: int = 150
    domain_hour: int = 100
    hour: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Both "" when the mail may leave; else why it never will, or why it waits."""

    refused: str = ""
    held: str = ""


class Guard:
    """Caps hold even when every automatic header has been stripped on the way: they count addresses, not headers."""

    def __init__(self, directory: Directory, limits: Limits | None = None) -> None:
        self._directory = directory
        self._own_domains = {spec.domain for key in directory.mailboxes if (spec := AddrSpec.parse(key))}
        self._limits = limits or Limits()
        self._unproven = {
            "acknowledgement": self._limits.unproven_day, "confirm": self._limits.unproven_day,
            "automatic-answer": self._limits.unproven_day, "sign-in": self._limits.sign_in_day,
            "held": self._limits.unproven_held_day, "confirm-order": self._limits.unproven_held_day,
        }  # fmt: skip

    def decide(self, uow: UnitOfWork, request: Request, *, now: datetime) -> Decision:
        """Whether this mail may leave, must not, or waits."""
        try:
            spec = AddrSpec.parse(wire_address(request.address))
        except Unsendable as error:
            return Decision(refused=str(error))
        assert spec is not None  # wire_address has parsed it
        if self._is_own(spec):
            return Decision(refused=f"{spec.key} is our own address")
        if request.klass not in COUNTED:
            return Decision()
        refused = self._never(request, spec) or _resting(uow, spec.key, now) or self._cap(uow, request, spec.key, now)
        return Decision(refused=refused) if refused else Decision(held=self._flood(uow, request, spec, now))

    def _is_own(self, spec: AddrSpec) -> bool:
        if self._directory.own(str(spec)) is not None:
            return True
        return fold(spec.user) == "bounce" and fold(spec.domain) in self._own_domains

    def _never(self, request: Request, spec: AddrSpec) -> str:
        if request.name in TO_THE_DESK:
            return ""
        user = fold(spec.user)
        if user in NEVER_LOCAL_PARTS or user.endswith(NEVER_ENDINGS) or user.startswith(NEVER_BEGINNINGS):
            return f"{spec.key} is an address that nobody answers"
        if self._directory.agent_by_address(str(spec)) is not None:
            return f"{spec.key} is an agent"
        return ""

    def _cap(self, uow: UnitOfWork, request: Request, key: str, now: datetime) -> str:
        day = now - timedelta(days=1)
        # an address of the configuration may get many a day; two desks that forward to each other are held by the hour
        if request.klass is NoticeClass.AUTO_ANSWER and uow.outbox.automatic_to(key, day) >= self._limits.address_day:
            return f"{key} has had {self._limits.address_day} automatic answers in 24 hours"
        limit = None if request.proven else self._unproven.get(request.name)
        if limit is not None and uow.outbox.automatic_to(key, day, request.name) >= limit:
            return f"{key} is not proven and has had {limit} mails of the kind {request.name} in 24 hours"
        if request.ticket and uow.outbox.automatic_in(request.ticket, day) >= self._limits.thread_day:
            return f"ticket {request.ticket} has had {self._limits.thread_day} automatic answers in 24 hours"
        return ""

    def _flood(self, uow: UnitOfWork, request: Request, spec: AddrSpec, now: datetime) -> str:
        """The breaker: it closes by itself as the hour passes, and what it has held stays held."""
        hour, limits, domain = now - timedelta(hours=1), self._limits, spec.key.rpartition("@")[2]
        if uow.outbox.automatic_since(hour) >= limits.hour:
            return f"{limits.hour} automatic answers have left in the last hour"
        if uow.outbox.automatic_since(hour, name=request.name) >= limits.template_hour:
            return f"{limits.template_hour} mails of the kind {request.name} have left in the last hour"
        if uow.outbox.automatic_since(hour, domain=domain) >= limits.domain_hour:
            return f"{limits.domain_hour} automatic answers have left to {domain} in the last hour"
        return ""


def _resting(uow: UnitOfWork, key: str, now: datetime) -> str:
    record = uow.undeliverables.get(key)
    if record is None or record.until is None or not record.rests(now):
        return ""
    return (
        f"{key} does not take our mail ({record.status or 'refused'}): nothing automatic until {record.until:%Y-%m-%d}"
    )
