"""When agents have said that they want to hear of things, by their names.

One row an agent. Never reads the configuration, which comes after what is here.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from maild.domain.quiet import Preference
from maild.store.inserts import insert_or_replace
from maild.store.session import Session
from maild.store.tables import preference

GET = select(preference.c.quiet, preference.c.digest).where(preference.c.agent == bindparam("wanted"))
PUT = insert_or_replace(preference)


class PreferenceRepository:
    """`ports.Preferences` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, agent: str) -> Preference | None:
        """What the agent has said; None when he has said nothing."""
        row = self._session.row(GET, {"wanted": agent})
        return Preference(quiet=row.quiet, digest=row.digest) if row else None

    def put(self, agent: str, said: Preference) -> None:
        """Write down what he says now."""
        self._session.change(PUT, {"agent": agent, "quiet": said.quiet, "digest": said.digest})
