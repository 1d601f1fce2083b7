"""What leaves is signed with the key of its mailbox, and every try carries the same signature."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from maild.domain.authentication import AuthResult
from maild.domain.notice import DeliveryResult
from maild.errors import ConfigError
from maild.ingest.trust.dkim_check import check_signatures
from maild.ingest.trust.dns_lookup import Questions
from tests.helpers.signing import Zone
from tests.helpers.world import MONDAY, WORLD, World, letter

ANA, DESK = "ana@quinta.example", "support@casa-azul.example"

SIGNING = WORLD.replace(
    'from_name = "Casa Azul Support"',
    'from_name = "Casa Azul Support"\ndkim = { selector = "d1", domain = "casa-azul.example", key_file = "dkim.pem" }',
)


def make_key(folder: Path) -> bytes:
    """A key as the documentation says to make it; returns its record for the DNS."""
    path = folder / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    path.chmod(0o600)
    public = subprocess.run(
        ["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public.stdout)


@pytest.fixture
def signing(tmp_path: Path) -> Iterator[tuple[World, bytes]]:
    """A desk whose first mailbox signs."""
    record = make_key(tmp_path)
    world = World(tmp_path, SIGNING)
    yield world, record
    world.close()


def verifies(octets: bytes, record: bytes, at: datetime = MONDAY) -> bool:
    zone = Zone({("d1._domainkey.casa-azul.example", "TXT"): [record]})
    (found,) = check_signatures(octets, "casa-azul.example", Questions(zone), at)
    return found.result is AuthResult.PASS


def test_a_mail_of_the_mailbox_is_signed_and_a_changed_one_does_not_verify(signing: tuple[World, bytes]) -> None:
    world, record = signing
    world.take(letter(f"Ana <{ANA}>", DESK, "Pumpe läuft nicht", "x"), to=[DESK], reverse_path=ANA)
    (octets,) = world.raw_inbox(ANA)
    assert verifies(octets, record)
    assert not verifies(octets.replace(b"\r\nSubject: ", b"\r\nSubject: [spam] "), record)
    head, body = octets.split(b"\r\n\r\n", 1)
    assert not verifies(head + b"\r\nFrom: <evil@evil.example>\r\n\r\n" + body, record)
    assert not verifies(head + b"\r\n\r\n" + body + b"Send money.\r\n", record)


def test_the_time_of_a_signature_is_that_of_the_desks_clock(signing: tuple[World, bytes]) -> None:
    world, record = signing
    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "x"), to=[DESK], reverse_path=ANA)
    (octets,) = world.raw_inbox(ANA)
    assert b"t=%d;" % MONDAY.timestamp() in octets
    assert not verifies(octets, record, at=MONDAY - timedelta(hours=2)), "a signature from the future"


def test_another_mailbox_leaves_as_it_is(signing: tuple[World, bytes]) -> None:
    world, _ = signing
    to = "billing@casa-azul.example"
    world.take(letter(f"Ana <{ANA}>", to, "Bill", "x"), to=[to], reverse_path=ANA)
    assert b"DKIM-Signature" not in world.raw_inbox(ANA)[0]


def test_every_try_carries_the_same_signature(signing: tuple[World, bytes]) -> None:
    world, record = signing
    world.letterbox.refuse[ANA] = DeliveryResult(delivered=False, permanent=False, code=451, text="later")
    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "x"), to=[DESK], reverse_path=ANA)
    composed = world.app.store.outbox.octets(1)
    world.letterbox.refuse.clear()
    world.clock.advance(hours=1)
    world.send()
    assert world.raw_inbox(ANA) == [composed]
    assert verifies(world.raw_inbox(ANA)[0], record)


def test_sec_72_a_key_that_is_none_or_that_others_may_read_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    for content, mode, said in (("no key", 0o600, "cannot sign"), ("no key", 0o644, "can be read by others")):
        path.write_text(content)
        path.chmod(mode)
        with pytest.raises(ConfigError, match=said):
            World(tmp_path, SIGNING)


def test_a_signature_of_another_domain_proves_nothing_and_is_refused(tmp_path: Path) -> None:
    make_key(tmp_path)
    with pytest.raises(ConfigError, match="a domain above it"):
        World(tmp_path, SIGNING.replace('domain = "casa-azul.example"', 'domain = "azul.example"'))
