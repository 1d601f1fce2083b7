"""Counts what came out right: threads, silence towards machines, texts, attachments. The aim is all.

Looks at the store and at the mails in the sink from outside. Knows what should be there from the corpus alone.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from letters import Mail
from sink import Caught

TAKEN = ("opened", "appended", "quarantined", "discarded", "duplicate")


@dataclass(slots=True)
class Verdict:
    """For each question how many were right, of how many; and the first few that were not, in words."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def ask(self, question: str, answer: bool, mail: Mail, what: object = "") -> None:
        """Note the answer to one question about one mail."""
        self.asked[question] += 1
        self.right[question] += answer
        if not answer and len(self.wrong) < 30:
            self.wrong.append(f"{question}: {mail.kind} ({mail.form}) {mail.message_id} {what}")

    def __iadd__(self, other: Verdict) -> Verdict:
        self.right += other.right
        self.asked += other.asked
        self.wrong += other.wrong
        return self


def rows_of(folder: Path, mails: Sequence[Mail]) -> dict[str, dict[str, Any]]:
    """What the book says of each mail, by Message-ID, with its article and the digests of its files."""
    with closing(sqlite3.connect(f"file:{folder}/maild.db?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        first = _before(connection, len(mails))
        found = {
            row["message_id"]: dict(row)
            for row in connection.execute(
                "SELECT i.message_id, i.outcome, i.ticket, i.article, i.reason, a.text, a.new_text FROM inbound i "
                "LEFT JOIN article a ON a.id = i.article AND i.article <> 0 WHERE i.id > ?",
                (first,),
            )
        }
        for row in found.values():
            files = connection.execute("SELECT hex(sha256) FROM article_file WHERE article = ?", (row["article"],))
            row["files"] = sorted(digest.lower() for (digest,) in files)
    return found


def _before(connection: sqlite3.Connection, mails: int) -> int:
    """The id before the last `mails` rows of the book, with some to spare for those of other runs between."""
    newest = connection.execute("SELECT max(id) FROM inbound").fetchone()[0] or 0
    return int(max(0, newest - 10 * mails - 1000))


def waiting(folder: Path) -> int:
    """Mails that are taken in and not settled yet."""
    with closing(sqlite3.connect(f"file:{folder}/maild.db?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM inbound WHERE outcome = 'waiting'").fetchone()[0])


def judge(folder: Path, mails: Sequence[Mail], caught: Sequence[Caught]) -> Verdict:
    """Compare what should have become of the mails with what did."""
    verdict = Verdict()
    book = rows_of(folder, mails)
    tickets = {mail.thread: book.get(mail.message_id, {}).get("ticket", 0) for mail in mails if mail.kind == "new"}
    told = Counter(one.recipient for one in caught)
    people = {mail.sender for mail in mails if mail.kind == "new"}
    for mail in mails:
        row = book.get(mail.message_id, {"outcome": "lost", "ticket": 0, "files": [], "reason": ""})
        outcome, text = row["outcome"], row.get("text") or ""
        verdict.ask("taken once", outcome in TAKEN and outcome != "duplicate", mail, outcome)
        match mail.kind:
            case "new":
                verdict.ask("tickets opened", outcome == "opened" and row["ticket"] > 0, mail, outcome)
                verdict.ask("acknowledged once", told[mail.sender] == 1, mail, told[mail.sender])
                verdict.ask("texts whole", _same(text, mail.text), mail, repr(text))
            case "reply":
                right = outcome == "appended" and row["ticket"] == tickets.get(mail.thread)
                verdict.ask("replies threaded", right, mail, (outcome, row["ticket"], tickets.get(mail.thread)))
                new = row.get("new_text")
                verdict.ask("new words told", _same(text if new is None else new, mail.words), mail, repr(new))
                verdict.ask("texts whole", _folded(text).startswith(_folded(mail.words)), mail)
            case _:
                verdict.ask("machines open nothing", outcome in ("appended", "discarded"), mail, outcome)
                known = mail.sender in people or mail.reverse_path in people
                verdict.ask("machines not answered", not told[mail.sender] or known, mail, told[mail.sender])
                if mail.thread >= 0:
                    verdict.ask("reports on their ticket", row["ticket"] == tickets.get(mail.thread), mail, row)
        if mail.kind in ("new", "reply"):
            for digest in mail.files:
                verdict.ask("files identical", digest in row["files"], mail)
            verdict.ask("no file made up", len(row["files"]) == len(mail.files), mail, len(row["files"]))
    numbers = [number for number in tickets.values() if number]
    if len(set(numbers)) != len(numbers):
        verdict.wrong.append("two new mails share a ticket")
        verdict.right["tickets opened"] -= len(numbers) - len(set(numbers))
    return verdict


def _folded(text: str) -> str:
    return " ".join(text.split())


def _same(found: str, wanted: str) -> bool:
    """Whether the words are the same; line ends and spaces between them are the reader's business."""
    return _folded(found) == _folded(wanted)
