"""The guard under a machine of random wishes, hours, restarts, people and a second process (SEC-63, REL-60, REL-64).

The store and the guard are the real ones. Laws: no cap is ever passed, whichever process asked; what is held is never
lost and leaves only by a person's word; and the operator hears of everything that did not leave.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from maild.clock.watch import WithheldTick
from maild.desk.ports import UnitOfWork
from maild.domain.address import Mailbox
from maild.domain.notice import NoticeClass, OutboxState
from maild.outbound.guard import Decision, Guard, Limits, Request
from maild.store.engine import Store, open_store
from maild.store.outbox import OutboxRepository
from tests.helpers.world import MONDAY, _empty_database
from tests.outbound.fakes import DIRECTORY, notice

LIMITS = Limits(address_day=4, thread_day=3, unproven_day=1, template_hour=4, domain_hour=3, hour=5)
MINUTE = timedelta(minutes=1)
ADDRESSES = ("ana@a.example", "ben@a.example", "cy@b.example", "dora@c.example", "Ana@A.example")
NAMES = ("acknowledgement", "closed", "sign-in")


@dataclass(frozen=True)
class Let:
    """A mail that the guard has let out."""

    at: datetime
    key: str
    ticket: int
    name: str
    proven: bool


class GuardMachine(RuleBasedStateMachine):
    """`let` is what left by itself; what a person releases is about no cap."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name)
        (self._path / "maild.db").write_bytes(_empty_database())
        self.stores = [self._store(), self._store()]
        self.guard = Guard(DIRECTORY, LIMITS)
        self.now: datetime = MONDAY
        self.planned = 0
        self.let: list[Let] = []
        self.held: set[int] = set()
        self.ended: dict[int, OutboxState] = {}
        self.untold: set[int] = set()
        self.told = 0

    def _store(self) -> Store:
        return open_store(f"sqlite:///{self._path / 'maild.db'}", blob_dir=self._path / "blobs")

    def teardown(self) -> None:
        if hasattr(self, "stores"):
            for store in self.stores:
                store.close()
            self._folder.cleanup()

    @rule(
        process=st.integers(0, 1), address=st.sampled_from(ADDRESSES), ticket=st.integers(1, 3),
        name=st.sampled_from(NAMES), proven=st.booleans(), times=st.integers(1, 4),
    )  # fmt: skip
    def wish(self, process: int, address: str, ticket: int, name: str, proven: bool, times: int) -> None:
        """Somebody's mail asks for automatic answers, in one of two processes."""
        for _ in range(times):
            self.planned += 1
            key = f"k{self.planned}"

            def plan(uow: UnitOfWork, key: str = key) -> Decision:
                request = Request(
                    name=name, klass=NoticeClass.AUTO_ANSWER, address=address, ticket=ticket, proven=proven
                )
                decision = self.guard.decide(uow, request, now=self.now)
                made = notice(
                    name=name, ticket=ticket, recipient=Mailbox("", address), dedupe_key=key, message_id="",
                    suppressed=decision.refused, held=decision.held,
                )  # fmt: skip
                uow.outbox.plan([made], now=self.now)
                return decision

            with mock.patch.object(os, "getpid", return_value=1000 + process):
                decision = self.stores[process].writer.run(plan)
            if decision.held:
                self.held.add(self.planned)
            if decision.held or decision.refused:
                self.untold.add(self.planned)
            else:
                folded = Mailbox("", address).key
                self.let.append(Let(at=self.now, key=folded, ticket=ticket, name=name, proven=proven))

    @rule(minutes=st.sampled_from([1, 20, 59, 61, 8 * 60, 25 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(process=st.integers(0, 1))
    def restart(self, process: int) -> None:
        """A process ends and comes again: nothing that it had counted is lost."""
        self.stores[process].close()
        self.stores[process] = self._store()

    @precondition(lambda self: self.held)
    @rule(data=st.data(), release=st.booleans(), process=st.integers(0, 1))
    def decide(self, data: st.DataObject, release: bool, process: int) -> None:
        """A person looks at a held mail."""
        item = data.draw(st.sampled_from(sorted(self.held)))

        def act(uow: UnitOfWork) -> bool:
            if release:
                return uow.outbox.release(item, now=self.now)
            return uow.outbox.drop(item, because="x", now=self.now)

        assert self.stores[process].writer.run(act)
        assert not self.stores[1 - process].writer.run(act) or not release, "released twice"
        self.held.discard(item)
        self.untold.discard(item)  # he has seen it
        self.ended[item] = OutboxState.PLANNED if release else OutboxState.DROPPED

    @rule()
    def watch(self) -> None:
        """The watch looks; its word to the operator is counted, not sent. It tells of what waits, each once."""
        before = self.told
        asyncio.run(WithheldTick(writer=self.stores[0].writer, desk=self._ear(), now=lambda: self.now)())
        mark = self.stores[1].read(lambda uow: uow.marks.get("withheld"))
        heard = {item for item in self.untold if mark is not None and item <= mark.reached}
        assert self.told - before == len(heard)
        self.untold -= heard

    def _ear(self) -> Any:
        def run(uow: UnitOfWork, intent: Any, **_: object) -> None:
            (command,) = intent.commands
            self.told += command.refused + command.held

        return type("Ear", (), {"run": staticmethod(run)})()

    def _most(self, within: timedelta, which: Callable[[Let], object]) -> int:
        """The most that left in any window of this length, of one kind each."""
        most = 0
        for last in self.let:
            inside = [one for one in self.let if last.at - within < one.at <= last.at and which(one) == which(last)]
            most = max(most, len(inside))
        return most

    @invariant()
    def no_cap_is_ever_passed(self) -> None:
        if not getattr(self, "let", None):
            return
        day, hour = timedelta(days=1), timedelta(hours=1)
        assert self._most(day, lambda one: one.key) <= LIMITS.address_day
        assert self._most(day, lambda one: one.ticket) <= LIMITS.thread_day
        assert self._most(hour, lambda one: "") <= LIMITS.hour
        assert self._most(hour, lambda one: one.name) <= LIMITS.template_hour
        assert self._most(hour, lambda one: one.key.rpartition("@")[2]) <= LIMITS.domain_hour
        unproven = [one for one in self.let if not one.proven and one.name == "acknowledgement"]
        for one in unproven:
            same = [o for o in unproven if o.key == one.key and one.at - day < o.at <= one.at]
            assert len(same) <= LIMITS.unproven_day

    @invariant()
    def what_is_held_is_never_lost_and_leaves_by_a_persons_word_only(self) -> None:
        if not getattr(self, "planned", 0):
            return
        found = self.stores[0].read(lambda uow: uow.outbox.held(1000))
        assert set(found) == self.held
        for item, state in self.ended.items():
            assert self._state(item) is state

    def _state(self, item: int) -> OutboxState:
        kept = self.stores[1].read(lambda uow: uow.outbox.find(item))
        assert kept is not None
        return kept[1]

    def hear_the_rest(self) -> None:
        """A day after the last one at the latest the operator has heard of all that did not leave."""
        self.now += timedelta(hours=25)
        self.watch()
        assert not self.untold, "something did not leave and nobody was told"


class HearsAtTheEnd(GuardMachine):
    def teardown(self) -> None:
        try:
            if hasattr(self, "stores"):
                self.hear_the_rest()
        finally:
            super().teardown()


TestGuard = HearsAtTheEnd.TestCase
TestGuard.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)


def _busy(machine: GuardMachine) -> None:
    for n in range(8):
        machine.wish(n % 2, f"p{n}@d{n}.example", n, "closed", True, 1)
        machine.no_cap_is_ever_passed()


def test_the_machine_sees_a_guard_that_counts_its_own_process_only() -> None:
    """The control: two processes that do not see each other's answers let out twice as many."""
    machine = GuardMachine()
    machine.open()
    own: dict[int, int] = {}

    def blind(self: OutboxRepository, since: datetime, *, name: str = "", domain: str = "") -> int:
        if name or domain:
            return 0
        own[os.getpid()] = own.get(os.getpid(), 0) + 1
        return own[os.getpid()] - 1

    try:
        with mock.patch.object(OutboxRepository, "automatic_since", blind), pytest.raises(AssertionError):
            _busy(machine)
    finally:
        machine.teardown()


def test_the_machine_sees_held_mail_that_nobody_is_told_of() -> None:
    machine = GuardMachine()
    machine.open()
    try:
        _busy(machine)
        assert machine.held
        with (
            mock.patch.object(OutboxRepository, "withheld", return_value=[]),
            pytest.raises(AssertionError, match="nobody was told"),
        ):
            machine.hear_the_rest()
    finally:
        machine.teardown()
