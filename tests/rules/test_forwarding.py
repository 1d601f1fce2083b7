"""Mail that rules send on to somebody outside: what he gets, and that his answer stays inside."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from maild.domain.events import MailForwarded
from maild.domain.notice import DeliveryResult
from maild.errors import ConfigError
from maild.rules.examples import check_examples
from maild.rules.known import KnownNames
from maild.rules.loader import load
from tests.helpers.world import WORLD, World, letter, reply_address, words
from tests.rules.test_changes import ANA, SUPPORT, opened, traces

PARTNER = "Partner@out.example"
FORWARD = f"""
[rules]
forward_to = ["{PARTNER}", "ana@quinta.example", "rui@home.example", "billing@casa-azul.example"]

[[rule]]
name = "send on"
on = ["new", "reply"]
then = {{ forward = "partner@out.example" }}
"""


def world(folder: Path, rules: str = FORWARD, config: str = WORLD) -> World:
    return World(folder, config + rules)


def to_instead(address: str) -> str:
    return FORWARD.replace('"partner@out.example"', f'"{address}"')


def answer(desk: World, mail: EmailMessage, sender: str, text: str, **headers: str) -> Any:
    to = reply_address(mail)
    octets = letter(sender, to, f"Re: {mail['Subject']}", text, answers=mail, headers=headers)
    return desk.take(octets, to=[to], reverse_path=sender)


def articles(desk: World, number: int) -> list[dict[str, Any]]:
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    return list(view["articles"])


def test_the_words_go_outside_in_our_name(tmp_path: Path) -> None:
    desk = world(tmp_path)
    number = opened(desk, "Printer", "It eats paper.")
    (mail,) = desk.inbox(PARTNER)
    text = words(mail)
    assert "It eats paper." in text
    assert "Ana Silva" in text
    assert "ana@quinta.example" in text
    assert mail["From"].addresses[0].addr_spec == SUPPORT
    assert "Printer" in mail["Subject"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "client.example" not in f"{mail['References']} {mail['In-Reply-To']}"
    (octets,) = desk.raw_inbox(PARTNER)
    assert b"home.example" not in octets
    assert b"Rui" not in octets
    events = desk.app.store.writer.run(lambda uow: uow.events.of(number))
    assert [e.event.address for e in events if isinstance(e.event, MailForwarded)] == [PARTNER]
    assert "send on: hit: forward partner@out.example" in traces(desk, number)[0].trace
    assert len(desk.inbox("ana@quinta.example")) == 1
    desk.close()


def test_files_go_along(tmp_path: Path) -> None:
    desk = world(tmp_path)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = ANA, SUPPORT, "Photo", "<photo@client.example>"
    mail.set_content("See.")
    mail.add_attachment(b"\x89PNG....", maintype="image", subtype="png", filename="printer.png")
    desk.take(mail.as_bytes(), to=[SUPPORT], reverse_path="ana@quinta.example")
    (sent,) = desk.inbox(PARTNER)
    assert [part.get_filename() for part in sent.iter_attachments()] == ["printer.png"]
    assert "printer.png" in words(sent)
    desk.close()


@pytest.mark.parametrize("strangers", ["attach", "hold"])
def test_his_answer_stays_inside(tmp_path: Path, strangers: str) -> None:
    desk = world(tmp_path, f'\n[trust]\nstrangers = "{strangers}"\n' + FORWARD)
    number = opened(desk, "Printer", "It eats paper.")
    (mail,) = desk.inbox(PARTNER)
    before = len(desk.letterbox.mails)
    settled = answer(desk, mail, PARTNER, "Change the roller.\n#close")
    assert settled.ticket == number
    last = articles(desk, number)[-1]
    assert (last["verified"], last["kind"], last["sender"]) == (False, "comment", "customer")
    assert desk.ticket(number)["state"] == "new"
    assert sorted(to for _, to, _ in desk.letterbox.mails[before:]) == ["eva@home.example", "rui@home.example"]
    told = desk.inbox("rui@home.example")[-1]
    assert "Change the roller." in words(told)
    assert "sent outside" in words(told)
    assert "Reply from outside" in told["Subject"]
    participants = desk.app.store.writer.run(lambda uow: uow.tickets.participants(number))
    assert len(participants) == 1
    desk.close()


def test_what_the_customer_hears_of_the_agents_does_not_go_outside(tmp_path: Path) -> None:
    """Only new words of a customer are forwarded: no history, no answer of an agent, no note."""
    desk = world(tmp_path)
    number = opened(desk, "Printer", "It eats paper.")
    answer(desk, desk.inbox("rui@home.example")[-1], "rui@home.example", "Secret remedy.")
    assert len(desk.inbox(PARTNER)) == 1
    answer(desk, desk.inbox("ana@quinta.example")[-1], ANA, "Thanks, and now it smokes.")
    last = words(desk.inbox(PARTNER)[-1])
    assert "it smokes" in last
    assert "Secret remedy" not in last
    assert desk.ticket(number)["state"] == "open"
    desk.close()


def test_sec_15_his_reply_address_in_another_hand_is_a_strangers(tmp_path: Path) -> None:
    desk = world(tmp_path, '\n[trust]\nstrangers = "hold"\n' + FORWARD)
    number = opened(desk)
    (mail,) = desk.inbox(PARTNER)
    settled = answer(desk, mail, "mallory@evil.example", "Me too.")
    assert settled.outcome == "quarantined"
    assert len(articles(desk, number)) == 1
    desk.close()


def test_a_customer_of_the_ticket_speaks_as_an_outsider_with_it(tmp_path: Path) -> None:
    desk = world(tmp_path)
    number = opened(desk)
    (mail,) = desk.inbox(PARTNER)
    answer(desk, mail, "ana@quinta.example", "From the partner's copy.")
    assert articles(desk, number)[-1]["verified"] is False
    desk.close()


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List-Id": "<l.example>"}]
)
def test_p09_no_automatic_mail_is_forwarded(tmp_path: Path, headers: dict[str, str]) -> None:
    desk = world(tmp_path)
    desk.take(letter(ANA, SUPPORT, "Robot", "Beep.", headers=headers), to=[SUPPORT], reverse_path="ana@quinta.example")
    assert desk.inbox(PARTNER) == []
    opened(desk, "A person", "Hello.")
    assert len(desk.inbox(PARTNER)) == 1
    desk.close()


@pytest.mark.parametrize("address", ["rui@home.example", "billing@casa-azul.example", "ana@quinta.example"])
def test_not_to_the_desk_nor_back_to_who_wrote(tmp_path: Path, address: str) -> None:
    desk = world(tmp_path, to_instead(address))
    opened(desk)
    assert [mail["Subject"] for mail in desk.inbox(address) if "Fwd" in mail["Subject"]] == []
    desk.close()


def test_p09_two_desks_that_forward_to_each_other_come_to_rest(tmp_path: Path) -> None:
    """Even where the other desk strips every sign that a machine wrote, and writes from ever new addresses."""
    desk = world(tmp_path)
    for number in range(120):
        octets = letter(f"desk{number}@out.example", SUPPORT, f"Fwd {number}", "Round it goes.")
        desk.take(octets, to=[SUPPORT], reverse_path=f"desk{number}@out.example")
    assert 0 < len(desk.inbox(PARTNER)) <= 100
    desk.close()


def test_a_forward_that_comes_back_is_told(tmp_path: Path) -> None:
    desk = world(tmp_path)
    desk.letterbox.refuse[PARTNER] = DeliveryResult(
        delivered=False, permanent=True, code=550, text="5.1.1 No such user"
    )
    number = opened(desk)
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    failed = [event for event in view["events"] if event["kind"] == "DeliveryFailed"]
    assert [event["recipient"] for event in failed] == [PARTNER]
    assert len(desk.inbox("rui@home.example")) == 2
    desk.close()


def test_only_addresses_that_are_allowed_can_stand_in_a_rule(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"maild\.toml:\d+: rule 'send on': then\.forward: 'parner@out\.example' is not in forward_to"
    ):
        world(tmp_path, to_instead("parner@out.example"))


def test_an_example_can_say_where_the_mail_goes() -> None:
    known = KnownNames(forward_to=frozenset({"partner@out.example", "other@out.example"}))
    example = {"mail": {"subject": "Printer"}, "expect": {"forwarded": PARTNER}}
    table = {"name": "a", "then": {"forward": "partner@out.example"}, "example": [example]}
    assert check_examples(load([table], source="x", known=known)) == ()
    table["then"] = {"forward": "other@out.example"}
    (failure,) = check_examples(load([table], source="x", known=known))
    assert "forwarded should be 'Partner@out.example', but is other@out.example" in failure
