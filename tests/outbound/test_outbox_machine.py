"""The outbox under a machine of random acts: claims, answers, crashes at every point, leases that run out, people.

The store and the relay's marks are the real ones; only the wire is made up. Laws (REL-51, REL-52): never another
Message-ID and never other octets for one mail, at most one copy more than known answers for each crash or lost answer,
nothing leaves that was dropped, held or sent, and nothing is forgotten.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from maild.domain.address import Mailbox
from maild.domain.notice import DeliveryResult, OutboxItem, OutboxState
from maild.store.engine import open_store
from maild.store.relay import RelayQueue
from tests.helpers.world import MONDAY, _empty_database
from tests.outbound.fakes import notice

T = TypeVar("T")

OK = DeliveryResult(delivered=True, permanent=False, code=250, text="ok")
LATER = DeliveryResult(delivered=False, permanent=False, code=451, text="later")
NEVER = DeliveryResult(delivered=False, permanent=True, code=550, text="5.1.1 no")
SILENCE = DeliveryResult(delivered=False, permanent=False, code=0, text="silence", after_data=True)

LEASE = 600
WAITING = (OutboxState.PLANNED, OutboxState.DEFERRED)


class Outbox(RuleBasedStateMachine):
    """`hands` are mails that a worker holds, with the octets it would send and whether it may."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name)
        (path / "maild.db").write_bytes(_empty_database())
        self.store = open_store(f"sqlite:///{path / 'maild.db'}", blob_dir=path / "blobs")
        self.now: datetime = MONDAY
        self.planned = 0
        self.composed = 0
        self.claimed: list[OutboxItem] = []
        self.marked: list[OutboxItem] = []
        self.on_wire: dict[int, list[tuple[str, bytes]]] = defaultdict(list)
        self.taken: Counter[int] = Counter()
        self.doubts: Counter[int] = Counter()
        self.retried: Counter[int] = Counter()
        self.ended: dict[int, OutboxState] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self._folder.cleanup()

    def run(self, job: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(job)

    def state(self, item: int) -> OutboxState:
        found = self.store.read(lambda uow: uow.outbox.find(item))
        assert found is not None
        return found[1]

    @rule(person=st.sampled_from(["ana", "ben"]), undo=st.booleans())
    def plan(self, person: str, undo: bool) -> None:
        self.planned += 1
        made = notice(
            dedupe_key=f"k{self.planned}", message_id=f"<m.t.n{self.planned}@desk.example>", ticket=0,
            recipient=Mailbox("", f"{person}@x.example"), not_before=self.now + timedelta(minutes=1) if undo else None,
        )  # fmt: skip
        for _ in range(2):  # the same cause told twice plans one mail
            self.store.writer.run(lambda uow: uow.outbox.plan([made], now=self.now))

    @rule(minutes=st.sampled_from([1, 5, 20]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        for item in self.run(self.store.outbox.claim(limit=limit, now=self.now, lease_seconds=LEASE)):
            assert self.ended.get(item.id) is None, "a mail that had ended was taken again"
            self.claimed.append(item)

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def mark(self, data: st.DataObject) -> None:
        """Compose, unless it was composed before, and commit to sending. A stale worker gets no leave."""
        item = self.claimed.pop(data.draw(st.integers(0, len(self.claimed) - 1)))
        self.composed += 1
        octets = item.octets or f"Message-ID: {item.notice.message_id}\r\n\r\n{self.composed}\r\n".encode()
        if item.id in self.run(self.store.outbox.rendered([(item, octets)])):
            self.marked.append(replace(item, octets=octets))

    @precondition(lambda self: self.marked)
    @rule(data=st.data(), answer=st.sampled_from([OK, LATER, NEVER, SILENCE]), arrives=st.booleans())
    def transmit(self, data: st.DataObject, answer: DeliveryResult, arrives: bool) -> None:
        """The octets go out and something is answered, or nothing: then the server may have taken the mail."""
        item = self.marked.pop(data.draw(st.integers(0, len(self.marked) - 1)))
        if answer is OK or (answer is SILENCE and arrives):
            self._arrive(item)
        if answer is SILENCE:
            self.doubts[item.id] += 1
        self._settle(item, answer)

    @precondition(lambda self: self.marked)
    @rule(data=st.data(), arrives=st.booleans())
    def lose(self, data: st.DataObject, arrives: bool) -> None:
        """The worker dies with this mail on the wire; its lease runs out by itself."""
        item = self.marked.pop(data.draw(st.integers(0, len(self.marked) - 1)))
        self.doubts[item.id] += 1
        if arrives:
            self._arrive(item)

    @rule(arrives=st.booleans())
    def crash(self, arrives: bool) -> None:
        """The process dies: whatever was in hand is gone. The next one starts after every lease."""
        for item in self.marked:
            self.doubts[item.id] += 1
            if arrives:
                self._arrive(item)
        self.claimed, self.marked = [], []
        self.now += timedelta(seconds=LEASE + 1)
        self.run(self.store.outbox.recover(now=self.now))

    @precondition(lambda self: self.planned)
    @rule(data=st.data(), act=st.sampled_from(["hold", "release", "drop", "retry"]))
    def person(self, data: st.DataObject, act: str) -> None:
        ids = sorted(row["id"] for row in self.store.queries.outbox_rows(limit=1000))
        number = data.draw(st.sampled_from(ids))
        before = self.state(number)
        match act:
            case "hold":
                done = self.store.writer.run(lambda uow: uow.outbox.hold(number))
                assert done == (before in WAITING)
            case "release":
                done = self.store.writer.run(lambda uow: uow.outbox.release(number, now=self.now))
                assert done == (before is OutboxState.HELD)
            case "drop":
                done = self.store.writer.run(lambda uow: uow.outbox.drop(number, because="x", now=self.now))
                held = (*WAITING, OutboxState.HELD, OutboxState.FAILED, OutboxState.OUTCOME_UNKNOWN)
                assert done == (before in held)
                if done:
                    self.ended[number] = OutboxState.DROPPED
            case _:
                done = self.run(self.store.outbox.retry(number, now=self.now))
                assert done == (before in (OutboxState.FAILED, OutboxState.DEFERRED, OutboxState.OUTCOME_UNKNOWN))
                if done:
                    self.retried[number] += 1
                    self.ended.pop(number, None)

    def _arrive(self, item: OutboxItem) -> None:
        self.taken[item.id] += 1
        self.on_wire[item.id].append((item.notice.message_id, item.octets or b""))

    def _settle(self, item: OutboxItem, answer: DeliveryResult) -> None:
        again = None
        if answer is LATER or (answer is SILENCE and item.state is not OutboxState.OUTCOME_UNKNOWN):
            again = self.now + timedelta(minutes=1)
        held = self.state(item.id) is OutboxState.TRANSMITTING
        self.run(self.store.outbox.settle([(item, answer)], now=self.now, retry_at=[again]))
        after = self.state(item.id)
        if not held or after is OutboxState.TRANSMITTING:
            self.doubts[item.id] += 1  # another worker had taken it over: this one's word came too late
        elif after in (OutboxState.SENT, OutboxState.FAILED):
            self.ended[item.id] = after

    @invariant()
    def one_mail_has_one_id_and_one_body(self) -> None:
        for item, copies in getattr(self, "on_wire", {}).items():
            assert len(set(copies)) == 1, f"mail {item} left in {len(set(copies))} forms"

    @invariant()
    def copies_are_no_more_than_crashes_and_lost_answers_allow(self) -> None:
        for item, copies in getattr(self, "taken", {}).items():
            assert copies <= 1 + self.doubts[item] + self.retried[item]
            # and without a person's word no mail leaves a third time, however often the outcome is lost
            if not self.retried[item]:
                assert copies <= 2, f"mail {item} left {copies} times by itself"

    @invariant()
    def nothing_is_forgotten(self) -> None:
        if not getattr(self, "planned", 0):
            return
        rows = self.store.queries.outbox_rows(limit=1000)
        assert len(rows) == self.planned
        for row in rows:
            waits = row["next_attempt_at"] is not None
            state = OutboxState(row["state"])
            if state in (*WAITING, OutboxState.CLAIMED, OutboxState.TRANSMITTING):
                assert waits, f"mail {row['id']} is {state} and nobody will ever look at it"
            if state in (OutboxState.SENT, OutboxState.FAILED, OutboxState.HELD, OutboxState.DROPPED):
                assert not waits


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)


def test_rel_52_the_machine_sees_a_mail_that_is_composed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with a store that forgets what was composed, a law is broken and the machine says so."""
    monkeypatch.setattr(RelayQueue, "_octets", lambda self, session, items: {})
    machine: Any = Outbox()
    first = _First()
    machine.open()
    try:
        machine.plan("ana", False)
        for answer in (SILENCE, OK):
            machine.claim(1)
            machine.mark(first)
            machine.transmit(first, answer, True)
            machine.wait(5)
        machine.copies_are_no_more_than_crashes_and_lost_answers_allow()
        with pytest.raises(AssertionError, match="left in 2 forms"):
            machine.one_mail_has_one_id_and_one_body()
    finally:
        machine.teardown()


class _First:
    """Draws the least there is."""

    def draw(self, strategy: object) -> int:
        return 0
