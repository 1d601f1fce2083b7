"""All files of a configuration as one thing: read together, compared by a digest, and put in place whole or not at all.

The new files are written aside; one rename makes them the configuration, and only then are they moved to where people
look for them. Whoever reads meanwhile reads them aside, so a kill at any point leaves the old ones or the new ones.
Never judges what is in a file, and never touches secrets, keys or data.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath

from maild.config.rule_files import FOLDER
from maild.errors import ConfigError
from maild.points import reach

ASIDE = ".maild-apply"
"""Beside the configuration: the files that are in force while they are being moved to their places."""

PLAN = "plan.json"
"""In it: which files leave."""

MAIN = "maild.toml"
"""How the configuration itself is called in a snapshot, whatever its real name."""

NAMING = ("templates", "signature_file")
"""Keys of the file, or of a mailbox in it, that name a folder or file of words."""

LARGEST = 4 * 1024 * 1024
"""Octets of one file: a configuration is written by people, and versions of it are kept for ever."""

Files = Mapping[str, bytes]
"""Path relative to the configuration's folder, with `/`, and what stands in the file."""


def collect(place: Path) -> dict[str, bytes]:
    """Every file that the configuration `place` is made of. ConfigError when one cannot be read or is too large.

    That is the file itself, `rules.d`, calendars (`*.ics`) beside it, and the templates and signatures that it names,
    if they lie below it.
    """
    main, *others = paths_of(place)
    return {MAIN: _read(main), **{path.relative_to(main.parent).as_posix(): _read(path) for path in others}}


def paths_of(place: Path) -> list[Path]:
    """Where these files are now; the configuration itself is the first. ConfigError when it cannot be read."""
    place = standing(place)
    folder = place.parent
    paths = [path for path in (folder / FOLDER).glob("*.toml") if _counts(path)]
    paths += [path for path in folder.glob("*.ics") if _counts(path)]
    for named in _named(_read(place)):
        path = folder / named
        paths += [path] if path.is_file() else [inner for inner in path.rglob("*") if _counts(inner)]
    return [place, *sorted(set(paths) - {place})]


def digest(files: Files) -> str:
    """Equal for equal files, of equal names."""
    whole = sha256()
    for name in sorted(files):
        whole.update(f"{len(name)} {name} {len(files[name])} ".encode())
        whole.update(files[name])
    return whole.hexdigest()


def standing(place: Path) -> Path:
    """Where the configuration in force is to be read: `place`, or aside while it is being moved there."""
    aside = place.parent / ASIDE / MAIN
    return aside if aside.is_file() else place


@contextmanager
def undisturbed(place: Path) -> Iterator[None]:
    """Nobody puts other files in place meanwhile: who reads many gets those of one version."""
    with ExitStack() as held:
        with suppress(OSError):  # who may write nothing there reads as he can
            finish(place)
            held.enter_context(_alone(place, fcntl.LOCK_SH))
        yield


def write_out(files: Files, folder: Path) -> Path:
    """The files in an empty folder, to be read as a configuration is; returns where the configuration itself is."""
    for name, octets in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, octets)
    return folder / MAIN


def install(place: Path, files: Files) -> None:
    """Put the files in place of those of the configuration `place`, all at once; OSError when that cannot be done.

    After an error or a kill either all old files are in force or all new ones; `finish` does what is left to do.
    """
    with _alone(place):
        finish(place, locked=True)
        leaving = sorted(set(collect(place)) - set(files))
        fresh = place.parent / f"{ASIDE}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        reach("apply-begin")
        write_out(files, fresh)
        _write(fresh / PLAN, json.dumps({"leaving": leaving}).encode())
        for folder, _, _ in os.walk(fresh):
            _sync(Path(folder))
        reach("apply-written")
        fresh.rename(place.parent / ASIDE)
        _sync(place.parent)
        reach("apply-decided")
        finish(place, locked=True)


def finish(place: Path, *, locked: bool = False) -> bool:
    """Move files that are in force to their places, where that was begun; False when there was nothing to do."""
    if not (place.parent / ASIDE).is_dir():
        return False
    if not locked:
        with _alone(place):
            return finish(place, locked=True)
    aside = place.parent / ASIDE
    plan = json.loads((aside / PLAN).read_bytes())
    for path in sorted(aside.rglob("*")):
        name = path.relative_to(aside).as_posix()
        if path.is_file() and name != PLAN:
            _move_in(path, place if name == MAIN else place.parent / name)
            reach("apply-moved")
    for name in plan["leaving"]:
        (place.parent / name).unlink(missing_ok=True)
        reach("apply-removed")
    _sync(place.parent)
    done = place.parent / f"{ASIDE}.done"
    shutil.rmtree(done, ignore_errors=True)
    aside.rename(done)
    reach("apply-done")
    shutil.rmtree(done, ignore_errors=True)
    return True


def draft(place: Path, given: Path) -> dict[str, bytes]:
    """The configuration `place` as it would be with what is given: a folder in place of all of it, or one file of it.

    Raises ConfigError when that is no configuration. A file with a [desk] stands for the configuration itself, any
    other for the one of its name in `rules.d`.
    """
    if given.is_dir():
        if not (given / MAIN).is_file():
            raise ConfigError([f"{given}: there is no {MAIN}; give a whole configuration, or one file of it"])
        return collect(given / MAIN)
    octets = _read(given)
    name = MAIN if is_whole(octets) else f"{FOLDER}/{given.name}"
    if name != MAIN and given.suffix != ".toml":
        raise ConfigError([f"{given}: neither a configuration nor a file of rules: give a folder or FILE.toml"])
    return {**collect(place), name: octets}


def is_whole(octets: bytes) -> bool:
    """Whether it is a configuration and no file of rules: it has a `[desk]`."""
    return any(line.strip() == b"[desk]" for line in octets.splitlines())


def _named(main: bytes) -> Iterator[PurePosixPath]:
    """Folders of templates and files of words that the configuration names below itself; none in what is no TOML."""
    try:
        whole = tomllib.loads(main.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return
    tables = whole.get("mailbox", ())
    for table in (whole, *(tables if isinstance(tables, list) else ())):
        for key in NAMING:
            named = table.get(key, "") if isinstance(table, dict) else ""
            path = PurePosixPath(named) if isinstance(named, str) and named else PurePosixPath(".")
            if not path.is_absolute() and ".." not in path.parts and path != PurePosixPath("."):
                yield path


def _counts(path: Path) -> bool:
    """Hidden files are left out: editors keep half-written ones there."""
    return path.is_file() and not path.name.startswith(".")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            octets = opened.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}"]) from None
    if len(octets) > LARGEST:
        raise ConfigError([f"{path}: larger than {LARGEST} octets"])
    return octets


def _move_in(source: Path, target: Path) -> None:
    """A copy under the target's name, by one rename; the original stays readable until all are in place."""
    octets = source.read_bytes()
    if target.is_file() and target.read_bytes() == octets:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    _write(beside, octets)
    if target.exists():
        shutil.copymode(target, beside)
    beside.replace(target)
    _sync(target.parent)


def _write(path: Path, octets: bytes) -> None:
    with path.open("wb") as opened:
        opened.write(octets)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(place: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Two who apply at once do so one after the other; the system frees the lock when its holder dies."""
    descriptor = os.open(place.parent / f"{ASIDE}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
