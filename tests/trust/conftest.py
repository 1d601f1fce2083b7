"""A desk that checks who sends mail, and the people who write to it."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.desk.queues import Settlement
from tests.helpers.signing import Zone, signed
from tests.helpers.world import WORLD, World, letter, reply_address

SUPPORT = "support@casa-azul.example"
ANA, RUI = "ana@quinta.pt", "rui@home.pt"
CLIENT = "203.0.113.9"


class Checked:
    """The desk of the tests with real domains for its people, and its own checks on."""

    def __init__(self, folder: Path, trust: str = 'mode = "own"', more: str = "") -> None:
        self.zone = Zone()
        for domain in ("quinta.pt", "home.pt"):
            self.zone.publish_key(domain)
            self.zone.publish_dmarc(domain)
        config = WORLD.replace("@home.example", "@home.pt").replace("@mobile.example", "@mobile.pt")
        self.world = World(folder, f"{config}\n[trust]\n{trust}\n{more}", dns=self.zone)

    def send(self, octets: bytes, to: str = SUPPORT, *, by: str = "", sender: str = ANA) -> Settlement:
        """The mail as it arrives; with `by`, signed by that domain."""
        return self.world.take(signed(octets, by) if by else octets, to=[to], reverse_path=sender, client_ip=CLIENT)

    def opens(self, sender: str = ANA, *, by: str = "quinta.pt", text: str = "It does nothing.") -> Settlement:
        """A new matter, as a rule of Ana's and signed by her domain."""
        return self.send(letter(sender, SUPPORT, "Printer", text), by=by, sender=sender)

    def answers(
        self, mail: EmailMessage, sender: str, text: str, *, by: str = "", headers: dict[str, str] | None = None
    ) -> Settlement:
        """An answer to a mail of the desk, to its reply address."""
        to = reply_address(mail)
        octets = letter(sender, to, "Re: Printer", text, answers=mail, headers=headers)
        return self.send(octets, to, by=by, sender=sender)


@pytest.fixture
def checked(tmp_path: Path) -> Iterator[Checked]:
    made = Checked(tmp_path)
    yield made
    made.world.close()
