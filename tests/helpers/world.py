"""A whole desk in memory of one test: real store, real pipeline, real templates; a clock that is moved by hand.

Mail comes in as octets and goes out to a list. Nothing sleeps, no socket is opened.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from maild.app import App, assemble, rulebook_of
from maild.clock.digests import DigestTick
from maild.clock.edited import EditTick
from maild.clock.rule_ticks import RuleTick
from maild.clock.ticks import SlaTick
from maild.clock.waits import WaitTick
from maild.config import load
from maild.daemon.sending import tell_undelivered
from maild.desk.queues import ClaimedMail, Settlement
from maild.domain.mail import Envelope, InboundMessage, RawMail
from maild.domain.notice import DeliveryResult
from maild.domain.token import Key, Tokens
from maild.ingest.parse import read
from maild.ingest.spool import SpoolLane
from maild.ingest.trust.dns_lookup import Dns
from maild.outbound.outbox import Relay
from maild.renewal import catch_up
from maild.store.engine import open_store

WORLD = """\
[desk]
name = "Casa Azul"
base_url = "https://help.casa-azul.example"
languages = ["en", "pt", "es"]
zone = "Europe/Lisbon"
operator = "operator@casa-azul.example"

[[mailbox]]
address = "support@casa-azul.example"
team = "support"
from_name = "Casa Azul Support"

[[mailbox]]
address = "billing@casa-azul.example"
team = "billing"
from_name = "Casa Azul Billing"

[[team]]
name = "support"
display_name = "Customer Support"
leader = "rui"
members = ["rui", "eva"]
reopen_hours = 72

[[team]]
name = "billing"
display_name = "Billing"
leader = "eva"
members = ["eva"]
reopen_hours = 0

[[agent]]
name = "rui"
display_name = "Rui Costa"
addresses = ["rui@home.example", "rui.costa@mobile.example"]

[[agent]]
name = "eva"
display_name = "Eva Marín"
addresses = ["eva@home.example"]

[[category]]
name = "invoices"
teams = ["billing"]
request_types = ["copy", "correction"]

[[calendar]]
name = "office"
zone = "Europe/Lisbon"
week = { "mon-fri" = "09:00-13:00 14:00-18:00" }

[[sla]]
name = "standard"
calendar = "office"
first_response = { low = 960, normal = 240, high = 120, urgent = 60 }
solution = { low = 4800, normal = 2400, high = 960, urgent = 480 }
yellow = 50
red = 80

[[rule]]
name = "invoices"
when = { subject = ["invoice", "fatura", "factura"] }
then = { team = "billing", category = "invoices", request_type = "correction", priority = "high", tag = "money" }
stop = true

[[rule]]
name = "loud"
when = { subject = ["urgent"] }
then = { priority = "urgent" }
"""

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A working Monday on which Lisbon is on UTC."""


class Clock:
    """Time that passes only when told."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class PlainReader:
    """Reads in this process: what the worker processes do, without them."""

    async def read(
        self, octets: bytes, *, own: frozenset[str] = frozenset(), reverse_path: str | None = None
    ) -> InboundMessage:
        return read(octets, own=own, reverse_path=reverse_path)


class Letterbox:
    """A transport that delivers into a list, and refuses whom it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, bytes]] = []
        self.refuse: dict[str, DeliveryResult] = {}
        self.away = ""
        """Why nobody is there at all; "" when somebody is."""
        self.answer = "kept"
        """What it says when it has taken a mail."""

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        ok = DeliveryResult(delivered=True, permanent=False, code=250, text=self.answer)
        if self.away:
            nobody = DeliveryResult(delivered=False, permanent=False, code=0, text=self.away, tried=False)
            return dict.fromkeys(forward_paths, nobody)
        results = {path: self.refuse.get(path, ok) for path in forward_paths}
        self.mails += [(reverse_path, path, octets) for path, result in results.items() if result.delivered]
        return results

    name = "smarthost"
    trouble: tuple[float, str] | None = None

    def rest(self) -> float:
        return 0.0

    async def close(self) -> None:
        return None


@functools.cache
def _empty_database() -> bytes:
    """A migrated SQLite file: made once, because migrating costs more than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/maild.db", blob_dir=Path(folder))
        store.migrate()
        store.close()
        return Path(folder, "maild.db").read_bytes()


class World:
    """One desk. Every method that takes mail in also sends what came of it."""

    def __init__(self, folder: Path, config: str = WORLD, dns: Dns | None = None) -> None:
        path = folder / "maild.toml"
        path.write_text(config, "utf-8")
        settings = load(path, year=2026)
        self.clock = Clock()
        (folder / "maild.db").write_bytes(_empty_database())
        store = open_store(f"sqlite:///{folder / 'maild.db'}", blob_dir=folder / "blobs")
        self._dns = dns
        self._nonces = itertools.count(1)
        self._made_of = settings, folder, rulebook_of(settings, str(path)), store
        self.letterbox = Letterbox()
        self._numbers = itertools.count(1)
        self.rotate([Key(1, b"k" * 32)])

    def restart(self, config: str) -> None:
        """The same desk, started again with another configuration."""
        _, folder, _, store = self._made_of
        path = folder / "maild.toml"
        path.write_text(config, "utf-8")
        settings = load(path, year=self.clock().year)
        self._made_of = settings, folder, rulebook_of(settings, str(path)), store
        self.rotate(self._keys)
        asyncio.run(catch_up(self.app))

    def rotate(self, keys: Sequence[Key]) -> None:
        """The same desk, started again with these token keys."""
        self._keys = keys
        self.keys = keys
        settings, folder, rulebook, store = self._made_of
        self.app: App = assemble(
            settings, folder, tokens=Tokens(keys), rulebook=rulebook, store=store, now=self.clock,
            nonce=lambda: f"n{next(self._nonces)}", dns=self._dns,
        )  # fmt: skip
        self._lane = SpoolLane(
            spool=store.spool, writer=store.writer, reader=PlainReader(), pipeline=self.app.pipeline,
            authenticator=self.app.authenticator,
            own=self.app.directory.own_addresses, now=self.clock,
        )  # fmt: skip
        self._relay = Relay(
            store.outbox, self.letterbox, self.app.renderer, store.blobs.get, self.clock, sign=self.app.signer,
            on_failed=functools.partial(tell_undelivered, self.app),
        )  # fmt: skip
        self._edits = EditTick(timers=store.timers, writer=store.writer, desk=self.app.desk, now=self.clock)
        self._waits = WaitTick(timers=store.timers, writer=store.writer, desk=self.app.desk, now=self.clock)
        self._digests = DigestTick(writer=store.writer, desk=self.app.desk, now=self.clock)
        self._rule_tick = RuleTick(alarms=store.alarms, writer=store.writer, desk=self.app.desk, now=self.clock)
        self._tick = SlaTick(timers=store.timers, writer=store.writer, desk=self.app.desk, now=self.clock)

    def close(self) -> None:
        self.app.close()

    def take(
        self, octets: bytes, *, to: Sequence[str] = (), reverse_path: str | None = None, client_ip: str = ""
    ) -> Settlement:
        """Take one mail in and send what comes of it."""
        return asyncio.run(self._take(octets, to, reverse_path, client_ip))

    async def _take(self, octets: bytes, to: Sequence[str], reverse_path: str | None, client_ip: str) -> Settlement:
        envelope = None
        if reverse_path is not None or to:
            envelope = Envelope(reverse_path=reverse_path or "", forward_paths=tuple(to), client_ip=client_ip)
        mail = RawMail(
            octets=octets, source="smtp", source_key=sha256(octets).hexdigest() + f"{next(self._numbers)}",
            received_at=self.clock(), envelope=envelope,
        )  # fmt: skip
        accepted = await self.app.store.spool.accept(mail)
        settled = {mail.id: settlement for mail, settlement in await self._drain()}
        if accepted.id in settled:
            return settled[accepted.id]
        await self._lane.finish_late()  # on a busy machine others may overtake it
        await self._send()
        return self.app.store.queries.inbound(search=str(accepted.id), limit=1)[0].settlement

    def drain(self) -> None:
        """Take what waits, and send what comes of it."""
        asyncio.run(self._drain())

    async def _drain(self) -> list[tuple[ClaimedMail, Settlement]]:
        settled: list[tuple[ClaimedMail, Settlement]] = []
        while some := await self._lane.drain_once():  # an answer may let an earlier mail be taken again
            settled += some
        await self._send()
        return settled

    def take_many(self, mails: Sequence[bytes], *, to: Sequence[str], reverse_path: str) -> None:
        """Take mails that come at once, as a busy listener does, and send what comes of them."""
        asyncio.run(self._take_many(mails, to, reverse_path))

    async def _take_many(self, mails: Sequence[bytes], to: Sequence[str], reverse_path: str) -> None:
        await asyncio.gather(*(
            self.app.store.spool.accept(
                RawMail(
                    octets=octets, source="smtp", source_key=sha256(octets).hexdigest() + f"{next(self._numbers)}",
                    received_at=self.clock(), envelope=Envelope(reverse_path=reverse_path, forward_paths=tuple(to)),
                )
            )
            for octets in mails
        ))  # fmt: skip
        while await self._lane.drain_once():
            pass
        await self._send()

    def send(self) -> None:
        """Send what is planned."""
        asyncio.run(self._send())

    async def _send(self) -> None:
        while await self._relay.drain_once(self.clock()):
            pass

    def tick(self) -> int:
        """Let edited policies, waits, clocks, rules and digests be looked at, and send what comes of it."""
        asyncio.run(self._edits())
        asyncio.run(self._waits())
        raised = asyncio.run(self._tick()) + asyncio.run(self._rule_tick())
        asyncio.run(self._digests())
        self.send()
        return raised

    def ticket(self, number: int) -> dict[str, Any]:
        view = self.app.store.queries.ticket_view(number)
        assert view is not None
        found: dict[str, Any] = view["ticket"]
        return found | {"linked": [str(other["number"]) for other in view["see_also"]]}

    def inbox(self, address: str) -> list[EmailMessage]:
        """All mails that were delivered to the address, in order."""
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(octets) for _, path, octets in self.letterbox.mails if path == address]

    def raw_inbox(self, address: str) -> list[bytes]:
        return [octets for _, path, octets in self.letterbox.mails if path == address]


def letter(
    sender: str,
    to: str,
    subject: str,
    text: str,
    *,
    answers: EmailMessage | None = None,
    message_id: str | None = None,
    headers: dict[str, str] | None = None,
    date: str = "Mon, 23 Nov 2026 09:00:00 +0000",
) -> bytes:
    """A mail as an ordinary client writes it; with `answers` it quotes that mail below."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = date
    digest = sha256((sender + subject + text + (answers["Message-ID"] if answers else "")).encode()).hexdigest()[:16]
    mail["Message-ID"] = message_id or f"<{digest}@client.example>"
    if answers is not None:
        mail["In-Reply-To"] = answers["Message-ID"]
        mail["References"] = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
        quote = "".join(f"> {line}\n" for line in words(answers).splitlines())
        text = f"{text}\n\nOn Mon, 23 Nov 2026 at 09:00, {answers['From']} wrote:\n{quote}"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes(policy=policy.SMTP)


def words(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def reply_address(mail: EmailMessage) -> str:
    """Where an answer to the mail goes."""
    return str(mail["Reply-To"].addresses[0].addr_spec)
