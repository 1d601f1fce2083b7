"""A configuration is put in place whole or not at all, wherever he who does it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from maild.config import versions
from maild.config.versions import ASIDE, MAIN, collect, digest, draft, finish, install, standing, write_out
from maild.errors import ConfigError

OLD = {
    MAIN: b'templates = "words"\n[desk]\nname = "old"\n',
    "rules.d/10.toml": b"# old ten\n",
    "rules.d/20.toml": b"# old twenty\n",
    "words/mail/closed/en/body.txt": b"old words\n",
}
NEW = {
    MAIN: b'templates = "words"\n[desk]\nname = "new"\n',
    "rules.d/10.toml": b"# new ten\n",
    "rules.d/30.toml": b"# new thirty\n",
    "words/mail/closed/pt/body.txt": b"palavras\n",
    "feiras.ics": b"BEGIN:VCALENDAR\n",
}
POINTS = ("apply-begin", "apply-written", "apply-decided", "apply-moved:1", "apply-moved:3", "apply-moved:5",
          "apply-removed:1", "apply-removed:2", "apply-done")  # fmt: skip

INSTALL = """
import json, sys
from pathlib import Path
from maild.config.versions import install
install(Path(sys.argv[1]), {name: text.encode() for name, text in json.loads(sys.argv[2]).items()})
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The configuration OLD in its place, beside things that are none of it."""
    (tmp_path / "desk.keys").write_text("1 aa\n", "ascii")
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / ".10.toml.swp").write_text("half written", "ascii")
    return write_out(OLD, tmp_path)


def test_everything_it_is_made_of_is_collected_and_nothing_else(place: Path) -> None:
    assert collect(place) == OLD


def test_installed_files_are_in_place_and_those_that_left_are_gone(place: Path) -> None:
    install(place, NEW)
    assert collect(place) == NEW
    assert not (place.parent / "rules.d" / "20.toml").exists()
    assert (place.parent / "desk.keys").exists()
    assert not [path for path in place.parent.iterdir() if path.name.startswith(ASIDE) and path.is_dir()]


def test_the_digest_tells_names_and_contents_apart() -> None:
    assert digest({"a": b"bc"}) != digest({"ab": b"c"}) != digest({"a": b"b", "c": b""})
    assert digest(OLD) == digest(dict(reversed(OLD.items())))


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_it_is_the_old_or_the_new(place: Path, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, count = point.partition(":")
    left = int(count or 1)

    class Killed(BaseException):
        pass

    def reach(reached: str) -> None:
        nonlocal left
        left -= reached == name
        if not left:
            raise Killed

    monkeypatch.setattr(versions, "reach", reach)
    with pytest.raises(Killed):
        install(place, NEW)
    monkeypatch.undo()
    decided = name not in ("apply-begin", "apply-written")
    read = collect(place)
    assert read == (NEW if decided else OLD)
    assert standing(place).read_bytes() == read[MAIN]
    finish(place)
    assert collect(place) == read
    assert standing(place) == place
    install(place, NEW if not decided else OLD)
    assert collect(place) == (NEW if not decided else OLD)


@pytest.mark.parametrize("point", ["apply-written", "apply-moved:2"])
def test_a_real_kill(place: Path, point: str) -> None:
    import json

    given = json.dumps({name: octets.decode() for name, octets in NEW.items()})
    env = {**os.environ, "MAILD_KILL_AT": point}
    done = subprocess.run([sys.executable, "-c", INSTALL, str(place), given], env=env, check=False)
    assert done.returncode == -signal.SIGKILL
    assert collect(place) == (OLD if point == "apply-written" else NEW)


def test_permissions_of_a_file_stay(place: Path) -> None:
    place.chmod(0o640)
    install(place, NEW)
    assert place.stat().st_mode & 0o777 == 0o640


def test_a_draft_is_a_folder_or_one_file(place: Path, tmp_path: Path) -> None:
    folder = tmp_path / "git"
    write_out(NEW, folder)
    assert draft(place, folder) == NEW
    assert draft(place, folder / "rules.d" / "10.toml") == {**OLD, "rules.d/10.toml": b"# new ten\n"}
    assert draft(place, folder / MAIN) == {**OLD, MAIN: NEW[MAIN]}


def test_what_is_no_configuration_is_refused(place: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("buy milk", "ascii")
    (tmp_path / "huge.toml").write_bytes(b"#" * (versions.LARGEST + 1))
    for given, said in (("empty", "there is no maild.toml"), ("notes.txt", "neither"), ("huge.toml", "larger")):
        with pytest.raises(ConfigError, match=said):
            draft(place, tmp_path / given)


@pytest.mark.parametrize("named", ["/etc", "../elsewhere", ".", "a/../.."])
def test_templates_elsewhere_are_no_part_of_it(tmp_path: Path, named: str) -> None:
    place = write_out({MAIN: f'templates = "{named}"\n[desk]\n'.encode()}, tmp_path)
    assert set(collect(place)) == {MAIN}
