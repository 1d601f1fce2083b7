"""A PostgreSQL server of the tests' own, from Debian's packages, on a socket in a short directory.

`$TEST_PG_DSN` names another server instead. Never touches a server or database that somebody else uses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.helpers.waiting import PATIENCE, wait_until


def binaries() -> Path | None:
    """The newest server installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    if found:
        return found[-1].parent
    in_path = shutil.which("initdb")
    return Path(in_path).resolve().parent if in_path else None


@contextmanager
def server() -> Iterator[str | None]:
    """The address of a running server (`postgresql://…`), or None where there is none to start."""
    given = os.environ.get("TEST_PG_DSN")
    if given:
        yield given
        return
    bin_directory = binaries()
    if bin_directory is None:
        yield None
        return
    # Short, since the path of a socket holds 107 characters at most.
    root = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    # The server refuses to run as root.
    drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    if drop:
        shutil.chown(root, "nobody", "nogroup")
    data = root / "data"
    log = root / "log"
    initialise = ["-D", str(data), "-U", "postgres", "--auth=trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*drop, str(bin_directory / "initdb"), *initialise], check=True, capture_output=True, cwd="/")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *drop,
                str(bin_directory / "postgres"),
                "-D",
                str(data),
                "-h",
                "",
                "-k",
                str(root),
                "-c",
                "max_connections=200",
            ],
            stdout=output,
            stderr=output,
            cwd="/",
        )
    try:
        address = f"postgresql://postgres@/postgres?host={root}"
        wait_until(
            lambda: _answers(address, process),
            otherwise=lambda: f"PostgreSQL does not start: {log.read_text(errors='replace')}",
        )
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def database(server_address: str) -> Iterator[str]:
    """The address of a fresh, empty database on the server; dropped afterwards."""
    name = f"maild_{uuid4().hex[:12]}"
    with psycopg.connect(server_address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield _renamed(server_address, name)
    finally:
        with psycopg.connect(server_address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def empty(address: str, tables: Iterable[str]) -> None:
    """Take all rows out of a database, and let its numbers begin anew: quicker than a new database."""
    named = sql.SQL(", ").join(map(sql.Identifier, tables))
    with psycopg.connect(address, autocommit=True, options="-c lock_timeout=10s") as connection:
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(named))


def _renamed(address: str, name: str) -> str:
    head, question, options = address.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}{question}{options}"


def _answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        if process.poll() is None:
            return False
        raise
    return True
