"""The fuzz target, shortly: seconds here, as long as MAILD_FUZZ_SECONDS says elsewhere."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.fuzz_reader import HEADERS, PIECES, check, make, run

SECONDS = float(os.environ.get("MAILD_FUZZ_SECONDS", "2"))
LINES = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(HEADERS), st.binary(max_size=20)), max_size=40)


@given(LINES.map(b"".join))
@example(b"")
@example(b"\0" * 100)
@example(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b\n\n--b--")
@settings(deadline=None, max_examples=60)
def test_no_octets_break_the_promises_of_the_reader(octets: bytes) -> None:
    check(octets)


@pytest.mark.timeout(60 + 2 * SECONDS)
def test_mails_made_at_random_are_read() -> None:
    assert run(SECONDS, seed=random.SystemRandom().randrange(1 << 32)) > 0


def test_the_same_octets_are_read_the_same_way() -> None:
    chance = random.Random(1)
    for _ in range(50):
        mail = make(chance)
        assert check(mail) == check(mail)
