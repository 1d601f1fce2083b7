"""Services that rules call: signed, tried again, never twice at once, never anywhere else."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from maild.desk.ports import UnitOfWork
from maild.desk.queues import CallState
from maild.errors import ConfigError
from maild.outbound.calling import AT_A_TIME, GIVE_UP, CallLane, Service
from tests.helpers.world import WORLD, World, letter
from tests.rules.test_changes import opened

HOOKS = """
[[webhook]]
name = "chat"
url = "https://chat.example/hook"
secret = { env = "CHAT_SECRET" }

[[rule]]
name = "tell"
when = { subject = "outage" }
then = { webhook = "chat", priority = "urgent" }
"""
SERVICES = {"chat": Service(url="https://chat.example/hook", secret=b"s3cret", limit=0.2)}
Answer = Callable[[httpx2.Request], httpx2.Response]


def lane(desk: World, answer: Answer) -> CallLane:
    return CallLane(desk.app.store.calls, SERVICES, now=desk.clock, transport=httpx2.MockTransport(answer))


def world(folder: Path) -> World:
    return World(folder, WORLD + HOOKS)


def states(desk: World) -> list[tuple[CallState, int]]:
    return [(call.state, call.attempts) for call in desk.app.store.calls.newest(9)]


def test_a_call_is_signed_and_tells_the_ticket_without_its_words(tmp_path: Path) -> None:
    desk = world(tmp_path)
    number = opened(desk, "Outage in Porto", "Our secret plans.")
    opened(desk, "Nothing special")
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    assert asyncio.run(lane(desk, answer)()) == 1
    assert asyncio.run(lane(desk, answer)()) == 0
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", "https://chat.example/hook")
    told = json.loads(request.content)
    assert told["rule"] == "tell"
    assert (told["ticket"]["number"], told["ticket"]["requester"]["address"]) == (number, "ana@quinta.example")
    assert b"secret plans" not in request.content
    stamp, _, mac = request.headers["X-Maild-Signature"].partition(",v1=")
    signed = stamp.removeprefix("t=").encode() + b"." + request.content
    assert mac == hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert states(desk) == [(CallState.DONE, 1)]
    desk.close()


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_may_pass_is_tried_again_with_the_same_words_until_a_day_is_over(tmp_path: Path, status: int) -> None:
    desk = world(tmp_path)
    opened(desk, "Outage")
    bodies: list[tuple[str, bytes]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        bodies.append((request.headers["X-Maild-Delivery"], request.content))
        return httpx2.Response(status)

    calls = lane(desk, answer)
    asyncio.run(calls())
    asyncio.run(calls())
    assert states(desk) == [(CallState.WAITING, 1)]
    for _ in range(40):
        desk.clock.advance(hours=1)
        asyncio.run(calls())
    ((state, attempts),) = states(desk)
    assert state is CallState.FAILED
    assert 5 <= attempts <= 12
    assert len(bodies) == attempts
    assert len(set(bodies)) == 1
    assert desk.app.store.calls.newest(1)[0].last_error == f"answered {status}"
    desk.close()


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 410])
def test_sec_36_what_will_not_pass_is_not_tried_again_and_no_redirect_is_followed(tmp_path: Path, status: int) -> None:
    desk = world(tmp_path)
    opened(desk, "Outage")
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(status, headers={"Location": "http://169.254.169.254/"})

    asyncio.run(lane(desk, answer)())
    desk.clock.advance(hours=2)
    asyncio.run(lane(desk, answer)())
    assert asked == ["https://chat.example/hook"]
    assert states(desk) == [(CallState.FAILED, 1)]
    desk.close()


def test_a_service_that_is_away_or_silent_costs_its_limit_and_no_more(tmp_path: Path) -> None:
    desk = world(tmp_path)
    opened(desk, "Outage")

    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    async def silent(request: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError

    asyncio.run(lane(desk, away)())
    assert "refused" in desk.app.store.calls.newest(1)[0].last_error
    desk.clock.advance(hours=1)
    transport = httpx2.MockTransport(silent)
    asyncio.run(CallLane(desk.app.store.calls, SERVICES, now=desk.clock, transport=transport)())
    assert desk.app.store.calls.newest(1)[0].last_error == "no answer in 0.2 seconds"
    assert states(desk) == [(CallState.WAITING, 2)]
    desk.close()


def test_a_backlog_of_a_service_that_is_down_holds_up_no_other(tmp_path: Path) -> None:
    desk = world(tmp_path)

    def plan(uow: UnitOfWork) -> None:
        for webhook in (*["chat"] * 3 * AT_A_TIME, "pager"):
            uow.calls.plan(webhook, ticket=10001, body="{}", now=desk.clock())

    desk.app.store.writer.run(plan)
    tried: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        tried.append(request.url.host)
        return httpx2.Response(204 if request.url.host == "pager.example" else 503)

    services = SERVICES | {"pager": Service(url="https://pager.example/hook", secret=b"s", limit=0.2)}
    queue = desk.app.store.calls
    assert asyncio.run(CallLane(queue, services, now=desk.clock, transport=httpx2.MockTransport(answer))()) == 1
    assert tried.count("chat.example") <= AT_A_TIME
    assert tried.count("pager.example") == 1
    assert [call.last_error for call in queue.newest(2)] == ["", "not tried: the service has just failed"]
    desk.close()


def test_two_processes_make_a_call_once_and_a_dead_one_loses_none(tmp_path: Path) -> None:
    desk = world(tmp_path)
    for number in range(30):
        opened(desk, f"Outage {number}")
    made: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        made.append(request.headers["X-Maild-Delivery"])
        return httpx2.Response(200)

    async def both() -> None:
        (dead, *_) = await desk.app.store.calls.claim(limit=1, now=desk.clock(), lease_seconds=120)
        await asyncio.gather(lane(desk, answer)(), lane(desk, answer)())
        assert len(made) == len(set(made)) == 29
        desk.clock.advance(minutes=3)
        await lane(desk, answer)()
        assert len(set(made)) == 30
        await desk.app.store.calls.settle(dead, state=CallState.FAILED, due_at=None, error="came back to life")

    asyncio.run(both())
    assert {state for state, _ in states(desk)} == {CallState.DONE}
    desk.close()


def test_a_webhook_that_the_configuration_has_dropped_is_given_up(tmp_path: Path) -> None:
    desk = world(tmp_path)
    opened(desk, "Outage")
    asyncio.run(CallLane(desk.app.store.calls, {}, now=desk.clock)())
    assert states(desk) == [(CallState.FAILED, 1)]
    assert timedelta(days=1) == GIVE_UP
    desk.close()


def test_a_mail_that_fails_calls_nobody(tmp_path: Path) -> None:
    hold = '\n[[rule]]\nname = "hold"\nwhen = { subject = "outage" }\nthen = { hold = "x" }\n'
    desk = World(tmp_path, WORLD + HOOKS + hold)
    desk.take(letter("ana@quinta.example", "support@casa-azul.example", "Outage", "x"), reverse_path="a@b.example")
    assert states(desk) == []
    desk.close()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("https://chat.example", "http://chat.example"), "write an address such as https://"),
        (("https://chat.example", "https://user:pw@chat.example"), "write an address such as https://"),
        (("https://chat.example", "file:///etc"), "write an address such as https://"),
        (('webhook = "chat"', 'webhook = "chta"'), "did you mean 'chat'?"),
    ],
)
def test_sec_36_only_configured_and_safe_addresses_are_called(
    tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        World(tmp_path, WORLD + HOOKS.replace(*change))
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems
