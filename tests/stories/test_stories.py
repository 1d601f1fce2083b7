"""Plays every `.story` beside this file: many steps of people and time, on a clock that is moved by hand.

09:00 ana writes to support: Subject          a new mail; indented lines are its text
10:00 eva answers                             a reply to the last mail she got
10:00 ana answers from other@address.example  the same from another address
11:30 tick                                    clocks are looked at
ana gets acknowledgement                      the next unread mail to ana is this notice; indented: what it says
ana gets nothing                              there is no unread mail to ana
nobody gets anything                          there is no unread mail at all
ticket state closed                           a field of the first ticket (`ticket 2 …` for the second)
ana asks for a link / ana opens the link / ana reopens: reason      on the portal
ana sends an absence note                     an automatic answer to the last mail she got
day 2026-11-24                                the day of the times that follow
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from maild.daemon import portal_of
from maild.health import Health
from tests.helpers.world import World, letter, reply_address, words
from webview import create_app

STORIES = sorted(Path(__file__).parent.glob("*.story"))

ADDRESSES = {
    "ana": "ana@quinta.example",
    "luis": "luis@taller.example",
    "mallory": "mallory@evil.example",
    "rui": "rui@home.example",
    "eva": "eva@home.example",
    "operator": "operator@casa-azul.example",
    "nobody": "nobody@nowhere.example",
}
PORTAL = "https://help.casa-azul.example"
NAMES = {
    "ana": "Ana Silva",
    "luis": "Luis Ortega",
    "mallory": "Mallory",
    "rui": "Rui Costa",
    "eva": "Eva Marín",
    "nobody": "Nobody",
}


class Player:
    """Plays the lines of one story against one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.day = datetime(2026, 11, 23, tzinfo=UTC)
        self.read: dict[str, int] = dict.fromkeys(ADDRESSES, 0)
        self.last: dict[str, EmailMessage] = {}
        self.client: FlaskClient | None = None

    def play(self, line: str, body: list[str]) -> None:
        timed = re.match(r"(\d\d):(\d\d) (.*)", line)
        if timed:
            self.world.clock.now = self.day.replace(hour=int(timed[1]), minute=int(timed[2]))
            line = timed[3]
        text = "\n".join(body)
        if match := re.fullmatch(r"day (\S+)", line):
            self.day = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        elif match := re.fullmatch(r"(\w+) writes to (\w+): (.*)", line):
            self._send(match[1], f"{match[2]}@casa-azul.example", match[3], text)
        elif match := re.fullmatch(r"(\w+) answers(?: (\w+)'s mail)?(?: from (\S+))?", line):
            self._answer(match[1], match[2] or match[1], match[3] or ADDRESSES[match[1]], text)
        elif line == "tick":
            self.world.tick()
        elif match := re.fullmatch(r"(\w+) gets nothing", line):
            assert not self._unread(match[1]), f"{match[1]} got {self._unread(match[1])[0]['Subject']}"
        elif line == "nobody gets anything":
            for name in ADDRESSES:
                assert not self._unread(name), f"{name} got {self._unread(name)[0]['Subject']}"
        elif match := re.fullmatch(r"(\w+) gets ([\w-]+)", line):
            self._gets(match[1], match[2], body)
        elif match := re.fullmatch(r"ticket(?: (\d+))? (\w+) (.*)", line):
            self._field(10_000 + int(match[1] or 1), match[2], match[3])
        elif match := re.fullmatch(r"there are (\d+) tickets", line):
            assert len(self.world.app.store.queries.ticket_rows()) == int(match[1])
        elif re.fullmatch(r"\w+ asks for a link", line):
            self._portal().post("/", data={"ticket": "10001"}, base_url=PORTAL)
            self.world.send()
        elif match := re.fullmatch(r"(\w+) sends an absence note", line):
            self._absence(match[1])
        elif match := re.fullmatch(r"(\w+) opens the link", line):
            self._open_link(match[1])
        elif match := re.fullmatch(r"(\w+) reopens: (.*)", line):
            self._reopen(match[2])
        else:
            raise AssertionError(f"no such line in a story: {line!r}")

    def _send(self, name: str, to: str, subject: str, text: str) -> None:
        headers = {}
        while match := re.match(r"([A-Z][\w-]+): (.*)\n", text):
            headers[match[1]] = match[2]
            text = text[match.end() :]
        octets = letter(f"{NAMES[name]} <{ADDRESSES[name]}>", to, subject, text, headers=headers)
        if name == "nobody":
            octets = octets.replace(b"From: Nobody <nobody@nowhere.example>\r\n", b"")
        self.world.take(octets, to=[to], reverse_path=ADDRESSES[name])

    def _answer(self, name: str, whose: str, address: str, text: str) -> None:
        mail = self.last[whose]
        subject = f"Re: {mail['Subject']}"
        to = reply_address(mail)
        octets = letter(f"{NAMES[name]} <{address}>", to, subject, text, answers=mail)
        self.world.take(octets, to=[to], reverse_path=address)

    def _unread(self, name: str) -> list[EmailMessage]:
        return self.world.inbox(ADDRESSES[name])[self.read[name] :]

    def _gets(self, name: str, notice: str, said: list[str]) -> None:
        unread = self._unread(name)
        assert unread, f"{name} got nothing, {notice} was expected"
        mail = unread[0]
        self.read[name] += 1
        self.last[name] = mail
        rows = self.world.app.store.queries.outbox_rows(limit=500)
        kind = next(row["name"] for row in rows if row["message_id"] == mail["Message-ID"])
        assert kind == notice, f"{name} got {kind} ({mail['Subject']}), {notice} was expected"
        text = f"{mail['Subject']}\n{words(mail)}"
        for line in said:
            wanted, present = (line[4:], False) if line.startswith("not ") else (line, True)
            assert (wanted in text) is present, f"{'missing' if present else 'present'}: {wanted!r} in\n{text}"

    def _field(self, number: int, name: str, value: str) -> None:
        found = self.world.ticket(number)[name]
        if isinstance(found, datetime):
            found = found.strftime("%Y-%m-%d %H:%M")
        if isinstance(found, tuple | list):
            found = " ".join(found)
        assert str(found or "-") == value, f"{name} is {found}"

    def _absence(self, name: str) -> None:
        mail = self.last[name]
        to = reply_address(mail)
        octets = letter(
            f"{NAMES[name]} <{ADDRESSES[name]}>", to, f"Automatic reply: {mail['Subject']}", "I am away.",
            answers=mail, headers={"Auto-Submitted": "auto-replied"},
        )  # fmt: skip
        self.world.take(octets, to=[to], reverse_path="")

    def _portal(self) -> FlaskClient:
        if self.client is None:
            health = Health(self.world.app.store.lanes, now=self.world.clock)
            self.client = create_app(portal_of(self.world.app, health, self.world.app.store.writer)).test_client()
        return self.client

    def _open_link(self, name: str) -> None:
        link = re.search(r"/v/\w+", words(self.last[name]))
        assert link
        assert self._portal().post(link[0], base_url=PORTAL).status_code == 303

    def _reopen(self, reason: str) -> None:
        page = self._portal().get("/t/10001", base_url=PORTAL).text
        token = re.search(r'name="token" value="(\w+)"', page)
        form = {"reason": reason, "token": token[1] if token else ""}
        self._portal().post("/t/10001/reopen", data=form, base_url=PORTAL)
        self.world.send()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path, world: World) -> None:
    player = Player(world)
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and lines[end].startswith("    "):
            end += 1
        try:
            player.play(lines[at].strip(), [line[4:] for line in lines[at + 1 : end]])
        except AssertionError as error:
            raise AssertionError(f"{path.name}, {lines[at].strip()!r}: {error}") from error
        at = end


def test_there_are_stories() -> None:
    assert STORIES
