"""Every statement that is a constant of the store is answered by an index: its cost does not grow with the desk."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import ARRAY, BigInteger, Boolean, ClauseElement, Executable, LargeBinary, String, bindparam, select

import maild.store
from maild.store.engine import Store
from maild.store.session import ByDialect, Prepared, Session
from maild.store.tables import ticket
from maild.store.types import MailText, UtcTime
from maild.store.uow import StoreUnitOfWork
from tests.helpers.rows import MONDAY

WHOLE_TABLE = {"lanes.OUTCOMES", "expired.FORGET_TALLIES", "policies.ALL"} | {
    f"audit.{name}"
    for name in ("WITHOUT_TICKET", "WITHOUT_ARTICLE", "STRAY_ARTICLES", "EMPTY_TICKETS", "WITHOUT_OCTETS")
} | {"audit.WITHOUT_REASON", "audit.UNKNOWN_PLACE", "audit.ENTRIES"}  # fmt: skip
"""Count everything: for the operator's book, from an index, and for its audit once a night. Versions of policies are
few, and read once at start."""

SEVERAL_KEYS = {"articles.FILES", "relay.OCTETS"}
"""Take a list of primary keys, which SQLAlchemy spells out when they run."""

ONLY_ON = {"sqlite": {"articles.KNOWN"}, "postgresql": {"articles.KNOWN_ANY", "lock.ONE_AT_A_TIME"}}


def statements() -> Iterator[tuple[str, Executable | ByDialect]]:
    """Each upper-case name of the store's modules that is a statement."""
    seen: set[int] = set()
    for module in pkgutil.iter_modules(maild.store.__path__):
        if module.name == "migrations":
            continue
        for name, value in vars(importlib.import_module(f"maild.store.{module.name}")).items():
            if name[0].isupper() and isinstance(value, Executable | ByDialect) and id(value) not in seen:
                seen.add(id(value))
                yield f"{module.name}.{name}", value


NAMED = dict(statements())


def plan_of(session: Session, statement: Executable | ByDialect) -> str:
    """The plan, with a value of the right type in each place (for NULL a planner would skip the table)."""
    dialect = session.connection.dialect
    form = statement[session.dialect] if isinstance(statement, ByDialect) else statement
    prepared = Prepared(form, dialect)
    assert isinstance(form, ClauseElement)
    compiled: Any = form.compile(dialect=dialect, column_keys=prepared.names)
    bound = prepared.bind({name: value_for(compiled.binds[name].type) for name in prepared.names})
    driver: Any = session.connection.connection.driver_connection
    if session.dialect == "sqlite":
        return "\n".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {prepared.text}", bound).fetchall())
    # With few rows PostgreSQL would rather read them all; what counts is whether it could do without.
    driver.execute("SET LOCAL enable_seqscan = off")
    return "\n".join(row[0] for row in psycopg.ClientCursor(driver).execute(f"EXPLAIN {prepared.text}", bound))


def value_for(type_: Any) -> Any:
    """Something that fits the type."""
    if isinstance(type_, ARRAY) and isinstance(type_.item_type, BigInteger):
        return [1, 2]
    if isinstance(type_, ARRAY):
        return [b"x" * 16, b"y" * 16]
    for kind, value in ((UtcTime, MONDAY), (String, "x"), (MailText, "x"), (LargeBinary, b"x" * 16), (Boolean, False)):
        if isinstance(type_, kind):
            return value
    return 1


def reads_a_whole_table(plan: str) -> bool:
    """Whether anything but an index is read. The index of what waits may be read whole: it holds nothing else."""
    for line in plan.splitlines():
        if "Seq Scan" in line:
            return True
        if "VIRTUAL TABLE" in line:
            continue  # a list that the statement was given
        if line.startswith("SCAN ") and not any(index in line for index in ("ix_outbox_due", "ix_timer_due")):
            return True
    return False


@pytest.fixture
def plans(store_with_rows: Store) -> dict[str, str]:
    """The plan of each statement, by its name, with what the engine knows in daily work.

    PostgreSQL looks at its tables by itself after a while; SQLite never does unless it is told to.
    """
    if store_with_rows.writer.run(lambda uow: uow.session.dialect) != "sqlite":
        store_with_rows.writer.run(lambda uow: uow.session.tell("ANALYZE"))

    def explain(uow: StoreUnitOfWork) -> dict[str, str]:
        foreign = ONLY_ON["postgresql" if uow.session.dialect == "sqlite" else "sqlite"]
        return {name: plan_of(uow.session, NAMED[name]) for name in set(NAMED) - SEVERAL_KEYS - foreign}

    return store_with_rows.writer.run(explain)


def test_no_statement_reads_a_whole_table(plans: dict[str, str]) -> None:
    found = {name: plan for name, plan in plans.items() if reads_a_whole_table(plan)}
    assert {name: plan for name, plan in found.items() if name not in WHOLE_TABLE} == {}


def test_the_statements_of_a_mail_are_among_them(plans: dict[str, str]) -> None:
    assert {
        "spool.ACCEPT",
        "spool.CLAIM",
        "blobs.PUT",
        "inbound.SAME_CONTENT",
        "inbound.SETTLE",
        "people.BY_ADDRESS",
        "tickets.SAVE",
        "outbox.PLAN",
        "outbox.TALLIED",
        "relay.CLAIM",
        "timers.DUE",
        "reads.STATUS",
    } <= set(plans)
    assert len(plans) > 45


@pytest.mark.parametrize(
    ("index", "names"),
    [
        ("ix_timer_due", ["timers.DUE", "lanes.CLOCK_LANE"]),
        ("ix_ticket_waits", ["timers.WAITS_OVER"]),
        ("ix_outbox_due", ["relay.CLAIM", "relay.LOST", "relay.UNCLAIM", "relay.NEXT_DUE", "lanes.OUTBOX_LANE"]),
        ("ix_outbox_automatic", ["outbox.TO_ADDRESS", "outbox.NAMED_TO_ADDRESS"]),
        ("ix_inbound_same", ["inbound.SAME_CONTENT"]),
        ("ix_inbound_ticket", ["inbound.OF_TICKET"]),
        ("ix_outbox_ticket", ["outbox.OF_TICKET"]),
        ("ix_inbound_outcome_id", ["spool.CLAIM", "spool.FREE", "lanes.MAIL_LANE", "lanes.OUTCOMES"]),
    ],
)
def test_queues_are_found_by_the_index_made_for_them(plans: dict[str, str], index: str, names: list[str]) -> None:
    assert [name for name in names if index not in plans[name]] == []


def test_a_scan_would_be_seen(store_with_rows: Store) -> None:
    unindexed = select(ticket).where(ticket.c.title == bindparam("wanted"))
    assert reads_a_whole_table(store_with_rows.writer.run(lambda uow: plan_of(uow.session, unindexed)))
