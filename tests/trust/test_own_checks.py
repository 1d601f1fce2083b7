"""Signatures made with a key of the test, checked with a DNS of the test: what counts as proof and what does not."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import UTC, datetime, timedelta

import dkim.canonicalization
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.queues import ClaimedMail
from maild.domain.authentication import Authentication, AuthResult
from maild.domain.mail import Envelope
from maild.ingest.parse import read
from maild.ingest.trust import dkim_check
from maild.ingest.trust.dkim_check import body_hash
from maild.ingest.trust.dns_lookup import MAX_QUESTIONS, DnsUnavailable, Questions
from maild.ingest.trust.own_checks import OwnChecks
from tests.helpers.signing import Zone, signed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MAIL = (
    b"From: Rui <rui@agent.pt>\r\nTo: support@casa-azul.pt\r\nSubject: Re: Printer\r\n"
    b"Date: Mon, 23 Nov 2026 08:59:00 +0000\r\nMessage-ID: <1@agent.pt>\r\n\r\n#close\r\nDone.\r\n"
)
CLIENT = "203.0.113.9"


@pytest.fixture
def zone() -> Zone:
    zone = Zone()
    zone.publish_key("agent.pt")
    zone.publish_dmarc("agent.pt")
    return zone


def check(
    zone: Zone, octets: bytes, *, client: str = "", reverse_path: str = "rui@agent.pt", helo: str = "mail.agent.pt"
) -> Authentication:
    envelope = Envelope(reverse_path=reverse_path, forward_paths=(), client_ip=client, helo=helo)
    mail = ClaimedMail(id=1, octets=octets, source="smtp", mailbox="", envelope=envelope, received_at=NOW, attempts=1)
    return asyncio.run(OwnChecks(zone, relays=["10.0.0.0/8"]).check(mail, read(octets)))


def test_sec_06_control_a_signature_of_the_domain_of_from_is_proof(zone: Zone) -> None:
    for relaxed in (True, False):
        found = check(zone, signed(MAIL, "agent.pt", relaxed=relaxed))
        assert found.exact
        assert found.aligned
        assert found.dmarc is AuthResult.PASS
        assert found.by == "own"


def stamp(**ago: float) -> bytes:
    return str(int((NOW - timedelta(**ago)).timestamp())).encode()


WEAK = {
    "no signature": MAIL,
    "changed body": signed(MAIL, "agent.pt").replace(b"Done.", b"Done!"),
    "changed subject": signed(MAIL, "agent.pt").replace(b"Re: Printer", b"Re: Scanner"),
    "a second From": b"From: evil@evil.pt\r\n" + signed(MAIL, "agent.pt"),
    "a second Subject": b"Subject: other\r\n" + signed(MAIL, "agent.pt"),
    "l= with a tail": signed(MAIL, "agent.pt", length=True) + b"more\r\n",
    "l= without a tail": signed(MAIL, "agent.pt", length=True),
    "Subject not in h=": signed(MAIL, "agent.pt", headers=("from", "to", "date")),
    "expired x=": signed(MAIL, "agent.pt", extra=b"x=" + stamp(minutes=1)),
    "made in the future": signed(MAIL, "agent.pt", extra=b"t=" + stamp(hours=-3)),
    "no such key": signed(MAIL, "agent.pt", selector="s9"),
    "a stranger's signature": signed(MAIL, "evil.pt"),
    "a signature field beyond measure": signed(MAIL, "agent.pt").replace(b"s=s1;", b"s=s1;" + b" " * 5000, 1),
    "no time at all in x=": signed(MAIL, "agent.pt", extra=b"x=soon"),
}


@pytest.mark.parametrize("octets", WEAK.values(), ids=WEAK.keys())
def test_sec_06_weak_signatures_prove_nothing(zone: Zone, octets: bytes) -> None:
    zone.publish_key("evil.pt")
    found = check(zone, octets)
    assert not found.exact
    assert not found.aligned


def test_sec_06_control_times_inside_their_limits_are_good(zone: Zone) -> None:
    extra = b"t=" + stamp(hours=1) + b"; x=" + stamp(hours=-1)
    assert check(zone, signed(MAIL, "agent.pt", extra=extra)).exact


def test_sec_06_a_sub_domain_is_aligned_but_not_exact(zone: Zone) -> None:
    zone.publish_key("news.agent.pt")
    found = check(zone, signed(MAIL, "news.agent.pt"))
    assert found.aligned
    assert not found.exact
    zone.publish_dmarc("agent.pt", "p=reject; adkim=s")
    assert not check(zone, signed(MAIL, "news.agent.pt")).aligned


def test_sec_06_spf_alone_passes_dmarc_and_proves_nobody(zone: Zone) -> None:
    zone.text("agent.pt", f"v=spf1 ip4:{CLIENT} -all")
    found = check(zone, MAIL, client=CLIENT)
    assert (found.spf, found.dmarc) == (AuthResult.PASS, AuthResult.PASS)
    assert not found.aligned
    assert not found.exact


def test_a_key_that_is_only_tried_out_or_published_twice_signs_nothing(zone: Zone) -> None:
    zone.publish_key("agent.pt", tags="v=DKIM1; t=y:s; k=rsa")
    assert not check(zone, signed(MAIL, "agent.pt")).aligned
    zone.publish_key("agent.pt")
    zone.records["s1._domainkey.agent.pt", "TXT"] *= 2
    assert not check(zone, signed(MAIL, "agent.pt")).aligned


def test_the_signature_of_from_is_found_behind_many_others(zone: Zone) -> None:
    octets = signed(MAIL, "agent.pt")
    for number in range(8):
        octets = signed(octets, f"d{number}.pt")
    assert check(zone, octets).exact


SPF = [
    # reverse path, greeting, record, result
    ("rui@agent.pt", "mail.agent.pt", f"v=spf1 ip4:{CLIENT} -all", "pass"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 ip4:203.0.113.0/24 ~all", "pass"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 -all", "fail"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 ~all", "softfail"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 ?all", "neutral"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 mx -all", "pass"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 include:other.pt -all", "pass"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 include:agent.pt -all", "permerror"),
    ("rui@agent.pt", "mail.agent.pt", "v=spf1 rubbish", "permerror"),
    ("rui@agent.pt", "mail.agent.pt", "", "none"),
    ("", "agent.pt", f"v=spf1 ip4:{CLIENT} -all", "pass"),
    ("", "[203.0.113.9]", f"v=spf1 ip4:{CLIENT} -all", "none"),
]


@pytest.mark.parametrize(("reverse_path", "helo", "record", "result"), SPF)
def test_spf(zone: Zone, reverse_path: str, helo: str, record: str, result: str) -> None:
    zone.text("agent.pt", *([record] if record else []))
    zone.text("other.pt", f"v=spf1 ip4:{CLIENT} -all")
    zone.records["agent.pt", "MX"] = [(10, "mx.agent.pt")]
    zone.records["mx.agent.pt", "A"] = [CLIENT]
    assert check(zone, MAIL, client=CLIENT, reverse_path=reverse_path, helo=helo).spf == result


DMARC = [
    # policy, domain that SPF passes for, domain that signed, result
    ("p=reject", "", "", "fail"),
    ("p=none", "", "", "fail"),
    ("p=reject", "agent.pt", "", "pass"),
    ("p=reject", "bounces.agent.pt", "", "pass"),
    ("p=reject; aspf=s", "bounces.agent.pt", "", "fail"),
    ("p=reject", "sender.pt", "", "fail"),
    ("p=reject", "", "agent.pt", "pass"),
    ("p=reject", "sender.pt", "agent.pt", "pass"),
    ("p=reject", "sender.pt", "sender.pt", "fail"),
    ("p=sometimes", "", "", "none"),
    ("", "", "", "none"),
]


@pytest.mark.parametrize(("policy", "spf_domain", "signer", "result"), DMARC)
def test_dmarc(zone: Zone, policy: str, spf_domain: str, signer: str, result: str) -> None:
    zone.text("_dmarc.agent.pt", *([f"v=DMARC1; {policy}"] if policy else []))
    if spf_domain:
        zone.text(spf_domain, f"v=spf1 ip4:{CLIENT} -all")
    octets = MAIL
    if signer:
        zone.publish_key(signer)
        octets = signed(MAIL, signer)
    found = check(zone, octets, client=CLIENT, reverse_path=f"x@{spf_domain or 'nowhere.pt'}")
    assert found.dmarc == result


def test_dmarc_of_the_organisation_holds_for_its_sub_domains(zone: Zone) -> None:
    octets = MAIL.replace(b"rui@agent.pt", b"rui@team.agent.pt")
    assert check(zone, octets, client=CLIENT).dmarc is AuthResult.FAIL
    assert check(zone, octets.replace(b"agent.pt", b"agent.com.pt"), client=CLIENT).dmarc is AuthResult.NONE


def test_two_policies_are_none(zone: Zone) -> None:
    zone.text("_dmarc.agent.pt", "v=DMARC1; p=reject", "v=DMARC1; p=none")
    assert check(zone, MAIL, client=CLIENT).dmarc is AuthResult.NONE
    zone.text("_dmarc.agent.pt", "v=DMARC1; p=reject", "v=spf1 -all")
    assert check(zone, MAIL, client=CLIENT).dmarc is AuthResult.FAIL


def test_without_a_client_nothing_has_failed(zone: Zone) -> None:
    """Mail that was fetched, or that our own relay handed over: SPF might have passed where it came in."""
    for client in ("", "127.0.0.1", "::1", "10.1.2.3", "::ffff:10.1.2.3"):
        found = check(zone, MAIL, client=client)
        assert (found.spf, found.dmarc) == (AuthResult.NONE, AuthResult.NONE)
    assert check(zone, MAIL, client=CLIENT).failed


def test_a_silent_dns_proves_nothing_and_fails_nothing(zone: Zone) -> None:
    octets = signed(MAIL, "agent.pt")
    zone.broken = {"*"}
    found = check(zone, octets, client=CLIENT)
    assert found.dmarc is AuthResult.TEMPERROR
    assert not found.aligned
    assert not found.failed
    zone.broken = {"s1._domainkey.agent.pt"}
    assert check(zone, octets, client=CLIENT).dmarc is AuthResult.TEMPERROR


def test_an_arc_chain_is_noted_and_not_believed(zone: Zone) -> None:
    octets = b"ARC-Seal: i=1; cv=none; d=evil.pt; s=x; b=AA==\r\n" + MAIL
    found = check(zone, octets, client=CLIENT)
    assert found.arc
    assert found.failed


def test_questions_are_bounded_in_number_and_time() -> None:
    zone = Zone()
    questions = Questions(zone)
    for number in range(MAX_QUESTIONS):
        questions.ask(f"d{number}.pt", "TXT")
    questions.ask("D0.pt.", "TXT")
    assert len(zone.asked) == MAX_QUESTIONS
    with pytest.raises(DnsUnavailable):
        questions.ask("one-more.pt", "TXT")
    times = iter((0.0, 14.0, 16.0))
    late = Questions(zone, monotonic=lambda: next(times))
    late.ask("a.pt", "TXT")
    with pytest.raises(DnsUnavailable):
        late.ask("b.pt", "TXT")


BODIES = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b"  \r\n", b"word", b"\r", b"\x00"])).map(b"".join)


@given(BODIES, st.integers(1, 7))
def test_our_body_hash_is_that_of_the_library(body: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dkim_check, "_CHUNK", size)
        for kind, relaxed in ((dkim.canonicalization.Relaxed, True), (dkim.canonicalization.Simple, False)):
            expected = hashlib.sha256(kind.canonicalize_body(body)).digest()
            assert body_hash(body, relaxed=relaxed) == expected, base64.b64encode(body)


def test_blanks_without_end_cost_no_more_than_their_length() -> None:
    """The library's own pattern takes minutes for these two megabytes."""
    assert body_hash(b" " * 2_000_000 + b"x", relaxed=True) == body_hash(b" x", relaxed=True)
