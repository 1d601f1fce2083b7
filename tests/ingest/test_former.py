"""Numbers of the helpdesk that was here before (features, chapter 2): they lead to their tickets for a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config import load
from maild.errors import ConfigError
from maild.ingest.former import Former, former_key
from tests.helpers.world import WORLD, World, letter

ANA, SUPPORT = "ana@quinta.example", "support@casa-azul.example"
OLD = "\n[[former]]\nname = 'old'\nsubject = '\\[Ticket#([0-9]+)\\]'\nuntil = 2026-11-30\n"


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[World]:
    """A desk on which Ana's ticket 10001 was 4711 before."""
    world = World(tmp_path, WORLD + OLD)
    world.take(letter(ANA, SUPPORT, "Printer", "It eats paper."), to=[SUPPORT], reverse_path=ANA)
    world.app.store.writer.run(lambda uow: uow.articles.remember(former_key("old", "4711"), 10001))
    yield world
    world.close()


def reply(world: World, who: str, subject: str) -> tuple[str, int]:
    settled = world.take(letter(who, SUPPORT, subject, "It still does."), to=[SUPPORT], reverse_path=who)
    return settled.outcome, settled.ticket


def test_an_old_number_finds_its_ticket(moved: World) -> None:
    assert reply(moved, ANA, "Re: [Ticket#4711] Printer") == ("appended", 10001)


@pytest.mark.parametrize("subject", ["Re: [Ticket#4712] Printer", "Re: [Ticket#04711] x", "Re: Ticket#4711", "4711"])
def test_another_number_finds_nothing(moved: World, subject: str) -> None:
    assert reply(moved, ANA, subject) == ("opened", 10002)


def test_after_its_last_day_it_is_no_sign_any_more(moved: World) -> None:
    moved.clock.advance(days=8)
    assert reply(moved, ANA, "Re: [Ticket#4711] Printer") == ("opened", 10002)


def test_an_old_number_gives_a_stranger_nothing_sec_18(moved: World) -> None:
    assert reply(moved, "mallory@evil.example", "Re: [Ticket#4711] Printer") == ("appended", 10001)
    view = moved.app.store.queries.ticket_view(10001)
    assert view is not None
    assert not view["articles"][-1]["verified"]
    assert moved.inbox("mallory@evil.example") == []


@pytest.mark.parametrize("pattern", ["[Ticket#(", "Ticket#[0-9]+", "(Ticket)#([0-9]+)", "(?=x)(a)"])
def test_a_pattern_that_names_no_number_is_refused_with_words(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "maild.toml"
    path.write_text(WORLD + f"\n[[former]]\nname = 'old'\nsubject = '{pattern}'\n", "utf-8")
    with pytest.raises(ConfigError, match="former"):
        load(path, year=2026)


@given(st.text(max_size=300))
def test_no_subject_makes_it_raise_and_keys_are_never_message_ids(subject: str) -> None:
    former = Former(name="old", subject="#(.+)")
    assert not any(key.startswith("<") for key in former.keys(subject, date(2026, 1, 1)))
