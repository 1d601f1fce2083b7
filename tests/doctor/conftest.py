"""A desk whose servers are scripted and whose DNS is a table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from maild.config.sample import new_keys
from maild.doctor.examine import examine
from maild.doctor.finding import Finding
from tests.helpers.certificates import self_signed
from tests.helpers.signing import Zone, key_pair
from tests.helpers.world import MONDAY, WORLD, _empty_database

ALARM = '\n[watch]\nalarm = ["/bin/true"]\ncanary = "support@casa-azul.example"\ntime_server = ""\n'


class Desk:
    """A configuration with everything beside it; `zone` is healthy until a test makes it otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = WORLD + ALARM + '[trust]\nmode = "own"\n'
        self.zone = Zone()
        self.zone.records["casa-azul.example", "MX"] = [(10, "mx.casa-azul.example")]
        self.zone.text("casa-azul.example", "v=spf1 mx -all", "google-site-verification=x")
        self.zone.publish_dmarc("casa-azul.example")
        self.zone.publish_key("casa-azul.example")
        self.write("desk.keys", new_keys())
        self.write("dkim.pem", key_pair()[0].decode())
        (folder / "maild.db").write_bytes(_empty_database())
        self.sign = 'dkim = { selector = "s1", domain = "casa-azul.example", key_file = "dkim.pem" }'

    def write(self, name: str, text: str, mode: int = 0o600) -> None:
        (self.folder / name).write_text(text, "utf-8")
        (self.folder / name).chmod(mode)

    def mailboxes(self, line: str) -> None:
        """Add a line to each mailbox."""
        self.config = self.config.replace("[[mailbox]]\n", f"[[mailbox]]\n{line}\n")

    async def findings(self, *, offline: bool = False, **values: Any) -> list[Finding]:
        self.write("maild.toml", self.config)
        zone = None if offline else self.zone
        found = examine(self.folder / "maild.toml", now=lambda: MONDAY, dns=zone, **values)
        return [finding async for finding in found]

    async def lines(self, **values: Any) -> list[str]:
        return [f"{f.verdict} {f.about}: {f.text} -> {f.do}" for f in await self.findings(**values)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of our own for `localhost`, in one file."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def time_server() -> AsyncIterator[dict[str, Any]]:
    """A time server on a port of its own; what it answers is in `answer`."""
    given: dict[str, Any] = {"answer": b""}

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            self.transport.sendto(given["answer"], addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    given["port"] = transport.get_extra_info("sockname")[1]
    yield given
    transport.close()
