"""One SMTP session: aiosmtpd's protocol with limits and enhanced status codes.

It reads commands and octets and bounds what a peer may cost. It never decides who is a recipient and never stores.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP, TLSSetupException

from maild.ingest.intake.smtp_data import has_longer_line, receive
from maild.ingest.intake.smtp_limits import Floor
from maild.ingest.intake.smtp_words import read_path, with_enhanced_code

if TYPE_CHECKING:
    import ssl

log = logging.getLogger(__name__)

_COMMAND_OCTETS = 2048  # RFC 5321 asks for 512 plus what extensions add; rewritten reverse paths (SRS) are long
_PROGRESS_OCTETS = 64 * 1024  # a transfer that brings less than this in a whole idle time is a slow drip, not a mail
_LARGE_OCTETS = 1 << 20  # mail below this is never refused for the memory that others use


class _TurnedAway(asyncio.Protocol):
    """What a connection speaks for which there is no room: nothing."""


class Session(SMTP):
    """SMTP with the limits of `ListenerLimits`."""

    command_size_limit = _COMMAND_OCTETS

    def __init__(
        self,
        handler: object,
        floor: Floor[Session],
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
        self._patient_until = 0.0

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
        """Each command moves the end of waiting. The timer there is looks at that, so a new one is made rarely."""
        crowded = self._floor.limits.crowded_idle_seconds if self._floor.crowded else None
        self._patient_until = self.loop.time() + (duration or crowded or self._timeout_duration)
        timer = self._timeout_handle
        if timer is None or timer.cancelled() or timer.when() > self._patient_until:
            super()._reset_timeout(self._patient_until - self.loop.time())

    def _timeout_cb(self) -> None:
        left = self._patient_until - self.loop.time()
        if left > 0:
            super()._reset_timeout(left)
            return
        self.leave(f"421 4.4.2 {self.hostname} has waited too long")

    # -- replies ---------------------------------------------------------------------------------------------------

    async def push(self, status: str | bytes) -> None:
        """Send one reply, with its enhanced code; a session that brings no mail ends after so many of them."""
        text = status if isinstance(status, str) else status.decode("utf-8", "surrogateescape")
        if not self._greeting:
            text = with_enhanced_code(text)
        if text[3:4] != "-":
            self._replies += 1
        limits = self._floor.limits
        assert self.envelope is not None
        if self._replies > limits.commands + len(self.envelope.rcpt_tos):
            log.warning("session of %s brings no mail", self._address)
            self.leave("421 4.7.0 too many commands without a mail")
            await asyncio.sleep(0)  # the session's own task has just been cancelled: end here
        # The library cannot encode what it echoes of arguments that are no UTF-8.
        await super().push(text.encode("utf-8", "replace"))

    async def handle_exception(self, error: Exception) -> str:
        """Any fault of ours is temporary and tells nothing of itself."""
        if isinstance(error, TLSSetupException):  # a fault of theirs; the library ends the session after this
            log.info("handshake with %s failed: %s", self._address, error.__cause__)
            return "454 4.7.0 TLS handshake failed"
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
        """The library's own reading takes a missing `>` and control characters, and is slow."""
        return read_path(arg) or (None, None)

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
        self._end_of_data()
        self.leave(self._answers(reply))

    def _end_of_data(self) -> None:
        self._floor.octets -= self._received
        self._received = self._progress = 0
        self._in_data = False

    async def smtp_DATA(self, arg: str) -> None:
        """RFC 5321 section 4.1.1.4. After the answer a listener that is closing says goodbye."""
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        self._in_data = True
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            answers = self._answers(await self._take_mail())
            self.envelope = self._create_envelope()
            await self.push(answers)
        finally:
            self._end_of_data()
        if self._floor.closing:
            self.wind_up()

    async def _take_mail(self) -> str:
        assert self.envelope is not None
        octets = await receive(self._reader)
        limits = self._floor.limits
        if len(octets) > limits.message_octets:
            return "552 5.3.4 message too big"
        if has_longer_line(octets, limits.line_octets):
            return "500 5.5.2 line too long"
        self.envelope.content = self.envelope.original_content = octets
        try:
            return str(await self._call_handler_hook("DATA"))
        except Exception as error:
            return await self.handle_exception(error)

    def _answers(self, reply: str) -> str:
        """The reply to a mail: here one, however many recipients it has."""
        return reply

    def mail_stored(self) -> None:
        """A session that brought a mail may go on."""
        self._replies = 0
