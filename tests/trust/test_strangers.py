"""SEC-14, SEC-16, SEC-20: nobody gains a ticket by being named in a mail, nor by fields that he writes himself."""

from __future__ import annotations

import pytest

from maild.desk.queues import Outcome
from tests.helpers.world import letter, reply_address, words
from tests.trust.conftest import ANA, RUI, SUPPORT, Checked

EVE = "eve@evil.pt"


def all_words(checked: Checked, address: str) -> str:
    return "".join(words(mail) for mail in checked.world.inbox(address))


def test_sec_16_people_in_to_and_cc_never_gain_history(checked: Checked) -> None:
    """Zendesk 2024: a spoofed reply to the ticket's address, with the attacker in Cc."""
    checked.opens(text="Our safe opens with 4711.")
    told = checked.world.inbox(ANA)[0]
    for by in ("", "quinta.pt"):  # forged, and her own
        to = reply_address(told)
        octets = letter(ANA, f"{to}, {EVE}", "Re: Printer", f"Hello {by}.", answers=told, headers={"Cc": EVE})
        checked.send(octets, to, by=by)
    notice = next(mail for mail in checked.world.inbox(RUI) if mail["Reply-To"])
    checked.answers(notice, RUI, "The new code is 4712.", by="home.pt")
    assert checked.world.inbox(EVE) == []
    assert "4712" in all_words(checked, ANA), "the control: the customer has it"


def test_sec_14_a_token_of_one_ticket_opens_no_other(checked: Checked) -> None:
    luis = "luis@taller.pt"
    checked.opens(text="Our safe opens with 4711.")
    checked.opens(luis, by="", text="My printer has no paper.")
    hers, his = checked.world.inbox(ANA)[0], checked.world.inbox(luis)[0]
    mixed = letter(luis, reply_address(hers), str(hers["Subject"]), "And now?", answers=his)
    assert checked.send(mixed, reply_address(hers), sender=luis).outcome is Outcome.APPENDED
    found = checked.world.app.store.queries.ticket_view(10001)
    assert found is not None
    assert [article["verified"] for article in found["articles"]] == [True, False]
    notice = next(m for m in checked.world.inbox(RUI) if "[#10001-" in str(m["Subject"]))
    checked.answers(notice, RUI, "The new code is 4712.", by="home.pt")
    assert "4711" not in all_words(checked, luis)
    assert "4712" not in all_words(checked, luis)
    own = checked.answers(his, luis, "Still none.")
    assert own.ticket == 10002, "the control: his own leads to his own"


FIELDS = {
    "RT-Send-Cc": EVE, "X-Priority": "1", "Importance": "high",
    "Resent-From": RUI, "Resent-To": EVE, "Disposition-Notification-To": EVE, "Return-Receipt-To": EVE,
    "X-Maild-Ticket": "10001", "X-Original-From": RUI, "Errors-To": EVE,
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_sec_20_control_fields_of_strangers_control_nothing(checked: Checked, name: str) -> None:
    checked.opens()
    octets = letter(ANA, SUPPORT, "Scanner", "It does nothing.", headers={name: FIELDS[name]})
    settled = checked.send(octets, by="quinta.pt")
    assert (settled.outcome, settled.ticket) == (Outcome.OPENED, 10002)
    ticket = checked.world.ticket(10002)
    assert (ticket["priority"], ticket["owner"], ticket["state"]) == ("normal", "", "new")
    assert checked.world.inbox(EVE) == []
    assert len(checked.world.inbox(ANA)) == 2, "the control: she is answered as ever"
