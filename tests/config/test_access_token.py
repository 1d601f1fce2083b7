"""Access tokens: from the operator's program or file, renewed in time, and never anything that is no token (P8)."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

import pytest

from maild import access_token
from maild.access_token import AccessTokens, TokenUnavailable
from maild.config.kinds import Secret

COUNTING = """
import os, pathlib, sys
book = pathlib.Path(sys.argv[1])
runs = book.read_text() if book.exists() else ""
runs += "R" if os.environ.get("MAILD_RENEW") else "x"
book.write_text(runs)
print("token-" + runs)
print("a second line")
"""


def program(text: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", text, *arguments]


async def test_p8_the_program_is_run_once_for_many_and_again_when_its_token_is_refused_or_old(tmp_path: Path) -> None:
    now = [0.0]
    tokens = AccessTokens(command=program(COUNTING, str(tmp_path / "book")), monotonic=lambda: now[0])
    assert await asyncio.gather(*(tokens(False) for _ in range(5))) == ["token-x"] * 5
    assert await tokens(True) == "token-xR"
    assert await tokens(False) == "token-xR"
    now[0] += access_token.KEPT_SECONDS
    assert await tokens(False) == "token-xRx"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (program("import sys; print('secret'); sys.exit(3)"), "has ended with status 3"),
        (["/nowhere/at-all"], "/nowhere/at-all cannot be run: No such file or directory"),
        (["echo"], "is none"),
        (["echo", "two words"], "is none"),
        (["printf", "%020000d", "1"], "is none"),
        (["printf", r"user\001auth"], "is none"),
    ],
)
async def test_what_is_no_token_is_told_without_it(command: list[str], why: str) -> None:
    with pytest.raises(TokenUnavailable) as refused:
        await AccessTokens(command=command)(False)
    assert why in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "words" not in str(refused.value)


async def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_token, "COMMAND_SECONDS", 0.05)
    with pytest.raises(TokenUnavailable, match="does not end"):
        await AccessTokens(command=["sleep", "60"])(False)


async def test_a_file_is_read_for_each_login_and_only_when_nobody_else_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "token"
    tokens = AccessTokens(read=partial(Secret(file="token", env="").read, tmp_path))
    with pytest.raises(TokenUnavailable, match="cannot be read"):
        await tokens(False)
    for value in ("first", "second"):
        path.write_text(value + "\n")
        path.chmod(0o600)
        assert await tokens(False) == value
    path.chmod(0o644)
    with pytest.raises(TokenUnavailable, match="chmod 600"):
        await tokens(False)
