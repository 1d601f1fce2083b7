"""Links, questions and wishes of single people, as the desk keeps them.

Protocols only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from maild.domain.confirmation import Confirmation
from maild.domain.quiet import Preference


class Preferences(Protocol):
    """When agents have said that they want to hear of things, by their names."""

    def get(self, agent: str) -> Preference | None:
        """What the agent has said; None when he has said nothing."""

    def put(self, agent: str, said: Preference, before: Preference | None) -> None:
        """Write down what he says now; raises Conflict when what he said before is no longer so."""


class Capabilities(Protocol):
    """Secrets of the portal, hashed at rest."""

    def add(self, *, secret: str, kind: str, ticket: int, contact: int, expires_at: datetime, now: datetime) -> None:
        """Remember the hash of a secret: `kind` is `status`, `signin` or `session`."""

    def find(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """(ticket, contact) of a secret that is neither expired nor used up; None else."""

    def use(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """Like `find`, and the secret is used up: of two callers one gets None."""

    def revoke(self, *, secret: str, kind: str) -> None:
        """Make a secret worthless."""


class Expired(Protocol):
    """What was kept for a time only, and may go."""

    def octets(self, after: int, *, before: datetime, limit: int) -> tuple[int, int]:
        """Forget the octets of mail planned `before` that has ended, among `limit` mails behind the id `after`.

        Returns the last id looked at, which is `after` when there is none, and how many were forgotten.
        """

    def capabilities(self, *, before: datetime, limit: int) -> int:
        """Forget secrets of the portal that expired `before`; returns how many, at most `limit`."""

    def tallies(self, *, before: datetime) -> int:
        """Forget the guard's counts of minutes `before`; returns how many."""


class Confirmations(Protocol):
    """Questions to the people in whose names mails came."""

    def add(self, asked: Confirmation, *, secret: str) -> int:
        """Keep a question and the hash of the secret that answers it; returns its id. An empty secret is refused."""

    def get(self, confirmation: int) -> Confirmation | None:
        """The question with this id."""

    def find(self, secret: str) -> Confirmation | None:
        """The question that a link's secret answers, whatever has become of it."""

    def asked_about(self, mail: int) -> bool:
        """Whether anybody was ever asked about this mail."""

    def answer(self, confirmation: int, *, yes: bool, now: datetime) -> bool:
        """Write the answer down, and with a yes let the mail be taken again; False when it is answered or too old."""
