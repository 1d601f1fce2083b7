"""An SMTP server that fails where a script tells it to: with 4xx, 5xx, by closing, by silence, or with nonsense.

It keeps every mail it was handed, also those that it never answered for.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field

CLOSE = "close"
SILENCE = "silence"
"""Instead of an answer: hang up, or say nothing more until the client gives up."""


@dataclass
class Session:
    """What one client did."""

    commands: list[str] = field(default_factory=list)
    mails: int = 0


@dataclass
class Handed:
    """A mail whose octets came in whole; `answered` with what was said about it."""

    reverse_path: str
    forward_paths: list[str]
    octets: bytes
    answered: str


class ScriptedServer:
    """`script[step]` is a list of answers used up one a time; when it is empty, or for other steps, all goes well.

    Steps: connect, ehlo, starttls, auth, mail, rcpt, data, dot, rset, quit. One of RCPT may name its recipient:
    `rcpt:ana@customer.example`.
    """

    def __init__(
        self,
        script: dict[str, list[str]] | None = None,
        *,
        extensions: tuple[str, ...] = ("SIZE 1000000",),
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
    ) -> None:
        self.script = {step: list(answers) for step, answers in (script or {}).items()}
        self.sessions: list[Session] = []
        self.handed: list[Handed] = []
        self.port = 0
        self._extensions = extensions
        self._tls = tls
        self._implicit = implicit
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def taken(self) -> list[Handed]:
        """Mails that were answered with 250."""
        return [mail for mail in self.handed if mail.answered.startswith("2")]

    async def __aenter__(self) -> ScriptedServer:
        context = self._tls if self._implicit else None
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first_transport = writer.transport
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, _HangUp):
            pass
        finally:
            for transport in (writer.transport, first_transport):
                transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session()
        self.sessions.append(session)
        await self._answer(writer, "connect", "220 scripted")
        reverse_path, forward_paths = "", list[str]()
        while line := await reader.readline():
            command = line.decode("ascii").rstrip("\r\n")
            session.commands.append(command)
            verb = command.split(" ")[0].split(":")[0].upper()
            match verb:
                case "EHLO" | "HELO":
                    lines = ["scripted", *self._extensions] if verb == "EHLO" else ["scripted"]
                    text = "\r\n".join(f"250{' ' if i == len(lines) - 1 else '-'}{x}" for i, x in enumerate(lines))
                    await self._answer(writer, "ehlo", text)
                case "STARTTLS":
                    if await self._answer(writer, "starttls", "220 go"):
                        assert self._tls is not None
                        await writer.start_tls(self._tls)
                case "AUTH":
                    await self._answer(writer, "auth", "235 welcome")
                case "MAIL":
                    reverse_path, forward_paths = command.partition("<")[2].partition(">")[0], []
                    await self._answer(writer, "mail", "250 ok")
                case "RCPT":
                    path = command.partition("<")[2].partition(">")[0]
                    step = f"rcpt:{path}" if f"rcpt:{path}" in self.script else "rcpt"
                    if await self._answer(writer, step, "250 ok"):
                        forward_paths.append(path)
                case "DATA":
                    if await self._answer(writer, "data", "354 go on"):
                        octets = await self._read_data(reader)
                        self.handed.append(Handed(reverse_path, forward_paths, octets, "nothing"))
                        session.mails += 1
                        await self._answer(writer, "dot", "250 taken", self.handed[-1])
                case "RSET":
                    await self._answer(writer, "rset", "250 ok")
                case "QUIT":
                    await self._answer(writer, "quit", "221 bye")
                    return
                case _:
                    writer.write(b"500 what\r\n")

    async def _answer(self, writer: asyncio.StreamWriter, step: str, good: str, about: Handed | None = None) -> bool:
        answers = self.script.get(step, [])
        answer = answers.pop(0) if answers else good
        if answer == CLOSE:
            raise _HangUp
        if answer == SILENCE:
            await asyncio.Event().wait()
        if about is not None:
            about.answered = answer
        writer.write(answer.encode("ascii") + b"\r\n")
        await writer.drain()
        return answer[:1] in ("2", "3")

    async def _read_data(self, reader: asyncio.StreamReader) -> bytes:
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise _HangUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class _HangUp(Exception):
    """The script says to close the connection."""
