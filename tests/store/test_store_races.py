"""Two processes on one store, each at the same thing: what is to happen once happens once, and nothing is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import psycopg
import pytest

from maild.app import App, open_app
from maild.clock.late import LateTick
from maild.clock.rule_ticks import RuleTick
from maild.clock.watch import WithheldTick
from maild.desk.executor import Result
from maild.desk.ports import Conflict, Writer
from maild.desk.queues import Outcome
from maild.domain.address import Mailbox
from maild.domain.commands import (
    AddAnswer,
    AddReply,
    CloseTicket,
    LinkTicket,
    MergeTicket,
    OpenTicket,
    RateTicket,
    RecordDelivery,
    SetListening,
    TakeBackAnswer,
    UnmergeTicket,
)
from maild.domain.events import (
    AnswerTakenBack,
    DeliveryFailed,
    Event,
    MailGrouped,
    MailWithheld,
    NoteAdded,
    ReplyKept,
    TicketLinked,
    TicketMerged,
    TicketRated,
)
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust, Words
from maild.domain.mail import DeliveryReport, Envelope, RawMail, RecipientReport
from maild.domain.notice import DeliveryResult, Notice
from maild.domain.quiet import Preference
from maild.domain.rating import Rating
from maild.errors import InvalidInput
from maild.ingest.spool import SpoolLane
from maild.store.tickets import TicketRepository
from tests.helpers.command_line import write_keys
from tests.helpers.racing import Beside, Interrupted
from tests.helpers.rows import notice
from tests.helpers.world import MONDAY, WORLD, PlainReader, World, letter

pytestmark = pytest.mark.slow

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
ENGLISH = "The order has not come yet. Could you please tell me where it is?"
ONE, TWO = 10001, 10002
RUI = Actor(kind=ActorKind.AGENT, name="rui", via="cli", trust=Trust.SIGNED)
SYSTEM = Actor(kind=ActorKind.SYSTEM, via="mail")

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.server)
between_processes = pytest.mark.parametrize("url", [POSTGRESQL], indirect=True)
K = TypeVar("K", bound=Event)


@pytest.fixture
def here(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[App]:
    """A desk with two tickets of one customer; its parameter are rules."""
    write_keys(tmp_path)
    place = tmp_path / "maild.toml"
    place.write_text(f'{WORLD}\n{getattr(request, "param", "")}\n[store]\nurl = "{url}"\n', "utf-8")
    app = open_app(place, now=lambda: MONDAY)
    for subject in ("Printer", "Scanner"):
        words = Words(text="It does nothing.", new_text="It does nothing.", subject=subject)
        do(app, OpenTicket(requester=Mailbox("Ana", "ana@quinta.example"), mailbox=SUPPORT, words=words), by=CUSTOMER)
    yield app
    app.close()


@pytest.fixture
def there(here: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """The same desk in another process, whose rows are its own: neither waits for the other because of those."""
    for module in ("months", "outbox"):
        monkeypatch.setattr(f"maild.store.{module}.os", SimpleNamespace(getpid=threading.get_ident))
    app = open_app(tmp_path / "maild.toml", now=lambda: MONDAY)
    yield app
    app.close()


CUSTOMER = Actor(kind=ActorKind.CONTACT, via="mail")


def do(app: App, command: Command, *, by: Actor = RUI, writer: Writer | None = None) -> Result:
    intent, cause = Intent(actor=by, commands=(command,)), Cause(key=f"test:{type(command).__name__}")
    found: Result = (writer or app.store.writer).run(partial(app.desk.run, intent=intent, cause=cause, now=MONDAY))
    return found


def both(here: App, there: App, asked: str, job: Callable[[App, Writer], object]) -> None:
    """One process does the job after the other one has asked `asked` for his, and before he goes on."""
    interrupted = Interrupted(here.store.writer, asked, lambda: job(there, there.store.writer))
    job(here, interrupted)
    assert interrupted.happened


def facts(app: App, kind: type[K], *numbers: int) -> list[K]:
    """The events of this kind in the record of these tickets."""
    stored = app.store.read(lambda uow: [one for number in numbers for one in uow.events.of(number)])
    return [one.event for one in stored if isinstance(one.event, kind)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def test_a_mail_that_always_loses_waits_and_is_never_to_blame(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often: what others did to its ticket says nothing of the mail."""

    def lose(*_: Any) -> None:
        raise Conflict("ticket 10001 was changed meanwhile")

    with monkeypatch.context() as others:
        others.setattr(TicketRepository, "add", lose)
        assert world.take(letter(ANA, SUPPORT, "Printer", "It does nothing.")).outcome is Outcome.WAITING
        for _ in range(10):
            world.clock.advance(minutes=3)
            world.drain()
    world.clock.advance(minutes=3)
    world.drain()
    (mail,) = world.app.store.queries.inbound(limit=10)
    assert mail.settlement.outcome is Outcome.OPENED
    assert not world.inbox("operator@casa-azul.example")


@between_processes
def test_two_tickets_that_are_merged_into_each_other_at_once_do_not_both_vanish(here: App, there: App) -> None:
    back = Interrupted(
        here.store.writer, "tickets.participants", lambda: do(there, MergeTicket(ticket=TWO, into=ONE))
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="into itself"):
        do(here, MergeTicket(ticket=ONE, into=TWO), writer=back)
    assert [event.into for event in facts(here, TicketMerged, ONE, TWO)] == [ONE]


def failed(ticket: int, article: int, *, delayed: bool = False) -> RecordDelivery:
    report = RecipientReport(final_recipient="ana@quinta.example", action="failed", diagnostic="552 5.2.2 full")
    return RecordDelivery(
        ticket=ticket, article=article, recipient="ana@quinta.example", report=DeliveryReport(recipients=(report,)),
        delayed=delayed,
    )  # fmt: skip


@between_processes
@pytest.mark.parametrize("delayed", [False, True])
def test_two_reports_of_one_failure_are_one_failure(here: App, there: App, delayed: bool) -> None:
    both(here, there, "events.of", lambda app, w: do(app, failed(ONE, 77, delayed=delayed), by=SYSTEM, writer=w))
    assert len(facts(here, DeliveryFailed, ONE)) == 1


@between_processes
def test_two_failures_of_one_address_at_once_are_two(here: App, there: App) -> None:
    tickets = iter((ONE, TWO))

    def fail(app: App, writer: Writer) -> None:
        do(app, failed(next(tickets), 77), by=SYSTEM, writer=writer)

    both(here, there, "undeliverables.get", fail)
    record = here.store.read(lambda uow: uow.undeliverables.get("ana@quinta.example"))
    assert record is not None
    assert record.failures == 2


@between_processes
@pytest.mark.parametrize("comment", ["", "Quick and kind."])
def test_a_rating_that_is_sent_twice_at_once_counts_once(here: App, there: App, comment: str) -> None:
    asked = Rating(ticket=ONE, contact=1, agent="rui", asked_at=MONDAY, expires_at=MONDAY + timedelta(days=1))
    number = here.store.writer.run(lambda uow: uow.ratings.add(asked, secret="s3cret")).id
    customer = Actor(kind=ActorKind.CONTACT, contact=1, via="portal", trust=Trust.SIGNED)
    command = RateTicket(ticket=ONE, rating=number, good=True, comment=comment)
    both(here, there, "ratings.get", lambda app, w: do(app, command, by=customer, writer=w))
    assert len(facts(here, TicketRated, ONE)) == 1
    assert len(here.store.read(lambda uow: uow.articles.of(ONE))) == 1 + bool(comment)


@between_processes
def test_an_answer_that_is_late_is_told_by_one_process(here: App, there: App) -> None:
    do(here, AddAnswer(ticket=ONE, words=Words(text="Try again.", new_text="Try again.")))

    def look(app: App, writer: Writer) -> None:
        now = MONDAY + timedelta(hours=5)
        asyncio.run(LateTick(after=timedelta(hours=4), writer=writer, desk=app.desk, now=lambda: now)())

    both(here, there, "events.of", look)
    assert len(facts(here, DeliveryFailed, ONE)) == 1


def refused(key: str) -> Notice:
    return notice(key, suppressed="ana@quinta.example has had enough")


@between_processes
def test_what_the_guard_has_refused_is_told_by_one_process(here: App, there: App) -> None:
    here.store.writer.run(lambda uow: uow.outbox.plan([refused("one"), refused("two")], now=MONDAY))

    def look(app: App, writer: Writer) -> None:
        asyncio.run(WithheldTick(writer=writer, desk=app.desk, now=lambda: MONDAY)())

    both(here, there, "outbox.withheld", look)
    assert len(facts(here, MailWithheld, 0)) == 1


@between_processes
def test_two_wishes_of_an_agent_at_once_are_both_heard(here: App, there: App) -> None:
    wishes = iter((SetListening(ticket=ONE, quiet="22:00-07:00"), SetListening(ticket=TWO, digest="09:00")))
    rui = replace(RUI, via="mail")
    both(here, there, "preferences.get", lambda app, writer: do(app, next(wishes), by=rui, writer=writer))
    said = here.store.read(lambda uow: uow.preferences.get("rui"))
    assert said == Preference(quiet="22:00-07:00", digest="09:00")


@between_processes
def test_tickets_that_two_agents_link_at_once_are_linked_once(here: App, there: App) -> None:
    links = iter((LinkTicket(ticket=ONE, to=TWO), LinkTicket(ticket=TWO, to=ONE)))
    both(here, there, "links.of", lambda app, writer: do(app, next(links), writer=writer))
    assert len(facts(here, TicketLinked, ONE, TWO)) == 2


@between_processes
def test_rules_that_wait_are_enrolled_by_one_process(here: App, there: App) -> None:
    """Who comes second must not begin again later: what became due in between would be taken for old."""
    times = iter((MONDAY, MONDAY + timedelta(minutes=1)))

    def look(app: App, writer: Writer) -> None:
        now = next(times)
        asyncio.run(RuleTick(alarms=app.store.alarms, writer=writer, desk=app.desk, now=lambda: now)())

    both(here, there, "marks.get", look)
    mark = here.store.read(lambda uow: uow.marks.get("rule-alarms"))
    assert mark is not None
    assert mark.at == MONDAY + timedelta(minutes=1)


def take(app: App, octets: bytes, *, at: datetime = MONDAY, to: str = SUPPORT, writer: Writer | None = None) -> None:
    """Take one mail in, as far as to its ticket."""
    envelope = Envelope(reverse_path=ANA, forward_paths=(to,))
    mail = RawMail(
        octets=octets, source="smtp", source_key=sha256(octets).hexdigest(), received_at=at, envelope=envelope
    )
    app.store.spool.accept_now(mail)
    lane = SpoolLane(
        spool=app.store.spool, writer=writer or app.store.writer, reader=PlainReader(), pipeline=app.pipeline,
        own=app.directory.own_addresses, now=app.now,
    )  # fmt: skip
    asyncio.run(lane.drain_once())


def take_beside(here: App, there: App, first: bytes, second: bytes, *, asked: str, to: str = SUPPORT) -> None:
    """One process has the second mail while the other one, with the first, has asked `asked` and not ended yet."""
    # so that nothing new is learnt of her, for which one would wait
    take(here, letter(ANA, SUPPORT, "Hello", ENGLISH))
    beside = Beside(here.store, lambda: take(there, second, to=to))
    take(here, first, at=MONDAY - timedelta(seconds=1), to=to, writer=Interrupted(here.store.writer, asked, beside))
    beside.finish()
    assert [row.settlement.outcome for row in here.store.queries.inbound(limit=9, outcome=Outcome.WAITING)] == []


ORDERS = """
[[rule]]
name = "orders"
on = "new"
when = { subject = '/order (?P<key>\\d+)/' }
then = """
DAILY = """
[[rule]]
name = "daily"
on = { every = "day", at = "08:30" }
when = {}
then = { note = "Still here." }
"""


def two_orders_at_once(here: App, there: App, *, asked: str) -> None:
    """Two processes take a mail about the same order, the second when the first has asked its store."""
    mails = (letter(ANA, SUPPORT, "order 7", ENGLISH, message_id=f"<{n}@client.example>") for n in range(2))
    take_beside(here, there, *mails, asked=asked)


def opened(app: App) -> dict[int, str]:
    """The owners of the tickets about the order, by number."""
    rows = app.store.queries.ticket_rows(limit=9)
    return {row["number"]: row["owner"] for row in rows if row["title"] == "order 7"}


@between_processes
@pytest.mark.parametrize("here", [ORDERS + "{ group = '2 h' }"], indirect=True)
def test_first_mails_of_one_kind_that_come_at_once_are_one_ticket(here: App, there: App) -> None:
    two_orders_at_once(here, there, asked="articles.remember")
    assert len(facts(here, MailGrouped, *opened(here))) == len(opened(here)) == 1


@between_processes
@pytest.mark.parametrize("here", [ORDERS + "{ link = '30 days' }"], indirect=True)
def test_tickets_of_one_matter_that_are_opened_at_once_are_linked(here: App, there: App) -> None:
    two_orders_at_once(here, there, asked="articles.remember")
    assert len(facts(here, TicketLinked, *opened(here))) == len(opened(here)) == 2


@between_processes
@pytest.mark.parametrize("here", [ORDERS + "{ assign = 'in turn' }"], indirect=True)
def test_members_take_turns_in_two_processes(here: App, there: App) -> None:
    two_orders_at_once(here, there, asked="tickets.last_owner")
    assert sorted(opened(here).values()) == ["eva", "rui"]


@between_processes
def test_sec_07_two_copies_of_an_agents_mail_at_once_have_one_effect(here: App, there: App) -> None:
    (to,) = {notice.reply_to for notice in told(here, ONE) if notice.recipient.address == "rui@home.example"}
    copies = (
        letter("rui@home.example", to, "Re: Printer", "#note\n\nCall him back.", message_id=f"<{n}@copy.example>")
        for n in range(2)
    )
    take_beside(here, there, *copies, asked="articles.remember", to=to)
    assert len(facts(here, NoteAdded, ONE)) == 1


def told(app: App, ticket: int) -> list[Notice]:
    """The mails about a ticket."""
    mails = app.store.read(lambda uow: uow.outbox.of_ticket(ticket, 99))
    return [found[0] for mail in mails if (found := app.store.read(partial(_find, item=mail.id)))]


def _find(uow: Any, *, item: int) -> Any:
    return uow.outbox.find(item)


@between_processes
def test_a_reply_that_comes_while_its_merge_is_undone_goes_home(here: App, there: App) -> None:
    do(here, AddAnswer(ticket=ONE, words=Words(text="Try again.", new_text="Try again.")))
    do(here, MergeTicket(ticket=ONE, into=TWO))
    (to,) = {notice.reply_to for notice in told(here, ONE) if notice.name == "answer"}
    undo = Interrupted(here.store.writer, "tickets.participants", lambda: do(there, UnmergeTicket(ticket=ONE)))
    take(here, letter(ANA, to, "Re: Printer", "Any news?"), to=to, writer=undo)
    assert undo.happened
    assert [len(here.store.read(partial(_articles, ticket=number))) for number in (ONE, TWO)] == [3, 1]


def _articles(uow: Any, *, ticket: int) -> Any:
    return uow.articles.of(ticket)


@between_processes
def test_words_that_are_tried_while_they_are_taken_back_have_left(here: App, there: App) -> None:
    do(here, AddAnswer(ticket=ONE, words=Words(text="Try again.", new_text="Try again.")))

    def send() -> None:
        outbox = there.store.outbox

        async def attempt() -> None:
            items = await outbox.claim(limit=9, now=MONDAY + timedelta(hours=1), lease_seconds=60)
            await outbox.rendered([(item, b"Try again.") for item in items])
            lost = DeliveryResult(delivered=False, permanent=False, code=0, text="lost", after_data=True)
            await outbox.settle([(item, lost) for item in items], now=MONDAY, retry_at=[MONDAY for _ in items])

        asyncio.run(attempt())

    with pytest.raises(InvalidInput, match="has not left"):
        do(here, TakeBackAnswer(ticket=ONE), writer=Interrupted(here.store.writer, "outbox.answers", send))
    assert not facts(here, AnswerTakenBack, ONE)


def test_a_rule_that_gives_way_to_another_process_is_asked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = World(tmp_path, WORLD + DAILY)
    numbers = [desk.take(letter(ANA, SUPPORT, f"Printer {n}", "It does nothing.")).ticket for n in range(3)]
    desk.tick()
    desk.clock.advance(days=1)
    asked, ways = desk.app.desk.hits, iter([psycopg.errors.DeadlockDetected("deadlock detected")])

    def give_way(uow: Any, ticket: int, *rest: Any, **named: Any) -> bool:
        if ticket == numbers[1] and (fault := next(ways, None)):
            raise fault
        return asked(uow, ticket, *rest, **named)

    monkeypatch.setattr(desk.app.desk, "hits", give_way)
    desk.tick()
    assert [len(facts(desk.app, NoteAdded, number)) for number in numbers] == [1, 1, 1]
    desk.close()


@between_processes
def test_of_two_replies_to_a_closed_ticket_at_once_one_is_told_so(here: App, there: App) -> None:
    do(here, AddAnswer(ticket=ONE, words=Words(text="Try again.", new_text="Try again.")))
    do(here, CloseTicket(ticket=ONE))
    ana, words = Mailbox("Ana", "ana@quinta.example"), Words(text="Thank you!", new_text="Thank you!")
    thanks = AddReply(ticket=ONE, author=ana, words=words, thanks=("thank",), may_acknowledge=True)
    both(
        here,
        there,
        "events.of",
        lambda app, writer: do(app, thanks, by=replace(CUSTOMER, trust=Trust.SIGNED), writer=writer),
    )
    assert sorted(kept.tell for kept in facts(here, ReplyKept, ONE)) == [False, True]
