"""An agent forwards a customer's mail to the desk: the ticket is the customer's, when we are sure of the agent."""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from maild.daemon import portal_of
from maild.desk.queues import Outcome, Settlement
from maild.domain.intent import Trust
from maild.health import Health
from tests.helpers.world import letter, words
from tests.trust.conftest import ANA, RUI, SUPPORT, Checked
from webview import create_app

FORWARD = """\
{cover}

---------- Forwarded message ---------
From: Ana Silva <{who}>
Date: Mon, 23 Nov 2026 at 08:00
Subject: Printer
To: <rui@home.pt>

The printer does nothing.
Ana
"""


def forwards(
    checked: Checked, cover: str = "Is this one yours, Eva?", *, who: str = ANA, by: str = "home.pt", sender: str = RUI
) -> Settlement:
    octets = letter(sender, SUPPORT, "Fwd: Printer", FORWARD.format(cover=cover, who=who))
    return checked.send(octets, by=by, sender=sender)


def view(checked: Checked, number: int = 10001) -> dict[str, Any]:
    found = checked.world.app.store.queries.ticket_view(number)
    assert found is not None
    return found


def last(checked: Checked, address: str) -> EmailMessage:
    return checked.world.inbox(address)[-1]


def test_the_customer_is_the_requester_and_the_agent_can_answer_her(checked: Checked) -> None:
    settled = forwards(checked)
    assert (settled.outcome, settled.trace["identity"]["trust"]) == (Outcome.OPENED, Trust.ALIGNED)
    ticket = view(checked)
    assert (ticket["requester"]["address"], ticket["ticket"]["title"]) == (ANA, "Printer")
    assert [(a["kind"], a["sender"], a["new_text"]) for a in ticket["articles"]] == [
        ("correspondence", "customer", "The printer does nothing.\nAna"),
        ("comment", "agent", "Is this one yours, Eva?"),
    ]
    assert "[#10001-" in str(last(checked, ANA)["Subject"]), "she knows that it has come"
    assert "Eva?" not in words(last(checked, ANA))
    assert "rui" not in last(checked, ANA).as_string().lower()
    assert [len(checked.world.inbox(agent)) for agent in (RUI, "eva@home.pt")] == [1, 1]
    checked.answers(last(checked, RUI), RUI, "It is on its way.", by="home.pt")
    assert "It is on its way." in words(last(checked, ANA))


@pytest.mark.parametrize("by", ["", "evil.pt"], ids=["unsigned", "signed by others"])
def test_sec_03_a_forged_forward_opens_nothing_before_the_agent_owns_it(checked: Checked, by: str) -> None:
    checked.zone.publish_key("evil.pt")
    settled = forwards(checked, by=by)
    assert settled.outcome is Outcome.QUARANTINED
    assert checked.world.app.store.queries.ticket_rows() == []
    assert checked.world.inbox(ANA) == []
    question = last(checked, RUI)
    assert "open a ticket of the customer" in words(question)
    assert checked.world.inbox("operator@casa-azul.example") == [], "it waits for him, not for the operator"
    checked.answers(question, RUI, "YES", by="home.pt")
    assert view(checked)["requester"]["address"] == ANA


@pytest.mark.parametrize("attached", [False, True], ids=["inline", "attached"])
def test_p19_the_customer_is_not_shown_where_the_agent_writes(checked: Checked, attached: bool) -> None:
    """Her mail program is told her own mail, where its id is known, and never the agent's."""
    hers = letter(f"Ana Silva <{ANA}>", RUI, "Printer", "The printer does nothing.", message_id="<hers@quinta.pt>")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = RUI, SUPPORT, "Fwd: Printer"
    mail["Message-ID"], mail["Date"] = "<77@laptop-of-rui.home.pt>", "Mon, 23 Nov 2026 09:00:00 +0000"
    mail.set_content("Is this one yours, Eva?" if attached else FORWARD.format(cover="Yours?", who=ANA))
    if attached:
        mail.add_attachment(BytesParser(policy=policy.default).parsebytes(hers))
    octets = mail.as_bytes(policy=policy.SMTP)
    assert checked.send(octets, by="home.pt", sender=RUI).outcome is Outcome.OPENED
    checked.answers(last(checked, RUI), RUI, "It is on its way.", by="home.pt")
    assert [("laptop" in raw.decode()) for raw in checked.world.raw_inbox(ANA)] == [False, False]
    assert last(checked, ANA)["In-Reply-To"] == ("<hers@quinta.pt>" if attached else "<ticket.10001@casa-azul.example>")
    more = letter(RUI, SUPPORT, "Once more", "She has called.", headers={"In-Reply-To": "<77@laptop-of-rui.home.pt>"})
    assert checked.send(more, by="home.pt", sender=RUI).ticket == 10001, "his own forward still leads to the ticket"


def test_the_page_of_a_question_about_a_forward_names_no_ticket(checked: Checked) -> None:
    forwards(checked, by="")
    app = checked.world.app
    pages = create_app(portal_of(app, Health(app.store.lanes, now=checked.world.clock), app.store.writer))
    link = re.search(r"/c/\w+", words(last(checked, RUI)))
    assert link
    page = pages.test_client().get(link[0], base_url="https://help.casa-azul.example").text
    assert "a mail that would open a ticket" in page
    assert "ticket 0" not in page


def test_orders_above_a_forward_take_the_agents_word(checked: Checked) -> None:
    """They need more than the signature of his domain: anybody there could have sent them."""
    assert forwards(checked, "#assign eva\n#priority high").outcome is Outcome.QUARANTINED
    question = last(checked, RUI)
    assert "#assign eva, #priority high" in words(question)
    checked.answers(question, RUI, "yes", by="home.pt")
    ticket = view(checked)["ticket"]
    assert (ticket["owner"], ticket["priority"], len(view(checked)["articles"])) == ("eva", "high", 1)


@pytest.mark.parametrize("who", ["eva@home.pt", SUPPORT, RUI], ids=["an agent", "the desk", "himself"])
def test_nobody_of_the_desk_becomes_a_requester_by_a_forward(checked: Checked, who: str) -> None:
    assert forwards(checked, who=who).outcome is Outcome.OPENED
    assert view(checked)["requester"]["address"] == RUI


def test_a_forward_of_somebody_else_is_his_own_matter(checked: Checked) -> None:
    """Only agents speak for others."""
    assert forwards(checked, sender="luis@taller.pt", by="").outcome is Outcome.OPENED
    assert view(checked)["requester"]["address"] == "luis@taller.pt"
    assert checked.world.inbox(ANA) == []


def test_sec_07_a_forward_sent_again_opens_no_second_ticket(checked: Checked) -> None:
    octets = letter(RUI, SUPPORT, "Fwd: Printer", FORWARD.format(cover="", who=ANA))
    assert checked.send(octets, by="home.pt", sender=RUI).outcome is Outcome.OPENED
    again = octets.replace(b"Message-ID: <", b"Message-ID: <again")
    assert checked.send(again, by="home.pt", sender=RUI).outcome is Outcome.QUARANTINED
    assert len(checked.world.app.store.queries.ticket_rows()) == 1


def test_where_nobody_is_asked_an_unproven_forward_is_the_agents_own_matter(tmp_path: Path) -> None:
    checked = Checked(tmp_path, "ask = false")
    assert forwards(checked, by="").outcome is Outcome.OPENED
    assert view(checked)["requester"]["address"] == RUI
    assert checked.world.inbox(ANA) == []
