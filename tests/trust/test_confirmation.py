"""The person in whose name a mail came is asked once, where he is known to be; with his yes it is done (SEC-15)."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from maild.daemon import portal_of
from maild.desk.queues import Outcome, Settlement
from maild.domain.intent import Trust
from maild.health import Health
from maild.ingest.answering import read_answer
from tests.helpers.world import letter, words
from tests.trust.conftest import ANA, RUI, SUPPORT, Checked
from webview import create_app

PHONE = "ana@phone.pt"
PORTAL = "https://help.casa-azul.example"


def view(checked: Checked, number: int = 10001) -> dict[str, Any]:
    found = checked.world.app.store.queries.ticket_view(number)
    assert found is not None
    return found


def said(checked: Checked) -> list[tuple[str, str, bool]]:
    return [(a["kind"], a["new_text"], a["verified"]) for a in view(checked)["articles"]]


def question(checked: Checked, address: str) -> EmailMessage:
    mail = checked.world.inbox(address)[-1]
    assert str(mail["Subject"]).startswith("Is this mail yours?")
    return mail


def answer(checked: Checked, mail: EmailMessage, sender: str, text: str, *, by: str = "") -> Settlement:
    """A reply to a question, and whatever the lane does with the mail that it frees."""
    return checked.answers(mail, sender, text, by=by)


def again(checked: Checked) -> None:
    """Let the lane take what waits, as it does at once in the daemon."""
    checked.world.drain()


def portal(checked: Checked) -> FlaskClient:
    app = checked.world.app
    return create_app(portal_of(app, Health(app.store.lanes, now=checked.world.clock), app.store.writer)).test_client()


def link(mail: EmailMessage) -> str:
    found = re.search(r"/c/\w+", words(mail))
    assert found
    return found[0]


def unsigned_order(checked: Checked, text: str = "#close\nIt works again.") -> Settlement:
    """Rui's order with his own reply address, from a server that does not sign."""
    checked.opens()
    return checked.answers(checked.world.inbox(RUI)[-1], RUI, text)


@pytest.fixture
def unaligned(tmp_path: Path) -> Checked:
    """A desk that checks senders, and an agent whose domain publishes nothing."""
    made = Checked(tmp_path, 'mode = "own"')
    made.zone.forget("_dmarc.home.pt")
    return made


def test_sec_15_an_unsigned_order_is_asked_about_and_done_with_a_yes(unaligned: Checked) -> None:
    held = unsigned_order(unaligned)
    assert (held.outcome, view(unaligned)["ticket"]["state"]) == (Outcome.QUARANTINED, "new")
    asked = question(unaligned, RUI)
    assert "#close" in words(asked)
    assert "It works again." not in words(asked)
    settled = answer(unaligned, asked, RUI, "YES")
    assert (settled.outcome, settled.stage) == (Outcome.DISCARDED, "answer")
    again(unaligned)
    assert view(unaligned)["ticket"]["state"] == "closed"
    assert "It works again." in words(unaligned.world.inbox(ANA)[-1])
    row = unaligned.world.app.store.queries.inbound(search="Re: Printer", outcome="appended")[0]
    assert row.settlement.trace["identity"]["trust"] == Trust.SIGNED
    assert row.settlement.trace["identity"]["parts"]["confirmation"] == 4


def test_sec_15_a_question_serves_once_and_for_a_day(unaligned: Checked) -> None:
    unsigned_order(unaligned)
    asked = question(unaligned, RUI)
    answer(unaligned, asked, RUI, "yes")
    again(unaligned)
    late = answer(unaligned, asked, RUI, "Yes, please")
    assert late.outcome is Outcome.QUARANTINED
    assert "question-over" in late.reason
    assert len([a for a in said(unaligned) if a[1] == "It works again."]) == 1

    unaligned.opens(text="The scanner.")
    second = next(m for m in reversed(unaligned.world.inbox(RUI)) if "10002" in str(m["Subject"]))
    unaligned.answers(second, RUI, "#close\nDone.")
    asked = question(unaligned, RUI)
    unaligned.world.clock.advance(hours=24)
    assert "question-over" in answer(unaligned, asked, RUI, "YES").reason
    again(unaligned)
    assert view(unaligned, 10002)["ticket"]["state"] == "new"


@pytest.mark.parametrize(
    ("sender", "text", "headers"),
    [
        (RUI, "NO", {}),
        (RUI, "What is this?", {}),
        (RUI, "", {}),
        ("mallory@evil.pt", "YES", {}),
        (ANA, "YES", {}),
        (RUI, "YES", {"Auto-Submitted": "auto-replied"}),
    ],
    ids=["no", "a question back", "nothing", "a stranger", "the customer", "a robot"],
)
def test_sec_15_what_is_no_yes_of_the_one_who_was_asked_does_nothing(
    unaligned: Checked, sender: str, text: str, headers: dict[str, str]
) -> None:
    unsigned_order(unaligned)
    asked = question(unaligned, RUI)
    before = len(unaligned.world.inbox(ANA))
    by = "quinta.pt" if sender == ANA else ""
    unaligned.answers(asked, sender, text, by=by, headers=headers)
    again(unaligned)
    assert view(unaligned)["ticket"]["state"] == "new"
    assert len(unaligned.world.inbox(ANA)) == before


def test_sec_15_no_get_of_a_scanner_answers_and_one_post_does(unaligned: Checked) -> None:
    unsigned_order(unaligned)
    asked = question(unaligned, RUI)
    client, path = portal(unaligned), link(asked)
    for _ in range(3):
        assert client.get(path, base_url=PORTAL).status_code == 200
        assert client.head(path, base_url=PORTAL).status_code == 200
    again(unaligned)
    assert view(unaligned)["ticket"]["state"] == "new"
    assert client.post(path, data={"answer": "maybe"}, base_url=PORTAL).status_code == 404
    assert client.post(path, data={"answer": "yes"}, base_url=PORTAL, headers={"Sec-Fetch-Site": "cross-site"}
                       ).status_code == 403  # fmt: skip
    assert client.post(path, data={"answer": "yes"}, base_url=PORTAL).status_code == 200
    again(unaligned)
    assert view(unaligned)["ticket"]["state"] == "closed"
    assert client.get(path, base_url=PORTAL).status_code == 404
    assert client.post(path, data={"answer": "yes"}, base_url=PORTAL).status_code == 404
    assert client.get("/c/" + "x" * 32, base_url=PORTAL).status_code == 404


def test_p24_a_customer_who_writes_from_another_address_is_asked_and_heard(checked: Checked) -> None:
    checked.opens()
    settled = checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    assert (settled.outcome, said(checked)[-1]) == (Outcome.APPENDED, ("comment", "It is the blue one.", False))
    assert checked.world.inbox(PHONE) == []
    asked = question(checked, ANA)
    assert PHONE in words(asked)
    assert "blue" not in words(asked), "nothing of what a stranger wrote is said by us"
    answer(checked, asked, ANA, "Yes, that was me.\n\nAna", by="quinta.pt")
    again(checked)
    assert said(checked) == [
        ("correspondence", "It does nothing.", True), ("correspondence", "It is the blue one.", True),
    ]  # fmt: skip
    contact = view(checked)["requester"]["id"]
    assert view(checked)["articles"][-1]["contact"] == contact
    addresses = checked.world.app.store.read(lambda uow: uow.people.addresses(contact))
    assert [(one.address, str(one.proof)) for one in addresses] == [(ANA, ""), (PHONE, "confirmed")]
    # and from now on it is hers
    assert checked.answers(checked.world.inbox(ANA)[0], PHONE, "Any news?").stage == "thread"
    assert said(checked)[-1] == ("correspondence", "Any news?", True)
    assert checked.world.app.store.lanes.audit().problems == {}


def test_p24_control_without_a_yes_the_address_stays_a_strangers(checked: Checked) -> None:
    checked.opens()
    checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    answer(checked, question(checked, ANA), ANA, "No.", by="quinta.pt")
    again(checked)
    assert said(checked)[-1] == ("comment", "It is the blue one.", False)
    checked.answers(checked.world.inbox(ANA)[0], PHONE, "Any news?")
    assert said(checked)[-1] == ("comment", "Any news?", False)


def test_sec_15_words_that_are_no_answer_are_the_customers_words(checked: Checked) -> None:
    checked.opens()
    checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    answer(checked, question(checked, ANA), ANA, "I do not know what you mean, but it works.", by="quinta.pt")
    assert said(checked)[-1] == ("correspondence", "I do not know what you mean, but it works.", True)


def test_sec_15_what_is_held_by_policy_is_let_in_with_a_yes(tmp_path: Path) -> None:
    checked = Checked(tmp_path, 'mode = "own"\nstrangers = "hold"')
    checked.opens()
    held = checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    assert (held.outcome, len(said(checked))) == (Outcome.QUARANTINED, 1)
    answer(checked, question(checked, ANA), ANA, "Sim", by="quinta.pt")
    again(checked)
    assert said(checked)[-1] == ("correspondence", "It is the blue one.", True)


def test_sec_15_a_desk_that_wants_proof_asks_the_customer_of_a_bare_from(tmp_path: Path) -> None:
    checked = Checked(tmp_path, 'mode = "own"\ncustomers = "aligned"')
    luis = "luis@taller.pt"
    checked.opens(luis, by="")
    first = checked.world.inbox(luis)[0]
    checked.send(letter(luis, SUPPORT, "Re: " + str(first["Subject"]), "Any news?"), sender=luis)
    assert said(checked)[-1] == ("comment", "Any news?", False)
    answer(checked, question(checked, luis), luis, "SÍ")
    again(checked)
    assert said(checked)[-1] == ("correspondence", "Any news?", True)
    # the honest twin: her domain signs, so nobody is asked
    checked.opens(ANA)
    ours = checked.world.inbox(ANA)[0]
    checked.answers(ours, ANA, "It is the blue one.", by="quinta.pt")
    assert len(checked.world.inbox(ANA)) == 1


@pytest.mark.parametrize("by", ["", "evil.pt"], ids=["forged", "signed by the stranger's own domain"])
def test_sec_63_many_answers_of_strangers_ask_the_victim_once(checked: Checked, by: str) -> None:
    """That a stranger has proven his own address says nothing for hers, where the question goes."""
    checked.zone.publish_key("evil.pt")
    checked.opens()
    first = checked.world.inbox(ANA)[0]
    for at in range(12):
        checked.answers(first, f"x{at}@evil.pt", f"Number {at}", by=by)
    assert len(checked.world.inbox(ANA)) == 2
    assert not any(checked.world.inbox(f"x{at}@evil.pt") for at in range(12))


def test_sec_15_nobody_is_asked_where_that_is_switched_off(tmp_path: Path) -> None:
    checked = Checked(tmp_path, 'mode = "own"\nask = false')
    checked.opens()
    checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    assert len(checked.world.inbox(ANA)) == 1
    assert checked.answers(checked.world.inbox(RUI)[0], RUI, "#close").outcome is Outcome.QUARANTINED
    assert str(checked.world.inbox(RUI)[-1]["Subject"]).startswith("No effect")


def test_sec_13_a_yes_is_worth_nothing_when_the_address_is_anothers_by_now(checked: Checked) -> None:
    checked.opens()
    checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    asked = question(checked, ANA)
    checked.opens(PHONE, by="", text="I am somebody else.")
    answer(checked, asked, ANA, "yes", by="quinta.pt")
    again(checked)
    assert said(checked)[-1] == ("comment", "It is the blue one.", False)
    assert checked.world.app.store.lanes.audit().problems == {}


def test_sec_15_the_secret_is_nowhere_but_in_the_mail(checked: Checked) -> None:
    checked.opens()
    checked.answers(checked.world.inbox(ANA)[0], PHONE, "It is the blue one.")
    secret = link(question(checked, ANA)).removeprefix("/c/")
    assert secret not in repr(view(checked)["events"])
    kept = checked.world.app.store.read(lambda uow: uow.confirmations.find(secret))
    assert kept is not None
    assert kept.expires_at - kept.asked_at == timedelta(hours=24)
    assert checked.world.app.store.read(lambda uow: uow.confirmations.find("")) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("YES", True), ("yes.", True), ("  Sim!\n\nAna", True), ("SÍ", True), ("Sí, fui yo", True), ("*Yes*", True),
        ("no", False), ("NÃO", False), ("nao", False), ("No, not me", False),
        ("", None), ("Yes?", None), ("Yes I would like to know what this mail is about", None), ("yesterday", None),
        ("Who are you?", None), ("> YES", None), ("não sei o que é isto, expliquem por favor", None),
    ],
)  # fmt: skip
def test_an_answer_is_one_word_at_the_top(text: str, meant: bool | None) -> None:
    assert read_answer(text) is meant
