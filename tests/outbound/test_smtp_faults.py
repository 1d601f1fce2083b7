"""A server that fails at every step of a session, in every way: what becomes of the mail (REL-50, REL-51, REL-54)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from maild.domain.notice import DeliveryResult
from maild.outbound.smtp_client import Smarthost
from maild.outbound.transport import LONGEST_REST_SECONDS, REST_SECONDS, SmtpTransport
from maild.tls import client_context
from tests.helpers.certificates import server_context
from tests.helpers.smtp_server import CLOSE, SILENCE, ScriptedServer

ANA, BEN, CY = "ana@customer.example", "ben@customer.example", "cy@customer.example"
MAIL = b"Subject: x\r\n\r\nend\r\n"


class Fate(Enum):
    """What can become of a mail for one recipient."""

    SENT = "sent"
    LATER = "tried, and tried again later"
    NEVER = "refused for good"
    WAITS = "not tried: nobody was asked about it"
    UNKNOWN = "handed over without an answer"


SENT, LATER, NEVER, WAITS, UNKNOWN = Fate


def fate(result: DeliveryResult) -> Fate:
    if result.delivered:
        return SENT
    if result.after_data:
        return UNKNOWN
    return NEVER if result.permanent else LATER if result.tried else WAITS


class Monotonic:
    """A clock for rests, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def sending(server: ScriptedServer, **values: Any) -> AsyncIterator[tuple[SmtpTransport, Monotonic]]:
    clock = Monotonic()
    settings = {"host": "localhost", "tls": "none", "command_seconds": 0.15, "data_seconds": 0.15, **values}
    sender = SmtpTransport(Smarthost(port=server.port, **settings), monotonic=clock)
    try:
        yield sender, clock
    finally:
        await sender.close()


async def deliver(sender: SmtpTransport, *paths: str) -> list[Fate]:
    results = await sender.deliver("a@desk.example", paths or (ANA,), MAIL)
    return [fate(results[path]) for path in paths or (ANA,)]


FAULTS = ("451 4.3.0 later", "421 4.3.2 going down", "550 5.7.1 never", CLOSE, SILENCE, "nonsense")
TABLE = {
    #                later   421     never   close    silence  nonsense
    "connect":      (WAITS,  WAITS,  WAITS,  WAITS,   WAITS,   WAITS),
    "ehlo":         (WAITS,  WAITS,  WAITS,  WAITS,   WAITS,   WAITS),
    "starttls":     (WAITS,  WAITS,  WAITS,  WAITS,   WAITS,   WAITS),
    "auth":         (WAITS,  WAITS,  WAITS,  WAITS,   WAITS,   WAITS),
    "mail":         (LATER,  LATER,  NEVER,  LATER,   LATER,   LATER),
    "rcpt":         (LATER,  LATER,  NEVER,  LATER,   LATER,   LATER),
    "data":         (LATER,  LATER,  NEVER,  LATER,   LATER,   LATER),
    "dot":          (LATER,  LATER,  NEVER,  UNKNOWN, UNKNOWN, UNKNOWN),
    "rset":         (NEVER,  NEVER,  NEVER,  NEVER,   NEVER,   NEVER),
    "quit":         (SENT,   SENT,   SENT,   SENT,    SENT,    SENT),
}  # fmt: skip
"""A fault before the mail was begun costs it no attempt; only one after the dot leaves a doubt. RSET comes after a
recipient was refused, and QUIT after a mail was taken: neither changes what was said before."""

CELLS = [
    pytest.param(step, fault, wanted, id=f"{step}-{fault.split()[0]}")
    for step, row in TABLE.items()
    for fault, wanted in zip(FAULTS, row, strict=True)
]


@pytest.mark.parametrize(("step", "fault", "wanted"), CELLS)
async def test_rel_50_every_fault_at_every_step_has_its_meaning(
    step: str, fault: str, wanted: Fate, certificate: Path
) -> None:
    script = {step: [fault] * 3}
    if step == "rset":
        script["rcpt"] = ["550 5.1.1 no such user"]
    server = ScriptedServer(script, tls=server_context(certificate), extensions=("STARTTLS", "AUTH PLAIN"))
    secure = {
        "tls": "starttls",
        "tls_context": client_context(ca_file=str(certificate)),
        "user": "u",
        "password": "p",
        "command_seconds": 0.4,
    }
    async with server, sending(server, **secure) as (sender, clock):
        assert await deliver(sender) == [wanted]
        assert len(server.handed) == (step in ("dot", "quit"))
        if step == "quit":
            await sender.close()
        # Whatever it was, when it is over the next mail leaves, and nothing is said twice
        server.script.clear()
        clock.now += LONGEST_REST_SECONDS
        assert await deliver(sender, BEN) == [SENT]
        assert [mail.forward_paths for mail in server.handed].count([ANA]) <= 1
        assert not any("MAIL" in command and "AUTH" not in str(session.commands) for session in server.sessions
                       for command in session.commands), "said in a session without login"  # fmt: skip


ANSWERS = {"250 ok": SENT, "550 5.1.1 no": NEVER, "450 4.2.1 later": LATER}


@pytest.mark.parametrize("third", ANSWERS)
@pytest.mark.parametrize("second", ANSWERS)
@pytest.mark.parametrize("first", ANSWERS)
async def test_rel_50_each_recipient_has_a_result_of_his_own(first: str, second: str, third: str) -> None:
    answers = dict(zip((ANA, BEN, CY), (first, second, third), strict=True))
    script = {f"rcpt:{path}": [answer] for path, answer in answers.items()}
    async with ScriptedServer(script) as server, sending(server) as (sender, _):
        assert await deliver(sender, ANA, BEN, CY) == [ANSWERS[answer] for answer in answers.values()]
        taken = [path for path, answer in answers.items() if answer == "250 ok"]
        assert [mail.forward_paths for mail in server.taken] == ([taken] if taken else [])


@pytest.mark.parametrize("fault", [CLOSE, SILENCE, "421 4.3.2 going down"])
@pytest.mark.parametrize("at", [ANA, BEN, CY])
async def test_rel_50_a_session_that_ends_among_the_recipients_loses_no_answer(at: str, fault: str) -> None:
    """Who was refused for good stays refused; nobody else was told anything, so nobody has got it."""
    paths = (ANA, BEN, CY)
    script = {f"rcpt:{ANA}": ["550 5.1.1 no"]} | {f"rcpt:{at}": [fault]}
    async with ScriptedServer(script) as server, sending(server) as (sender, _):
        found = await deliver(sender, *paths)
        assert found == [NEVER if path == ANA != at else LATER for path in paths]
        assert server.handed == []


async def test_rel_54_a_refused_login_is_tried_once_in_five_minutes_and_fails_no_mail() -> None:
    server = ScriptedServer({"auth": ["535 5.7.8 wrong"] * 9}, extensions=("AUTH PLAIN",))
    async with server, sending(server, user="u", password="p") as (sender, clock):
        for _ in range(20):
            assert await deliver(sender) == [WAITS]
            clock.now += LONGEST_REST_SECONDS / 10
        assert len(server.sessions) == 2
        assert sender.trouble is not None
        assert "535" in sender.trouble[1]
        server.script.clear()
        clock.now += LONGEST_REST_SECONDS
        assert await deliver(sender) == [SENT]
        assert sender.trouble is None


async def test_rel_54_a_dead_server_is_knocked_at_by_one_and_less_and_less_often() -> None:
    async with ScriptedServer({"connect": ["421 no"] * 99}) as server, sending(server) as (sender, clock):
        seen = []
        for _ in range(4):
            fates = await asyncio.gather(*(deliver(sender) for _ in range(20)))
            assert all(one == [WAITS] for one in fates)
            seen.append((len(server.sessions), sender.rest()))
            clock.now += sender.rest()
        first = seen[0][0]
        assert first <= 4, "at first everybody who was on his way meets it"
        assert [sessions - first for sessions, _ in seen] == [0, 1, 2, 3], "then one at a time"
        assert [rest / REST_SECONDS for _, rest in seen] == [1, 2, 4, 8]


async def test_rel_54_a_server_that_returns_meets_one_and_then_as_many_as_there_are_connections() -> None:
    async with ScriptedServer({"connect": ["421 no"] * 4}) as server, sending(server, connections=4) as (sender, clock):
        assert await deliver(sender) == [WAITS]
        server.script.clear()
        clock.now += sender.rest()
        before = len(server.sessions)
        fates = await asyncio.gather(*(deliver(sender, f"p{n}@customer.example") for n in range(40)))
        assert all(one == [SENT] for one in fates)
        assert len(server.sessions) - before <= 4


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
async def test_rel_54_a_421_in_the_middle_gives_the_server_the_rest_it_asks_for(step: str) -> None:
    script = {step: ["421 4.7.0 too fast, try again in 2 minutes"]}
    async with ScriptedServer(script) as server, sending(server) as (sender, clock):
        assert await deliver(sender) == [LATER]
        assert sender.rest() == 120
        assert await deliver(sender) == [WAITS]
        clock.now += 120
        assert await deliver(sender) == [SENT]


async def test_one_mail_that_ends_every_session_lets_the_others_pass() -> None:
    """It is tried and backs off by itself; a breaker that made it knock for all would stop the desk."""
    async with ScriptedServer({f"rcpt:{ANA}": [CLOSE] * 9}) as server, sending(server) as (sender, _):
        for _ in range(3):
            assert await deliver(sender) == [LATER]
            assert await deliver(sender, BEN) == [SENT]
        assert len(server.taken) == 3
