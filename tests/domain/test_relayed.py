"""What relays answer when they have taken a mail, and whether they have told us its new Message-ID (P14)."""

from __future__ import annotations

import pytest

from maild.domain.relayed import relayed_form, reported_id

SES = "0102018f6c1a2b3c-4d5e6f70-8192-43a4-b5c6-d7e8f9012345-000000"


@pytest.mark.parametrize(
    ("answer", "message_id"),
    [
        (f"Ok {SES}", f"<{SES}@eu-west-1.amazonses.com>"),
        (f"250 Ok {SES}", f"<{SES}@email.amazonses.com>"),
        ("250 2.0.0 Ok <20261123.1.abcdef0123456789@mg.example>", "<20261123.1.abcdef0123456789@mg.example>"),
        ("OK 7a9e2c64-51a4-4bd0-93a2-0d1b7b1a0c55", "<7a9e2c64-51a4-4bd0-93a2-0d1b7b1a0c55@mtasv.example>"),
    ],
)
def test_an_id_that_the_relay_reports_is_found_again(answer: str, message_id: str) -> None:
    assert reported_id(answer)
    assert reported_id(answer) == relayed_form(message_id)
    assert reported_id(answer) != relayed_form(message_id.replace("1", "2"))


@pytest.mark.parametrize(
    "answer",
    [
        "", "Ok", "250 2.0.0 Ok: queued as 4XyZ1Q3bQhzKm7P0s", "2.0.0 OK accepted for delivery", "kept",
        "Message accepted for immediate delivery", "250 OK id=1qAb2c-0003Yz-1K", "< @ >", "Ok " + "7" * 5000,
    ],
)  # fmt: skip
def test_an_answer_without_such_an_id_leaves_nothing_to_remember(answer: str) -> None:
    assert reported_id(answer) == ""


@pytest.mark.parametrize("message_id", ["", "<>", "<a@b>", "<1@b>", "words and more words 12345 12345"])
def test_short_and_broken_ids_are_never_looked_for_in_the_wide_form(message_id: str) -> None:
    assert relayed_form(message_id) == ""
