"""Subject tokens: number and check as mail clients and people write them, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.subject_token import find_subject_tokens, parse_typed_token
from maild.domain.token import Key, Tokens

OLD, NEW = Key(1, b"o" * 32), Key(2, b"n" * 32)
TOKENS = Tokens([NEW, OLD])
CHECK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

hostile = st.text(st.sampled_from([*"[]#0123456789-–K7qpſßıI ", "\u2011", "\ud800", "\x00"]), max_size=60) | st.text()


@given(st.integers(1, 10**11))
def test_the_subject_token_is_found_and_fits(number: int) -> None:
    written = TOKENS.subject_token(number)
    ((found, check),) = find_subject_tokens(f"Re: Fwd: {written} wörter")
    assert (found, TOKENS.check_fits(found, check)) == (number, True)
    assert parse_typed_token(written) == (number, check)
    assert parse_typed_token(f" {number} {check.lower()} ") == (number, check)
    assert parse_typed_token(f"{number}–{check}") == (number, check)
    assert set(check) <= set(CHECK_LETTERS)
    assert TOKENS.check_fits(number, Tokens([OLD]).check(number))


def test_a_check_is_guessed_once_in_a_million() -> None:
    checks = [TOKENS.check(number) for number in range(20_000)]
    # 20 bits: among 20,000 numbers about 190 checks meet by chance, and all 32 letters are used evenly
    assert 19_600 < len(set(checks)) < 19_990
    counts = [sum(check.count(letter) for check in checks) for letter in CHECK_LETTERS]
    assert min(counts) > 0.9 * 2500
    assert max(counts) < 1.1 * 2500
    assert sum(TOKENS.check_fits(10427, check) for check in checks) <= 2


@given(st.integers(1, 10**6), hostile)
def test_a_check_that_is_none_never_fits(number: int, text: str) -> None:
    fits = TOKENS.check_fits(number, text)
    live = {TOKENS.check(number), Tokens([OLD]).check(number)}
    assert fits == (text.isascii() and text.strip().upper() in live)


@given(hostile)
def test_hostile_subjects_yield_only_well_formed_tokens(subject: str) -> None:
    for number, check in find_subject_tokens(subject):
        assert 0 <= number < 10**12
        assert len(check) == 4
        assert set(check) <= set(CHECK_LETTERS)
    parse_typed_token(subject)


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("[#10427-K7QP]", [(10427, "K7QP")]),
        ("AW:[#10427-k7qp]Danke", [(10427, "K7QP")]),
        ("[#1-AAAA] and [#2-BBBB]", [(1, "AAAA"), (2, "BBBB")]),
        ("[#10427‑K7QP] with a hyphen that does not break", [(10427, "K7QP")]),
        ("##10427-K7QP", [(10427, "K7QP")]),
        ("#1#2-ABCD", [(2, "ABCD")]),
        ("#10427 - K7QP", []),
        ("#10427-K7Q", []),
        ("#10427-K0QP", []),
        ("#10427-K7QI", []),
        ("#-K7QP", []),
        ("#1234567890123-K7QP", []),
        ("#١٢٣-K7QP", []),
        ("#1-ßAB", []),
        ("#1-ſABC", []),
        ("", []),
        ("#", []),
    ],
)
def test_subjects_as_they_come(subject: str, found: list[tuple[int, str]]) -> None:
    assert find_subject_tokens(subject) == found


def test_a_subject_of_nothing_but_signs_is_read_in_one_go() -> None:
    assert find_subject_tokens("#" * 200_000) == []
    assert len(find_subject_tokens("#123456789012-ABC" * 10_000)) == 0
