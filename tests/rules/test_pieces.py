"""Many pieces looked for in one pass are those that are there, whatever RE2 makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.rules import pieces
from maild.rules.pieces import FEW, Pieces

LETTERS = "abcé日\n\\.*"
TEXTS = st.text(LETTERS, max_size=60)
SEVERAL = st.lists(st.text(LETTERS, min_size=1, max_size=3), min_size=1, max_size=40, unique=True)


@given(SEVERAL, TEXTS)
def test_the_pieces_found_are_those_that_are_in_the_text(wanted: list[str], text: str) -> None:
    assert sorted(Pieces(wanted).within(text)) == sorted(piece for piece in wanted if piece in text)


@pytest.mark.parametrize("octets", [1, 40_000])
def test_a_set_without_memory_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch, octets: int) -> None:
    monkeypatch.setattr(pieces, "_MEMORY", octets)
    wanted = [f"piece {number} of many" for number in range(FEW + 200)]
    assert Pieces(wanted).within(f"{wanted[7]}, {wanted[-1]}") == [wanted[7], wanted[-1]]


def test_more_pieces_than_one_set_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "AT_A_TIME", 10)
    wanted = [f"<{number}>" for number in range(35)]
    assert Pieces(wanted).within("<3><9><10><34>\ud800") == ["<3>", "<9>", "<10>", "<34>"]
