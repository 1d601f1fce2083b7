"""Each file in `dialogues/` is a conversation with the real listener.

The head says how the listener is set up (`protocol`, `limits`, `spool`), then lines follow: `C:` what the client sends
(CRLF is added; `C~` adds none), `S:` a line that the server must answer (`*` and `?` are wildcards), `E:` what must be
true. Python escapes work in `C` lines, and `{5000*x}` is five thousand times x. Lines in pointed brackets are acts:
`C: <connect>`, `C: <hang up>`, `C: <hang up while storing>`, `E: <store works>`, `E: <store hangs>`,
`E: <store goes on>`, `S: <closed>`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import re2

from maild.ingest.smtp import Listener, ListenerLimits
from tests.helpers.memory_spool import NOON, MemorySpool
from tests.helpers.waiting import PATIENCE

FILES = sorted((Path(__file__).parent / "dialogues").glob("*.smtp"))
OURS = {
    "support@desk.example": "support@desk.example",
    "support+q7x2@desk.example": "support@desk.example",
    "billing@desk.example": "billing@desk.example",
    "josé@desk.example": "josé@desk.example",
    '"a b"@desk.example': "support@desk.example",
}
_REPEAT = re2.compile(r"\{(\d+)\*(.)\}")


def unescaped(text: str) -> bytes:
    text = _REPEAT.sub(lambda m: m.group(2) * int(m.group(1)), text)
    if "\\" not in text:
        return text.encode()
    return text.encode().decode("unicode_escape").encode("latin-1")


def limits(text: str) -> ListenerLimits:
    """`recipients=2 idle_seconds=0.05`; the others are what they are by default."""
    given = dict(pair.split("=") for pair in text.split())
    values: dict[str, Any] = {name: float(said) if "seconds" in name else int(said) for name, said in given.items()}
    return replace(ListenerLimits(), **values)


class Conversation:
    def __init__(self, text: str) -> None:
        head, _, self.lines = text.partition("\n\n")
        settings = dict(line.split(": ", 1) for line in head.splitlines() if not line.startswith("#"))
        self.protocol = settings.get("protocol", "smtp")
        self.spool = MemorySpool()
        if settings.get("spool") == "down":
            self.spool.refusing = OSError("no space left on device: secret-path")
        self.listener = Listener(
            self.spool,
            own=OURS.get,
            limits=limits(settings.get("limits", "")),
            hostname="mx.desk.example",
            clock=lambda: NOON,
        )

    async def connect(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)

    async def act(self, what: str) -> None:
        match what:
            case "<connect>":
                await self.connect()
            case "<hang up>":
                self.writer.transport.abort()
            case "<hang up while storing>":
                self.spool.open.clear()
                self.spool.entered.clear()
                await self.writer.drain()
                await self.spool.entered.wait()
                self.writer.transport.abort()
                await self.listener._floor.empty.wait()
                self.spool.open.set()
                await self.spool.until(1)
            case "<closed>":
                assert await self.reader.read() == b""
            case "<store works>":
                self.spool.refusing = None
            case "<store hangs>":
                self.spool.open.clear()
            case "<store goes on>":
                self.spool.open.set()
                await self.spool.until(1)
            case _:
                pytest.fail(f"unknown act {what}")

    def expect(self, what: str) -> None:
        kind, _, value = what.partition(" ")
        last = self.spool.rows[-1] if self.spool.rows else None
        if kind == "stored":
            assert len(self.spool.rows) == int(value), self.spool.rows
            return
        if kind == "repeated":
            assert self.listener.counts["repeated"] == int(value)
            return
        assert last is not None
        assert last.envelope is not None
        match kind:
            case "from":
                assert last.envelope.reverse_path == value.strip("<>")
            case "to":
                assert last.envelope.forward_paths == tuple(value.split())
            case "mailbox":
                assert last.mailbox == value
            case "source":
                assert last.source == value
            case "octets":
                assert last.octets == unescaped(value)
            case _:
                pytest.fail(f"unknown expectation {what}")

    async def run(self) -> None:
        start = self.listener.start_lmtp if self.protocol == "lmtp" else self.listener.start_smtp
        self.port = await start("127.0.0.1", 0)
        try:
            await self.connect()
            async with asyncio.timeout(PATIENCE):
                for number, line in enumerate(self.lines.splitlines(), 1):
                    if not line or line.startswith("#"):
                        continue
                    speaker, said = line[:2], line[3:]
                    if said.startswith("<") and said.endswith(">") and " " not in said[:2]:
                        await self.act(said)
                    elif speaker in ("C:", "C~"):
                        self.writer.write(unescaped(said) + (b"\r\n" if speaker == "C:" else b""))
                    elif speaker == "S:":
                        heard = await self.reader.readline()
                        assert heard.endswith(b"\r\n"), f"line {number}: {said!r} expected, {heard!r} heard"
                        assert fnmatchcase(heard.decode().rstrip("\r\n"), said), f"line {number}: {said}, not {heard!r}"
                    elif speaker == "E:":
                        self.expect(said)
                    else:
                        pytest.fail(f"line {number} is none of C, S, E: {line}")
        finally:
            self.writer.close()
            await self.listener.stop()


@pytest.mark.parametrize("text", [pytest.param(path.read_text(), id=path.stem) for path in FILES])
async def test_dialogue(text: str) -> None:
    await Conversation(text).run()


def test_there_are_dialogues() -> None:
    assert len(FILES) > 20
