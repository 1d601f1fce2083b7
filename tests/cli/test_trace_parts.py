"""`maild trace` tells how sure we were of a writer, and of what that was made."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from maild.cli import maild
from tests.helpers.command_line import write_keys
from tests.helpers.world import World, letter, reply_address


def test_trace_shows_level_score_and_each_part_with_its_points(world: World) -> None:
    ana, to = "ana@quinta.example", "support@casa-azul.example"
    world.take(letter(ana, to, "Printer", "It does nothing."), to=[to], reverse_path=ana)
    told = world.inbox(ana)[0]
    world.take(letter("x@phone.example", reply_address(told), "Re: Printer", "It is blue.", answers=told))
    folder: Path = world.app.folder
    write_keys(folder)
    world.close()
    page = CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), "trace", "Printer"]).output
    opened, stranger = sorted(page.split("Mail ")[1:], key=lambda one: int(one.split()[0]))
    for mail in (opened, stranger):
        level = re.search(r"^  trust      ([a-z-]+), score (-?\d+)$", mail, re.M)
        assert level, mail
        parts = re.findall(r"^ +([+-]\d+)  ([a-z-]+): \S", mail, re.M)
        assert sum(int(points) for points, _ in parts) == int(level[2])
        assert {"from", "authentication"} <= {name for _, name in parts}
    assert "+0  token: the token was issued to somebody else" in stranger
    assert "WriterAsked" in stranger
