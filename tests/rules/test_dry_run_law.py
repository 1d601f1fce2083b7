"""The dry run is the real run: over random rulebooks with every trigger, and mails of every kind (P30)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from maild.cli.rehearsal import compare
from maild.cli.route import FIELDS, rehearse
from maild.desk.earlier import first_event_of, happened_before, ticket_before
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
from maild.rules.known import KnownNames
from maild.rules.loader import load_all
from maild.rules.model import Trigger
from tests.helpers.world import WORLD, World, letter, reply_address
from tests.rules.test_changes import do, opened

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
ANSWER = '\n[[answer]]\nname = "hours"\ntext = { en = "Nine.", pt = "Nove.", es = "Nueve." }\n'
FORWARDS = '\n[rules]\nforward_to = ["partner@out.example", "ana@quinta.example"]\n'

WHEN: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"subject": "invoice"}, {"subject": ["urgent", "hello"]}, {"from": "*@quinta.example"}, {"team": "billing"},
     {"new_words": "/[a-z]+ please/"}, {"priority": "urgent"}, {"not": {"tag": "a"}}, {"working_time": True},
     {"trust": "from-only"}, {"mails_in_hour": "> 1"}, {"any": [{"tag": "b"}, {"owner": "rui"}]}]
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


@pytest.fixture
def desk(tmp_path: Path) -> World:
    return World(tmp_path, WORLD + ANSWER + FORWARDS)


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
    for subject, text, sender, headers, replies in mails:
        answers = known[-1] if replies and known else None
        to = reply_address(answers) if answers is not None else SUPPORT
        unique = f"<{len(desk.letterbox.mails)}.{desk.app.store.lanes.book()['accepted']}@x.example>"
        octets = letter(sender, to, subject, text, headers=headers, answers=answers, message_id=unique)
        before = desk.app.store.lanes.book()
        dry = rehearse(desk.app, octets, read(octets, own=desk.app.directory.own_addresses))
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
LIFE = st.lists(
    st.one_of(st.tuples(st.just("mail"), st.sampled_from(["Invoice 7", "Hello"])),
              st.tuples(st.just("reply"), st.booleans()), st.tuples(st.just("do"), MEANWHILE)),
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


@settings(ONE_DESK, max_examples=10)
@given(AGAIN, LIFE)
def test_p30_a_mail_tried_again_does_what_it_did(desk: World, rules: list[Any], life: list[Any]) -> None:
    """Whatever became of the tickets since: pauses, merges taken back, closings, other fields, further mails."""
    desk.app.desk.use_rules(book_of(desk, rules))
    numbers: list[int] = []
    lived: list[tuple[Any, Any]] = []
    for what, how in life:
        desk.clock.advance(minutes=7)
        if what == "do" and len(numbers) > 1:
            with suppress(Refused):
                do(desk, how(numbers[-1], numbers[-2]))
            continue
        known = desk.inbox("ana@quinta.example")
        answers = known[0 if how is True else -1] if what == "reply" and known else None
        to = reply_address(answers) if answers is not None else SUPPORT
        unique = f"<{desk.clock.now.timestamp()}@x.example>"
        octets = letter(ANA, to, how if what == "mail" else "Re", "And?", answers=answers, message_id=unique)
        real = desk.take(octets, to=[to], reverse_path="ana@quinta.example")
        if str(real.outcome) == "opened":
            numbers.append(real.ticket)
        fields = {name: desk.ticket(real.ticket)[name] for name in FIELDS} if real.ticket else None
        lived.append((desk.app.store.queries.inbound(limit=1)[0], fields))
    for row, fields in lived:
        octets = desk.app.store.blobs.get(row.sha256)
        message = read(octets, own=desk.app.directory.own_addresses)
        envelope = Envelope(reverse_path=row.reverse_path or "", forward_paths=row.forward_paths)
        again = rehearse(desk.app, octets, message, envelope=envelope, at=row.received_at, again=row)
        real = row.settlement
        assert (str(again.outcome), again.reason) == (str(real.outcome), real.reason)
        assert list(again.rules) == real.trace.get("rules", [])
        if fields is not None and again.fields is not None:
            plain = {name: list(v) if isinstance(v, list | tuple) else str(v or "") for name, v in fields.items()}
            assert again.fields == plain
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
