"""One person with several addresses, people behind a group's address, people of one organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maild.desk.queues import Outcome
from maild.domain.intent import Trust
from tests.helpers.world import World, letter
from tests.trust.conftest import ANA, RUI, SUPPORT, Checked

GROUPS = """
[[group]]
address = "all@quinta.pt"

[[group]]
address = "list@lists.quinta.pt"
original = "reply-to"
"""


def view(world: World, number: int) -> dict[str, Any]:
    found = world.app.store.queries.ticket_view(number)
    assert found is not None
    return found


def requester(world: World, number: int) -> str:
    return str(view(world, number)["requester"]["address"])


@pytest.mark.parametrize(
    ("sender", "headers", "expected"),
    [
        ("'Ana' via All <all@quinta.pt>", {"X-Original-From": f"Ana <{ANA}>"}, ANA),
        ("Ana via List <list@lists.quinta.pt>", {"Reply-To": f"{ANA}, list@lists.quinta.pt"}, ANA),
        ("list@lists.quinta.pt", {"Reply-To": "list@lists.quinta.pt"}, "list@lists.quinta.pt"),
        ("all@quinta.pt", {"X-Original-From": f"{ANA}, eve@evil.pt"}, "all@quinta.pt"),
        ("all@quinta.pt", {"X-Original-From": SUPPORT}, "all@quinta.pt"),
        ("all@quinta.pt", {"Reply-To": ANA}, "all@quinta.pt"),
        # nobody else may name another writer
        ("mallory@evil.pt", {"X-Original-From": ANA, "Reply-To": ANA}, "mallory@evil.pt"),
        ("x@lists.quinta.pt", {"Reply-To": ANA}, "x@lists.quinta.pt"),
    ],
)
def test_p34_the_writer_behind_a_configured_group(
    tmp_path: Path, sender: str, headers: dict[str, str], expected: str
) -> None:
    checked = Checked(tmp_path, "", GROUPS)
    settled = checked.send(letter(sender, SUPPORT, "Printer", "It does nothing.", headers=headers))
    assert settled.outcome is Outcome.OPENED
    assert requester(checked.world, settled.ticket) == expected
    assert settled.trace["identity"]["trust"] in (Trust.FROM_ONLY, Trust.UNKNOWN)
    checked.world.close()


def test_p34_a_group_never_makes_an_agent(tmp_path: Path) -> None:
    checked = Checked(tmp_path, "", GROUPS)
    checked.opens(by="")
    notice = checked.world.inbox(RUI)[-1]
    settled = checked.answers(notice, "all@quinta.pt", "#close", headers={"X-Original-From": RUI})
    assert checked.world.ticket(10001)["state"] == "new"
    assert settled.trace["identity"]["trust"] == Trust.FROM_ONLY
    assert len(checked.world.inbox(ANA)) == 1
    checked.world.close()


ORGANISATIONS = """
[[organisation]]
name = "Quinta"
domains = ["quinta.pt"]

[[rule]]
name = "theirs"
when = { organisation = "Quinta" }
then = { tag = "quinta" }
"""


def test_an_organisation_is_known_by_its_domains(tmp_path: Path) -> None:
    standard = '[[sla]]\nname = "standard"'
    theirs = '[[sla]]\nname = "quinta"\norganisations = ["Quinta"]\nfirst_response = { normal = 30 }'
    checked = Checked(tmp_path, "", ORGANISATIONS)
    config = (tmp_path / "maild.toml").read_text("utf-8").replace(standard, f"{theirs}\n\n{standard}")
    checked.world.close()
    folder = tmp_path / "again"
    folder.mkdir()
    world = World(folder, config)
    for number, (sender, tags, policy) in enumerate(
        [
            (ANA, ("quinta",), "quinta"),
            ("luis@lisboa.quinta.pt", ("quinta",), "quinta"),
            ("eve@notquinta.pt", (), "standard"),
        ]
    ):
        octets = letter(sender, SUPPORT, f"Printer {number}", "It does nothing.")
        settled = world.take(octets, to=[SUPPORT], reverse_path=sender)
        assert settled.outcome is Outcome.OPENED, settled.reason
        ticket = world.ticket(10001 + number)
        assert (tuple(ticket["tags"]), ticket["policy"]) == (tags, policy)
    world.close()
