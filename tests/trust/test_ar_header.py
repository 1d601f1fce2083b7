"""SEC-05: what a front server found is believed only where nobody else can have written it."""

from __future__ import annotations

import pytest
from authres import AuthenticationResultsHeader
from authres.core import AuthResError
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.authentication import Authentication, AuthResult
from maild.ingest.header.fields import Field
from maild.ingest.trust.ar_header import believed, read_field, received_by

OURS = "mx.casa-azul.pt"
GOOD = (
    f"{OURS}; dkim=pass header.d=agent.pt header.s=s1; spf=pass smtp.mailfrom=x@agent.pt; "
    "dmarc=pass header.from=agent.pt"
)
RECEIVED_BY_US = f"from mail.agent.pt (mail.agent.pt [192.0.2.7]) by {OURS} (Postfix) with ESMTPS id 4Xy"
RECEIVED_BY_OTHERS = "from a by mx.other.pt with ESMTP id 1"


def found(*fields: tuple[str, str], hosts: tuple[str, ...] = ()) -> Authentication:
    read = [Field(name, name.lower(), body.encode()) for name, body in fields]
    return believed(read, OURS, hosts, "agent.pt")


def ar(body: str) -> tuple[str, str]:
    return "Authentication-Results", body


def test_sec_05_control_the_genuine_field_is_believed() -> None:
    one = found(("Received", RECEIVED_BY_US), ar(GOOD), ("From", "x@agent.pt"))
    assert (one.by, one.dmarc, one.dkim, one.spf) == (OURS, AuthResult.PASS, AuthResult.PASS, AuthResult.PASS)
    assert one.aligned
    assert one.exact


FORGED = {
    "a foreign id": GOOD.replace(OURS, "mx.other.pt"),
    "an id that looks alike": GOOD.replace(OURS, "mx.casa-azul.pt.evil.pt"),
    "an id with letters of another alphabet": GOOD.replace("casa-azul", "c\u0430sa-azul"),
    "an id in a comment": GOOD.replace(OURS, f"({OURS}) mx.evil.pt"),
    "an id before a comment trick": GOOD.replace(OURS, f"mx.evil.pt ({OURS})"),
    "a pass in a comment": f"{OURS}; dmarc=fail (dmarc=pass header.from=agent.pt) header.from=agent.pt",
    "a pass in a nested comment": f"{OURS}; dmarc=fail (a (b) ; dmarc=pass) header.from=agent.pt",
    "a pass in a quoted local part": f'{OURS}; spf=fail smtp.mailfrom="x; dmarc=pass header.from=agent.pt"@evil.pt',
    "another header.from": GOOD.replace("header.from=agent.pt", "header.from=evil.pt"),
    "a header.from that begins alike": GOOD.replace("header.from=agent.pt", "header.from=agent.pt.evil.pt"),
    "two header.from": GOOD + " header.from=evil.pt",
    "two verdicts": GOOD + "; dmarc=fail header.from=agent.pt",
    "an unknown version": GOOD.replace(OURS, f"{OURS} 2"),
    "a word where the version stands": GOOD.replace(OURS, f"{OURS} evil"),
    "a version of the method": GOOD.replace("dmarc=", "dmarc/9=").replace("dkim=", "dkim/9="),
    "a comment without end": GOOD + " (",
    "a quote without end": GOOD + ' x="',
    "octets beyond ASCII": GOOD + " (é)",
    "more than anybody writes": GOOD + " " + "(x)" * 5000,
    "nothing checked": f"{OURS}; none",
    "only spf": f"{OURS}; spf=pass smtp.mailfrom=x@agent.pt",
    "a signature of somebody else": f"{OURS}; dkim=pass header.d=evil.pt; dmarc=fail header.from=agent.pt",
}


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED.keys())
def test_sec_05_forged_and_weak_fields_give_nothing(body: str) -> None:
    one = found(ar(body))
    assert not one.aligned
    assert not one.exact


def test_sec_05_of_two_of_ours_the_topmost_counts() -> None:
    fail = f"{OURS}; dmarc=fail header.from=agent.pt"
    assert found(ar(fail), ar(GOOD)).failed
    assert not found(ar(fail), ar(GOOD)).aligned
    assert found(ar(GOOD), ar(fail)).aligned


def test_sec_05_below_a_foreign_received_line_nothing_counts() -> None:
    assert not found(("Received", RECEIVED_BY_OTHERS), ar(GOOD)).aligned
    assert not found(("Received", RECEIVED_BY_US), ("Received", RECEIVED_BY_OTHERS), ar(GOOD)).aligned
    assert found(("Received", RECEIVED_BY_OTHERS), ar(GOOD), hosts=("mx.other.pt",)).aligned


def test_sec_05_what_our_server_was_made_to_garble_does_not_uncover_a_forged_field() -> None:
    garbled = f'{OURS}; spf=pass smtp.mailfrom="x@agent.pt'
    assert not found(ar(garbled), ar(GOOD)).aligned
    assert found(ar('mx.other.pt; spf=pass smtp.mailfrom="x'), ar(GOOD)).aligned


def test_hosts_are_names_suffixes_and_networks() -> None:
    by_number = "by 2002:a05:6a10:: with SMTP id 7"
    assert not found(("Received", by_number), ar(GOOD)).aligned
    assert found(("Received", by_number), ar(GOOD), hosts=("2002:a05::/32",)).aligned
    assert found(("Received", RECEIVED_BY_OTHERS), ar(GOOD), hosts=(".other.pt",)).aligned
    assert not found(("Received", RECEIVED_BY_OTHERS.replace("mx.", "mx.an")), ar(GOOD), hosts=("other.pt",)).aligned


def test_a_client_that_greets_as_by_gives_no_host() -> None:
    assert received_by(RECEIVED_BY_US.encode()) == OURS
    assert received_by(f"from by ({OURS}) by mx.evil.pt".encode()) == ""
    assert received_by(f"from x (by {OURS}) by mx.evil.pt".encode()) == "mx.evil.pt"
    assert received_by(b"from x") == ""


def test_fields_of_well_known_servers_are_read() -> None:
    google = (
        "mx.google.com; dkim=pass header.i=@agent.pt header.s=k1 header.b=Ab/c+d==; spf=pass (google.com: domain of "
        "x@agent.pt designates 192.0.2.1 as permitted sender) smtp.mailfrom=x@agent.pt; dmarc=pass (p=NONE sp=NONE "
        "dis=NONE) header.from=agent.pt"
    )
    read = [Field("Authentication-Results", "authentication-results", google.encode())]
    one = believed(read, "mx.google.com", (), "agent.pt")
    assert one.exact
    signed = 'dkim=pass header.d=agent.pt header.s=x header.b="a/b"'
    rspamd = f"{OURS};\t{signed};\tdmarc=pass (policy=none) header.from=agent.pt"
    assert found(ar(rspamd)).exact
    opendmarc = f"{OURS}; dmarc=pass (p=none dis=none) header.from=agent.pt"
    assert found(ar(opendmarc)).aligned
    assert not found(ar(opendmarc)).exact  # SEC-06: it does not say who signed


WORDS = st.sampled_from(
    [OURS, "mx.evil.pt", ";", "=", " ", "(", ")", '"', "\\", "dmarc", "pass", "fail", "header.from", "agent.pt", "dkim"]
)


@given(st.lists(WORDS, max_size=30))
def test_any_text_is_read_or_refused_and_never_more_trusted_than_by_a_second_reader(words: list[str]) -> None:
    text = "".join(words)
    read = read_field(text)
    if read is None or not read.results:
        return
    try:
        witness = AuthenticationResultsHeader.parse(f"Authentication-Results: {text}")
    except (AuthResError, RecursionError):
        return
    ours = [(one.method, one.result) for one in read.results]
    theirs = [(str(one.method).lower(), str(one.result).lower()) for one in witness.results]
    assert ours == theirs
