"""Whole desks that answer each other, with every automatic header stripped on the way (P9, REL-60, SEC-63)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.world import WORLD, World, letter

VICTIM = "victim@bank.example"
STRIPPED = (
    b"auto-submitted", b"precedence", b"x-auto-response-suppress", b"x-loop", b"in-reply-to", b"references",
    b"list-unsubscribe",
)  # fmt: skip


def config(domain: str, *, unproven: int = 1, more: str = "") -> str:
    return WORLD.replace("casa-azul.example", domain).replace("home.example", f"agents.{domain}") + (
        f"\n[guard]\nunproven_per_day = {unproven}\n{more}"
    )


def desk(folder: Path, domain: str, **values: Any) -> World:
    folder.mkdir()
    return World(folder, config(domain, **values))


@pytest.fixture
def desks(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, World]]:
    """As many desks as asked for, by their domains."""
    domains = [f"desk{n}.example" for n in range(request.param)]
    with ExitStack() as stack:
        yield {d: stack.enter_context(closing(desk(tmp_path / d, d, unproven=3))) for d in domains}


def stripped(octets: bytes, *, tokens: bool) -> bytes:
    """The mail as a gateway leaves it that throws out every sign of a robot; without `tokens` also our own."""
    head, _, body = octets.partition(b"\r\n\r\n")
    fields = re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
    kept = [field for field in fields if field.split(b":")[0].lower() not in STRIPPED]
    if not tokens:
        kept = [f for f in kept if f.split(b":")[0].lower() not in (b"reply-to", b"message-id")]
        kept = [re.sub(rb"\[#\S+\]", b"", field) for field in kept]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


def a_day(desks: dict[str, World], *, tokens: bool) -> Counter[tuple[str, int]]:
    """24 hours in which every mail to another desk's address arrives a minute later; automatic mails by thread."""
    carried = dict.fromkeys(desks, 0)
    for _ in range(24 * 60):
        for world in desks.values():
            world.clock.advance(minutes=1)
        todo = []
        for domain, world in desks.items():
            fresh = world.letterbox.mails[carried[domain] :]
            carried[domain] += len(fresh)
            todo += [(path, octets) for _, path, octets in fresh]
        for path, octets in todo:
            there = path.rpartition("@")[2]
            if there in desks:
                sender = re.search(rb"From:.*<(.*)>", octets)
                assert sender
                mail = stripped(octets, tokens=tokens)
                desks[there].take(mail, to=[path], reverse_path=sender[1].decode())
    automatic: Counter[tuple[str, int]] = Counter()
    for domain, world in desks.items():
        rows = world.app.store.queries.outbox_rows(limit=10_000)
        automatic.update(
            (domain, row["ticket"]) for row in rows if row["class"] == "auto-answer" and row["state"] == "sent"
        )
    return automatic


@pytest.mark.parametrize("desks", [2, 3], indirect=True)
@pytest.mark.parametrize("tokens", [True, False], ids=["tokens kept", "tokens stripped too"])
def test_rel_60_desks_that_answer_each_other_fall_silent(desks: dict[str, World], tokens: bool) -> None:
    names = list(desks)
    for n, domain in enumerate(names):
        other = f"support@{names[(n + 1) % len(names)]}"
        desks[domain].take(letter(f"Other <{other}>", f"support@{domain}", "Hello", "x"), reverse_path=other,
                           to=[f"support@{domain}"])  # fmt: skip
    automatic = a_day(desks, tokens=tokens)
    assert automatic, "nobody said anything: this proves nothing"
    assert max(automatic.values()) == 1
    for domain in desks:
        to: Counter[str] = Counter(path for _, path, _ in desks[domain].letterbox.mails if "agents" not in path)
        assert max(to.values(), default=0) <= 10
        assert sum(count for (d, _), count in automatic.items() if d == domain) <= 10 * len(desks)


@pytest.mark.parametrize(
    ("allowed", "waves"),
    [(1, 4), (2, 4), pytest.param(1, 40, marks=pytest.mark.slow)],
    ids=["1 of 100", "2", "1 of 1000"],
)
def test_sec_63_a_thousand_forged_mails_give_their_victim_one(tmp_path: Path, allowed: int, waves: int) -> None:
    """Within a day. Where two are allowed they are two: the control. Nobody of the desk is told, to save time."""
    text = config("desk.example", unproven=allowed, more='[trust]\nmode = "header"\nauthserv_id = "mx.desk.example"\n')
    text = text.replace('leader = "rui"\nmembers = ["rui", "eva"]\n', 'leader = ""\nmembers = []\n')
    forged = letter(f"V <{VICTIM}>", "support@desk.example", "Buy NUMBER", "x", message_id="<NUMBER@evil.example>")
    with closing(World(tmp_path, text)) as world:
        for wave in range(waves):
            mails = [forged.replace(b"NUMBER", b"%d" % n) for n in range(wave * 25, wave * 25 + 25)]
            world.take_many(mails, to=["support@desk.example"], reverse_path=f"x{wave}@evil.example")
            world.clock.advance(minutes=23 * 60 / waves)
        assert world.app.store.lanes.book()["opened"] == waves * 25
        assert len(world.inbox(VICTIM)) == allowed
        assert not any("Buy" in mail.as_string() for mail in world.inbox(VICTIM))
