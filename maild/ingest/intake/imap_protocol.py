"""aioimaplib made safe: a lost connection fails what waits for it, nothing recurses or grows on what a server sends.

It repairs the library and adds STARTTLS. It never decides what to read and never retries.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any

from aioimaplib import aioimaplib as lib

_LINE_OCTETS = 16 * 1024 * 1024  # a SEARCH answer is one line: two million UIDs fit
_LINES = 20_000  # of one answer; we ask for at most 200 messages at once

_FAREWELL_SECONDS = 2  # a server that does not answer LOGOUT is left without it


class _Fetch(lib.FetchCommand):  # type: ignore[misc]  # the library has no types
    """A FETCH that knows whether its item is complete without reading all lines again for each new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open_brackets = 0

    def append_to_resp(self, line: bytes, result: str = "Pending") -> None:
        """Count the brackets of an item; those inside a literal, which is the only bytearray, do not count."""
        if isinstance(line, bytes):
            if self.FETCH_MESSAGE_DATA_RE.match(line):
                self._open_brackets = 0
            self._open_brackets += line.count(b"(") - line.count(b")")
        super().append_to_resp(line, result)

    def wait_data(self) -> bool:
        return self._open_brackets != 0 or bool(self.wait_literal_data())


class SafeProtocol(lib.IMAP4ClientProtocol):  # type: ignore[misc]  # the library has no types
    """The client side of one IMAP connection (RFC 3501)."""

    def __init__(self, loop: asyncio.AbstractEventLoop, literal_octets: int) -> None:
        super().__init__(loop)
        self.literal_octets = literal_octets
        self.lost = asyncio.Event()
        """Set when the connection is gone, whoever ended it."""
        self.news = 0
        """How often the server told of new mail, also in the middle of other answers, where the library drops it."""
        self.reason: Exception | None = None
        """Why we ended the connection: what the server sent could not be understood."""
        self.pending_sync_command: Any = None

    # -- what comes in ---------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """A server that cannot be understood is left; asyncio would log its every octet."""
        try:
            super().data_received(data)
            if len(self.incomplete_line) > _LINE_OCTETS:
                raise lib.Abort("the server sent a line without end")
        except Exception as error:
            self.reason = error
            self.abort()

    def _handle_responses(
        self,
        data: bytes,
        line_handler: Callable[[bytes, Any], Any],
        current_cmd: Any = None,
    ) -> None:
        """The same as the library's, as a loop: it recurses once per line and dies near a thousand."""
        while data:
            if current_cmd is not None and current_cmd.wait_literal_data():
                data = current_cmd.append_literal_data(data)
                if current_cmd.wait_literal_data():
                    raise lib.IncompleteRead(current_cmd)
                if not data:
                    break
            line, separator, tail = data.partition(lib.CRLF)
            if not separator:
                raise lib.IncompleteRead(current_cmd, data)
            command = line_handler(line, current_cmd)
            literal = lib.literal_data_re.match(line)
            if literal:
                size = int(literal["size"])
                if size > self.literal_octets:
                    raise lib.Abort("the server sent more than was asked for")
                command = command if command is not None else lib.Command("NIL", "unused")
                command.begin_literal_data(size)
                current_cmd = command
            else:
                current_cmd = command if command is not None and command.wait_data() else None
            if command is not None and len(command.response.lines) > _LINES:
                raise lib.Abort("the server sent more lines than any answer has")
            data = tail
        if self.pending_sync_command is not None:
            self.pending_sync_command.flush()
        if current_cmd is not None and current_cmd.wait_data():
            raise lib.IncompleteRead(current_cmd)

    def _untagged_response(self, line: bytes) -> Any:
        if line.endswith((b" EXISTS", b" RECENT")):
            self.news += 1
        return super()._untagged_response(line)

    def _continuation(self, line: bytes) -> None:
        super()._continuation(line)
        command = self.pending_sync_command
        if command is not None and command.name == "AUTHENTICATE":
            # A refused token is told as a challenge, and the server waits for an empty answer to it.
            self.transport.write(lib.CRLF)

    async def welcome(self, command: bytes) -> None:
        """A greeting that is no welcome ends the connection instead of a task that nobody looks at."""
        try:
            await super().welcome(command)
        except Exception as error:
            self.reason = error
            self.abort()

    async def fetch(
        self,
        message_set: str,
        message_parts: str,
        by_uid: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109  # the library's own word; it runs anew with each octet
    ) -> Any:
        """RFC 3501 section 6.4.5."""
        prefix = "UID" if by_uid else ""
        command = _Fetch(self.new_tag(), message_set, message_parts, prefix=prefix, loop=self.loop, timeout=timeout)
        return await self.execute(command)

    # -- the end ---------------------------------------------------------------------------------------------------

    def abort(self) -> None:
        """Drop the connection at once."""
        self.state = lib.LOGOUT
        if self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail every command that waits; the library would let them wait for ever."""
        reason = self.reason or exc or ConnectionError("the server ended the connection")
        pending = [c for c in (self.pending_sync_command, *self.pending_async_commands.values()) if c is not None]
        self.pending_sync_command = None
        self.pending_async_commands.clear()
        self.state = lib.LOGOUT
        for command in pending:
            command._exception = ConnectionError(f"connection lost: {reason}")
            command.close(b"connection lost", "KO")
        self.idle_queue.put_nowait(lib.STOP_WAIT_SERVER_PUSH)
        self.lost.set()
        super().connection_lost(exc)

    async def execute(self, command: Any, scrub: str | None = None) -> Any:
        """After a command that was given up the connection is never used again: its answer may still come."""
        try:
            return await super().execute(command, scrub)
        except (asyncio.CancelledError, lib.CommandTimeout):
            self.abort()
            raise


class SafeImap(lib.IMAP4):  # type: ignore[misc]  # the library has no types
    """A connection in the making; `literal_octets` bounds what the server may send as one literal."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        timeout: float,  # the library's own word
        literal_octets: int,
        tls_context: ssl.SSLContext | None,
    ) -> None:
        self._literal_octets = literal_octets
        super().__init__(host, port, timeout=timeout, ssl_context=tls_context)

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Any = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Connect with our protocol; TLS from the first octet when a context is given."""
        running = loop or asyncio.get_running_loop()
        self.protocol = SafeProtocol(running, self._literal_octets)
        self._client_task = running.create_task(
            running.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        )

    async def hello(self) -> None:
        """Wait for the greeting. Errors: OSError, ssl.SSLError, ConnectionError, TimeoutError."""
        async with asyncio.timeout(self.timeout):
            await self._client_task
            greeted = asyncio.ensure_future(self.protocol.wait("AUTH|NONAUTH"))
            lost = asyncio.ensure_future(self.protocol.lost.wait())
            try:
                await asyncio.wait((greeted, lost), return_when=asyncio.FIRST_COMPLETED)
            finally:
                greeted.cancel()
                lost.cancel()
        if self.protocol.lost.is_set():
            raise ConnectionError(f"no welcome: {self.protocol.reason or 'the server ended the connection'}")

    async def starttls(self, context: ssl.SSLContext) -> None:
        """RFC 3501 section 6.2.1: what was said in the clear is forgotten, and nothing of it may reach into TLS.

        Errors: ConnectionError when the server has none or tries to slip something in, ssl.SSLError.
        """
        protocol = self.protocol
        if protocol.state != lib.NONAUTH:
            raise ConnectionError("the server takes us for logged in before TLS")
        async with asyncio.timeout(self.timeout):
            response = await protocol.execute(lib.Command("STARTTLS", protocol.new_tag()))
            if response.result != "OK":
                raise ConnectionError("the server refuses STARTTLS")
            if protocol.incomplete_line or protocol.current_command is not None:
                raise ConnectionError("the server sent more before TLS")
            try:
                protocol.transport = await protocol.loop.start_tls(
                    protocol.transport, protocol, context, server_hostname=self.host
                )
            except BaseException:
                protocol.abort()  # nothing more can be said on a connection that is half in the clear
                raise
            await protocol.capability()

    async def idle_for(self, seconds: float) -> None:
        """RFC 2177: wait until the server tells something or the time is over, then end the IDLE cleanly.

        Errors: ConnectionError, TimeoutError; then the connection is of no use any more.
        """
        protocol = self.protocol
        while not protocol.idle_queue.empty():
            protocol.idle_queue.get_nowait()
        idle = asyncio.create_task(protocol.idle())
        acknowledged = asyncio.create_task(protocol.wait_for_idle_response())
        try:
            async with asyncio.timeout(self.timeout):
                await asyncio.wait((idle, acknowledged), return_when=asyncio.FIRST_COMPLETED)
            if idle.done():
                raise ConnectionError(f"the server refuses IDLE: {idle.exception() or idle.result().result}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(protocol.idle_queue.get(), seconds)
            if not idle.done():
                protocol.idle_done()
            async with asyncio.timeout(self.timeout):
                await idle
        finally:
            for task in (idle, acknowledged):
                task.cancel()
            await asyncio.gather(idle, acknowledged, return_exceptions=True)

    async def shut(self) -> None:
        """Say goodbye when nothing else is being said, and leave nothing open."""
        protocol = self.protocol
        busy = protocol.pending_sync_command is not None or bool(protocol.pending_async_commands)
        try:
            if not busy and protocol.state in (lib.NONAUTH, lib.AUTH, lib.SELECTED):
                with contextlib.suppress(OSError, TimeoutError, lib.AioImapException):  # it is gone anyway
                    async with asyncio.timeout(_FAREWELL_SECONDS):
                        await protocol.logout()
        finally:
            self._client_task.cancel()
            await asyncio.gather(self._client_task, return_exceptions=True)
            protocol.abort()
