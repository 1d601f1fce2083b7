"""Two processes on one store, each at the same thing: what is to happen once happens once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maild.desk.ports import Conflict
from maild.desk.queues import Outcome
from maild.store.tickets import TicketRepository
from tests.helpers.world import World, letter

pytestmark = pytest.mark.slow

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


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
