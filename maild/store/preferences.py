"""When agents have said that they want to hear of things, by their names.

One row an agent. Never reads the configuration, which comes after what is here.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from maild.desk.ports import Conflict
from maild.domain.quiet import Preference
from maild.store.inserts import insert_or_leave
from maild.store.session import Session
from maild.store.tables import preference

GET = select(preference.c.quiet, preference.c.digest).where(preference.c.agent == bindparam("wanted"))
ADD = insert_or_leave(preference)
REPLACE = (
    update(preference)
    .where(
        preference.c.agent == bindparam("wanted"),
        preference.c.quiet == bindparam("read_quiet"),
        preference.c.digest == bindparam("read_digest"),
    )
    .values(quiet=bindparam("quiet"), digest=bindparam("digest"))
)


class PreferenceRepository:
    """`ports.Preferences` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, agent: str) -> Preference | None:
        """What the agent has said; None when he has said nothing."""
        row = self._session.row(GET, {"wanted": agent})
        return Preference(quiet=row.quiet, digest=row.digest) if row else None

    def put(self, agent: str, said: Preference, before: Preference | None) -> None:
        """Write down what he says now; raises Conflict when what he said before is no longer so."""
        values = {"agent": agent, "quiet": said.quiet, "digest": said.digest}
        if before is None:
            written = self._session.change(ADD, values)
        else:
            read = {"wanted": agent, "read_quiet": before.quiet, "read_digest": before.digest}
            written = self._session.change(REPLACE, values | read)
        if written != 1:
            raise Conflict(f"{agent} has said otherwise meanwhile")
