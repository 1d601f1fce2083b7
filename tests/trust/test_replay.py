"""SEC-07: an order has one effect, soon after it was written. Kept and sent again, it asks; the agent's own never."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from maild.desk.queues import Outcome, Settlement
from tests.helpers.world import letter, reply_address, words
from tests.trust.conftest import ANA, RUI, Checked

WRITTEN = b"Date: Mon, 23 Nov 2026 09:00:00 +0000"


def order(mail: EmailMessage, text: str = "#close\nDone.") -> bytes:
    return letter(RUI, reply_address(mail), "Re: Printer", text, answers=mail)


def sends(checked: Checked, octets: bytes, mail: EmailMessage) -> Settlement:
    return checked.send(octets, reply_address(mail), by="home.pt", sender=RUI)


def state(checked: Checked, number: int = 10001) -> str:
    return str(checked.world.ticket(number)["state"])


def asked(checked: Checked) -> str:
    """The question that Rui has got last."""
    mail = checked.world.inbox(RUI)[-1]
    assert str(mail["Subject"]).startswith("Is this mail yours?"), mail["Subject"]
    return words(mail)


@pytest.mark.parametrize(
    "date",
    [b"Date: Fri, 20 Nov 2026 08:59:00 +0000", b"Date: Fri, 27 Nov 2026 09:00:00 +0000", b"X-Date: none"],
    ids=["72 hours ago", "in four days", "no date"],
)
def test_sec_07_an_order_of_another_day_asks(checked: Checked, date: bytes) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    settled = sends(checked, order(notice).replace(WRITTEN, date), notice)
    assert (settled.outcome, state(checked)) == (Outcome.QUARANTINED, "new")
    assert "too-old" in settled.reason
    assert "more than 72 hours ago" in asked(checked)
    assert len(checked.world.inbox(ANA)) == 1
    checked.answers(checked.world.inbox(RUI)[-1], RUI, "Yes", by="home.pt")
    assert state(checked) == "closed"


@pytest.mark.parametrize(
    "date", [WRITTEN, b"Date: Fri, 20 Nov 2026 09:01:00 +0000", b"Date: Mon, 23 Nov 2026 23:00:00 +0000"]
)
def test_sec_07_control_an_order_of_these_days_is_done(checked: Checked, date: bytes) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    settled = sends(checked, order(notice).replace(WRITTEN, date), notice)
    assert (settled.outcome, state(checked)) == (Outcome.APPENDED, "closed")


def test_sec_07_words_without_orders_may_be_old(checked: Checked) -> None:
    """An answer that lay in the outbox of a laptop for a week is late, and harms nobody."""
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    octets = order(notice, "It is ordered.").replace(WRITTEN, b"Date: Mon, 16 Nov 2026 09:00:00 +0000")
    assert sends(checked, octets, notice).outcome is Outcome.APPENDED


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "another Message-ID": lambda octets: octets.replace(b"Message-ID: <", b"Message-ID: <x"),
    "no Message-ID": lambda octets: octets.replace(b"Message-ID:", b"X-Message-ID:"),
    "another date": lambda octets: octets.replace(WRITTEN, b"Date: Mon, 23 Nov 2026 10:00:00 +0000").replace(
        b"Message-ID: <", b"Message-ID: <y"
    ),
    "another subject": lambda octets: octets.replace(b"Re: Printer", b"Re: Scanner").replace(
        b"Message-ID: <", b"Message-ID: <z"
    ),
    "more recipients": lambda octets: octets.replace(b"Message-ID: <", b"Cc: eve@evil.pt\r\nMessage-ID: <c"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_sec_07_the_same_words_with_other_fields_have_one_effect(
    checked: Checked, change: Callable[[bytes], bytes]
) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    octets = order(notice)
    assert sends(checked, octets, notice).outcome is Outcome.APPENDED
    before = len(checked.world.inbox(ANA))
    assert change(octets) != octets
    settled = sends(checked, change(octets), notice)
    assert settled.outcome in (Outcome.QUARANTINED, Outcome.DUPLICATE)
    assert len(checked.world.inbox(ANA)) == before
    if settled.outcome is Outcome.QUARANTINED:
        assert "carried out before" in asked(checked)


def test_sec_07_a_signed_mail_sent_to_another_tickets_address_asks(checked: Checked) -> None:
    """Whoever holds two notices of an agent and one signed order of his must not close the other ticket."""
    checked.opens()
    checked.opens(text="The scanner too.")
    first, second = checked.world.inbox(RUI)[-2:]
    octets = order(first)
    assert sends(checked, octets, first).outcome is Outcome.APPENDED
    moved = octets.replace(b"Message-ID: <", b"Message-ID: <m")
    assert sends(checked, moved, second).outcome is Outcome.QUARANTINED
    assert state(checked, 10002) == "new"
    # the honest twin: what he writes as an answer to the other mail
    assert sends(checked, order(second), second).outcome is Outcome.APPENDED
    assert state(checked, 10002) == "closed"


def test_sec_07_control_the_same_word_for_each_mail_of_a_ticket_is_no_replay(checked: Checked) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    assert sends(checked, order(notice, "Thank you."), notice).outcome is Outcome.APPENDED
    checked.answers(checked.world.inbox(ANA)[0], ANA, "Still nothing.", by="quinta.pt")
    second = checked.world.inbox(RUI)[-1]
    assert sends(checked, order(second, "Thank you."), second).outcome is Outcome.APPENDED


def test_sec_07_what_was_held_is_not_done_and_may_be_sent_again(checked: Checked) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    assert sends(checked, order(notice, "#clsoe\nDone."), notice).outcome is Outcome.QUARANTINED
    assert sends(checked, order(notice), notice).outcome is Outcome.APPENDED
