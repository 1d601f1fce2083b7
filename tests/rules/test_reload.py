"""Rules that change under a running desk: whole or not at all, and never under a mail in hand."""

from __future__ import annotations

import asyncio
import fcntl
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from maild import renewal
from maild.app import rulebook_of
from maild.config.model import Config
from maild.config.rule_files import stamp
from maild.config.versions import ASIDE, paths_of
from maild.reload import ConfigurationWatch
from maild.renewal import Renewal, put_in_force, read_anew
from maild.rules.rulebook import Rulebook
from maild.store.errors import StoreUnavailable
from tests.helpers.world import World, letter

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
GOOD = '[[rule]]\nname = "greeting"\nwhen = { subject = "hello" }\nthen = { tag = "polite" }\n'
BAD = '[[rule]]\nname = "greeting"\nthen = { team = "biling" }\n'


class Bench:
    """A desk, a watch on its files, and what the operator was told."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.file, self.told = world, folder / "rules.d" / "more.toml", list[str]()
        self.file.parent.mkdir()
        app = replace(world.app, place=folder / "maild.toml")
        self.watch = ConfigurationWatch(
            folder / "maild.toml", read=partial(read_anew, app), use=partial(put_in_force, app), refused=self._refused
        )

    async def _refused(self, faults: tuple[str, ...]) -> None:
        self.told.extend(faults)

    def write(self, text: str, at: int) -> bool:
        self.file.write_text(text, "utf-8")
        os.utime(self.file, (at, at))
        return asyncio.run(self.watch.look())

    def tags(self, subject: str) -> object:
        return self.world.ticket(self.world.take(letter(ANA, SUPPORT, subject, "Text.")).ticket)["tags"]


def test_a_new_file_is_in_force_for_the_next_mail(world: World, tmp_path: Path) -> None:
    bench = Bench(world, tmp_path)
    assert bench.tags("Hello") == ()
    assert bench.write(GOOD, at=1)
    assert bench.tags("Hello again") == ("polite",)


def test_what_is_odd_is_logged_with_what_to_do(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(world, tmp_path)
    assert bench.write('[[rule]]\nname = "never"\nwhen = { subject = "a", not = { text = "a" } }\nstop = true\n', at=1)
    (line,) = [record.message for record in caplog.records if "'never'" in record.message]
    assert line == (
        f"odd in the configuration: {bench.file}:1: rule 'never': can never hit: subject has a and not (text has a); "
        "mend the conditions, or take the rule out"
    )


def test_files_that_did_not_change_are_not_read(world: World, tmp_path: Path) -> None:
    bench = Bench(world, tmp_path)
    before = world.app.rulebook
    assert not asyncio.run(bench.watch.look())
    assert world.app.rulebook is before
    bench.watch.ask()
    assert asyncio.run(bench.watch.look())
    assert world.app.rulebook.rules == before.rules


def test_a_broken_file_leaves_the_old_rules_in_force_and_is_told_once(world: World, tmp_path: Path) -> None:
    bench = Bench(world, tmp_path)
    bench.write(GOOD, at=1)
    assert not bench.write(BAD, at=2)
    assert bench.tags("Hello") == ("polite",)
    assert not bench.write(BAD, at=3)
    (told,) = bench.told
    assert "more.toml:3: rule 'greeting': then.team: 'biling' is not known; did you mean 'billing'?" in told
    assert bench.watch.faults == (told,)
    assert bench.write(GOOD.replace("polite", "kind"), at=4)
    assert not bench.watch.faults
    assert bench.tags("Hello, third time") == ("kind",)


def test_what_the_store_could_not_take_is_tried_again(world: World, tmp_path: Path) -> None:
    """A disk that was full for a minute must not leave the old rules in force for ever."""
    bench, full = Bench(world, tmp_path), [True]
    app = replace(world.app, place=tmp_path / "maild.toml")

    async def use(renewal: Renewal) -> None:
        if full:
            raise StoreUnavailable("the disk is full")
        await put_in_force(app, renewal)

    async def refused(faults: tuple[str, ...]) -> None:
        if full:
            raise StoreUnavailable("the disk is full")
        bench.told.extend(faults)

    bench.watch = ConfigurationWatch(tmp_path / "maild.toml", read=partial(read_anew, app), use=use, refused=refused)
    for text in (GOOD, BAD):
        full[:] = [True]
        with pytest.raises(StoreUnavailable):
            bench.write(text, at=len(text))
        full.clear()
        asyncio.run(bench.watch.look())
    assert bench.tags("Hello") == ("polite",)
    assert len(bench.told) == 1
    assert bench.watch.faults == tuple(bench.told)


def test_what_was_written_while_the_desk_was_opened_is_read(world: World, tmp_path: Path) -> None:
    bench = Bench(world, tmp_path)
    place = tmp_path / "maild.toml"
    before = stamp(paths_of(place))
    bench.file.write_text(GOOD, "utf-8")
    app = replace(world.app, place=place)
    watch = ConfigurationWatch(place, read=partial(read_anew, app), use=partial(put_in_force, app), seen=before)
    assert asyncio.run(watch.look())
    assert bench.tags("Hello") == ("polite",)


def test_nobody_puts_others_in_place_while_the_files_are_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of one version and half of the next would be in force."""
    place, tried = tmp_path / "maild.toml", list[bool]()

    def free() -> bool:
        with (tmp_path / f"{ASIDE}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def load(config: Config, source: Path) -> Rulebook:
        tried.append(free())
        return rulebook_of(config, source)

    monkeypatch.setattr(renewal, "rulebook_of", load)
    read_anew(replace(world.app, place=place))
    assert tried == [False]
    assert free()


def test_an_example_that_fails_refuses_the_file(world: World, tmp_path: Path) -> None:
    bench = Bench(world, tmp_path)
    assert not bench.write(GOOD + '[[rule.example]]\nmail = { subject = "Bye" }\n', at=1)
    assert "the rule should hit" in bench.told[0]


def test_a_file_that_goes_away_takes_its_rules_along(world: World, tmp_path: Path) -> None:
    bench = Bench(world, tmp_path)
    bench.write(GOOD, at=1)
    bench.file.unlink()
    assert asyncio.run(bench.watch.look())
    assert bench.tags("Hello") == ()


def test_the_watch_reads_again_when_it_is_asked_while_it_waits(world: World, tmp_path: Path) -> None:
    """What SIGHUP does."""

    async def play() -> int:
        stop, done, counts = asyncio.Event(), asyncio.Event(), list[int]()

        async def use(renewal: Renewal) -> None:
            counts.append(len(renewal.fresh.rulebook.rules))
            done.set()

        app = replace(world.app, place=tmp_path / "maild.toml")
        watch = ConfigurationWatch(tmp_path / "maild.toml", read=partial(read_anew, app), use=use)
        async with asyncio.TaskGroup() as group, asyncio.timeout(60):
            group.create_task(watch.run(stop))
            watch.ask()
            await done.wait()
            stop.set()
        return counts[0]

    assert asyncio.run(play()) == 2
