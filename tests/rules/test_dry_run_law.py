"""The dry run is the real run: over random rulebooks with every trigger, and mails of every kind (P30)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from maild.cli.rehearsal import compare
from maild.cli.route import FIELDS, checked_now, rehearse
from maild.desk.earlier import first_event_of, happened_before, ticket_before
from maild.desk.queues import InboundRow
from maild.domain.commands import (
    AddTag,
    CloseTicket,
    MergeTicket,
    ReopenTicket,
    ResumeTicket,
    SetPriority,
    SetTeam,
    SetWatching,
    UnmergeTicket,
    WaitFor,
)
from maild.domain.lifecycle import Waiting
from maild.domain.mail import Envelope
from maild.domain.ticket import Priority
from maild.errors import Refused
from maild.ingest.parse import read
from maild.ingest.trace import found_then
from maild.rules.known import KnownNames
from maild.rules.loader import load_all
from maild.rules.model import Trigger
from tests.helpers.world import WORLD, World, letter, reply_address
from tests.rules.test_changes import do, opened

ANA = "Ana Silva <ana@quinta.example>"
RUI = "Rui Costa <rui@home.example>"
SUPPORT = "support@casa-azul.example"
ANSWER = '\n[[answer]]\nname = "hours"\ntext = { en = "Nine.", pt = "Nove.", es = "Nueve." }\n'
FRONT = '\n[trust]\nmode = "header"\nauthserv_id = "mx.casa-azul.example"\n'
FORWARDS = '\n[rules]\nforward_to = ["partner@out.example", "ana@quinta.example"]\n'

WHEN: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"subject": "invoice"}, {"subject": ["urgent", "hello"]}, {"from": "*@quinta.example"}, {"team": "billing"},
     {"new_words": "/[a-z]+ please/"}, {"priority": "urgent"}, {"not": {"tag": "a"}}, {"working_time": True},
     {"trust": ["aligned", "signed"]}, {"trust": "from-only"}, {"mails_in_hour": "> 1"},
     {"any": [{"tag": "b"}, {"owner": "rui"}]}]
)  # fmt: skip
THEN = st.sampled_from(
    [{"tag": "a"}, {"untag": "a", "tag": "b"}, {"priority": "urgent"}, {"team": "billing"}, {"team": "support"},
     {"owner": "rui"}, {"assign": "least loaded"}, {"severity": "major"}, {"watch": "eva"}, {"note": "Look."},
     {"sla": "standard"}, {"answer": "hours"}, {"forward": "partner@out.example"}, {"close": "done"},
     {"priority": "low", "tag": "b"}, {"link": "1 h"}]
)  # fmt: skip
MAILED = st.tuples(st.sampled_from([["new"], ["reply"], ["new", "reply"], ["new", "change"]]), WHEN, THEN)
CHANGED = st.tuples(
    st.just(["change"]),
    st.sampled_from([{"changed": "priority"}, {"changed": ["tag", "team"]}, {"changed": "owner", "by": "rule"},
                     {"changed": "opened"}, {"changed": "state"}, {"changed": "closed"}, {"new": "urgent"}]),
    THEN,
)  # fmt: skip
KEPT = st.tuples(st.just(["new", "reply"]), WHEN, st.sampled_from([{"hold": "look"}, {"drop": "no"}]))
GROUPED = st.tuples(st.just(["new"]), WHEN, st.sampled_from([{"group": "2 h"}, {"group": "1 min", "tag": "b"}]))
RULES = st.lists(st.one_of(MAILED, CHANGED, KEPT, GROUPED), max_size=7)
MAILS = st.lists(
    st.tuples(
        st.sampled_from(["Invoice 7", "urgent", "Hello", "Re: hello invoice", ""]),
        st.sampled_from(["More please.", "urgent", "#close\nx"]),
        st.sampled_from([ANA, "Luis <luis@taller.example>", "rui@home.example"]),
        st.sampled_from([{}, {"Auto-Submitted": "auto-replied"}, {"List-Id": "<l.example>"}]),
        st.sampled_from(
            ["", "dkim=pass header.d=quinta.example; dmarc=pass", "dmarc=fail", "dkim=pass header.d=home.example"]
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


ONE_DESK = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""One desk serves all examples of a test, so a smaller example meets another desk: shrinking would lead nowhere."""


@pytest.fixture(params=["", FRONT], ids=["nobody-checks", "a-server-in-front-checks"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> World:
    return World(tmp_path, WORLD + ANSWER + FORWARDS + request.param)


def book_of(desk: World, rules: list[tuple[list[str], dict[str, Any], dict[str, Any]]]) -> Any:
    tables = [
        {"name": f"rule {number}", "on": on, "then": then, **({"when": when} if when else {})}
        for number, (on, when, then) in enumerate(rules)
    ]
    return load_all([("x", tables)], known=KnownNames.of(desk.app.directory))


@settings(ONE_DESK, max_examples=25)
@given(RULES, MAILS)
def test_p30_the_dry_run_is_the_real_run(desk: World, rules: list[Any], mails: list[Any]) -> None:
    desk.app.desk.use_rules(book_of(desk, rules))
    known = desk.inbox("ana@quinta.example")
    for subject, text, sender, headers, checks, replies in mails:
        answers = known[-1] if replies and known else None
        to = reply_address(answers) if answers is not None else SUPPORT
        unique = f"<{len(desk.letterbox.mails)}.{desk.app.store.lanes.book()['accepted']}@x.example>"
        octets = letter(sender, to, subject, text, headers=headers, answers=answers, message_id=unique)
        if checks:
            octets = f"Authentication-Results: mx.casa-azul.example; {checks}\r\n".encode() + octets
        before = desk.app.store.lanes.book()
        message = read(octets, own=desk.app.directory.own_addresses)
        checked = checked_now(desk.app, octets, message, envelope=None)
        dry = rehearse(desk.app, octets, message, authentication=checked)
        assert desk.app.store.lanes.book() == before
        mark = len(desk.letterbox.mails)
        real = desk.take(octets)
        assert (dry.outcome, dry.reason, list(dry.rules)) == (real.outcome, real.reason, real.trace.get("rules", []))
        assert (dry.fields is None) is (not real.ticket)
        if dry.fields is not None:
            ticket = desk.ticket(real.ticket)
            for name, value in dry.fields.items():
                found: Any = ticket[name]
                assert value == (list(found) if isinstance(value, list) else str(found or "")), name
        sent = [to for _, to, _ in desk.letterbox.mails[mark:]]
        assert sorted(to for _, to, why in dry.mails if not why) == sorted(sent)
        desk.clock.advance(minutes=1)
    desk.clock.advance(hours=1)


def asks_only_the_ticket(when: dict[str, Any]) -> bool:
    return not {"new_words", "trust", "mails_in_hour"} & set(when)


@settings(ONE_DESK, max_examples=10)
@given(WHEN.filter(asks_only_the_ticket), THEN)
def test_p30_whether_a_rule_whose_time_has_come_would_hit_is_whether_it_does(
    desk: World, when: dict[str, Any], then: dict[str, Any]
) -> None:
    desk.app.desk.use_rules(book_of(desk, []))
    number = opened(desk, f"Hello invoice {desk.app.store.lanes.book()['accepted']}")
    table = {
        "name": "timed",
        "on": {"after": "1 h", "of": "opened"},
        "when": when or {"subject": "hello"},
        "then": then,
    }
    desk.app.desk.use_rules(load_all([("x", [table])], known=KnownNames.of(desk.app.directory)))
    do(desk, SetPriority(ticket=number, priority=Priority.HIGH))
    desk.clock.advance(hours=1)
    would = desk.app.store.writer.run(
        lambda uow: desk.app.desk.hits(uow, number, "timed", Trigger.AFTER, now=desk.clock())
    )
    desk.tick()
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    lines = [
        line
        for event in view["events"]
        for line in event.get("trace", ())
        if line.startswith(("timed: hit", "timed: missed"))
    ]
    assert [line.startswith("timed: hit") for line in lines] == [would]


ALIKE = st.sampled_from(
    [{"tag": "a"}, {"untag": "a", "tag": "b"}, {"priority": "urgent"}, {"team": "billing"}, {"owner": "rui"},
     {"watch": "eva"}, {"wait": "hold"}, {"close": "done"}, {"priority": "low", "tag": "b"}, {"link": "30 days"}]
)  # fmt: skip
ASKS = st.sampled_from(
    [{}, {"subject": "invoice"}, {"team": "billing"}, {"priority": "urgent"}, {"not": {"tag": "a"}}, {"state": "new"},
     {"state": "pending"}, {"state": "open"}, {"owner": "rui"}, {"watcher": "eva"}, {"sla": "standard"},
     {"mails_in_hour": "> 1"}, {"working_time": True}, {"tag": "b"}]
)  # fmt: skip
MEANWHILE = st.sampled_from(
    [lambda n, o: SetPriority(ticket=n, priority=Priority.HIGH), lambda n, o: SetTeam(ticket=n, team="billing"),
     lambda n, o: CloseTicket(ticket=n, reason="done"), lambda n, o: ReopenTicket(ticket=n, reason="no"),
     lambda n, o: WaitFor(ticket=n, waiting=Waiting.HOLD), lambda n, o: ResumeTicket(ticket=n),
     lambda n, o: MergeTicket(ticket=n, into=o), lambda n, o: UnmergeTicket(ticket=n),
     lambda n, o: AddTag(ticket=n, tag="a"), lambda n, o: SetWatching(ticket=n, agent="eva", watching=True)]
)  # fmt: skip
ORDERS = st.sampled_from(
    ["", "#close", "#reopen", "#link NUMBER", "#unlink NUMBER", "#merge NUMBER", "#unmerge", "#tag a", "#untag a",
     "#wait customer", "#wait until 3 Dec", "#assign eva", "#team billing", "#priority low", "#note"]
)  # fmt: skip
LIFE = st.lists(
    st.one_of(st.tuples(st.just("mail"), st.sampled_from(["Invoice 7", "Hello"])),
              st.tuples(st.just("reply"), st.booleans()), st.tuples(st.just("do"), MEANWHILE),
              st.tuples(st.just("order"), ORDERS)),
    min_size=4, max_size=12,
)  # fmt: skip
AGAIN = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([["new"], ["reply"], ["new", "reply"], ["new", "change"]]), ASKS, ALIKE),
        st.tuples(st.just(["change"]), st.sampled_from([{"changed": "priority"}, {"changed": "state"}]), ALIKE),
        st.tuples(st.just(["new"]), ASKS, st.sampled_from([{"group": "2 h"}, {"hold": "look"}])),
    ),
    max_size=5,
)


def mail_of(desk: World, what: str, how: Any, number: int) -> bytes | None:
    """The next mail of a life; None when there is nothing yet that it could answer."""
    unique = f"<{desk.clock.now.timestamp()}@x.example>"
    if what == "order":
        heard = desk.inbox("rui@home.example")
        text = f"{how.replace('NUMBER', str(number))}\n\nWe look."
        return (
            letter(RUI, reply_address(heard[-1]), "Re", text, answers=heard[-1], message_id=unique) if heard else None
        )
    told = desk.inbox("ana@quinta.example")
    if what == "reply" and told:
        answers = told[0 if how else -1]
        return letter(ANA, reply_address(answers), "Re", "And?", answers=answers, message_id=unique)
    return letter(ANA, SUPPORT, str(how), "And?", message_id=unique)


def live(desk: World, life: list[tuple[str, Any]]) -> list[tuple[InboundRow, dict[str, Any] | None]]:
    """Let all this happen; of each mail that came what became of it, and the fields of its ticket, at once."""
    opened: list[int] = []
    lived = []
    for what, how in life:
        desk.clock.advance(minutes=7)
        if what == "do":
            if len(opened) > 1:
                with suppress(Refused):
                    do(desk, how(opened[-1], opened[-2]))
            continue
        octets = mail_of(desk, what, how, opened[-1] if opened else 1)
        if octets is None:
            continue
        real = desk.take(octets, reverse_path="rui@home.example" if what == "order" else "ana@quinta.example")
        if str(real.outcome) == "opened":
            opened.append(real.ticket)
        fields = None
        if real.ticket:
            ticket = desk.ticket(real.ticket)
            fields = {name: list(v) if isinstance(v := ticket[name], list | tuple) else str(v or "") for name in FIELDS}
        lived.append((desk.app.store.queries.inbound(limit=1)[0], fields))
    return lived


@settings(ONE_DESK, max_examples=10)
@given(AGAIN, LIFE)
@example([(["new", "change"], {}, {"link": "30 days"})], [("mail", "Hello"), ("mail", "Hello")])
@example([(["change"], {"changed": "state"}, {"tag": "a"})], [("mail", "Hello"), ("order", "#close")])
@example([], [("mail", "Hello"), ("mail", "Hello"), ("order", "#merge NUMBER"), ("order", "#unmerge")])
def test_p30_a_mail_tried_again_does_what_it_did(desk: World, rules: list[Any], life: list[Any]) -> None:
    """Whatever became of the tickets since: pauses, merges taken back, closings, other fields, further mails."""
    desk.app.desk.use_rules(book_of(desk, rules))
    for row, fields in live(desk, life):
        octets = desk.app.store.blobs.get(row.sha256)
        message = read(octets, own=desk.app.directory.own_addresses)
        envelope = Envelope(reverse_path=row.reverse_path or "", forward_paths=row.forward_paths)
        then = found_then(row.settlement.trace)
        again = rehearse(
            desk.app, octets, message, envelope=envelope, at=row.received_at, authentication=then, again=row
        )
        real = row.settlement
        assert (str(again.outcome), again.reason) == (str(real.outcome), real.reason)
        number = str(real.ticket)  # a ticket that is opened again gets another one
        rules_then = [line.replace(number, "N") for line in real.trace.get("rules", [])]
        assert [line.replace(str(again.number), "N") for line in again.rules] == rules_then
        assert again.fields == fields
    desk.clock.advance(hours=3)


def test_a_reply_is_tried_on_its_ticket_as_it_was(desk: World) -> None:
    number = opened(desk)
    do(desk, SetPriority(ticket=number, priority=Priority.HIGH))
    mail = desk.inbox("ana@quinta.example")[-1]
    to = reply_address(mail)
    desk.clock.advance(minutes=5)
    desk.take(letter(ANA, to, "Re: Printer", "Please.", answers=mail), to=[to], reverse_path="ana@quinta.example")
    desk.clock.advance(minutes=5)
    do(desk, SetTeam(ticket=number, team="billing"))
    do(desk, SetPriority(ticket=number, priority=Priority.LOW))
    do(desk, CloseTicket(ticket=number, reason="done"))
    after = desk.app.store.queries.ticket_view(number)
    draft = book_of(
        desk, [(["reply"], {"team": "support", "priority": "high", "state": "new"}, {"tag": "seen"}),
               (["reply"], {"team": "billing"}, {"tag": "wrong"})],
    )  # fmt: skip
    row = desk.app.store.queries.inbound(limit=1)[0]
    octets = desk.app.store.blobs.get(row.sha256)
    (found,) = list(compare(desk.app, draft, [(row, octets, read(octets, own=desk.app.directory.own_addresses))]))
    (difference,) = found.differences
    assert difference.changes == (("tags", "", "seen"),)
    assert found.never_hit(draft) == ("rule 1",)
    assert desk.app.store.queries.ticket_view(number) == after


def test_a_reply_is_tried_on_a_ticket_that_waited(desk: World) -> None:
    number = opened(desk)
    do(desk, WaitFor(ticket=number, waiting=Waiting.HOLD))
    mail = desk.inbox("ana@quinta.example")[-1]
    to = reply_address(mail)
    desk.clock.advance(minutes=5)
    desk.take(letter(ANA, to, "Re: Printer", "Please.", answers=mail), to=[to], reverse_path="ana@quinta.example")
    after, happened = desk.app.store.writer.run(lambda uow: (uow.tickets.get(number), uow.events.of(number)))
    assert after is not None
    (row,) = desk.app.store.queries.inbound(limit=1)
    first = first_event_of(f"inbound:{row.id}", happened)
    before = ticket_before(after, happened, happened_before(happened, event=first, at=row.received_at))
    assert (after.state, after.waiting) == ("open", None)
    assert (before.state, before.waiting) == ("pending", "hold")
