"""The portal under a WSGI server of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.config.sample import new_keys
from maild.wsgi import make
from tests.helpers.world import WORLD


def test_the_portal_is_made_from_the_configuration_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "maild.toml").write_text(WORLD, "utf-8")
    (tmp_path / "desk.keys").touch(0o600)
    (tmp_path / "desk.keys").write_text(new_keys(), "ascii")
    monkeypatch.setenv("MAILD_CONFIG", str(tmp_path / "maild.toml"))
    client = make().test_client()
    assert "Look up a ticket" in client.get("/", base_url="https://help.casa-azul.example").text
    assert client.get("/healthz", base_url="https://help.casa-azul.example").get_json()["status"] == "ok"
