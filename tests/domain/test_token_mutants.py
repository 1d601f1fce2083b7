"""SEC-04: a million mutants of valid tokens, and not one is taken."""

from __future__ import annotations

import random
import string

import pytest

from maild.domain.token import Audience, Key, Purpose, Token, Tokens, person_digest

pytestmark = pytest.mark.slow

OLD, NEW = Key(1, b"o" * 32), Key(2, b"n" * 32)
TOKENS = Tokens([NEW, OLD])
LETTERS = string.ascii_lowercase + string.digits
EACH = 125_000


def minted() -> list[str]:
    """Eight valid tokens that differ in one thing each."""
    rui, ana = person_digest("rui"), person_digest("ana@quinta.example")
    made = [
        Token(ticket=ticket, article=article, audience=audience, agent=person == rui, person=person)
        for ticket, article in ((10427, 90210), (10428, 0))
        for person in (rui, ana)
        for audience in Audience
    ]
    return [TOKENS.mint(Purpose.REPLY, token) for token in made]


@pytest.mark.parametrize("at", range(8))
def test_sec_04_of_a_million_mutants_none_is_a_token(at: int) -> None:
    valid = minted()
    token, accepted, chance, read = valid[at], 0, random.Random(2026 + at), TOKENS.read
    known = {*valid}
    for _ in range(EACH):
        place = int(chance.random() * len(token))
        kind = int(chance.random() * 5)
        if kind == 0:
            mutant = token[:place] + LETTERS[int(chance.random() * 36)] + token[place + 1 :]
        elif kind == 1:
            mutant = token[:place] + token[place + 1 :]
        elif kind == 2:
            mutant = token[:place] + LETTERS[int(chance.random() * 36)] + token[place:]
        elif kind == 3:  # the head of one and the tail of another
            mutant = token[:place] + valid[int(chance.random() * 8)][place:]
        else:
            mutant = token[:place]
        accepted += mutant not in known and read(Purpose.REPLY, mutant) is not None
    assert accepted == 0
    assert read(Purpose.REPLY, token) is not None, "the control"


def test_sec_04_every_single_letter_of_a_token_counts() -> None:
    for token in minted():
        for place in range(len(token)):
            for letter in LETTERS:
                mutant = token[:place] + letter + token[place + 1 :]
                assert mutant == token or TOKENS.read(Purpose.REPLY, mutant) is None


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.REPLY])
def test_sec_04_a_token_of_another_purpose_or_a_revoked_key_is_none(purpose: Purpose) -> None:
    for token in minted():
        assert TOKENS.read(purpose, token) is None
        assert Tokens([OLD]).read(Purpose.REPLY, token) is None
        assert Tokens([Key(2, b"x" * 32)]).read(Purpose.REPLY, token) is None
