"""`maild apply`, `rollback` and `history`: versions of the configuration, put in force whole or not at all.

Nothing is put in force that a start would refuse, and every version is kept with who, when and why.
"""

from __future__ import annotations

import getpass
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli.plan import changes_between, draft_argument, examined, faults_told, in_force, place_of, store_of, tell
from maild.cli.session import EX_DATAERR, EX_NOINPUT, as_json, fail, plain, show_rows

if TYPE_CHECKING:
    from maild.candidate import Candidate
    from maild.config.difference import Change
    from maild.store.engine import Store
    from maild.store.versions import Version, VersionKind

WAIT_SECONDS = 10.0
"""How long `apply` waits for a running daemon to say that it works by the new files; it looks every two seconds."""

because_option = click.option("--because", required=True, metavar="WORDS", help="Why; kept with the version.")
by_option = click.option("--by", "who", metavar="NAME", help="Who; else the user of the system.")


@click.command()
@draft_argument
@because_option
@by_option
@click.pass_context
def apply(ctx: click.Context, draft: Path, because: str, who: str | None) -> None:
    """Put FILE or FOLDER in force, all of it or nothing, and keep who did it, when and why.

    A running daemon takes it up by itself; what waits for its next start is said.
    """
    from maild.config.versions import draft as draft_of
    from maild.store.versions import VersionKind

    place = place_of(ctx)
    with faults_told(), store_of(place) as store:
        new = examined(place, draft_of(place, draft))
        _put_in_force(place, store, new, VersionKind.APPLIED, because=because, who=who)


@click.command()
@click.argument("version", type=int, required=False)
@click.option("--because", default="", metavar="WORDS", help="Why; kept with the version.")
@by_option
@click.pass_context
def rollback(ctx: click.Context, version: int | None, because: str, who: str | None) -> None:
    """Bring back the version that was in force before this one, or VERSION of `maild history`."""
    from maild.config.versions import collect, digest
    from maild.store.versions import VersionKind

    place = place_of(ctx)
    with faults_told(), store_of(place) as store:
        current = digest(collect(place))
        wanted = store.versions.get(version) if version is not None else _former(store, current)
        if wanted is None:
            fail(EX_NOINPUT, f"there is no version {version}" if version else "there is no version before this one")
            return
        new = examined(place, wanted.files)
        _put_in_force(
            place, store, new, VersionKind.ROLLED_BACK, because=because or f"back to version {wanted.id}", who=who,
            restores=wanted.id,
        )  # fmt: skip


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@as_json
@click.pass_context
def history(ctx: click.Context, limit: int, as_json: bool) -> None:
    """The versions of the configuration, newest first: who, when, why, and which is in force."""
    from maild.config.versions import collect, digest

    place = place_of(ctx)
    with faults_told(), store_of(place) as store:
        current = digest(collect(place))
        found = store.versions.newest(limit)
        newest = next((one.id for one in found if one.digest == current), 0)
        show_rows(
            (_row(one, in_force=one.id == newest) for one in found),
            ("version", "at", "who", "what", "because", "daemon"), as_json=as_json,
        )  # fmt: skip
        if not newest and not as_json:
            click.echo("what is in force is none of these: it was written by hand since")


def _row(version: Version, *, in_force: bool) -> dict[str, Any]:
    what = version.kind.value + (f" to {version.restores}" if version.restores else "")
    if in_force:
        what += ", in force"
    elif version.in_place_at is None:
        what += ", never in force"
    return {
        "version": version.id, "at": version.at, "who": version.who, "what": what, "because": version.because,
        "in_force": in_force, "daemon": version.answer or ("took it up" if version.taken_up_at else ""),
        "taken_up_at": version.taken_up_at,
    }  # fmt: skip


def _put_in_force(
    place: Path, store: Store, new: Candidate, kind: VersionKind, *, because: str, who: str | None, restores: int = 0
) -> None:
    from maild.clock.system import now
    from maild.config.versions import ASIDE, collect, digest, install
    from maild.store.versions import VersionKind

    name = who or _who()
    files = collect(place)
    before, after = digest(files), digest(new.files)
    if before == after:
        click.echo("nothing to do: it is in force already")
        return
    old = in_force(place)
    last = next(iter(store.versions.newest(1)), None)
    if last is not None and last.digest == before:
        if last.in_place_at is None:  # whoever applied it was killed before he could say so
            store.versions.in_place(last.id, now=now())
    else:
        store.versions.add(files, digest=before, who="", because="", kind=VersionKind.FOUND, now=now())
    version = store.versions.add(
        new.files, digest=after, who=name, because=because, kind=kind, now=now(), restores=restores
    )
    try:
        install(place, new.files)
    except OSError as error:
        why = f"{error.filename or place.parent}: {error.strerror}"
        if digest(collect(place)) != after:
            fail(EX_DATAERR, f"{why}: nothing was put in force")
        click.echo(f"maild: {why}: the files stand in {ASIDE} still; the next command moves them", err=True)
    store.versions.in_place(version, now=now())
    for change in changes_between(old, new):
        tell(change, store, as_json=False)
    click.echo(f"version {version} is in force ({kind.value}): {plain(because)}")
    _tell_daemon(place, store, version, restart=[c for c in changes_between(old, new) if c.restart])


def _tell_daemon(place: Path, store: Store, version: int, restart: list[Change]) -> None:
    """Wait for a running daemon to take it up, and pass on what it says."""
    if not _daemon_runs(place):
        click.echo("no daemon runs; it will work by it when it is started")
        return
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        found = store.versions.get(version)
        if found is not None and found.taken_up_at is not None:
            click.echo(f"the daemon: {plain(found.answer) if found.answer else 'works by it'}")
            return
        time.sleep(0.2)
    click.echo(f"the daemon has not taken it up within {WAIT_SECONDS:.0f} seconds; look at its log, or start it again")
    for change in restart:
        click.echo(f"needs a restart: {change.what} {change.name}".rstrip())


def _former(store: Store, current: str) -> Version | None:
    """The newest version that was in force before the one that is; a rollback counts as the version it restored."""
    found = store.versions.newest(1000)
    here = next((one for one in found if one.digest == current), None)
    while here is not None and here.restores:
        here = next((one for one in found if here is not None and one.id == here.restores), None)
    older = [one for one in found if here is None or one.id < here.id]
    return next((one for one in older if one.in_place_at is not None and one.digest != current), None)


def _who() -> str:
    """The user of the system, also behind sudo; his number where he has no name."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _daemon_runs(place: Path) -> bool:
    from maild.config.database import open_store_of
    from maild.store.errors import StoreLocked

    try:
        open_store_of(place, lock=True, migrate=False).close()
    except StoreLocked:
        return True
    return False
