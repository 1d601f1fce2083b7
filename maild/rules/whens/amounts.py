"""Reading conditions on numbers and sizes: attachments, mails in an hour, working time.

Limits are written with a sign and a unit. Never counts anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maild.rules.conditions import AttachmentCondition, MailsInHour, WorkingTime
from maild.rules.model import Condition
from maild.rules.patterns import PatternError, Regex, as_regex, whole_glob
from maild.rules.whens.when import When, listed

_UNITS = {"": 1, "B": 1, "KB": 1 << 10, "KIB": 1 << 10, "MB": 1 << 20, "MIB": 1 << 20, "GB": 1 << 30, "GIB": 1 << 30}


def working_time(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """true within working time, false outside it."""
    if isinstance(value, bool):
        return WorkingTime(value)
    when.faults.add(key, "write working_time = true or working_time = false")
    return None


def mails_in_hour(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """`"> 20"`, `"< 5"`, or both in a list."""
    above, below = -1, None
    for item in when.values(value, key):
        sign, number = item.strip()[:1], item.strip()[1:].strip()
        if sign not in (">", "<") or not (number.isascii() and number.isdigit()) or len(number) > 6:
            when.faults.add(key, f'cannot read {item!r}; write "> 20" or "< 5"')
        elif sign == ">":
            above = int(number)
        else:
            below = int(number)
    when.counts = True
    return MailsInHour(above, below)


def attachment(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """true, false, or `{ name = "*.pdf", type = "image/*", size = "> 5 MB" }`, all of one attachment."""
    if isinstance(value, bool):
        return AttachmentCondition(wanted="any" if value else "none", present=value)
    table = when.table(value, key)
    if not table:
        return None
    when.faults.unknown_keys(table, ("name", "type", "size"), f"{key}.")
    above, below = -1, None
    for item in when.values(table["size"], f"{key}.size") if "size" in table else ():
        limit = _size(item)
        if limit is None:
            when.faults.add(f"{key}.size", f'cannot read {item!r}; write "> 5 MB" or "< 100 KB"')
        elif limit[0] == ">":
            above = limit[1]
        else:
            below = limit[1]
    return AttachmentCondition(
        wanted=", ".join(f"{name} {listed([v] if isinstance(v, str) else v)}" for name, v in table.items()),
        names=_globs(when, table, "name", key),
        types=_globs(when, table, "type", key),
        above=above,
        below=below,
    )


def _globs(when: When, table: Mapping[str, Any], name: str, key: str) -> tuple[Regex, ...]:
    found = []
    for item in when.values(table[name], f"{key}.{name}") if name in table else ():
        try:
            found.append(when.named(as_regex(item) or whole_glob(item)))
        except PatternError as error:
            when.faults.add(f"{key}.{name}", str(error))
    return tuple(found)


def _size(text: str) -> tuple[str, int] | None:
    sign, rest = text.strip()[:1], text.strip()[1:].strip()
    digits = rest.rstrip("abgikmABGIKM ").strip()
    unit = rest[len(digits) :].strip().upper()
    if sign not in (">", "<") or not digits.isascii() or not digits.isdigit() or len(digits) > 12 or unit not in _UNITS:
        return None
    return sign, int(digits) * _UNITS[unit]
