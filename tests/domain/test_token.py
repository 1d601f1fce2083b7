"""Tokens: what we minted is read, and nothing else is."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.address import AddrSpec
from maild.domain.token import (
    LOCAL_PART,
    LONGEST_TAG,
    Audience,
    Key,
    Purpose,
    Token,
    Tokens,
    person_digest,
)

OLD, NEW, FOREIGN = Key(1, b"o" * 32), Key(2, b"n" * 32), Key(2, b"x" * 32)
TOKENS = Tokens([NEW, OLD])

tokens = st.builds(
    Token,
    ticket=st.integers(1, 2**40),
    article=st.integers(0, 2**40),
    audience=st.sampled_from(Audience),
    agent=st.booleans(),
    person=st.binary(min_size=4, max_size=4),
)

EXAMPLE = Token(ticket=10427, article=90210, audience=Audience.PUBLIC, agent=True, person=person_digest("rui"))


@given(tokens, st.sampled_from(Purpose))
def test_what_was_minted_is_read(token: Token, purpose: Purpose) -> None:
    minted = TOKENS.mint(purpose, token)
    assert TOKENS.read(purpose, minted) == token
    assert TOKENS.read(purpose, minted.upper()) == token
    assert set(minted) <= set(string.ascii_lowercase + string.digits)


@given(st.integers(0, 2**28 - 1), st.integers(0, 2**28 - 1), st.booleans())
def test_a_tag_is_no_longer_than_what_a_mailbox_leaves_free(ticket: int, article: int, agent: bool) -> None:
    token = Token(ticket=ticket, article=article, audience=Audience.PUBLIC, agent=agent, person=b"1234")
    own = "m" * (LOCAL_PART - 1 - LONGEST_TAG) + "@desk.example"
    addresses = [TOKENS.reply_address(own, token), TOKENS.bounce_address(own, token, on_mailbox=True)]
    assert max(len(address.partition("@")[0]) for address in addresses) <= LOCAL_PART
    most = Token(ticket=2**28 - 1, article=2**28 - 1, audience=Audience.INTERNAL, agent=True, person=b"1234")
    assert len(TOKENS.mint(Purpose.REPLY, most)) == LONGEST_TAG


@given(tokens)
def test_a_token_is_for_one_purpose_only(token: Token) -> None:
    for minted_for in Purpose:
        for read_for in Purpose:
            found = TOKENS.read(read_for, TOKENS.mint(minted_for, token))
            assert (found == token) is (minted_for is read_for)


def test_two_keys_are_live_and_a_retired_one_is_dead() -> None:
    before, after = Tokens([OLD]), Tokens([NEW])
    minted = before.mint(Purpose.REPLY, EXAMPLE)
    assert TOKENS.read(Purpose.REPLY, minted) == EXAMPLE
    assert after.read(Purpose.REPLY, minted) is None
    assert Tokens([FOREIGN]).read(Purpose.REPLY, TOKENS.mint(Purpose.REPLY, EXAMPLE)) is None
    with pytest.raises(ValueError, match="at least one"):
        Tokens([])


def test_a_hundred_thousand_mutants_are_no_tokens() -> None:
    chance = random.Random(2026)
    letters = string.ascii_lowercase + string.digits
    minted = TOKENS.mint(Purpose.REPLY, EXAMPLE)
    for _ in range(100_000):
        mutant = list(minted)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(mutant))
            match chance.randrange(4):
                case 0:
                    mutant[at] = chance.choice(letters)
                case 1:
                    mutant.insert(at, chance.choice(letters))
                case 2:
                    del mutant[at]
                case _:
                    other = chance.randrange(len(mutant))
                    mutant[at], mutant[other] = mutant[other], mutant[at]
        text = "".join(mutant)
        assert text == minted or TOKENS.read(Purpose.REPLY, text) is None


@given(st.text() | st.text("abcdefghijklmnopqrstuvwxyz234567", max_size=250))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert all(TOKENS.read(purpose, text) is None for purpose in Purpose)
    assert TOKENS.read_message_id(text) is None


@given(tokens)
def test_addresses_and_message_ids_carry_tokens(token: Token) -> None:
    reply = AddrSpec.parse(TOKENS.reply_address("support@desk.example", token))
    bounce = AddrSpec.parse(TOKENS.bounce_address("support@desk.example", token))
    assert reply is not None
    assert bounce is not None
    assert (reply.user, reply.domain, bounce.user) == ("support", "desk.example", "bounce")
    assert TOKENS.read(Purpose.REPLY, reply.detail or "") == token
    assert TOKENS.read(Purpose.BOUNCE, bounce.detail or "") == token
    # RFC 5321 section 4.5.3.1.1
    assert len(reply.local_part) <= 64
    message_id = TOKENS.message_id("support@desk.example", token, "0a1b2c")
    assert TOKENS.read_message_id(message_id) == token
    assert TOKENS.read_message_id(f" {message_id.upper()} ") == token
    assert TOKENS.read_message_id(message_id.replace("<m.", "<n.")) is None


def test_a_person_is_the_same_whatever_the_case() -> None:
    assert person_digest("Ana@Example.com") == person_digest("ana@example.com")
    assert person_digest("ana@example.com") != person_digest("ana@example.org")
    assert len(person_digest("\ud800")) == 4
