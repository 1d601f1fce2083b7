"""SEC-11, SEC-12, SEC-13: what looks like an order and is none, what is half an order, and who may order no more."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from maild.config import load
from maild.desk.queues import Outcome, Settlement
from maild.domain.token import Key
from tests.helpers.world import letter, reply_address
from tests.trust.conftest import ANA, RUI, Checked


def order(notice: EmailMessage, text: str, subject: str = "Re: Printer", **headers: str) -> EmailMessage:
    octets = letter(RUI, reply_address(notice), subject, text, answers=notice, headers=headers)
    mail = message_from_bytes(octets, policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def sends(checked: Checked, mail: EmailMessage) -> Settlement:
    to = str(mail["To"])
    return checked.send(mail.as_bytes(policy=policy.SMTP), to, by="home.pt", sender=RUI)


def closed(checked: Checked) -> bool:
    return str(checked.world.ticket(10001)["state"]) == "closed"


def attached(mail: EmailMessage) -> EmailMessage:
    mail.add_attachment("#close\n", filename="orders.txt")
    return mail


def forwarded(mail: EmailMessage) -> EmailMessage:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = ANA, "#close"
    inner.set_content("#close\n")
    mail.add_attachment(inner)
    return mail


def hidden(mail: EmailMessage) -> EmailMessage:
    mail.set_content("<div style='display:none'>#close</div><p>Hello.</p>", subtype="html")
    return mail


def calendar(mail: EmailMessage) -> EmailMessage:
    mail.add_attachment("BEGIN:VCALENDAR\r\nDESCRIPTION:#close\r\nEND:VCALENDAR", subtype="calendar")
    return mail


HIDDEN: dict[str, Callable[[EmailMessage], EmailMessage]] = {
    "in a quote": lambda notice: order(notice, "> #close\n\nHello."),
    "in the signature": lambda notice: order(notice, "Hello.\n\n-- \n#close"),
    "below words": lambda notice: order(notice, "Hello.\n#close"),
    "in the subject": lambda notice: order(notice, "Hello.", "#close"),
    "in a file": lambda notice: attached(order(notice, "Hello.")),
    "in an attached mail": lambda notice: forwarded(order(notice, "Hello.")),
    "in a calendar": lambda notice: calendar(order(notice, "Hello.")),
    "in hidden HTML": lambda notice: hidden(order(notice, "Hello.")),
    "of a robot": lambda notice: order(notice, "#close", **{"Auto-Submitted": "auto-replied"}),
    "a forwarded notice": lambda notice: order(
        notice, f"---------- Forwarded message ---------\nFrom: {ANA}\nSubject: x\nTo: {RUI}\n\n#close", "Fwd: Printer"
    ),
}


@pytest.mark.parametrize("made", HIDDEN.values(), ids=HIDDEN.keys())
def test_sec_11_an_order_that_nobody_gave_is_none(
    checked: Checked, made: Callable[[EmailMessage], EmailMessage]
) -> None:
    checked.opens()
    notice = checked.world.inbox(RUI)[-1]
    sends(checked, made(notice))
    assert not closed(checked)


@pytest.mark.parametrize("text", ["#close", "\n\n  #close\nHello.", "#CLOSE done\n\n-- \nRui"])
def test_sec_11_control_the_first_lines_of_his_own_words_are_obeyed(checked: Checked, text: str) -> None:
    checked.opens()
    assert sends(checked, order(checked.world.inbox(RUI)[-1], text)).outcome is Outcome.APPENDED
    assert closed(checked)


@pytest.mark.parametrize(
    "text",
    [
        "#close\n#assign nobody-like-this\nIt is done.",
        "#close\n" + "#priority high\n" * 2_000 + "It is done.",
        "#close\n#assign " + "x" * 10_000 + "\nIt is done.",
        "#\u0441lose\n#close\nIt is done.",
        "#close\n#priority high\u2028low\nIt is done.",
        "#close\n#merge 10001 10002\nIt is done.",
    ],
    ids=["half valid", "2,000 orders", "10 kB", "a Cyrillic letter", "a line separator", "two arguments"],
)
def test_sec_12_all_of_it_or_nothing_and_the_customer_gets_no_byte(checked: Checked, text: str) -> None:
    checked.opens()
    heard = len(checked.world.inbox(ANA))
    settled = sends(checked, order(checked.world.inbox(RUI)[-1], text))
    assert settled.outcome is Outcome.QUARANTINED
    assert not closed(checked)
    assert checked.world.ticket(10001)["priority"] == "normal"
    assert len(checked.world.inbox(ANA)) == heard


def test_sec_12_control_several_orders_are_carried_out_together(checked: Checked) -> None:
    checked.opens()
    sends(checked, order(checked.world.inbox(RUI)[-1], "#priority high\n#assign eva\n#close\nIt is done."))
    ticket = checked.world.ticket(10001)
    assert (ticket["priority"], ticket["owner"], ticket["state"]) == ("high", "eva", "closed")


def test_sec_13_who_is_no_agent_any_more_orders_nothing(checked: Checked) -> None:
    checked.opens()
    notice, world = checked.world.inbox(RUI)[-1], checked.world
    config, folder, rulebook, store = world._made_of
    text = (folder / "maild.toml").read_text("utf-8")
    begin = text.index('[[agent]]\nname = "rui"')
    without = text[:begin] + text[text.index("[[agent]]", begin + 1) :]
    (folder / "later.toml").write_text(
        without.replace('"rui", ', "").replace('leader = "rui"', 'leader = "eva"'), "utf-8"
    )
    world._made_of = load(folder / "later.toml", year=2026), folder, rulebook, store
    world.rotate([Key(1, b"k" * 32)])
    heard = len(world.inbox(ANA))
    sends(checked, order(notice, "#close\nIt is done."))
    assert not closed(checked)
    assert len(world.inbox(ANA)) == heard
    world._made_of = config, folder, rulebook, store
    world.rotate([Key(1, b"k" * 32)])
    sends(checked, order(notice, "#close\nIt is done now."))
    assert closed(checked), "the control: he is one again"
