"""What the command line prints of strangers' words."""

from __future__ import annotations

import pytest

from maild.cli.session import plain


@pytest.mark.parametrize("control", ["\r\n", "\x1b[2J", "\x07", "\u202e", "\u2028", "\x85", "\x00"])
def test_sec_35_no_control_of_a_stranger_reaches_a_terminal(control: str) -> None:
    shown = plain(f"Ação{control}→ 日本")
    assert shown.isprintable()
    assert shown.startswith("Ação ")
    assert shown.endswith("→ 日本")
