"""What keeps a desk from being opened is one sentence with an exit code, and no stack trace."""

from __future__ import annotations

import gc
import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maild.cli import maild
from maild.config.sample import new_keys
from tests.helpers.world import WORLD


def opened(folder: Path, store: str) -> Result:
    (folder / "maild.toml").write_text(f"{WORLD}\n[store]\n{store}\n", "utf-8")
    handle = os.open(folder / "desk.keys", os.O_WRONLY | os.O_CREAT, 0o600)
    with open(handle, "w", encoding="ascii") as keys:
        keys.write(new_keys())
    return CliRunner().invoke(maild, ["outbox", "list", "-c", str(folder / "maild.toml")])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlte//maild.db", "no SQLAlchemy URL"),
        ("mysql://desk@/desk", "the store can be sqlite:///… or postgresql://…, not mysql"),
        ("postgresql://desk@db.example:54e2/desk", "no SQLAlchemy URL"),
        ("sqlite:///maild.db?mode=ro", "SQLite needs a plain file"),
    ],
)
def test_an_address_of_a_store_that_is_none(tmp_path: Path, url: str, said: str) -> None:
    result = opened(tmp_path, f'url = "{url}"')
    assert result.exit_code == 78
    (line,) = result.output.splitlines()
    assert line.startswith("maild: store.url: ")
    assert said in line


def test_a_library_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    result = opened(tmp_path, 'url = "postgresql://desk@/desk"')
    assert result.exit_code == 78
    assert "pip install 'maild[postgres]'" in result.output


def test_a_place_that_nothing_can_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = opened(tmp_path, 'url = "sqlite:///file/maild.db"')
    assert result.exit_code == 75
    assert result.output == f"maild: {tmp_path / 'file'}: File exists\n"


def test_a_damaged_database(tmp_path: Path) -> None:
    (tmp_path / "maild.db").write_bytes(b"no database at all" * 4000)
    result = opened(tmp_path, "")
    assert result.exit_code == 75
    assert result.output == "maild: the database cannot be used now: file is not a database\n"


@pytest.mark.slow
def test_a_port_that_somebody_else_has_is_named_with_its_key(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        opened(tmp_path, f'[web]\nlisten = "127.0.0.1:{port}"')
        result = CliRunner().invoke(maild, ["run", "--with", "web", "-c", str(tmp_path / "maild.toml")])
    gc.collect()  # what is left open is told of here, not in some later test
    assert result.exit_code == 69
    assert f"web.listen 127.0.0.1:{port}: Address already in use" in result.output


def test_init_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(maild, ["init", str(tmp_path / "file" / "desk")])
    assert result.exit_code == 1
    assert result.output == f"Error: {tmp_path / 'file' / 'desk'}: Not a directory\n"
