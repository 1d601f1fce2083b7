"""To which ticket a reply belongs, by each sign alone, as the usual clients and relays leave it (P14); and what is
no sign at all (P12)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from maild.domain.token import Key, Purpose, Tokens
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
TICKET = 10001


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way in which a reply comes back. In all texts `TOKEN` is our subject token, `OURS` our Message-ID and
    `HERS` the Message-ID of the customer's own first mail; a reply goes to our bare address unless `tagged`."""

    name: str
    subject: str = "Something else"
    headers: tuple[tuple[str, str], ...] = ()
    tagged: bool = False
    how: str = "subject-token"


PREFIXES = (
    "Re: {}", "RE: {}", "re:{}", "Re[2]: {}", "RE[17]:{}", "Re^2: {}", "Re (3): {}", "AW: {}", "Aw:AW: {}", "Antw: {}",
    "Antw.: {}", "SV: {}", "VS: {}", "Vá: {}", "VÁLASZ: {}", "Odp: {}", "Odg: {}", "RES: {}", "RV: {}", "ENC: {}",
    "TR: {}", "Rép.: {}", "REF: {}", "RIF: {}", "R: {}", "I: {}", "YNT: {}", "ATB: {}", "BLS: {}", "ΑΠ: {}", "ΣΧΕΤ: {}",
    "Ответ: {}", "Отв: {}", "HA: {}", "回复: {}", "回覆：{}", "答复: {}", "转发: {}", "返信: {}", "회신: {}",
    "תגובה: {}", "رد: {}", "ตอบกลับ: {}", "Fwd: {}", "Fw: Re: {}", "WG: {}", "[EXTERNAL] Re: {}", "[SPAM?] RE: {}",
)  # fmt: skip
GLUED = (
    "{}", "{}Printer", "Printer{}", "Re:{}Re:", "({})", "Printer {}, and the scanner", "«{}»", "{} {}", "Printer {}!!!",
    "Was [#99999-QQQQ] before {}",
)  # fmt: skip

BY_SUBJECT = [
    *(Case(name=f"prefix {p}", subject=p.format("Printer TOKEN")) for p in PREFIXES),
    *(Case(name=f"glued {g}", subject=g.replace("{}", "TOKEN")) for g in GLUED),
    Case(name="lower case", subject="re: printer token"),
]
BY_HEADERS = [
    Case(name="In-Reply-To only", headers=(("In-Reply-To", "OURS"),), how="own-message-id"),
    Case(name="References cut to one", headers=(("References", "OURS"),), how="own-message-id"),
    Case(
        name="ours in the middle of References", how="own-message-id",
        headers=(("References", "<a@x.example> OURS <b@y.example>"), ("In-Reply-To", "<b@y.example>")),
    ),
    Case(name="two In-Reply-To ids and words", headers=(("In-Reply-To", "<a@x.example> OURS"),), how="own-message-id"),
    Case(name="her own id only", headers=(("In-Reply-To", "HERS"),), how="known-message-id"),
    Case(name="her own id in References", headers=(("References", "HERS <z@z.example>"),), how="known-message-id"),
    Case(name="reply address only", tagged=True, how="reply-address"),
]  # fmt: skip
CLIENTS = [
    Case(
        name="Outlook", subject="RE: Printer TOKEN", tagged=True, how="reply-address",
        headers=(
            ("References", "HERS OURS"), ("In-Reply-To", "OURS"), ("Thread-Topic", "Printer TOKEN"),
            ("Thread-Index", "AQHcAAAAAAAAAAAAAAAAAAAAAAAAAA=="), ("X-MS-Has-Attach", ""), ("Accept-Language", "pt-PT"),
        ),
    ),
    Case(
        name="Gmail", subject="Re: Printer TOKEN", tagged=True, how="reply-address",
        headers=(("References", "HERS OURS"), ("In-Reply-To", "OURS")),
    ),
    Case(
        name="Apple Mail", subject="Re: Printer TOKEN", tagged=True, how="reply-address",
        headers=(("References", "OURS"), ("In-Reply-To", "OURS"), ("X-Mailer", "Apple Mail (2.3774.600.62)")),
    ),
    Case(
        name="Thunderbird", subject="Re: Printer TOKEN", tagged=True, how="reply-address",
        headers=(("References", "HERS OURS"), ("In-Reply-To", "OURS"), ("User-Agent", "Mozilla Thunderbird")),
    ),
    Case(
        name="Exchange, which drops In-Reply-To and gives its own References", subject="RE: Printer TOKEN",
        headers=(("References", "<x@exchange.example>"), ("Thread-Index", "AQHcAAAAAAAAAAAAAAAAAAAAAAAAAA==")),
    ),
    Case(
        name="a telephone that writes to the bare address", subject="Re: Printer", how="own-message-id",
        headers=(("In-Reply-To", "OURS"),),
    ),
]  # fmt: skip

NO_SIGN = [
    ("a foreign number", "Re: Printer [#10001]", ()),
    ("a foreign number of a vendor", "Re: Printer [#123]", ()),
    ("our number with a wrong check", "Re: Printer [#10001-AAAA]", ()),
    ("our number and a word", "Re: Printer Ticket#10001 case 10001-10001", ()),
    ("an equal subject", "Printer", ()),
    ("an equal subject with Re", "Re: Printer", ()),
    ("an empty In-Reply-To", "Re: Printer", (("In-Reply-To", ""),)),
    ("an In-Reply-To of nothing", "Re: Printer", (("In-Reply-To", "<>"), ("References", "<> <@> < >"))),
    ("an In-Reply-To of words", "Re: Printer", (("In-Reply-To", "Your message of Monday"),)),
    ("an equal Thread-Index", "Re: Printer", (("Thread-Index", "AQHcBBBBBBBBBBBBBBBBBBBBBBBBBB=="),)),
    ("an id of nobody", "Re: Printer", (("In-Reply-To", "<nobody@knows.example>"),)),
    ("the root id of agents' mails", "Re: Printer", (("References", "<ticket.10001@casa-azul.example>"),)),
]


_numbers = itertools.count(1)
"""Every mail of the matrix has a Message-ID of its own."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for the whole matrix: no case may depend on another."""
    world = World(tmp_path_factory.mktemp("matrix"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def received(desk: World) -> EmailMessage:
    """Ana has written; this is the acknowledgement that she got."""
    return _open(desk)


@pytest.fixture
def opened(world: World) -> EmailMessage:
    """The same on a desk that the test has for itself."""
    return _open(world)


def _open(world: World) -> EmailMessage:
    octets = letter(
        ANA, SUPPORT, "Printer", "It eats paper.", message_id="<first@quinta.example>",
        headers={"Thread-Index": "AQHcBBBBBBBBBBBBBBBBBBBBBBBBBB=="},
    )  # fmt: skip
    assert world.take(octets, to=[SUPPORT], reverse_path="ana@quinta.example").outcome == "opened"
    return world.inbox("ana@quinta.example")[0]


def _token(mail: EmailMessage) -> str:
    subject = str(mail["Subject"])
    return subject[subject.index("[#") : subject.index("]") + 1]


def _reply(mail: EmailMessage, case: Case, *, sender: str = ANA) -> tuple[bytes, str]:
    token = _token(mail)
    subject = case.subject.replace("TOKEN", token).replace("token", token.lower())
    values = {"OURS": str(mail["Message-ID"]), "HERS": "<first@quinta.example>", "TOKEN": token}
    headers = dict(case.headers)
    for word, value in values.items():
        headers = {name: text.replace(word, value) for name, text in headers.items()}
    to = reply_address(mail) if case.tagged else SUPPORT
    message_id = f"<r{next(_numbers)}@quinta.example>"
    return letter(sender, to, subject, "It still does.", headers=headers, message_id=message_id), to


@pytest.mark.parametrize("case", [*BY_SUBJECT, *BY_HEADERS, *CLIENTS], ids=lambda case: case.name)
def test_each_sign_alone_finds_the_ticket_p14(desk: World, received: EmailMessage, case: Case) -> None:
    octets, to = _reply(received, case)
    settled = desk.take(octets, to=[to], reverse_path="ana@quinta.example")
    assert (settled.outcome, settled.ticket) == ("appended", TICKET)
    assert any(line.startswith(case.how) and "does not" not in line for line in settled.trace["thread"])


@pytest.mark.parametrize(("name", "subject", "headers"), NO_SIGN, ids=[name for name, *_ in NO_SIGN])
def test_what_is_no_sign_opens_a_new_ticket_p12(
    desk: World, received: EmailMessage, name: str, subject: str, headers: tuple[tuple[str, str], ...]
) -> None:
    octets, to = _reply(received, Case(name=name, subject=subject, headers=headers))
    settled = desk.take(octets, to=[to], reverse_path="ana@quinta.example")
    assert settled.outcome == "opened"
    assert settled.ticket != TICKET


@pytest.mark.parametrize("case", [*BY_HEADERS, *CLIENTS, BY_SUBJECT[0]], ids=lambda case: case.name)
def test_a_sign_in_a_strangers_hand_is_kept_inside_sec_18(desk: World, received: EmailMessage, case: Case) -> None:
    """SEC-18: requester, state, participants and clocks stay; the stranger gets nothing. The control is the matrix."""
    before = desk.app.store.queries.ticket_view(TICKET)
    octets, to = _reply(received, case, sender="Mallory <mallory@evil.example>")
    settled = desk.take(octets, to=[to], reverse_path="mallory@evil.example")
    after = desk.app.store.queries.ticket_view(TICKET)
    assert before is not None
    assert after is not None
    assert settled.ticket == TICKET
    assert len(after["articles"]) == len(before["articles"]) + 1
    assert not after["articles"][-1]["verified"]
    for kept in ("ticket", "requester", "participants", "timers"):
        assert after[kept] == before[kept]
    assert desk.inbox("mallory@evil.example") == []


def test_people_in_copy_gain_nothing_sec_16(world: World, opened: EmailMessage) -> None:
    """SEC-16: a reply that names somebody in Cc brings him neither history nor later mail; Ana gets hers."""
    octets, to = _reply(opened, BY_HEADERS[0])
    octets = octets.replace(b"\r\nSubject:", b"\r\nCc: mallory@evil.example\r\nSubject:", 1)
    assert world.take(octets, to=[to], reverse_path="ana@quinta.example").ticket == TICKET
    told = world.inbox("rui@home.example")[-1]
    answer = letter("Rui Costa <rui@home.example>", reply_address(told), "Re", "Try now.", answers=told)
    assert world.take(answer, to=[reply_address(told)], reverse_path="rui@home.example").outcome == "appended"
    assert world.inbox("mallory@evil.example") == []
    assert len(world.inbox("ana@quinta.example")) == 2


@pytest.mark.parametrize(("written", "ticket"), [("0102018f6c1a2b3c-4d5e6f70-000000", TICKET), ("0" * 32, TICKET + 1)])
def test_a_relay_that_rewrites_our_message_id_p14(world: World, written: str, ticket: int) -> None:
    """The relay says `250 Ok ID` and sends the mail on as `<ID@region.relay.example>`; only that very id counts."""
    world.letterbox.answer = "250 Ok 0102018f6c1a2b3c-4d5e6f70-000000"
    _open(world)
    headers = (("In-Reply-To", f"<{written}@eu-west-1.relay.example>"),)
    octets, to = _reply(world.inbox("ana@quinta.example")[0], Case(name="rewritten", headers=headers))
    assert world.take(octets, to=[to], reverse_path="ana@quinta.example").ticket == ticket


OLD, NEW = Key(1, b"k" * 32), Key(2, b"n" * 32)


def test_after_a_key_rotation_old_tokens_are_read_and_new_ones_minted(world: World, opened: EmailMessage) -> None:
    rotated, revoked = Tokens([NEW, OLD]), Tokens([NEW])
    tag = reply_address(opened).partition("+")[2].partition("@")[0]
    message_id, check = str(opened["Message-ID"]), _token(opened)[2:-1].partition("-")[2]
    token = rotated.read(Purpose.REPLY, tag)
    assert token is not None
    assert rotated.read_message_id(message_id) is not None
    assert rotated.check_fits(TICKET, check)
    minted = rotated.mint(Purpose.REPLY, token)
    assert revoked.read(Purpose.REPLY, minted) == token
    assert Tokens([OLD]).read(Purpose.REPLY, minted) is None, "an unknown key is no token"
    assert revoked.read(Purpose.REPLY, tag) is None
    assert revoked.read_message_id(message_id) is None
    assert not revoked.check_fits(TICKET, check)


def test_the_same_desk_after_a_rotation(world: World, opened: EmailMessage) -> None:
    """The desk that has got a second key still takes replies to what it sent with the first one."""
    world.rotate([NEW, OLD])
    octets, to = _reply(opened, BY_HEADERS[-1])
    assert world.take(octets, to=[to], reverse_path="ana@quinta.example").ticket == TICKET
    world.rotate([NEW])
    octets, to = _reply(opened, Case(name="x", tagged=True))
    settled = world.take(octets, to=[to], reverse_path="ana@quinta.example")
    assert (settled.outcome, settled.ticket) == ("opened", TICKET + 1), "a key that was taken away opens nothing"
