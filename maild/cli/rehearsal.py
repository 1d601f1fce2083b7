"""A draft of the rules over mails that came: what would have become of them, beside what the rules of today make.

Both are the real journey, undone, with the clock of the mail's arrival, so that nothing but the rules differs. Tells;
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maild.app import App
from maild.cli.route import FIELDS, Route, rehearse
from maild.config.rule_files import folder_paths, lines_in, read_rule_files, rule_paths
from maild.desk.queues import InboundRow
from maild.domain.mail import Envelope, InboundMessage
from maild.ingest.trace import found_then
from maild.rules.known import KnownNames
from maild.rules.loader import load_all
from maild.rules.model import Trigger
from maild.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One mail that a draft would treat otherwise: (what, now, then)."""

    mail: int
    ticket: int
    subject: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What a draft does to the mails it was tried on."""

    mails: int = 0
    differences: list[Difference] = field(default_factory=list)
    hit: set[str] = field(default_factory=set)

    def never_hit(self, draft: Rulebook) -> tuple[str, ...]:
        """Rules of the draft that hit none of the mails, in order; without those that no mail could make act."""
        by_mail = {Trigger.NEW, Trigger.REPLY, Trigger.CHANGE}
        return tuple(rule.name for rule in draft.rules if rule.name not in self.hit and rule.on & by_mail)


def draft_of(app: App, draft: Path) -> Rulebook:
    """The rules as they would be with the draft; raises ConfigError with all faults.

    A folder stands in place of `rules.d`; a file in place of the one of its name there, or beside the others; a whole
    configuration brings its own rules, and those of the folder beside it.
    """
    place = app.place or app.folder / "maild.toml"
    paths = rule_paths(place)
    if draft.is_dir():
        paths, main = [place, *folder_paths(draft)], place
    elif _is_configuration(draft):
        paths, main = rule_paths(draft), draft
    else:
        others = [path for path in paths[1:] if path.name != draft.name]
        paths, main = [place, *sorted([*others, draft], key=lambda path: path.name)], place
    files = read_rule_files(paths, place=main)
    return load_all(files, known=KnownNames.of(app.directory), line_of=lines_in(paths))


def compare(
    app: App, draft: Rulebook, mails: Iterable[tuple[InboundRow, bytes, InboundMessage]]
) -> Iterator[Comparison]:
    """Try the draft on each mail; yields the same growing comparison after each."""
    found = Comparison()
    for row, octets, message in mails:
        today = _again(app, row, octets, message, app.rulebook)
        then = _again(app, row, octets, message, draft)
        found.mails += 1
        for firing in then.firings:
            found.hit.update(firing.hits)
        if changes := tuple(_changes(app, today, then)):
            found.differences.append(
                Difference(mail=row.id, ticket=row.settlement.ticket, subject=row.settlement.subject, changes=changes)
            )
        yield found


def _again(app: App, row: InboundRow, octets: bytes, message: InboundMessage, rules: Rulebook) -> Route:
    envelope = None
    if row.reverse_path is not None:
        envelope = Envelope(reverse_path=row.reverse_path, forward_paths=row.forward_paths)
    return rehearse(
        app, octets, message, envelope=envelope, mailbox=row.mailbox, at=row.received_at,
        authentication=found_then(row.settlement.trace), rulebook=rules, again=row,
    )  # fmt: skip


def _changes(app: App, today: Route, then: Route) -> Iterator[tuple[str, str, str]]:
    if today.outcome != then.outcome:
        yield "outcome", today.outcome, then.outcome
    for name in FIELDS:
        old, new = (_shown((route.fields or {}).get(name, "")) for route in (today, then))
        if old != new:
            yield name.replace("_", " "), old, new
    # Agents hear of what changes above; whether a customer hears anything is told here
    before, after = (
        {(name, to): why or "sent" for name, to, why in route.mails if app.directory.agent_by_address(to) is None}
        for route in (today, then)
    )
    for mail in sorted({*before, *after}):
        old, new = before.get(mail, ""), after.get(mail, "")
        if old != new:
            yield f"mail {mail[0]} to {mail[1]}", old, new


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _is_configuration(path: Path) -> bool:
    """Whether the file has a `[desk]`, as every configuration has and no file of rules."""
    try:
        return any(line.strip() == "[desk]" for line in path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return False
