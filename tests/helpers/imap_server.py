"""A small IMAP server that tells the truth until a test makes it lie, hang, refuse or leave.

It knows one folder and the commands that our watcher uses. `server.on["FETCH"] = trick` replaces the answer to a
command: the trick gets the session, the tag and the arguments; what it returns False for is answered honestly.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from tests.helpers.waiting import PATIENCE


class Session:
    """One client."""

    def __init__(self, server: ScriptedImap, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.idling = False
        self.idle_tag = ""
        self.refused_tag = ""

    def say(self, *lines: str | bytes) -> None:
        for line in lines:
            self.writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def hang_up(self) -> None:
        self.writer.transport.abort()


Trick = Callable[[Session, str, str], Awaitable[bool]]


class ScriptedImap:
    """`mails` maps UIDs to octets; `flags` are what was set; `saw` counts commands, `heard` keeps them."""

    def __init__(self, *mails: bytes) -> None:
        self.validity = "77"
        self.mails = dict(enumerate(mails, 1))
        self.flags: dict[int, set[str]] = {}
        self.moved: dict[int, bytes] = {}
        self.copied: dict[int, bytes] = {}
        self.folders = {"INBOX"}
        self.capabilities = "IMAP4rev1 IDLE UIDPLUS MOVE AUTH=XOAUTH2"
        self.greeting = "* OK ready"
        self.passwords = {"secret"}
        self.tokens = {"good-token"}
        self.on: dict[str, Trick] = {}
        self.saw: Counter[str] = Counter()
        self.heard: list[str] = []
        self.sessions: set[Session] = set()
        self._changed = asyncio.Condition()
        self.port = 0

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[ScriptedImap]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for session in tuple(self.sessions):
                session.hang_up()

    async def arrive(self, octets: bytes, uid: int = 0, *, told: bool = True) -> None:
        """A new mail; idle clients hear of it."""
        self.mails[uid or max(self.mails, default=0) + 1] = octets
        for session in self.sessions:
            if session.idling and told:
                session.say(f"* {len(self.mails)} EXISTS")

    async def until(self, command: str, times: int = 1) -> None:
        """Wait until a command was heard so often since the start."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.saw[command] >= times)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        self.sessions.add(session)
        try:
            session.say(self.greeting)
            while line := await reader.readline():
                await self._obey(session, line.decode().rstrip("\r\n"))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.sessions.discard(session)
            writer.close()

    async def _obey(self, session: Session, line: str) -> None:
        tag, _, rest = line.partition(" ")
        name, _, arguments = rest.partition(" ")
        if name.upper() == "UID":
            name, _, arguments = arguments.partition(" ")
        name = name.upper() or tag.upper()  # DONE has no tag
        self.heard.append(line)
        async with self._changed:
            self.saw[name] += 1
            self._changed.notify_all()
        trick = self.on.get(name)
        if trick is None or not await trick(session, tag, arguments):
            getattr(self, f"do_{name}")(session, tag, arguments)

    def _chosen(self, which: str) -> Iterator[tuple[int, int]]:
        """(sequence number, UID) of a UID set."""
        for number, uid in enumerate(sorted(self.mails), 1):
            for part in which.split(","):
                low, _, high = part.partition(":")
                if int(low) <= uid <= (int(high) if high and high != "*" else 2**32 if high else int(low)):
                    yield number, uid
                    break

    def do_CAPABILITY(self, session: Session, tag: str, arguments: str) -> None:
        session.say(f"* CAPABILITY {self.capabilities}", f"{tag} OK done")

    def do_AUTHENTICATE(self, session: Session, tag: str, arguments: str) -> None:
        """XOAUTH2: a refusal is a challenge first, and waits for the empty answer."""
        sasl = base64.b64decode(arguments.partition(" ")[2]).decode()
        if any(f"auth=Bearer {token}\1" in sasl for token in self.tokens):
            session.say(f"{tag} OK welcome")
        else:
            session.refused_tag = tag
            session.say("+ eyJzdGF0dXMiOiI0MDEifQ==")

    def do_(self, session: Session, tag: str, arguments: str) -> None:
        """The empty answer."""
        session.say(f"{session.refused_tag} NO [AUTHENTICATIONFAILED] token expired")

    def do_LOGIN(self, session: Session, tag: str, arguments: str) -> None:
        right = any(arguments.endswith(f'"{password}"') for password in self.passwords)
        session.say(f"{tag} OK welcome" if right else f"{tag} NO [AUTHENTICATIONFAILED] who are you?")

    def do_SELECT(self, session: Session, tag: str, arguments: str) -> None:
        session.say(f"* {len(self.mails)} EXISTS", "* 0 RECENT")
        if self.validity:
            session.say(f"* OK [UIDVALIDITY {self.validity}] valid")
        session.say(f"{tag} OK [READ-WRITE] open")

    def do_SEARCH(self, session: Session, tag: str, arguments: str) -> None:
        low = int(arguments.split()[1].partition(":")[0])
        found = [uid for uid in self.mails if uid >= low] or list(self.mails)[-1:]  # n:* always has the last one
        session.say("* SEARCH " + " ".join(map(str, found)) if found else "* SEARCH", f"{tag} OK found")

    def do_FETCH(self, session: Session, tag: str, arguments: str) -> None:
        which, _, what = arguments.partition(" ")
        for number, uid in self._chosen(which):
            octets = self.mails[uid]
            if "RFC822.SIZE" in what:
                session.say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(octets)})")
                continue
            part = octets.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else octets
            self.give(session, number, uid, part)
        session.say(f"{tag} OK fetched")

    @staticmethod
    def give(session: Session, number: int, uid: int, octets: bytes, size: int | None = None) -> None:
        """A literal, of the announced size if that is given."""
        date = "03-Mar-2026 10:00:00 +0000"
        announced = len(octets) if size is None else size
        session.say(f'* {number} FETCH (UID {uid} INTERNALDATE "{date}" BODY[] {{{announced}}}'.encode())
        session.writer.write(octets + b")\r\n")

    def do_STORE(self, session: Session, tag: str, arguments: str) -> None:
        which, _, flags = arguments.partition(" +FLAGS.SILENT ")
        for _, uid in self._chosen(which):
            self.flags.setdefault(uid, set()).add(flags.strip("()"))
        session.say(f"{tag} OK stored")

    def do_EXPUNGE(self, session: Session, tag: str, arguments: str) -> None:
        for _, uid in list(self._chosen(arguments)):
            if r"\Deleted" in self.flags.get(uid, ()):
                del self.mails[uid]
        session.say(f"{tag} OK expunged")

    def do_MOVE(self, session: Session, tag: str, arguments: str) -> None:
        self._bring(session, tag, arguments, self.moved, keep=False)

    def do_COPY(self, session: Session, tag: str, arguments: str) -> None:
        self._bring(session, tag, arguments, self.copied, keep=True)

    def _bring(self, session: Session, tag: str, arguments: str, where: dict[int, bytes], *, keep: bool) -> None:
        which, _, target = arguments.partition(" ")
        if target.strip('"') not in self.folders:
            session.say(f"{tag} NO [TRYCREATE] no such folder")
            return
        for number, uid in reversed(list(self._chosen(which))):
            where[uid] = self.mails[uid]
            if not keep:
                del self.mails[uid]
                session.say(f"* {number} EXPUNGE")
        session.say(f"{tag} OK there")

    def do_CREATE(self, session: Session, tag: str, arguments: str) -> None:
        self.folders.add(arguments.strip('"'))
        session.say(f"{tag} OK made")

    def do_IDLE(self, session: Session, tag: str, arguments: str) -> None:
        session.idling = True
        session.idle_tag = tag
        session.say("+ idling")

    def do_DONE(self, session: Session, tag: str, arguments: str) -> None:
        session.idling = False
        session.say(f"{session.idle_tag} OK idled")

    def do_NOOP(self, session: Session, tag: str, arguments: str) -> None:
        session.say(f"{tag} OK")

    def do_LOGOUT(self, session: Session, tag: str, arguments: str) -> None:
        session.say("* BYE", f"{tag} OK bye")
        session.writer.close()
