"""`maild run` names every password it cannot read before it opens a door."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli import maild
from maild.config.sample import new_keys
from tests.helpers.world import WORLD

SECRETS = """
[smtp]
user = "support"
password = { env = "MAILD_TEST_NO_SUCH_VARIABLE" }

[[mailbox]]
address = "open@casa-azul.example"
team = "support"
from_name = "Open"
imap = { host = "imap.casa-azul.example", user = "open", password = { file = "open.password" } }

[[mailbox]]
address = "gone@casa-azul.example"
team = "support"
from_name = "Gone"
imap = { host = "imap.casa-azul.example", user = "gone", password = { file = "gone.password" } }
smtp = { host = "smtp.casa-azul.example", user = "gone", token = { file = "gone.token" }, ca_file = "gone.pem" }

[[mailbox]]
address = "empty@casa-azul.example"
team = "support"
from_name = "Empty"
imap = { host = "imap.casa-azul.example", user = "empty", password = { file = "empty.password" } }

[[webhook]]
name = "chat"
url = "https://chat.casa-azul.example/hook"
secret = { env = "MAILD_TEST_NO_SUCH_VARIABLE" }
"""


def test_every_password_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILD_TEST_NO_SUCH_VARIABLE", raising=False)
    (tmp_path / "maild.toml").write_text(WORLD + SECRETS, "utf-8")
    files = (("desk.keys", new_keys(), 0o600), ("open.password", "x", 0o644), ("empty.password", "", 0o600))
    for name, text, mode in files:
        (tmp_path / name).write_text(text, "ascii")
        (tmp_path / name).chmod(mode)
    result = CliRunner().invoke(maild, ["run", "-c", str(tmp_path / "maild.toml")])
    assert result.exit_code == 78
    said = result.output.splitlines()
    assert len(said) == 7
    assert "smtp.password: the environment variable MAILD_TEST_NO_SUCH_VARIABLE is not set" in said[0]
    assert f"mailbox[3].imap.password: {tmp_path / 'open.password'} can be read by others: chmod 600" in said[1]
    assert f"mailbox[4].smtp.token: {tmp_path / 'gone.token'} cannot be read" in said[2]
    assert "mailbox[4].smtp: ca_file, client_certificate or client_key: [Errno 2]" in said[3]
    assert f"mailbox[4].imap.password: {tmp_path / 'gone.password'} cannot be read" in said[4]
    assert "mailbox[5].imap.password: empty.password is empty" in said[5]
    assert "webhook[1].secret: the environment variable MAILD_TEST_NO_SUCH_VARIABLE is not set" in said[6]
