"""Where the rows of reports are counted: of which team, agent, category, organisation, day and so on each one is.

Every fact is of a ticket, and counts where the ticket is now. Adds nothing up, reads no store by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, and_, bindparam, or_

from maild.domain.figures import COUNTS, TIMES
from maild.store.sums import DIMENSIONS, Facts
from maild.store.tables import contact, ticket

PLACE = (
    ticket.c.team, ticket.c.owner, ticket.c.category, ticket.c.priority, ticket.c.product, contact.c.address,
)  # fmt: skip
"""What a statement has to tell of each row."""

WANTED = and_(*(
    or_(bindparam(f"only_{name}", type_=Text()) == "", ticket.c[name] == bindparam(f"only_{name}", type_=Text()))
    for name in ("team", "category")
))  # fmt: skip
"""What the engine leaves out by itself; the other values are not those of the ticket alone."""


def only_values(only: Mapping[str, str]) -> dict[str, str]:
    """What statements with WANTED have to be given."""
    return {f"only_{name}": only.get(name, "") for name in ("team", "category")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What figures depend on beside the rows: the desk's zone, and which address is of which organisation."""

    zone: str
    organisations: str
    """Changes whenever any address may be of another organisation; "" when there are none."""
    organisation_of: Callable[[str], str]

    @property
    def digest(self) -> str:
        """Equal while figures that are kept stay true."""
        figures = ",".join((*COUNTS, *TIMES, *DIMENSIONS))  # a release that counts more counts old months anew
        return sha256(f"{self.zone}\0{self.organisations}\0{figures}".encode()).hexdigest()


class Places:
    """Says where rows are counted: a row's value in each dimension, and "" in those that nobody asked for."""

    def __init__(self, basis: Basis, wanted: Collection[str], only: Mapping[str, str]) -> None:
        self.asked = {"team", *wanted, *only}
        self._unasked = {column.name for column in PLACE} - self.asked
        self._zone = ZoneInfo(basis.zone) if {"day", "hour"} & self.asked else None
        told = basis.organisations and "organisation" in self.asked
        self._organisation_of = lru_cache(maxsize=100_000)(basis.organisation_of) if told else _none
        self._only = only

    @property
    def needs(self) -> set[str]:
        """Columns of PLACE without which a row's place cannot be told."""
        return {"owner", "address", *self.asked} - ({"address"} if "organisation" not in self.asked else set())

    def of(self, told: Mapping[str, Sequence[Any]], owner: str = "owner") -> Facts:
        """Rows with the columns of PLACE and `at` as facts; `owner` names the column of who answers for each."""
        columns = {name: column for name, column in told.items() if name not in self._unasked}
        columns["owner"] = told[owner]
        if "organisation" in self.asked:
            columns["organisation"] = list(map(self._organisation_of, told["address"]))
        if self._zone is not None:
            there = list(map(self._local, told["at"]))
            columns["day"] = [day for day, _ in there]
            columns["hour"] = [hour for _, hour in there]
        facts = Facts(columns=columns)
        for name, value in self._only.items():
            facts = facts.where(map(value.__eq__, facts[name]))
        return facts

    def _local(self, at: datetime) -> tuple[str, str]:
        """Day and hour of the week at the desk."""
        there = at.astimezone(self._zone)
        return there.date().isoformat(), f"{there.weekday()}-{there.hour}"


def _none(address: str) -> str:
    """Nobody asks for organisations."""
    return ""
