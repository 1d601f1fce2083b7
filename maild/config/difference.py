"""What changes between two configurations, in words: teams, targets, rules with their conditions, templates.

Compares values, not lines, so that another order of keys or a comment is no change. Judges nothing and reads no file.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from maild.clock.ical import closed_days_in
from maild.config.kinds import Section
from maild.config.model import Config
from maild.domain.calendar import CalendarError

NAMED_BY = ("name", "address")
"""Keys by which entries of a list of tables are told apart: the first that every entry must have."""

RESTART = (
    "store", "listener", "smtp", "web", "watch", "report", "reading", "mailbox", "desk.name", "desk.base_url",
    "desk.languages", "desk.zone", "desk.keys", "trust.mode", "trust.authserv_id", "trust.hosts", "trust.relays",
)  # fmt: skip
"""What a running daemon holds open or has handed on: changes there come into force when it is started again."""

MINUTES = ("first_response", "next_response", "solution", "periodic_update")
"""Keys that are minutes by priority."""

SHOWN = 6
"""Days of a calendar, or lines of a template, that are told one by one."""

LONGEST = 200
"""Characters of a value in a sentence."""


class Kind(StrEnum):
    """What has become of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `what` is the section (`team`, `rule`, `template`, …), `name` the entry, "" for a table."""

    kind: Kind
    what: str
    name: str
    said: tuple[str, ...] = ()
    """What of it is other than before, a phrase each."""
    restart: bool = False
    """The running daemon must be started again for it."""

    @property
    def sentence(self) -> str:
        """The whole, for people."""
        head = f"{self.what} {self.name}".rstrip()
        if self.kind is Kind.CHANGED:
            return f"{head}: {'; '.join(self.said)}"
        return f"{head} {self.kind}" + (f": {'; '.join(self.said)}" if self.said else "")


Rules = Sequence[Mapping[str, Any]]


def differences(old: Config, new: Config) -> list[Change]:
    """Every difference but of rules, in the order of the configuration's sections."""
    found: list[Change] = []
    for name, field in type(new).model_fields.items():
        if name == "rule":
            continue
        before, after = getattr(old, name), getattr(new, name)
        if isinstance(after, tuple) and any(isinstance(one, Section) for one in (*before, *after)):
            found += _entries(name, before, after)
        elif isinstance(after, Section):
            found += _table(name, before, after)
        elif before != after:
            said = _changed(name, before, after)
            found.append(Change(kind=Kind.CHANGED, what=name, name="", said=said, restart=needs_restart(name)))
        assert field is not None
    return found


def needs_restart(key: str) -> bool:
    """Whether a change of this key, written `section.key`, waits for the next start."""
    return any(key == one or key.startswith(f"{one}.") for one in RESTART)


def restart_only(running: Config, new: Config) -> Config:
    """The new configuration with everything that needs a restart as it is in the running one."""
    kept: dict[str, Any] = {}
    for key in RESTART:
        section, _, inner = key.partition(".")
        if inner:
            table = kept.get(section, getattr(new, section))
            kept[section] = table.model_copy(update={inner: getattr(getattr(running, section), inner)})
        else:
            kept[section] = getattr(running, section)
    return new.model_copy(update=kept)


def _table(name: str, before: Section, after: Section) -> Iterator[Change]:
    for key in type(after).model_fields:
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            yield Change(
                kind=Kind.CHANGED, what=name, name="", said=_changed(key, old, new),
                restart=needs_restart(f"{name}.{key}"),
            )  # fmt: skip


def _entries(what: str, before: Sequence[Section], after: Sequence[Section]) -> Iterator[Change]:
    old, new = ({_name(one): one for one in side} for side in (before, after))
    restart = needs_restart(what)
    for name, entry in new.items():
        if name not in old:
            said = tuple(f"{key} {_value(key, value)}" for key, value in _given(entry).items() if key not in NAMED_BY)
            yield Change(kind=Kind.ADDED, what=what, name=name, said=said, restart=restart)
        elif old[name] != entry:
            keys = [key for key in type(entry).model_fields if getattr(old[name], key) != getattr(entry, key)]
            changed = tuple(s for key in keys for s in _changed(key, getattr(old[name], key), getattr(entry, key)))
            yield Change(kind=Kind.CHANGED, what=what, name=name, said=changed, restart=restart)
    for name in old:
        if name not in new:
            yield Change(kind=Kind.REMOVED, what=what, name=name, restart=restart)
    order = [[name for name in side if name in old and name in new] for side in (old, new)]
    if what == "sla" and order[0] != order[1]:
        said = (f"chosen in another order: {', '.join(order[1])}",)
        yield Change(kind=Kind.CHANGED, what=what, name="", said=said)


def of_rules(before: Rules, after: Rules) -> Iterator[Change]:
    """Every difference of the rules, given as tables in the order in which they are asked."""
    old, new = ({str(rule.get("name", "")): rule for rule in side} for side in (before, after))
    for name, rule in new.items():
        if name not in old:
            said = tuple(f"{key} {_toml(value)}" for key, value in rule.items() if key not in ("name", "example"))
            yield Change(kind=Kind.ADDED, what="rule", name=name, said=said)
        elif old[name] != rule:
            keys = [key for key in {**old[name], **rule} if old[name].get(key) != rule.get(key)]
            changed = tuple(_of_rule(key, old[name], rule) for key in keys)
            yield Change(kind=Kind.CHANGED, what="rule", name=name, said=changed)
    for name in old:
        if name not in new:
            yield Change(kind=Kind.REMOVED, what="rule", name=name)
    order = [[name for name in side if name in old and name in new] for side in (old, new)]
    if order[0] != order[1]:
        moved = (f"asked in another order: {', '.join(order[1])}",)
        yield Change(kind=Kind.CHANGED, what="rules", name="", said=moved)


def _of_rule(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if key == "example":
        return f"examples: {len(old.get(key, ()))} → {len(new.get(key, ()))}, or other ones"
    return f"{key} {_toml(old[key]) if key in old else '-'} → {_toml(new[key]) if key in new else '-'}"


def of_files(before: Mapping[str, bytes], after: Mapping[str, bytes], *, year: int) -> Iterator[Change]:
    """Every difference of the files that are no TOML. Closed days are told from `year` on."""
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        kind = Kind.ADDED if name not in before else Kind.REMOVED if name not in after else Kind.CHANGED
        said = (_content(name, before[name], after[name], year),) if kind is Kind.CHANGED else ()
        yield Change(kind=kind, what="calendar file" if name.endswith(".ics") else "template", name=name, said=said)


def _content(name: str, before: bytes, after: bytes, year: int) -> str:
    """The days from this year on that a calendar file closes and did not, or the reverse; the lines of a template."""
    if not name.endswith(".ics"):
        was, will_be = (octets.decode("utf-8", "replace").splitlines() for octets in (before, after))
        lines = list(difflib.unified_diff(was, will_be, n=0, lineterm=""))[2:]
        changed = [f"{line[0]} {line[1:].strip()}" for line in lines if line[0] in "+-" and line[1:].strip()]
        return _some(changed) if changed else "blanks and line ends alone"
    try:
        old, new = ({str(day) for day in closed_days_in(octets, around=year)} for octets in (before, after))
    except CalendarError:  # a file that no calendar uses
        return f"{len(before)} → {len(after)} octets"
    days = [("+ " if day in new else "- ") + day for day in sorted(old ^ new) if day >= str(year)]
    return f"closed days: {_some(days)}" if days else "the same days are closed"


def _some(changes: Sequence[str]) -> str:
    more = f"; and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    return "; ".join(_short(one) for one in changes[:SHOWN]) + more


def _changed(key: str, old: Any, new: Any) -> tuple[str, ...]:
    """One key of a table, in words."""
    if key in MINUTES and isinstance(old, dict) and isinstance(new, dict):
        return tuple(
            f"{key.replace('_', ' ')} of {priority}: {_minutes(old.get(priority))} → {_minutes(new.get(priority))}"
            for priority in {**old, **new}
            if old.get(priority) != new.get(priority)
        )
    if isinstance(old, tuple) and isinstance(new, tuple) and all(isinstance(one, str) for one in (*old, *new)):
        came = [f"+ {one}" for one in new if one not in old]
        went = [f"- {one}" for one in old if one not in new]
        moved = [] if came or went else [f"now {', '.join(new)}"]
        return (f"{key.replace('_', ' ')}: {', '.join([*came, *went, *moved])}",)
    if isinstance(old, Section) and isinstance(new, Section):
        keys = [inner for inner in type(new).model_fields if getattr(old, inner) != getattr(new, inner)]
        return tuple(f"{key}.{s}" for k in keys for s in _changed(k, getattr(old, k), getattr(new, k)))
    return (f"{key.replace('_', ' ')}: {_value(key, old)} → {_value(key, new)}",)


def _name(entry: Section) -> str:
    fields = type(entry).model_fields
    return next(str(getattr(entry, key)) for key in NAMED_BY if key in fields and fields[key].is_required())


def _given(entry: Section) -> dict[str, Any]:
    """What was written for an entry, without what was left out."""
    return {key: getattr(entry, key) for key in type(entry).model_fields if key in entry.model_fields_set}


def _minutes(value: int | None) -> str:
    return "no promise" if value is None else f"{value} min"


def _value(key: str, value: Any) -> str:
    if key in MINUTES and isinstance(value, dict):
        return ", ".join(f"{priority} {minutes} min" for priority, minutes in value.items()) or "no promise"
    if isinstance(value, Section):
        return _short(", ".join(f"{name} {_value(name, inner)}" for name, inner in _given(value).items()))
    if isinstance(value, tuple):
        return _short(", ".join(_value("", one) for one in value)) or "none"
    if isinstance(value, dict):
        return _toml(value)
    return "none" if value in ("", None) else _short(str(value))


def _toml(value: Any) -> str:
    """A value as it stands in the file."""
    if isinstance(value, Mapping):
        return _short("{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }")
    if isinstance(value, list | tuple):
        return _short("[" + ", ".join(map(_toml, value)) + "]")
    if isinstance(value, bool | int | float | str):
        return _short(json.dumps(value, ensure_ascii=False))
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
