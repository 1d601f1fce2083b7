"""Reading `when`: the tables of a rule file made into conditions.

Notes every fault with its key and what to write instead. Never asks whether a condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from maild.domain.address import AddrSpec, fold
from maild.domain.faults import Faults
from maild.domain.intent import ActorKind, Trust
from maild.domain.lifecycle import StateType
from maild.domain.mail import Kind
from maild.rules.actions import PRIORITIES
from maild.rules.changes import CHANGES
from maild.rules.conditions import (
    AddressCondition,
    AttachmentCondition,
    FieldCondition,
    HeaderPresence,
    MailsInHour,
    TagCondition,
    TextCondition,
    WatcherCondition,
    WorkingTime,
)
from maild.rules.known import KnownNames
from maild.rules.model import AllOf, AnyOf, Condition, NotOf
from maild.rules.patterns import Literal, PatternError, Phrase, Regex, as_regex, as_text_pattern, whole_glob
from maild.rules.view import CHANGE_FIELDS

MAX_DEPTH = 8
"""How deep all, any and not may be nested: deeper ones nobody can read, and recursion stays bounded."""

MAX_VALUES = 2000
"""Values in one condition: room for a list of customers, not for a database."""

NOTHING: Final = AllOf(())
"""Always holds: what a rule without conditions has."""

OF_MAIL: Final = frozenset(
    {
        "reply_to",
        "to",
        "cc",
        "delivered_to",
        "reverse_path",
        "new_words",
        "body",
        "header",
        "attachment",
        "kind",
        "trust",
        "mails_in_hour",
    }
)
"""Conditions on what no ticket has without its mail."""

_UNITS = {"": 1, "B": 1, "KB": 1 << 10, "KIB": 1 << 10, "MB": 1 << 20, "MIB": 1 << 20, "GB": 1 << 30, "GIB": 1 << 30}


@dataclass(slots=True)
class When:
    """What reading a `when` needs and finds: `captures` are the names its patterns capture."""

    known: KnownNames
    faults: Faults
    captures: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    """Keys of conditions that only a change can fulfil."""
    counts: bool = False
    """Some condition counts mails."""
    of_mail: set[str] = field(default_factory=set)
    """Keys of conditions that look at what only a mail has."""

    def read(self, table: Mapping[str, Any], key: str = "when", depth: int = 0) -> Condition:
        """All keys of the table must hold."""
        if depth > MAX_DEPTH:
            self.faults.add(key, f"nested deeper than {MAX_DEPTH}; write two rules")
            return NOTHING
        self.faults.unknown_keys(table, CONDITIONS, f"{key}.")
        self.changes |= {f"{key}.{name}" for name in table if name in CHANGE_FIELDS}
        self.of_mail |= {f"{key}.{name}" for name in table if name in OF_MAIL}
        parts = [
            part
            for name, value in table.items()
            if name in CONDITIONS and (part := CONDITIONS[name](self, name, value, f"{key}.{name}", depth)) is not None
        ]
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def group(self, name: str, value: Any, key: str, depth: int) -> Condition | None:
        """`all = [{…}, {…}]`, `any = [{…}, {…}]`, `not = {…}`."""
        if name == "not":
            return NotOf(self._inner(value, key, depth))
        if not isinstance(value, list) or not value:
            self.faults.add(key, f"write a list of tables such as {name} = [{{ … }}, {{ … }}]")
            return None
        parts = tuple(self._inner(item, f"{key}[{number}]", depth) for number, item in enumerate(value, 1))
        return AllOf(parts) if name == "all" else AnyOf(parts)

    def _inner(self, value: Any, key: str, depth: int) -> Condition:
        table = self._table(value, key)
        return self.read(table, key, depth + 1) if table else NOTHING

    def text(self, name: str, value: Any, key: str, _depth: int = 0) -> Condition | None:
        """Words, phrases, globs and patterns in a text."""
        words: set[bytes] = set()
        others: list[Phrase | Literal | Regex] = []
        values = self._values(value, key)
        for item in values:
            try:
                pattern = as_text_pattern(item)
            except PatternError as error:
                self.faults.add(key, str(error))
                continue
            if isinstance(pattern, bytes):
                words.add(pattern)
            else:
                others.append(self._named(pattern) if isinstance(pattern, Regex) else pattern)
        return TextCondition(name, _listed(values), frozenset(words), tuple(others)) if words or others else None

    def address(self, name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """Addresses, `*@domain`, globs and patterns."""
        exact: set[str] = set()
        domains: set[str] = set()
        others: list[Regex] = []
        values = self._values(value, key)
        for item in values:
            wanted = fold(item.strip())
            try:
                if regex := as_regex(item):
                    others.append(self._named(regex))
                elif wanted.startswith("*@") and len(wanted) > 2 and not set(wanted[1:]) & set("*?"):
                    domains.add(wanted[1:])
                elif name == "reverse_path" and wanted in ("", "<>"):
                    exact.add("")
                elif "*" in wanted or "?" in wanted:
                    others.append(whole_glob(wanted))
                elif (spec := AddrSpec.parse(wanted)) is not None:
                    exact.add(spec.key)
                else:
                    domain = wanted.lstrip("@") or "example.com"
                    self.faults.add(key, f'{item!r} is no address; for a whole domain write "*@{domain}"')
            except PatternError as error:
                self.faults.add(key, str(error))
        if not (exact or domains or others):
            return None
        return AddressCondition(name, _listed(values), frozenset(exact), frozenset(domains), tuple(others))

    def header(self, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """`header = { "X-Name" = "word" }`; true and false ask whether the field is there at all."""
        parts: list[Condition] = []
        for field_name, wanted in self._table(value, key).items():
            if not field_name.isascii() or not field_name.isprintable() or set(field_name) & set(": "):
                self.faults.add(f"{key}.{field_name}", "a header name has no spaces and no colon; write it as it is")
            elif isinstance(wanted, bool):
                parts.append(HeaderPresence(f"header.{fold(field_name)}", wanted))
            elif part := self.text(f"header.{fold(field_name)}", wanted, f"{key}.{field_name}"):
                parts.append(part)
        return AllOf(tuple(parts)) if parts else None

    def choice(self, name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """Fields whose values are known: a misspelt one is refused rather than never met."""
        values = self._values(value, key)
        if name == "mailbox":
            values = [fold(v.strip()) for v in values]
        if name == "language":
            bad = [v for v in values if v and not (v.isascii() and v.isalpha() and v.islower() and len(v) in (2, 3))]
            for word in bad:
                self.faults.add(key, f"{word!r} is no language code; write one such as pt, en or es")
            wanted = frozenset(values).difference(bad)
        elif name in ("old", "new"):
            wanted = frozenset(values)
        else:
            wanted = self.faults.known(values, _choices(name, self.known), key)
        return FieldCondition(name, wanted) if wanted else None

    def tag(self, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """One of these tags is on the ticket."""
        values = self._values(value, key)
        return TagCondition(frozenset(values)) if values else None

    def watcher(self, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """One of these agents watches the ticket."""
        wanted = self.faults.known(self._values(value, key), self.known.agents, key)
        return WatcherCondition(wanted) if wanted else None

    def working_time(self, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """true within working time, false outside it."""
        if isinstance(value, bool):
            return WorkingTime(value)
        self.faults.add(key, "write working_time = true or working_time = false")
        return None

    def mails_in_hour(self, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """`"> 20"`, `"< 5"`, or both in a list."""
        above, below = -1, None
        for item in self._values(value, key):
            sign, number = item.strip()[:1], item.strip()[1:].strip()
            if sign not in (">", "<") or not (number.isascii() and number.isdigit()) or len(number) > 6:
                self.faults.add(key, f'cannot read {item!r}; write "> 20" or "< 5"')
            elif sign == ">":
                above = int(number)
            else:
                below = int(number)
        self.counts = True
        return MailsInHour(above, below)

    def attachment(self, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
        """true, false, or `{ name = "*.pdf", type = "image/*", size = "> 5 MB" }`, all of one attachment."""
        if isinstance(value, bool):
            return AttachmentCondition(wanted="any" if value else "none", present=value)
        table = self._table(value, key)
        if not table:
            return None
        self.faults.unknown_keys(table, ("name", "type", "size"), f"{key}.")
        above, below = -1, None
        for item in self._values(table["size"], f"{key}.size") if "size" in table else ():
            limit = _size(item)
            if limit is None:
                self.faults.add(f"{key}.size", f'cannot read {item!r}; write "> 5 MB" or "< 100 KB"')
            elif limit[0] == ">":
                above = limit[1]
            else:
                below = limit[1]
        return AttachmentCondition(
            wanted=", ".join(f"{name} {_listed([v] if isinstance(v, str) else v)}" for name, v in table.items()),
            names=self._globs(table, "name", key),
            types=self._globs(table, "type", key),
            above=above,
            below=below,
        )

    def _globs(self, table: Mapping[str, Any], name: str, key: str) -> tuple[Regex, ...]:
        found = []
        for item in self._values(table[name], f"{key}.{name}") if name in table else ():
            try:
                found.append(self._named(as_regex(item) or whole_glob(item)))
            except PatternError as error:
                self.faults.add(f"{key}.{name}", str(error))
        return tuple(found)

    def _table(self, value: Any, key: str) -> Mapping[str, Any]:
        table = self.faults.table(value, key)
        if isinstance(value, Mapping) and not table:
            self.faults.add(key, "is empty and so would always hold; write a condition into it, or leave it out")
        return table

    def _values(self, value: Any, key: str) -> list[str]:
        values = self.faults.texts(value, key)
        if len(values) > MAX_VALUES:
            self.faults.add(key, f"more than {MAX_VALUES} values; write a pattern that fits them")
        return values[:MAX_VALUES]

    def _named(self, regex: Regex) -> Regex:
        self.captures |= regex.names
        return regex


def _choices(name: str, known: KnownNames) -> frozenset[str]:
    match name:
        case "changed":
            return CHANGES
        case "by":
            return frozenset(kind.value for kind in ActorKind)
        case "kind":
            return frozenset(kind.value for kind in Kind)
        case "state":
            return frozenset(state.value for state in StateType)
        case "priority":
            return PRIORITIES
        case "mailbox":
            return known.mailboxes
        case "organisation":
            return known.organisations | {""}
        case "team":
            return frozenset(known.teams)
        case "category":
            return frozenset(known.categories) | {""}
        case "contract":
            return known.contracts | {""}
        case "trust":
            return frozenset(trust.value for trust in Trust)
        case "severity":
            return known.severities | {""}
        case "product":
            return known.products | {""}
        case "sla":
            return known.policies | {""}
        case "owner":
            return known.agents | {""}
        case _:
            return known.request_types | {""}


def _size(text: str) -> tuple[str, int] | None:
    sign, rest = text.strip()[:1], text.strip()[1:].strip()
    digits = rest.rstrip("abgikmABGIKM ").strip()
    unit = rest[len(digits) :].strip().upper()
    if sign not in (">", "<") or not digits.isascii() or not digits.isdigit() or len(digits) > 12 or unit not in _UNITS:
        return None
    return sign, int(digits) * _UNITS[unit]


def _listed(values: list[str]) -> str:
    shown = " or ".join(value if value else "nothing" for value in values[:4])
    return shown + (f" or {len(values) - 4} more" if len(values) > 4 else "")


CONDITIONS: Final[Mapping[str, Callable[[When, str, Any, str, int], Condition | None]]] = {
    **dict.fromkeys(("from", "person", "reply_to", "to", "cc", "delivered_to", "reverse_path"), When.address),
    **dict.fromkeys(("subject", "new_words", "body", "text", "from_name"), When.text),
    "header": When.header,
    **dict.fromkeys(("kind", "language", "mailbox", "organisation", "contract", "trust"), When.choice),
    **dict.fromkeys(("team", "category", "request_type", "priority", "owner", "state"), When.choice),
    **dict.fromkeys(("severity", "product", "sla"), When.choice),
    **dict.fromkeys(("changed", "old", "new", "by"), When.choice),
    "tag": When.tag,
    "watcher": When.watcher,
    "attachment": When.attachment,
    "working_time": When.working_time,
    "mails_in_hour": When.mails_in_hour,
    **dict.fromkeys(("all", "any", "not"), When.group),
}
"""Every key that may stand in a `when`."""
