"""One SMTP or LMTP session: aiosmtpd's protocol with limits, enhanced status codes and one answer per LMTP recipient.

It reads commands and octets and bounds what a peer may cost. It never decides who is a recipient and never stores.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    import ssl

log = logging.getLogger(__name__)

_COMMAND_OCTETS = 2048  # RFC 5321 asks for 512 plus what extensions add; rewritten reverse paths (SRS) are long
_PROGRESS_OCTETS = 64 * 1024  # a transfer that brings less than this in a whole idle time is a slow drip, not a mail
_LARGE_OCTETS = 1 << 20  # mail below this is never refused for the memory that others use

# RFC 3463 codes for replies that the library gives without one, by reply code
_ENHANCED = {
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.0.0",
    "421": "4.3.2",
    "451": "4.3.0",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "530": "5.7.0",
    "538": "5.7.11",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.7.0",
    "555": "5.5.4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerLimits:
    """What one peer, and all peers together, may cost. Beyond a limit the answer is temporary unless it is a size."""

    message_octets: int = 25 * 1024 * 1024
    line_octets: int = 64 * 1024
    """Longest text line. RFC 5321 says 1000, but real mail has longer ones."""
    connections: int = 200
    connections_per_address: int = 10
    recipients: int = 100
    """Per mail; RFC 5321 section 4.5.3.1.8 asks for at least 100."""
    commands: int = 100
    """Replies a session may cause without bringing a mail; accepted recipients come on top."""
    idle_seconds: float = 300
    """RFC 5321 section 4.5.3.2.7: at least five minutes between two commands."""
    crowded_idle_seconds: float = 10
    """The same while more than four fifths of all connections are taken."""
    store_seconds: float = 30
    """How long a sender waits for the store before he is asked to come again."""
    memory_octets: int = 512 * 1024 * 1024
    """Mail being received at one moment, over all sessions."""
    bare_newlines: bool = True
    """Behind our own MTA a lone CR or LF is stored as received; a public listener refuses it (SEC-32)."""


class Floor:
    """The sessions that are open now, and what they hold together."""

    def __init__(self, limits: ListenerLimits) -> None:
        self.limits = limits
        self.sessions: set[Session] = set()
        self.per_address: dict[str, int] = defaultdict(int)
        self.octets = 0
        self.closing = False
        self.empty = asyncio.Event()
        self.empty.set()

    def admit(self, session: Session, address: str) -> bool:
        """Count the session in; False when there is no room for it. A unix socket has no address to count by."""
        if self.closing or len(self.sessions) >= self.limits.connections:
            return False
        if address and self.per_address[address] >= self.limits.connections_per_address:
            return False
        self.sessions.add(session)
        if address:
            self.per_address[address] += 1
        self.empty.clear()
        return True

    def leave(self, session: Session, address: str) -> None:
        """Count it out again."""
        self.sessions.discard(session)
        if address:
            self.per_address[address] -= 1
            if self.per_address[address] <= 0:
                del self.per_address[address]
        if not self.sessions:
            self.empty.set()

    @property
    def crowded(self) -> bool:
        return len(self.sessions) * 5 > self.limits.connections * 4


class _TurnedAway(asyncio.Protocol):
    """What a connection speaks for which there is no room: nothing."""


def _end_of_path(text: str) -> int:
    """Where the `>` is that ends a path: the first that is not inside a quoted string; -1 when there is none."""
    quoted = escaped = False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == ">" and not quoted:
            return index
    return -1


class Session(SMTP):
    """SMTP with the limits of `ListenerLimits`."""

    command_size_limit = _COMMAND_OCTETS

    def __init__(
        self,
        handler: object,
        floor: Floor,
        *,
        hostname: str,
        tls_context: ssl.SSLContext | None,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.line_length_limit = floor.limits.line_octets
        super().__init__(
            handler,
            data_size_limit=floor.limits.message_octets,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident=f"{self.greeting} ready",
            tls_context=tls_context,
            timeout=floor.limits.idle_seconds,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),  # we have no accounts: AUTH is not offered
            loop=loop,
        )
        # The library shares one mapping among all sessions, lets each EHLO add to it and each new session clear it.
        self.command_size_limits = defaultdict(lambda: _COMMAND_OCTETS)
        self._floor = floor
        self._address = ""
        self._replies = 0
        self._greeting = False
        self._in_data = False
        self._received = 0
        self._progress = 0
        self._answers = 1

    greeting = "ESMTP"

    # -- the connection --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A new peer, or the same one after STARTTLS."""
        if self._original_transport is None:
            peer = transport.get_extra_info("peername")
            self._address = str(peer[0]) if isinstance(peer, tuple) else ""
            if not self._floor.admit(self, self._address):
                assert isinstance(transport, asyncio.Transport)
                transport.set_protocol(_TurnedAway())
                transport.write(f"421 4.3.2 {self.hostname} too many connections, try again later\r\n".encode())
                transport.close()
                return
        super().connection_made(transport)
        if self._original_transport is None:
            assert self._handler_coroutine is not None
            self._handler_coroutine.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._end_of_data()
        self._floor.leave(self, self._address)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, OSError):
            log.error("session of %s ended by a fault", self._address, exc_info=error)
        if self.transport is not None:
            self.transport.close()

    def leave(self, reply: str) -> None:
        """Say goodbye and end; what is being stored is stored all the same."""
        if self._writer is not None and self.transport is not None and not self._writer.is_closing():
            self._writer.write(f"{reply}\r\n".encode())
            self._writer.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    def wind_up(self) -> None:
        """Shutting down: an idle session ends now, one that is handing over a mail still gets its answer."""
        if not self._in_data:
            self.leave(f"421 4.3.2 {self.hostname} is shutting down")

    def _reset_timeout(self, duration: float | None = None) -> None:
        crowded = self._floor.limits.crowded_idle_seconds if self._floor.crowded else None
        super()._reset_timeout(duration or crowded)

    def _timeout_cb(self) -> None:
        self.leave(f"421 4.4.2 {self.hostname} has waited too long")

    # -- replies ---------------------------------------------------------------------------------------------------

    async def push(self, status: str | bytes) -> None:
        """Send one reply, with its enhanced code; a session that brings no mail ends after so many of them."""
        text = status if isinstance(status, str) else status.decode("utf-8", "surrogateescape")
        if not self._greeting and text[3:4] == " " and not text[4:6].endswith("."):
            code = _ENHANCED.get(text[:3])
            text = f"{text[:4]}{code} {text[4:]}" if code else text
        if text[3:4] != "-":
            self._replies += 1
        limits = self._floor.limits
        assert self.envelope is not None
        if self._replies > limits.commands + len(self.envelope.rcpt_tos):
            log.warning("session of %s brings no mail", self._address)
            self.leave("421 4.7.0 too many commands without a mail")
            await asyncio.sleep(0)  # the session's own task has just been cancelled: end here
        # The library cannot encode what it echoes of arguments that are no UTF-8.
        await super().push(self._reply(text).encode("utf-8", "replace"))

    def _reply(self, text: str) -> str:
        return text

    async def handle_exception(self, error: Exception) -> str:
        """Any fault of ours is temporary and tells nothing of itself."""
        log.error("fault in a session of %s", self._address, exc_info=error)
        return "451 4.3.0 try again later"

    # -- commands --------------------------------------------------------------------------------------------------

    async def smtp_EHLO(self, hostname: str) -> None:
        """RFC 2034: no enhanced codes in the reply to a greeting."""
        self._greeting = True
        try:
            await super().smtp_EHLO(hostname)
        finally:
            self._greeting = False

    async def smtp_HELO(self, hostname: str) -> None:
        """The same for the old greeting."""
        self._greeting = True
        try:
            await super().smtp_HELO(hostname)
        finally:
            self._greeting = False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """A path of RFC 5321 section 4.1.2 and the rest of the line; (None, None) when it is none.

        The library's own reading takes a missing `>` and control characters, and is slow.
        """
        if not arg.startswith("<"):
            path, _, rest = arg.partition(" ")
        else:
            end = _end_of_path(arg)
            if end < 0:
                return None, None
            path, rest = arg[1:end], arg[end + 1 :]
            if rest and not rest.startswith(" "):
                return None, None
            if path.startswith("@"):  # a source route, to be ignored (RFC 5321 appendix C)
                path = path.partition(":")[2]
            elif not path:
                return "<>", rest.strip()
        if not path or not path.isprintable() or path.startswith("<") or path.endswith(">"):
            return None, None
        return path, rest.strip()

    # -- data ------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bound what is held of a mail, also of a line that never ends, and let honest slow senders finish."""
        if self._in_data:
            size = len(data)
            self._received += size
            self._progress += size
            self._floor.octets += size
            limits = self._floor.limits
            # Stuffed dots and a last piece beyond the limit are still read, so that the refusal can be heard.
            if self._received > limits.message_octets * 11 // 10 + limits.line_octets:
                self._refuse("552 5.3.4 message too big")
                return
            if self._floor.octets > limits.memory_octets and self._received > _LARGE_OCTETS:
                self._refuse("452 4.3.1 too much mail at once, try again later")
                return
            if self._progress >= _PROGRESS_OCTETS:
                self._progress = 0
                self._reset_timeout()
        super().data_received(data)

    def _refuse(self, reply: str) -> None:
        answers = "\r\n".join([reply] * self._answers)
        self._end_of_data()
        self.leave(answers)

    def _end_of_data(self) -> None:
        self._floor.octets -= self._received
        self._received = self._progress = 0
        self._in_data = False

    async def smtp_DATA(self, arg: str) -> None:
        """RFC 5321 section 4.1.1.4, measured; after the answer a listener that is closing says goodbye."""
        self._in_data = True
        try:
            await super().smtp_DATA(arg)
        except Exception as error:
            # The library would answer too, but once only and with the envelope still open.
            await self.push(await self.handle_exception(error))
            self.envelope = self._create_envelope()
        finally:
            self._end_of_data()
        if self._floor.closing:
            self.wind_up()

    def mail_stored(self) -> None:
        """A session that brought a mail may go on."""
        self._replies = 0


class LmtpSession(Session):
    """LMTP (RFC 2033): after DATA one reply for each accepted recipient, in their order, whatever the reply is."""

    greeting = "LMTP"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._final = False

    async def check_helo_needed(self, helo: str = "LHLO") -> bool:
        """The greeting is missing."""
        return await super().check_helo_needed("LHLO")

    async def smtp_LHLO(self, arg: str) -> None:
        """The greeting of LMTP: the answer is that of EHLO."""
        await super().smtp_EHLO(arg)

    async def smtp_EHLO(self, hostname: str) -> None:
        """RFC 2033 section 4.1: not a command of LMTP."""
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    async def smtp_HELO(self, hostname: str) -> None:
        """RFC 2033 section 4.1: not a command of LMTP."""
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    async def smtp_DATA(self, arg: str) -> None:
        """As in SMTP up to the answer."""
        assert self.envelope is not None
        self._answers = max(1, len(self.envelope.rcpt_tos))
        self._final = False
        try:
            await super().smtp_DATA(arg)
        finally:
            self._final = False
            self._answers = 1

    def _reply(self, text: str) -> str:
        if text.startswith("354"):
            self._final = True
        elif self._final:
            self._final = False
            return "\r\n".join([text] * self._answers)
        return text
