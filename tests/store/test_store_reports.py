"""What is kept of months is what a recount finds, whatever has changed since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from maild.clock.months import MonthsTick
from maild.domain.figures import Cell, Table, added
from maild.domain.lifecycle import ENDED, StateType
from maild.domain.rating import RATE_WITHIN, Rating
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Ticket
from maild.store.engine import Store
from maild.store.months import begin_of, keep, marks, month_of, whole_months
from maild.store.places import Basis
from maild.store.sums import DIMENSIONS
from maild.store.tally import count
from maild.store.uow import StoreUnitOfWork
from tests.helpers.rows import contact, ticket

BEGIN = datetime(2026, 1, 10, tzinfo=UTC)
NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)
BASIS = Basis(
    zone="Europe/Lisbon", organisations="by letter", organisation_of=lambda address: address.partition("@")[0][:1]
)


def recounted(store: Store, since: datetime, until: datetime, **only: str) -> dict[str, Table]:
    teams = store._readers.run_at_once(
        lambda session: count(session, since=since, until=until, now=NOW, basis=BASIS, only=only).teams.values()
    )
    tables = {name: added(tables.get(name, {}) for tables in teams) for name in DIMENSIONS}
    whole = added({"all": cell} for cell in tables["team"].values())
    return tables | {"all": whole}


def reported(store: Store, since: datetime, until: datetime) -> dict[str, Table]:
    return dict(store.reports.figures(since=since, until=until, now=NOW, basis=BASIS).tables)


class Life:
    """Random acts upon tickets, some of them upon old ones."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.random = store, Random(seed)
        self.people = store.writer.run(lambda uow: [uow.people.add(contact(n)).id for n in ("ana", "luis")])
        self.tickets: list[int] = []
        self.asked: list[Rating] = []
        self.answers: list[int] = []

    def moment(self, after: datetime = BEGIN) -> datetime:
        return after + self.random.random() * (NOW - after)

    def act(self) -> None:
        if not self.tickets or self.random.random() < 0.3:
            self.store.writer.run(self.open)
        else:
            self.store.writer.run(lambda uow: self.change(uow, self.random.choice(self.tickets)))

    def open(self, uow: StoreUnitOfWork) -> None:
        at = self.moment()
        promised = at + timedelta(hours=self.random.choice([1, 8, 400]))
        opened = uow.tickets.add(
            ticket(
                self.random.choice(self.people), created_at=at, updated_at=at, promised_at=promised,
                team=self.random.choice(["net", "web"]), owner=self.random.choice(["", "rui", "eva"]),
            )
        )  # fmt: skip
        self.tickets.append(opened.number)
        self.write(uow, opened, at, ArticleSender.CUSTOMER)

    def change(self, uow: StoreUnitOfWork, number: int) -> None:
        found = uow.tickets.get(number)
        assert found is not None
        at = self.moment(found.updated_at)
        values: dict[str, Any] = self.random.choice(
            [
                {"team": "web"}, {"owner": "eva"}, {"category": "invoices"}, {"first_response_at": at},
                {"state": StateType.CLOSED, "closed_at": at},
                {"state": StateType.OPEN, "closed_at": None, "reopen_count": found.reopen_count + 1},
                {"state": StateType.MERGED, "closed_at": at, "merged_into": self.tickets[0]},
                {"state": StateType.CANCELLED, "closed_at": at},
            ]
        )  # fmt: skip
        uow.tickets.save(replace(found, updated_at=at, **values))
        if values.get("state") is StateType.CLOSED:
            self.ask(uow, found, at)
        if self.asked and self.random.random() < 0.3:
            uow.ratings.rate(self.random.choice(self.asked), good=self.random.random() < 0.5, now=at)
        if self.answers and self.random.random() < 0.2:
            uow.articles.lose(self.random.choice(self.answers), now=NOW)
        if self.random.random() < 0.6:
            self.write(uow, found, at, self.random.choice([ArticleSender.CUSTOMER, ArticleSender.AGENT]))

    def ask(self, uow: StoreUnitOfWork, found: Ticket, at: datetime) -> None:
        asked = Rating(
            ticket=found.number, contact=found.requester, agent=found.owner, asked_at=at, expires_at=at + RATE_WITHIN
        )
        self.asked.append(uow.ratings.add(asked, secret=f"s{len(self.asked)}"))

    def write(self, uow: StoreUnitOfWork, found: Ticket, at: datetime, sender: ArticleSender) -> None:
        agent = "rui" if sender is ArticleSender.AGENT else ""
        written = uow.articles.add(
            Article(
                ticket=found.number, kind=self.random.choice([ArticleKind.CORRESPONDENCE, ArticleKind.CORRESPONDENCE,
                ArticleKind.COMMENT]), sender=sender, author="x", agent=agent, text="x", new_text="x", created_at=at,
                contact=0 if agent else found.requester,
            )
        )  # fmt: skip
        if agent:
            self.answers.append(written.id)


@pytest.mark.parametrize("seed", range(3))
def test_kept_months_are_a_recount_at_every_moment(store: Store, seed: int) -> None:
    life = Life(store, seed)
    for _ in range(8):
        for _ in range(12):
            life.act()
        since, until = sorted((life.moment(), life.moment()))
        for begin, end in ((BEGIN, NOW), (since, until)):
            assert reported(store, begin, end) == {
                name: added([table]) for name, table in recounted(store, begin, end).items()
            }
        assert store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS).counted <= 5


@pytest.mark.parametrize("seed", range(2))
def test_teams_add_up_to_the_whole_and_one_team_is_its_part(store: Store, seed: int) -> None:
    life = Life(store, seed)
    for _ in range(60):
        life.act()
    whole = store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS)
    for dimension in DIMENSIONS:
        if dimension != "hour":
            cells = whole.tables[dimension].values()
            assert added({"all": cell} for cell in cells) == whole.tables["all"], dimension
    monthly = store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS, wanted=["month"]).tables["month"]
    assert monthly == added({day[:7]: cell} for day, cell in whole.tables["day"].items())
    for kept in (True, False):
        parts = [
            store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS, only={"team": team}).tables
            if kept
            else recounted(store, BEGIN, NOW, team=team)
            for team in whole.tables["team"]
        ]
        for dimension in DIMENSIONS:
            assert added(part[dimension] for part in parts) == whole.tables[dimension]
    assert sum(whole.backlog["team"].values()) == whole.backlog["all"].get("all", 0)


@pytest.mark.parametrize("seed", range(2))
def test_kept_months_tell_of_one_agent_category_or_organisation(store: Store, seed: int) -> None:
    life = Life(store, seed)
    for _ in range(60):
        life.act()
    store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS)
    whole = recounted(store, BEGIN, NOW)
    for name in ("owner", "category", "organisation", "priority"):
        for value in whole[name]:
            for team in ({}, {"team": "web"}):
                ask = partial(
                    store.reports.figures, since=BEGIN, until=NOW, now=NOW, basis=BASIS, only={name: value, **team}
                )
                kept, counted = ask(wanted={"team"}), ask(wanted={"team", name, "day"})
                assert kept.tables["team"] == counted.tables["team"], (name, value, team)
                assert kept.tables["all"] == counted.tables["all"]
                assert kept.backlog == counted.backlog
                assert ask(wanted={name}).tables[name] == counted.tables[name]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_open_moves_by_what_was_opened_and_closed(store: Store, seed: int) -> None:
    life = Life(store, seed)
    for _ in range(60):
        life.act()
    since, until = sorted((life.moment(), life.moment()))
    before, after = (
        store.reports.figures(since=BEGIN, until=moment, now=NOW, basis=BASIS).backlog["all"].get("all", 0)
        for moment in (since, until)
    )
    moved = store.reports.figures(since=since, until=until, now=NOW, basis=BASIS).tables["all"].get("all", Cell())
    assert after - before == moved.opened - moved.closed


def test_a_merged_ticket_is_not_told_twice_and_its_words_are_told_once(store: Store) -> None:
    life = Life(store, 9)
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)

    def merge(uow: StoreUnitOfWork) -> None:
        one, other = (
            uow.tickets.add(ticket(life.people[0], created_at=at, updated_at=at, team="net")) for _ in range(2)
        )
        life.write(uow, one, at, ArticleSender.CUSTOMER)
        uow.tickets.save(
            replace(
                other, state=StateType.MERGED, closed_at=at + timedelta(hours=1), merged_into=one.number,
                updated_at=at + timedelta(hours=1),
            )
        )  # fmt: skip

    store.writer.run(merge)
    found = store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS)
    cell = found.tables["all"]["all"]
    assert (cell.opened, cell.closed, cell.solution) == (1, 0, {})
    assert found.backlog["all"] == {"all": 1}


def test_older_words_that_were_merged_in_are_waited_for(store: Store) -> None:
    """The ticket is of March; what was brought to it was asked, answered and asked again in February."""
    life = Life(store, 9)
    young = datetime(2026, 3, 3, 9, tzinfo=UTC)
    old = datetime(2026, 2, 20, 9, tzinfo=UTC)

    def talk(uow: StoreUnitOfWork) -> None:
        home = uow.tickets.add(ticket(life.people[0], created_at=young, updated_at=young))
        uow.tickets.add(
            ticket(
                life.people[0], created_at=old, updated_at=young, closed_at=young, state=StateType.MERGED,
                merged_into=home.number,
            )
        )  # fmt: skip
        for said_at, who in (
            (old, "customer"), (old + timedelta(hours=1), "agent"), (old + timedelta(hours=2), "customer"),
            (old + timedelta(hours=2) + timedelta(days=20), "agent"),
        ):  # fmt: skip
            uow.articles.add(_words(home.number, who, said_at))

    store.writer.run(talk)
    month = month_of(young)
    found = reported(store, begin_of(month), begin_of(month + 1))
    assert found["all"]["all"].next == {20 * 1440: 1}


def _words(number: int, who: str, at: datetime) -> Article:
    return Article(
        ticket=number, kind=ArticleKind.CORRESPONDENCE, sender=ArticleSender(who), author="x",
        agent="rui" if who == "agent" else "", text="x", new_text="x", created_at=at,
    )  # fmt: skip


def test_months_that_did_not_change_are_not_counted_again(store: Store) -> None:
    life = Life(store, 7)
    for _ in range(60):
        life.act()
    store.writer.run(lambda uow: [uow.tickets.save(replace(t, promised_at=None)) for t in _all(uow, life.tickets)])
    assert store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS).counted == 4
    assert store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS).counted == 0
    other = replace(BASIS, zone="UTC")
    assert store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=other).counted == 4


def test_months_are_kept_by_the_way_one_at_a_time(store: Store) -> None:
    life = Life(store, 5)
    for _ in range(30):
        life.act()
    store.writer.run(lambda uow: [uow.tickets.save(replace(t, promised_at=None)) for t in _all(uow, life.tickets)])
    reports = store.reports
    tick = MonthsTick(
        missing=lambda: reports.missing(now=NOW, basis=BASIS),
        keep=lambda month: reports.keep_month(month, now=NOW, basis=BASIS),
        now=lambda: NOW,
    )
    missing = reports.missing(now=NOW, basis=BASIS)
    assert missing == sorted(missing, reverse=True)
    assert missing[0] == month_of(datetime(2026, 5, 1, tzinfo=UTC))
    looked = [asyncio.run(tick()) for _ in range(len(missing) + 1)]
    assert looked == [True] * len(missing) + [False]
    assert reports.missing(now=NOW, basis=BASIS) == []
    life.act()
    assert not asyncio.run(tick()), "what changed is counted the next day"


def test_who_asks_for_all_time_waits_for_no_empty_years(store: Store) -> None:
    Life(store, 3).act()
    of_old = store.reports.figures(since=datetime(2, 1, 1, tzinfo=UTC), until=NOW, now=NOW, basis=BASIS)
    assert of_old.counted <= 4
    assert of_old.tables == reported(store, BEGIN, NOW)


def test_a_desk_without_tickets_has_no_months(store: Store) -> None:
    assert store.reports.figures(since=BEGIN, until=NOW, now=NOW, basis=BASIS).counted == 0
    assert store.reports.missing(now=NOW, basis=BASIS) == []


def _all(uow: StoreUnitOfWork, numbers: list[int]) -> list[Ticket]:
    return [found for number in numbers if (found := uow.tickets.get(number)) is not None]


def test_what_changes_while_a_month_is_counted_is_not_lost(store: Store) -> None:
    life = Life(store, 3)
    for _ in range(20):
        life.act()
    month = month_of(datetime(2026, 3, 1, tzinfo=UTC))
    stale = store._readers.run_at_once(lambda session: marks(session, range(month, month + 1)))
    job = keep(month, {name: {} for name in DIMENSIONS}, BASIS.digest, stale)
    store.writer.run(
        lambda uow: uow.tickets.add(ticket(life.people[0], created_at=begin_of(month), updated_at=begin_of(month)))
    )
    assert store.writer.run(job) is False
    assert reported(store, begin_of(month), begin_of(month + 1))["all"]["all"].opened >= 1


def test_of_two_who_count_a_month_the_slower_one_hides_no_change(store: Store) -> None:
    life = Life(store, 3)
    month = month_of(datetime(2026, 3, 1, tzinfo=UTC))

    def change() -> None:
        at = begin_of(month)
        store.writer.run(lambda uow: uow.tickets.add(ticket(life.people[0], created_at=at, updated_at=at)))

    change()
    stale = store._readers.run_at_once(lambda session: marks(session, range(month, month + 1)))
    job = keep(month, {name: {} for name in DIMENSIONS}, BASIS.digest, stale)
    assert store.writer.run(job)
    change()
    assert not store.writer.run(job)
    assert reported(store, begin_of(month), begin_of(month + 1))["all"]["all"].opened == 2


def test_a_promise_that_is_not_due_yet_keeps_its_month_from_being_kept(store: Store) -> None:
    person = store.writer.run(lambda uow: uow.people.add(contact("noa")).id)
    at = datetime(2026, 2, 1, tzinfo=UTC)
    far = NOW + timedelta(days=3)
    store.writer.run(lambda uow: uow.tickets.add(ticket(person, created_at=at, updated_at=at, promised_at=far)))
    for _ in range(2):
        assert store.reports.figures(since=at, until=NOW, now=NOW, basis=BASIS).counted >= 1
    later = store.reports.figures(since=at, until=NOW, now=far + timedelta(hours=1), basis=BASIS)
    assert later.tables["all"]["all"].promised == 1


def test_only_months_that_are_over_for_two_days_are_kept() -> None:
    first = datetime(2026, 5, 1, tzinfo=UTC)
    assert list(whole_months(first, NOW, datetime(2026, 6, 2, 23, tzinfo=UTC))) == []
    assert list(whole_months(first, NOW, datetime(2026, 6, 3, 1, tzinfo=UTC))) == [month_of(first)]
    assert list(whole_months(first + timedelta(seconds=1), NOW, NOW)) == []


def test_what_is_open_at_the_end(store: Store) -> None:
    life = Life(store, 11)
    for _ in range(40):
        life.act()
    for until in (datetime(2026, 3, 5, tzinfo=UTC), NOW):
        rows = store.writer.run(lambda uow: _all(uow, life.tickets))
        expected = [
            row for row in rows
            if row.state is not StateType.MERGED and row.created_at < until
            and (row.state not in ENDED or (row.closed_at or until) >= until)
        ]  # fmt: skip
        found = store.reports.figures(since=BEGIN, until=until, now=NOW, basis=BASIS).backlog
        assert found["all"].get("all", 0) == len(expected)
        assert sum(found["organisation"].values()) == len(expected)


def test_ratings_are_counted_at_the_closing_for_who_was_in_charge(store: Store) -> None:
    life = Life(store, 2)
    at = datetime(2026, 3, 3, tzinfo=UTC)

    def close(uow: StoreUnitOfWork) -> None:
        for number in range(4):
            found = uow.tickets.add(ticket(life.people[0], created_at=at, updated_at=at, owner="rui", team="net"))
            life.ask(uow, found, at)
            if number < 3:
                uow.ratings.rate(life.asked[-1], good=number < 2, now=at + timedelta(days=40))

    store.writer.run(close)
    for name, group in (("all", "all"), ("team", "net"), ("owner", "rui"), ("day", "2026-03-03")):
        cell = reported(store, BEGIN, NOW)[name][group]
        assert (cell.asked, cell.rated, cell.good) == (4, 3, 2)
    store.writer.run(lambda uow: uow.ratings.rate(life.asked[0], good=False, now=NOW))
    assert reported(store, BEGIN, NOW)["team"]["net"].good == 1


def test_the_next_answer_leaves_out_one_that_came_back(store: Store) -> None:
    life = Life(store, 4)
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    words = ("customer", "agent", "customer", "agent", "agent")

    def talk(uow: StoreUnitOfWork) -> list[int]:
        found = uow.tickets.add(ticket(life.people[0], created_at=at, updated_at=at))
        return [
            uow.articles.add(
                Article(
                    ticket=found.number, kind=ArticleKind.CORRESPONDENCE, sender=ArticleSender(one), author="x",
                    agent="rui" if one == "agent" else "", text="x", new_text="x",
                    created_at=at + timedelta(hours=hour),
                )
            ).id
            for hour, one in enumerate(words)
        ]  # fmt: skip

    written = store.writer.run(talk)
    assert reported(store, BEGIN, NOW)["all"]["all"].next == {60: 1}
    store.writer.run(lambda uow: uow.articles.lose(written[3], now=NOW))
    assert reported(store, BEGIN, NOW)["all"]["all"].next == {120: 1}
