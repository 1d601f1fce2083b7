"""Address lists: RFC 5322, its obsolete forms, and what mailers and attackers make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.header.addresses import parse_addresses
from maild.ingest.header.words import decode_words


def read(raw: bytes) -> tuple[list[tuple[str, str]], bool]:
    found = parse_addresses(raw.decode("latin_1"), lambda text: decode_words(text.encode("latin_1")))
    return [(m.display_name, m.address) for m in found.mailboxes], found.doubtful


@pytest.mark.parametrize(
    ("raw", "mailboxes"),
    [
        (b"ana@example.org", [("", "ana@example.org")]),
        (b"<ana@example.org>", [("", "ana@example.org")]),
        (b"Ana <ana@example.org>", [("Ana", "ana@example.org")]),
        (b"Ana Silva<ana@example.org>", [("Ana Silva", "ana@example.org")]),
        (b'"Silva, Ana" <ana@example.org>', [("Silva, Ana", "ana@example.org")]),
        (b"Silva, Ana <ana@example.org>", [("Silva, Ana", "ana@example.org")]),
        (b"ana@example.org (Ana Silva)", [("Ana Silva", "ana@example.org")]),
        (b"(Ana Silva) ana@example.org", [("Ana Silva", "ana@example.org")]),
        (b"Ana (at home) <ana@example.org>", [("Ana", "ana@example.org")]),
        (b"Ana (a (nested) comment) <ana@example.org>", [("Ana", "ana@example.org")]),
        (b"a@example.org, b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        (b"a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        (b"A <a@example.org>,,B <b@example.org>,", [("A", "a@example.org"), ("B", "b@example.org")]),
        (b"A <a@example.org> B <b@example.org>", [("A", "a@example.org"), ("B", "b@example.org")]),
        (b"a@example.org b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        (b"undisclosed-recipients:;", []),
        (b"Undisclosed recipients: ;", []),
        (
            b"Team: a@example.org, B <b@example.org>; c@example.org",
            [("", "a@example.org"), ("B", "b@example.org"), ("", "c@example.org")],
        ),
        (b"<@relay.example,@other.example:ana@example.org>", [("", "ana@example.org")]),
        (b"=?utf-8?q?J=C3=BCrgen?= <j@example.org>", [("Jürgen", "j@example.org")]),
        (b'"=?utf-8?q?J=C3=BCrgen?=" <j@example.org>', [("Jürgen", "j@example.org")]),
        (b"=?utf-8?q?M=C3=BCller=2C_J=C3=BCrgen?= <j@example.org>", [("Müller, Jürgen", "j@example.org")]),
        (b"=?iso-8859-1?Q?Andr=E9?= Pirard <pirard@example.org>", [("André Pirard", "pirard@example.org")]),
        (b"j@example.org (=?utf-8?q?J=C3=BCrgen?=)", [("Jürgen", "j@example.org")]),
        ("Jürgen <j@example.org>".encode(), [("Jürgen", "j@example.org")]),
        ("Jürgen <j@example.org>".encode("cp1252"), [("Jürgen", "j@example.org")]),
        ("Ана <ана@пример.example>".encode(), [("Ана", "ана@пример.example")]),
        (b'"Ana \\"the boss\\" Silva" <ana@example.org>', [('Ana "the boss" Silva', "ana@example.org")]),
        (b"'Ana Silva' <ana@example.org>", [("Ana Silva", "ana@example.org")]),
        (b"\"'Ana Silva'\" <ana@example.org>", [("Ana Silva", "ana@example.org")]),
        (b"O'Brien <ob@example.org>", [("O'Brien", "ob@example.org")]),
        (b"o'brien@example.org", [("", "o'brien@example.org")]),
        (b'"quoted local"@example.org', [("", '"quoted local"@example.org')]),
        (b'X <"a,b"@example.org>', [("X", '"a,b"@example.org')]),
        (b"ana@[192.0.2.1]", [("", "ana@[192.0.2.1]")]),
        (b"X <ana@[IPv6:2001:db8::1]>", [("X", "ana@[IPv6:2001:db8::1]")]),
        (b"ana @ example . org", [("", "ana@example.org")]),
        (b"Ana <ana @example.org >", [("Ana", "ana@example.org")]),
        (b"mailto:ana@example.org", [("", "ana@example.org")]),
        (b"Ana <mailto:ana@example.org>", [("Ana", "ana@example.org")]),
        (b"Ana [mailto:ana@example.org]", [("Ana", "ana@example.org")]),
        (b"'ana@example.org'", [("", "ana@example.org")]),
        (b"Ana <'ana@example.org'>", [("Ana", "ana@example.org")]),
        (b"Ana <<ana@example.org>>", [("Ana", "ana@example.org")]),
        (b"Ana <ana@example.org", [("Ana", "ana@example.org")]),
        (b'"Ana <ana@example.org>', [("Ana", "ana@example.org")]),
        (b"Ana ana@example.org", [("Ana", "ana@example.org")]),
        (b'"Ana" ana@example.org', [("Ana", "ana@example.org")]),
        (b'"ana@example.org" <ana@example.org>', [("ana@example.org", "ana@example.org")]),
        (b"ana@example.org <ana@example.org>", [("ana@example.org", "ana@example.org")]),
        (b"Ana Q. Silva <ana@example.org>", [("Ana Q. Silva", "ana@example.org")]),
        (b"Ana: Support <ana@example.org>", [("Support", "ana@example.org")]),
        (b"ana@localhost", [("", "ana@localhost")]),
        (b"Ana <ana..x.@example.org>", [("Ana", "ana..x.@example.org")]),
        (b'=?utf-8?q?"Ana"?= <ana@example.org>', [("Ana", "ana@example.org")]),
        (b"", []),
        (b",;,", []),
    ],
)
def test_mailboxes(raw: bytes, mailboxes: list[tuple[str, str]]) -> None:
    assert read(raw)[0] == mailboxes


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        # SEC-01: which of the two would the reader of a name believe?
        (b"agent@corp.example <evil@x.example>", "evil@x.example"),
        (b"<agent@corp.example> <evil@x.example>", None),
        (b'"agent@corp.example" <evil@x.example> (agent@corp.example)', None),
        (b"agent@corp.example, <evil@x.example>", None),
        (b"evil@x.example agent@corp.example", None),
        # SEC-10: an encoded word is never an address
        (b"=?utf-8?q?agent=40corp.example?= <evil@x.example>", "evil@x.example"),
        (b"=?utf-8?q?=22agent=22_=3Cagent=40corp.example=3E=2C?= <evil@x.example>", "evil@x.example"),
        (b"<=?utf-8?q?agent?=@corp.example>", "=?utf-8?q?agent?=@corp.example"),
        (b'"a" <agent@corp.example\x00evil@x.example>', None),
    ],
)
def test_nobody_speaks_for_an_agent_by_his_name(raw: bytes, address: str | None) -> None:
    mailboxes, doubtful = read(raw)
    if address is not None:
        assert [a for _, a in mailboxes] == [address]
    else:
        assert doubtful or len(mailboxes) != 1


@pytest.mark.parametrize(
    "raw",
    [b"(" * 30_000, b'"' * 29_999, b"<" * 30_000, b'"\\"<,' * 8_000, b"(<," * 10_000, b"<," * 15_000,
     b"a:" * 15_000, b"a@b," * 8_000, b'"' + b"\\" * 30_000, b"=?utf-8?q?" * 3_000, b"(\\" * 15_000],
)  # fmt: skip
def test_an_address_bomb_costs_little(raw: bytes) -> None:
    import time

    start = time.process_time()
    read(raw)
    assert time.process_time() - start < 1.0


@given(st.binary(max_size=200))
def test_any_octets_are_a_list(raw: bytes) -> None:
    for name, address in read(raw)[0]:
        assert name.isprintable()
        assert address.isprintable()


@given(st.text("ab<>@,;:\"()\\' =?.[]", max_size=60))
def test_specials_in_any_order_are_a_list(raw: str) -> None:
    read(raw.encode())
