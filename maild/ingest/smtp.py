"""The listener: mail that other servers bring by SMTP or LMTP goes into the spool, and only then is it acknowledged.

It knows which addresses are ours. It never reads what a mail says and never decides what becomes of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maild import points
from maild.domain.mail import Envelope, RawMail
from maild.ingest.intake.lmtp_session import LmtpSession
from maild.ingest.intake.smtp_data import has_bare_newline
from maild.ingest.intake.smtp_limits import Floor, ListenerLimits
from maild.ingest.intake.smtp_session import Session

if TYPE_CHECKING:
    import ssl

    from aiosmtpd.smtp import Envelope as Draft
    from aiosmtpd.smtp import Session as Peer

    from maild.desk.queues import Spool

__all__ = ["Listener", "ListenerLimits", "source_key"]

log = logging.getLogger(__name__)

_SAME_MAIL_DAYS = 7  # longer than any sender keeps trying (RFC 5321 section 4.5.4.1: four to five days)
_LARGE_OCTETS = 1 << 20  # the digest of more is made beside the loop: about a millisecond for each of these
_LONGEST_NAME = 255  # of a host (RFC 1035 section 2.3.4)
_GRACE_SECONDS = 30.0  # for mail that is being handed over when we stop


def source_key(octets: bytes, envelope: Envelope, received_at: datetime) -> str:
    """The natural key of a mail that came by SMTP or LMTP: what was said, from whom, to whom, in which week.

    A sender whose connection broke before our answer sends the very same again, which must not be a second mail; a
    machine that sends the very same alarm a month later means a second one.
    """
    digest = hashlib.sha256(hashlib.sha256(octets).digest())
    for path in (envelope.reverse_path, *envelope.forward_paths):
        digest.update(b"\0" + path.encode())  # no path holds a NUL: the session refuses what cannot be printed
    return f"{digest.hexdigest()}:{received_at.toordinal() // _SAME_MAIL_DAYS}"


class _Handler:
    """The hooks that aiosmtpd calls; one for all sessions of a protocol."""

    def __init__(self, listener: Listener, source: str) -> None:
        self._listener = listener
        self._source = source

    async def handle_EHLO(self, server: Session, peer: Peer, _: Draft, name: str, replies: list[str]) -> list[str]:
        """RFC 2033 section 5 asks LMTP servers for both of these; the reader is line by line, so both are true."""
        peer.host_name = name
        kept = [line for line in replies if not line.startswith(("250-AUTH", "250 HELP"))]
        return [*kept, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_RCPT(self, server: Session, _: Peer, draft: Draft, address: str, options: list[str]) -> Any:
        """Only our own mailboxes: we relay for nobody."""
        limits = self._listener.limits
        if len(draft.rcpt_tos) >= limits.recipients:
            return "452 4.5.3 too many recipients"
        if self._listener.mailbox_of(address) is None:
            self._listener.counts["unknown recipient"] += 1
            return "550 5.1.1 no such mailbox here"
        draft.rcpt_tos.append(address)
        draft.rcpt_options.extend(options)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server: Session, peer: Peer, draft: Draft) -> Any:
        """The end of a mail: durable first, then 250; anything else is temporary (RFC 5321 section 4.2.5)."""
        octets = draft.original_content
        assert octets is not None
        bare = has_bare_newline(octets)
        if bare:
            self._listener.counts["bare newlines"] += 1
            if not self._listener.limits.bare_newlines:
                return "550 5.6.0 a lone CR or LF is not allowed in mail"
        envelope = Envelope(
            reverse_path="" if draft.mail_from in (None, "<>") else str(draft.mail_from),
            forward_paths=tuple(draft.rcpt_tos),
            # whoever hands us mail by LMTP is our own side, and no sender's host (RFC 2033 section 1)
            client_ip=_address_of(peer) if self._source == "smtp" else "",
            helo=str(peer.host_name or "")[:_LONGEST_NAME] if self._source == "smtp" else "",
        )
        answer = await self._listener.take(octets, envelope, self._source)
        if answer.startswith("250"):
            server.mail_stored()
        return answer


def _address_of(peer: Peer) -> str:
    """The client's address as it was seen, without the zone of a link; "" for a socket that has none."""
    return str(peer.peer[0]).partition("%")[0] if isinstance(peer.peer, tuple) else ""


class Listener:
    """SMTP and LMTP servers in the running loop, feeding one spool.

    `own` maps a forward path to the address of our mailbox it belongs to, or None when it is not ours; it is asked in
    the loop and must not block. `clock` gives the time of arrival.
    """

    def __init__(
        self,
        spool: Spool,
        *,
        own: Callable[[str], str | None],
        limits: ListenerLimits,
        hostname: str,
        clock: Callable[[], datetime],
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits
        self.counts: Counter[str] = Counter()
        """What came: accepted, repeated, refused for now, unknown recipient, bare newlines."""
        self._spool = spool
        self._own = own
        self._hostname = hostname
        self._clock = clock
        self._tls = tls_context
        self._floor: Floor[Session] = Floor(limits)
        self._servers: list[asyncio.Server] = []
        self._jobs: set[asyncio.Task[bool]] = set()
        self._held = 0
        # The library's log tells of every command and, when asked for more, of every line of mail.
        logging.getLogger("mail.log").setLevel(logging.WARNING)

    async def start_smtp(self, host: str, port: int) -> int:
        """Listen for SMTP; returns the port, which matters when 0 was asked for. Errors: OSError."""
        return await self._start(Session, "smtp", host, port)

    async def start_lmtp(self, host: str, port: int | None = None) -> int:
        """Listen for LMTP; a `host` with a slash is the path of a unix socket, for which 0 is returned."""
        return await self._start(LmtpSession, "lmtp", host, port)

    async def _start(self, kind: type[Session], source: str, host: str, port: int | None) -> int:
        loop = asyncio.get_running_loop()
        handler = _Handler(self, source)

        def session() -> Session:
            return kind(handler, self._floor, hostname=self._hostname, tls_context=self._tls, loop=loop)

        if "/" in host:
            server = await loop.create_unix_server(session, host)
        else:
            server = await loop.create_server(session, host, port)
        self._servers.append(server)
        bound = server.sockets[0].getsockname()
        return int(bound[1]) if isinstance(bound, tuple) else 0

    async def stop(self, grace_seconds: float = _GRACE_SECONDS) -> None:
        """Take no new sessions, end idle ones, let mail being handed over be stored and answered, then end all."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        self._floor.closing = True
        for session in tuple(self._floor.sessions):
            session.wind_up()
        try:
            await asyncio.wait_for(self._floor.empty.wait(), grace_seconds)
        except TimeoutError:
            for session in tuple(self._floor.sessions):
                session.leave(f"421 4.3.2 {self._hostname} is shutting down")
            await self._floor.empty.wait()
        if self._jobs:
            await asyncio.wait(self._jobs)

    def mailbox_of(self, forward_path: str) -> str | None:
        """Our mailbox for a forward path; the postmaster is always at home (RFC 5321 section 4.5.1)."""
        mailbox = self._own(forward_path)
        if mailbox is None:
            user, _, domain = forward_path.lower().partition("@")
            if user == "postmaster" and domain in ("", self._hostname.lower()):
                return ""
        return mailbox

    async def take(self, octets: bytes, envelope: Envelope, source: str) -> str:
        """Store one mail and say what to answer. The store's work goes on when the peer is gone meanwhile."""
        if self._held + len(octets) > self.limits.memory_octets or len(self._jobs) >= 2 * self.limits.connections:
            # A store that hangs keeps what was given up waiting for; senders who come again must not pile up on it.
            self.counts["refused for now"] += 1
            return "451 4.3.1 too much mail is waiting to be stored, try again later"
        now = self._clock()
        if len(octets) < _LARGE_OCTETS:
            key = source_key(octets, envelope, now)
        else:
            key = await asyncio.to_thread(source_key, octets, envelope, now)
        mail = RawMail(
            octets=octets,
            source=source,
            source_key=key,
            received_at=now,
            envelope=envelope,
            mailbox=self.mailbox_of(envelope.forward_paths[0]) or "",
        )
        job = asyncio.get_running_loop().create_task(self._store(mail))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        done, _ = await asyncio.wait((job,), timeout=self.limits.store_seconds)
        if not done:
            # It may still be stored; then the sender's next try is known as the same mail.
            log.warning("the store has not answered for %g s", self.limits.store_seconds)
        if done and job.result():
            return "250 2.0.0 stored"
        self.counts["refused for now"] += 1
        return "451 4.3.0 cannot store now, try again later"

    async def _store(self, mail: RawMail) -> bool:
        self._held += len(mail.octets)
        try:
            accepted = await self._spool.accept(mail)
        except Exception:
            log.exception("a mail could not be stored")
            return False
        finally:
            self._held -= len(mail.octets)
        points.reach("after-accept")
        self.counts["accepted" if accepted.fresh else "repeated"] += 1
        return True
