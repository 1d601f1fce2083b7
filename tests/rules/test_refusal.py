"""A configuration that cannot be used is told to the operator by mail: every fault, with file and line."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from maild.renewal import refuse
from tests.helpers.world import World, words


def test_the_operator_gets_every_fault_rel_39(tmp_path: Path) -> None:
    desk = World(tmp_path)
    app = replace(desk.app, place=tmp_path / "maild.toml")
    faults = [f"maild.toml:{number}: rule 'x': when.form: no such key" for number in range(1, 34)]
    asyncio.run(refuse(app, tuple(faults)))
    desk.send()
    (mail,) = desk.inbox("operator@casa-azul.example")
    text = words(mail)
    assert faults[0] in text
    assert faults[29] in text
    assert faults[30] not in text
    assert "and 3 more" in text
    desk.close()
