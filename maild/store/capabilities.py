"""Secrets of the portal, kept as their sha256 only.

Finds, uses up and revokes. Never keeps or logs a secret itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from maild.store.session import Session
from maild.store.tables import capability
from maild.store.types import secret_digest

_NOW = bindparam("now", type_=capability.c.expires_at.type)
_LIVE = (
    capability.c.secret == bindparam("digest"),
    capability.c.kind == bindparam("sort"),
    capability.c.used_at.is_(None),
    capability.c.expires_at > _NOW,
)
ADD = insert(capability)
FIND = select(capability.c.ticket, capability.c.contact).where(*_LIVE)
USE = update(capability).where(*_LIVE).values(used_at=_NOW).returning(capability.c.ticket, capability.c.contact)
REVOKE = delete(capability).where(capability.c.secret == bindparam("digest"), capability.c.kind == bindparam("sort"))


class CapabilityRepository:
    """`ports.Capabilities` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *, secret: str, kind: str, ticket: int, contact: int, expires_at: datetime, now: datetime) -> None:
        """Remember the hash of a secret. An empty one is refused: it would match an empty parameter."""
        if not secret:
            raise ValueError("a capability needs a secret")
        values = {
            "secret": secret_digest(secret),
            "kind": kind,
            "ticket": ticket,
            "contact": contact,
            "created_at": now,
            "expires_at": expires_at,
        }
        self._session.change(ADD, values)

    def find(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """(ticket, contact) of a secret that is neither expired nor used up; None else."""
        if not secret:
            return None
        row = self._session.row(FIND, {"digest": secret_digest(secret), "sort": kind, "now": now})
        return (row[0], row[1]) if row else None

    def use(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """Like `find`, and the secret is used up: of two callers one gets None."""
        if not secret:
            return None
        row = self._session.row(USE, {"digest": secret_digest(secret), "sort": kind, "now": now})
        return (row[0], row[1]) if row else None

    def revoke(self, *, secret: str, kind: str) -> None:
        """Make a secret worthless."""
        self._session.change(REVOKE, {"digest": secret_digest(secret), "sort": kind})
