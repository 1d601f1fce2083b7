"""When a mail is tried again, and what may be read from the answers of servers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.notice import DeliveryResult
from maild.outbound.breaker import Breaker, Destinations
from maild.outbound.retry import LONGEST_HINT, back_off, hint_of, is_about_the_domain, is_greylisted


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Greylisted for 300 seconds", 300),
        ("4.7.1 Greylisting in action, please come back in 00:05:00", 300),
        ("4.7.1 please try again in 5 minutes", 300),
        ("Greylisted, retry=60s", 60),
        ("try again in 2 hours.", 7200),
        ("Delay for 45 min (see http://x.example/help?id=7)", 2700),
        ("wait 30secs", 30),
        ("come back in 400 hours", LONGEST_HINT.total_seconds()),
    ],
)
def test_a_time_to_wait_is_read(text: str, seconds: float) -> None:
    assert hint_of(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "", "try again later", "in 5", "4.7.1 rate limit is 100 per hour", "for more than 3 recipients", "in 0 seconds",
        "in 9999999999 seconds", "in -5 minutes", "in 00:00:00", "after 5 messages", "in ²0 seconds",
    ],
)  # fmt: skip
def test_no_time_is_read_where_none_stands(text: str) -> None:
    assert hint_of(text) is None


@given(st.text(max_size=2000))
def test_whatever_a_server_says_the_hint_is_bounded(text: str) -> None:
    assert timedelta(0) < (hint_of(text) or LONGEST_HINT) <= LONGEST_HINT


@given(st.integers(0, 10**6), st.floats(0, 1), st.none() | st.timedeltas(timedelta(0), LONGEST_HINT))
def test_a_pause_is_never_shorter_than_asked_nor_longer_than_a_quarter_more(
    attempts: int, spread: float, hint: timedelta | None
) -> None:
    least = max(back_off(attempts, spread=0), hint or timedelta(0))
    assert least <= back_off(attempts, spread=spread, hint=hint) <= least * 1.25


@pytest.mark.parametrize(
    ("code", "text", "whole"),
    [
        (450, "4.7.1 too much mail", True),
        (451, "temporary failure", True),
        (452, "4.3.1 insufficient storage", True),
        (450, "4.4.1 no route", True),
        (452, "4.2.2 mailbox full", False),
        (450, "4.1.1 unknown for now", False),
        (451, "4.6.0 strange content", False),
        (451, "4.7.1 Greylisted", False),
        (550, "5.7.1 never", False),
        (0, "connection lost", False),
    ],
)
def test_what_is_said_of_a_domain_and_what_of_a_mail(code: int, text: str, whole: bool) -> None:
    result = DeliveryResult(delivered=False, permanent=code >= 500, code=code, text=text)
    assert is_about_the_domain(result) is whole
    assert is_greylisted(text) is ("Grey" in text)


@given(st.lists(st.tuples(st.sampled_from(["ask", "good", "bad", "undecided"]), st.floats(0, 400)), max_size=60))
def test_of_an_open_breaker_one_passes_at_a_time_and_it_never_stays_shut(acts: list[tuple[str, float]]) -> None:
    breaker, now, passed = Breaker(failures=2, first=5, longest=300), 0.0, False
    for act, wait in acts:
        now += wait
        match act:
            case "ask":
                admitted = breaker.admit(now)
                if admitted and not breaker.closed:
                    assert not breaker.admit(now), "a second one passed beside the one who tries"
                passed = admitted
            case "good":
                breaker.good()
            case "bad":
                breaker.bad(now, "no")
            case _:
                breaker.undecided()
        assert 0 <= breaker.rest(now) <= 300
    assert breaker.admit(now + 301) or passed
    breaker.good()
    assert breaker.admit(now)


def test_a_million_domains_take_no_more_room_than_a_thousand() -> None:
    domains = Destinations(failures=1, first=60, longest=60)
    for n in range(3000):
        domains.bad(f"d{n}.example", 0, "no")
    assert not domains.admit("d2999.example", 1)
    assert domains.admit("d0.example", 1), "forgotten, so it is simply tried"
    assert len(domains._breakers) == 1000
