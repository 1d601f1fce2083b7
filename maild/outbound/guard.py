"""May this mail be written at all: the one gate that every automatic mail passes (RFC 3834, P9).

Default deny for automatic answers; what it refuses is stored with the reason. Never decides what is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.ports import UnitOfWork
from maild.domain.address import AddrSpec, fold
from maild.domain.notice import NoticeClass
from maild.domain.people import Directory
from maild.outbound.wire import Unsendable, wire_address

NEVER_LOCAL_PARTS = frozenset(
    {"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "nao-responda", "naoresponda"}
    | {"noresponder", "no-responder", "mailer-daemon", "mailerdaemon", "postmaster", "daemon", "nobody"}
    | {"bounce", "bounces", "majordomo", "listserv", "mailman"}
)
"""Nobody reads there, or a robot does (RFC 3834 section 2)."""

NEVER_ENDINGS = ("-request", "-owner", "-bounces", "-noreply", "-no-reply")
NEVER_BEGINNINGS = ("owner-", "noreply-", "no-reply-", "bounce-", "bounces-")

ABOUT_OWN_COMMANDS = frozenset({"held", "quarantined"})
"""The only automatic answers that agents get: their own mail had no effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody would like to send. `proven` is False when the address may be forged."""

    name: str
    klass: NoticeClass
    address: str
    ticket: int
    proven: bool


class Guard:
    """Caps hold even when every automatic header has been stripped on the way: they count addresses, not headers.

    `per_address_day`: automatic answers to one address in 24 hours, over all kinds. `per_hour`: in all.
    `unproven_per_day`: acknowledgements to an address that we have no proof of, in 24 hours. `unproven_held_per_day`:
    the same for telling an agent that a mail in his name had no effect; some more, because one of them may be his own.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        per_address_day: int = 10,
        per_hour: int = 200,
        unproven_per_day: int = 1,
        unproven_held_per_day: int = 3,
    ) -> None:
        self._directory = directory
        self._own_domains = {spec.domain for key in directory.mailboxes if (spec := AddrSpec.parse(key))}
        self._per_address_day = per_address_day
        self._per_hour = per_hour
        self._unproven = {
            "acknowledgement": unproven_per_day,
            "thanks": unproven_per_day,
            "refused": unproven_per_day,
            "held": unproven_held_per_day,
        }

    def refuses(self, uow: UnitOfWork, request: Request, *, now: datetime) -> str:
        """Why this mail must not leave; "" when it may."""
        try:
            spec = AddrSpec.parse(wire_address(request.address))
        except Unsendable as error:
            return str(error)
        assert spec is not None  # wire_address has parsed it
        if self._is_own(spec):
            return f"{spec.key} is our own address"
        if request.klass is not NoticeClass.AUTO_ANSWER:
            return ""
        return self._never(request, spec) or _resting(uow, spec.key, now) or self._cap(uow, request, spec.key, now)

    def _is_own(self, spec: AddrSpec) -> bool:
        if self._directory.own(str(spec)) is not None:
            return True
        return fold(spec.user) == "bounce" and fold(spec.domain) in self._own_domains

    def _never(self, request: Request, spec: AddrSpec) -> str:
        user = fold(spec.user)
        if user in NEVER_LOCAL_PARTS or user.endswith(NEVER_ENDINGS) or user.startswith(NEVER_BEGINNINGS):
            return f"{spec.key} is an address that nobody answers"
        if request.name not in ABOUT_OWN_COMMANDS and self._directory.agent_by_address(str(spec)) is not None:
            return f"{spec.key} is an agent"
        return ""

    def _cap(self, uow: UnitOfWork, request: Request, key: str, now: datetime) -> str:
        day, hour = now - timedelta(days=1), now - timedelta(hours=1)
        if uow.outbox.automatic_to(key, day) >= self._per_address_day:
            return f"{key} has had {self._per_address_day} automatic answers in 24 hours"
        limit = None if request.proven else self._unproven.get(request.name)
        if limit is not None and uow.outbox.automatic_to(key, day, request.name) >= limit:
            return f"{key} is not proven and has had {limit} mails of the kind {request.name} in 24 hours"
        if uow.outbox.automatic_since(hour) >= self._per_hour:
            return f"{self._per_hour} automatic answers have left in the last hour"
        return ""


def _resting(uow: UnitOfWork, key: str, now: datetime) -> str:
    record = uow.undeliverables.get(key)
    if record is None or record.until is None or not record.rests(now):
        return ""
    return (
        f"{key} does not take our mail ({record.status or 'refused'}): nothing automatic until {record.until:%Y-%m-%d}"
    )
