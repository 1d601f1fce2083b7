"""The relay lane: nothing is sent twice but what may have been lost, nothing is forgotten, nobody is told nonsense."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.address import Mailbox
from maild.domain.notice import DeliveryResult, OutboxItem, OutboxState
from maild.errors import NotFound
from maild.outbound.outbox import Relay
from maild.outbound.render import Renderer
from maild.outbound.retry import FIRST_RETRY, LONGEST_RETRY
from tests.outbound.fakes import NOON, notice

SENT = DeliveryResult(delivered=True, permanent=False, code=250, text="taken")
LATER = DeliveryResult(delivered=False, permanent=False, code=451, text="greylisted")
NEVER = DeliveryResult(delivered=False, permanent=True, code=550, text="no such user")
UNKNOWN = DeliveryResult(delivered=False, permanent=False, code=0, text="no answer", after_data=True)
MEANING = {
    SENT: OutboxState.SENT,
    LATER: OutboxState.DEFERRED,
    NEVER: OutboxState.FAILED,
    UNKNOWN: OutboxState.OUTCOME_UNKNOWN,
}


class MemoryQueue:
    """An outbox in memory that checks the order of things."""

    def __init__(self, *items: OutboxItem) -> None:
        self.rows = {item.id: item for item in items}
        self.due: dict[int, datetime | None] = {item.id: item.next_attempt_at for item in items}
        self.claimed: set[int] = set()
        self.busy_settles = 0
        self.taken_over: set[int] = set()
        self.claim_at_most = 99

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[OutboxItem]:
        ready = [i for i, at in self.due.items() if at is not None and at <= now and i not in self.claimed]
        ready = ready[: min(limit, self.claim_at_most)]
        self.claimed.update(ready)
        return [replace(self.rows[i], attempts=self.rows[i].attempts + 1) for i in ready]

    async def rendered(self, items: Sequence[tuple[OutboxItem, bytes]]) -> frozenset[int]:
        for item, octets in items:
            if item.id in self.taken_over:
                continue
            assert self.rows[item.id].octets in (None, octets), "a try with other octets"
            self.rows[item.id] = replace(
                self.rows[item.id], octets=octets, state=OutboxState.TRANSMITTING, attempts=item.attempts
            )
        return frozenset(item.id for item, _ in items) - self.taken_over

    async def settle(
        self,
        results: Sequence[tuple[OutboxItem, DeliveryResult]],
        *,
        now: datetime,
        retry_at: Sequence[datetime | None],
    ) -> None:
        if self.busy_settles:
            self.busy_settles -= 1
            raise OSError("database is locked")
        for (item, result), at in zip(results, retry_at, strict=True):
            state = next(s for r, s in MEANING.items() if (r.delivered, r.permanent, r.after_data) == (
                result.delivered, result.permanent, result.after_data))  # fmt: skip
            if not result.tried:
                state = item.state
            self.rows[item.id] = replace(
                self.rows[item.id], state=state, last_error=result.text, attempts=item.attempts - (not result.tried)
            )
            self.due[item.id] = at
            self.claimed.discard(item.id)

    async def retry(self, item: int, *, now: datetime) -> bool:
        raise NotImplementedError

    async def recover(self, *, now: datetime) -> int:
        raise NotImplementedError

    async def next_due(self) -> datetime | None:
        return min((at for i, at in self.due.items() if at is not None and i not in self.claimed), default=None)


class ScriptedTransport:
    """Answers as told; `watch` may look at the world while octets are on the wire."""

    def __init__(self, *answers: DeliveryResult, watch: Callable[[bytes], None] = lambda octets: None) -> None:
        self.answers = list(answers)
        self.delivered: list[tuple[str, str, bytes]] = []
        self.closed = False
        self.resting = 0.0
        self.watch = watch

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        (path,) = forward_paths
        self.delivered.append((reverse_path, path, octets))
        self.watch(octets)
        await asyncio.sleep(0)
        return {path: self.answers.pop(0) if self.answers else SENT}

    name = "smarthost"
    trouble: tuple[float, str] | None = None

    def rest(self) -> float:
        return self.resting

    async def close(self) -> None:
        self.closed = True


def item(number: int = 1, *, age: timedelta = timedelta(0), **values: Any) -> OutboxItem:
    described = {
        "id": number, "notice": notice(dedupe_key=str(number), message_id=f"<m.t.n{number}@desk.example>"),
        "state": OutboxState.PLANNED, "attempts": 0, "fence": 1, "created_at": NOON - age, "next_attempt_at": NOON,
    }  # fmt: skip
    return OutboxItem(**{**described, **values})


def relay(queue: MemoryQueue, transport: ScriptedTransport, **values: Any) -> Relay:
    values = {"now": lambda: NOON, "read_file": _no_file, "rng": random.Random(1), **values}
    return Relay(queue, transport, RENDERER, **values)


def _no_file(sha256: str) -> bytes:
    raise KeyError(sha256)


RENDERER = Renderer()


async def test_octets_are_committed_before_the_network_is_touched() -> None:
    seen: list[OutboxItem] = []
    queue = MemoryQueue(item())
    transport = ScriptedTransport(watch=lambda octets: seen.append(queue.rows[1]))
    assert await relay(queue, transport).drain_once(NOON) == 1
    assert (seen[0].state, seen[0].octets) == (OutboxState.TRANSMITTING, transport.delivered[0][2])
    assert queue.rows[1].state is OutboxState.SENT
    assert await relay(queue, transport).drain_once(NOON) == 0


async def test_a_mail_that_another_worker_has_taken_over_is_left_to_it() -> None:
    queue = MemoryQueue(item(1), item(2))
    queue.taken_over = {1}
    await relay(queue, transport := ScriptedTransport()).drain_once(NOON)
    assert len(transport.delivered) == 1
    assert [row.state for row in queue.rows.values()] == [OutboxState.PLANNED, OutboxState.SENT]


async def test_every_try_sends_the_same_octets() -> None:
    queue = MemoryQueue(item())
    transport = ScriptedTransport(LATER, UNKNOWN, SENT)
    for day in range(3):
        await relay(queue, transport).drain_once(NOON + timedelta(days=day))
    assert len(transport.delivered) == 3
    assert len({octets for *_, octets in transport.delivered}) == 1
    assert queue.rows[1].state is OutboxState.SENT


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 2), (4, 16), (5, 30), (200, 30)])
async def test_the_pause_grows_to_half_an_hour_and_is_spread(attempts: int, minutes: int) -> None:
    queue = MemoryQueue(item(attempts=attempts))
    await relay(queue, ScriptedTransport(LATER)).drain_once(NOON)
    due = queue.due[1]
    assert due is not None
    assert NOON + timedelta(minutes=minutes) <= due <= NOON + timedelta(minutes=minutes * 1.25)


async def test_a_refusal_for_good_is_told_before_it_is_settled() -> None:
    told: list[tuple[OutboxState, str]] = []
    queue = MemoryQueue(item())

    async def on_failed(failed: OutboxItem, result: DeliveryResult) -> None:
        told.append((queue.rows[failed.id].state, result.text))

    await relay(queue, ScriptedTransport(NEVER), on_failed=on_failed).drain_once(NOON)
    assert told == [(OutboxState.TRANSMITTING, "no such user")]
    assert (queue.rows[1].state, queue.due[1]) == (OutboxState.FAILED, None)


async def test_when_nobody_can_be_told_the_mail_is_not_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async def on_failed(failed: OutboxItem, result: DeliveryResult) -> None:
        raise OSError("store is away")

    queue = MemoryQueue(item())
    await relay(queue, ScriptedTransport(NEVER), on_failed=on_failed).drain_once(NOON)
    assert queue.rows[1].state is OutboxState.DEFERRED
    assert "nobody could be told" in caplog.text


async def test_a_ticket_that_is_gone_does_not_keep_its_mail_alive() -> None:
    async def on_failed(failed: OutboxItem, result: DeliveryResult) -> None:
        raise NotFound("no-ticket", "there is no ticket 7")

    queue = MemoryQueue(item())
    await relay(queue, ScriptedTransport(NEVER), on_failed=on_failed).drain_once(NOON)
    assert queue.rows[1].state is OutboxState.FAILED


async def test_the_failure_of_a_failure_notice_tells_nobody() -> None:
    async def on_failed(failed: OutboxItem, result: DeliveryResult) -> None:
        raise AssertionError("a bounce of a bounce")

    queue = MemoryQueue(item(notice=notice(name="undelivered")))
    await relay(queue, ScriptedTransport(NEVER), on_failed=on_failed).drain_once(NOON)
    assert queue.rows[1].state is OutboxState.FAILED


async def test_after_five_days_it_has_failed() -> None:
    told: list[str] = []

    async def on_failed(failed: OutboxItem, result: DeliveryResult) -> None:
        told.append(result.text)

    queue = MemoryQueue(item(1, age=timedelta(days=4, hours=23)), item(2, age=timedelta(days=5)))
    await relay(queue, ScriptedTransport(LATER, LATER), on_failed=on_failed).drain_once(NOON)
    assert [row.state for row in queue.rows.values()] == [OutboxState.DEFERRED, OutboxState.FAILED]
    assert told == ["given up after 5 days, 0:00:00: greylisted"]


async def test_rel_51_an_unknown_outcome_is_sent_once_more_and_then_stays_visible() -> None:
    queue = MemoryQueue(item())
    transport = ScriptedTransport(UNKNOWN, UNKNOWN)
    for day in range(4):
        await relay(queue, transport).drain_once(NOON + timedelta(days=day))
    assert len(transport.delivered) == 2
    assert (queue.rows[1].state, queue.due[1]) == (OutboxState.OUTCOME_UNKNOWN, None)


async def test_one_mail_that_cannot_be_written_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    gone = notice(files=({"sha256": "gone", "filename": "a", "content_type": "a/b", "size": 1},))
    nowhere = notice(recipient=Mailbox("", "no address"))
    queue = MemoryQueue(item(1, notice=gone), item(2, notice=nowhere), item(3))
    await relay(queue, ScriptedTransport()).drain_once(NOON)
    states = [row.state for row in queue.rows.values()]
    assert states == [OutboxState.DEFERRED, OutboxState.FAILED, OutboxState.SENT]
    assert "cannot be written" in caplog.text


async def test_a_broken_transport_leaves_the_outcome_unknown_and_the_lane_alive(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(octets: bytes) -> None:
        raise RuntimeError("bug")

    queue = MemoryQueue(item())
    await relay(queue, ScriptedTransport(watch=broken)).drain_once(NOON)
    assert queue.rows[1].state is OutboxState.OUTCOME_UNKNOWN
    assert "unforeseen" in caplog.text


async def test_a_failing_template_is_logged_and_the_mail_leaves(caplog: pytest.LogCaptureFixture) -> None:
    queue = MemoryQueue(item())  # its context is empty, so every template fails
    await relay(queue, transport := ScriptedTransport()).drain_once(NOON)
    assert "acknowledgement/en" in caplog.text
    assert len(transport.delivered) == 1


@given(answers=st.lists(st.sampled_from([SENT, LATER, NEVER, UNKNOWN]), max_size=40), mails=st.integers(1, 6))
@settings(max_examples=40)
def test_whatever_the_servers_say_each_mail_ends_and_is_taken_once_at_most_by_a_known_answer(
    answers: list[DeliveryResult], mails: int
) -> None:
    queue = MemoryQueue(*(item(n) for n in range(mails)))
    transport = ScriptedTransport(*answers)

    async def live() -> None:
        for hour in range(24 * 6):
            await relay(queue, transport).drain_once(NOON + timedelta(hours=hour))

    asyncio.run(live())
    ended = {OutboxState.SENT, OutboxState.FAILED, OutboxState.OUTCOME_UNKNOWN}
    assert {row.state for row in queue.rows.values()} <= ended
    assert set(queue.due.values()) == {None}


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the lane has no event for what a test waits for
            await asyncio.sleep(0)


async def test_the_lane_sends_what_is_there_is_woken_for_more_and_ends_in_order() -> None:
    queue, transport, stop = MemoryQueue(*(item(n) for n in range(100))), ScriptedTransport(), asyncio.Event()
    lane = relay(queue, transport, connections=2)
    running = asyncio.create_task(lane.run(stop))
    await _until(lambda: all(row.state is OutboxState.SENT for row in queue.rows.values()))
    queue.rows[100], queue.due[100] = item(100), NOON
    lane.wake()
    await _until(lambda: queue.rows[100].state is OutboxState.SENT)
    stop.set()
    await running
    assert (len(transport.delivered), transport.closed) == (101, True)


async def test_what_is_on_its_way_when_the_lane_ends_is_still_settled() -> None:
    stop = asyncio.Event()
    queue = MemoryQueue(*(item(n) for n in range(8)))
    transport = ScriptedTransport(watch=lambda octets: stop.set())
    await relay(queue, transport).run(stop)
    assert {row.state for row in queue.rows.values()} == {OutboxState.SENT}


async def test_results_wait_for_a_busy_store(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maild.outbound.outbox.SETTLE_PAUSE", 0.0)
    queue = MemoryQueue(item())
    queue.busy_settles = 2
    await relay(queue, transport := ScriptedTransport()).drain_once(NOON)
    assert (queue.rows[1].state, len(transport.delivered)) == (OutboxState.SENT, 1)


def test_back_off_constants_are_within_what_the_standard_asks() -> None:
    assert FIRST_RETRY < LONGEST_RETRY == timedelta(minutes=30)  # RFC 5321 section 4.5.4.1


async def test_the_server_of_one_mailbox_that_is_down_keeps_no_other_waiting() -> None:
    """P53: each brand by its own account; what goes wrong there is told of its own mail only."""
    brand = notice(dedupe_key="2", message_id="<m.t.n2@brand.example>", sender=Mailbox("", "Help@Brand.example"))
    queue = MemoryQueue(item(1), item(2, notice=brand))
    desk, own = ScriptedTransport(), ScriptedTransport(LATER)
    await relay(queue, desk, by_mailbox={"help@brand.example": own}).drain_once(NOON)
    assert [row.state for row in queue.rows.values()] == [OutboxState.SENT, OutboxState.DEFERRED]
    assert (len(desk.delivered), len(own.delivered)) == (1, 1)


AWAY = DeliveryResult(delivered=False, permanent=False, code=0, text="no session with mx:587", tried=False)
BUSY = DeliveryResult(delivered=False, permanent=False, code=450, text="4.7.1 too much, retry in 300 seconds")


async def test_rel_54_a_dead_server_costs_no_mail_an_attempt() -> None:
    queue, transport = (
        MemoryQueue(item(1), item(2, attempts=3, state=OutboxState.DEFERRED)),
        ScriptedTransport(AWAY, AWAY),
    )
    transport.watch = lambda octets: setattr(transport, "resting", 40.0)
    lane = relay(queue, transport)
    await lane.drain_once(NOON)
    assert [(row.state, row.attempts) for row in queue.rows.values()] == [
        (OutboxState.PLANNED, 0), (OutboxState.DEFERRED, 3),
    ]  # fmt: skip
    assert set(queue.due.values()) == {NOON + timedelta(seconds=40)}
    assert queue.rows[1].last_error == "no session with mx:587"
    assert await lane.drain_once(NOON + timedelta(minutes=1)) == 0, "nothing is claimed while the server rests"
    transport.resting = 0.0
    assert await lane.drain_once(NOON + timedelta(minutes=1)) == 2
    assert {row.state for row in queue.rows.values()} == {OutboxState.SENT}


async def test_rel_53_a_mail_that_was_never_tried_fails_after_five_days_too() -> None:
    told: list[str] = []

    async def on_failed(failed: OutboxItem, result: DeliveryResult) -> None:
        told.append(result.text)

    queue = MemoryQueue(item(1, age=timedelta(days=5)))
    await relay(queue, ScriptedTransport(AWAY), on_failed=on_failed).drain_once(NOON)
    assert (queue.rows[1].state, queue.due[1]) == (OutboxState.FAILED, None)
    assert told == ["given up after 5 days, 0:00:00: no session with mx:587"]


def to_busy(number: int) -> OutboxItem:
    return item(number, notice=notice(dedupe_key=str(number), recipient=Mailbox("", f"p{number}@busy.example")))


async def test_rel_54_a_domain_that_takes_nothing_is_asked_by_one_mail_and_the_others_wait_unharmed() -> None:
    queue = MemoryQueue(*(to_busy(n) for n in range(9)), item(20))
    transport = ScriptedTransport(*[BUSY] * 3)
    now_is = [NOON]
    lane, now = relay(queue, transport, connections=1, now=lambda: now_is[0]), NOON
    queue.claim_at_most = 3
    for _ in range(4):
        await lane.drain_once(now)
    tried = [n for n, row in queue.rows.items() if row.attempts]
    assert tried == [0, 1, 2, 20], "three have met it, and the mail to another domain has left"
    waiting = {queue.due[n] for n in range(3, 9)}
    assert waiting == {NOON + timedelta(seconds=300)}, "as long as it asked for"
    now = now_is[0] = NOON + timedelta(seconds=301)
    transport.delivered.clear()
    queue.claim_at_most = 99
    await lane.drain_once(now)
    assert len(transport.delivered) == 1, "one mail asks whether it takes any again"
    now = now_is[0] = now + timedelta(seconds=61)
    await lane.drain_once(now)
    states = {n: row.state for n, row in queue.rows.items()}
    assert all(states[n] is OutboxState.SENT for n in range(3, 9))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.7.1 Greylisted for 5 minutes", 300),
        ("4.7.1 <ana@x.example>: Recipient address rejected: Greylisting in action, please come back in 00:10:00", 600),
        ("4.2.0 Greylisted, retry after 900s", 900),
        ("4.7.0 Try again later", 60),
    ],
)
async def test_rel_54_greylisting_is_answered_when_it_asks_for_it_and_slows_down_nobody_else(
    text: str, seconds: int
) -> None:
    grey = DeliveryResult(delivered=False, permanent=False, code=451, text=text)
    queue = MemoryQueue(*(to_busy(n) for n in range(6)))
    transport = ScriptedTransport(*[grey] * 6)
    await relay(queue, transport).drain_once(NOON)
    assert len(transport.delivered) == 6
    for due in queue.due.values():
        assert due is not None
        assert timedelta(seconds=seconds) <= due - NOON <= timedelta(seconds=seconds * 1.25)
