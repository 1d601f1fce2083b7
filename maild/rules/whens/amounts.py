"""Reading conditions on numbers, sizes and times: attachments, counts, moments, and what is so or is not.

Limits are written with a sign and a unit. Never counts anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from maild.rules.conditions import AttachmentCondition, Count, Flag, Since, WorkingTime
from maild.rules.conditions.logic import AllOf, Condition
from maild.rules.patterns import PatternError, Regex, as_regex, whole_glob
from maild.rules.timing import MOMENTS, minutes_of
from maild.rules.whens.when import When, listed

_UNITS = {"": 1, "B": 1, "KB": 1 << 10, "KIB": 1 << 10, "MB": 1 << 20, "MIB": 1 << 20, "GB": 1 << 30, "GIB": 1 << 30}


def working_time(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """true within working time, false outside it."""
    if isinstance(value, bool):
        return WorkingTime(value)
    when.faults.add(key, "write working_time = true or working_time = false")
    return None


def flag(when: When, name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """true or false."""
    if isinstance(value, bool):
        return Flag(name, value)
    when.faults.add(key, f"write {name} = true or {name} = false")
    return None


def count(when: When, name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """`"> 20"`, `"< 5"`, or both in a list."""
    above, below = _limits(when, value, key, _whole, '"> 20" or "< 5"')
    when.counts = when.counts or name == "mails_in_hour"
    return Count(name, above, below)


def since(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """`{ opened = "> 2 days", answer = ["> 1 hour", "< 1 day"] }`: how long ago moments of the ticket were."""
    table = when.table(value, key)
    when.faults.unknown_keys(table, MOMENTS, f"{key}.")
    parts: list[Condition] = []
    for moment in (name for name in table if name in MOMENTS):
        wanted = when.values(table[moment], f"{key}.{moment}")
        above, below = _limits(when, table[moment], f"{key}.{moment}", minutes_of, '"> 2 days" or "< 1 hour"')
        parts.append(Since(moment, " and ".join(wanted), above, below))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts)) if parts else None


def _limits(
    when: When, value: Any, key: str, read: Callable[[str], int | None], such_as: str
) -> tuple[int, int | None]:
    """The limits that a number must be above and below."""
    above, below = -1, None
    for item in when.values(value, key):
        sign, number = item.strip()[:1], read(item.strip()[1:].strip())
        if sign not in (">", "<") or number is None:
            when.faults.add(key, f"cannot read {item!r}; write {such_as}")
        elif sign == ">":
            above = number
        else:
            below = number
    return above, below


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


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
        wanted=", ".join(f"{name} {_shown(name, value)}" for name, value in table.items()),
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


def _shown(name: str, value: Any) -> str:
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return " and ".join(values) if name == "size" else listed(values)


def _size(text: str) -> tuple[str, int] | None:
    sign, rest = text.strip()[:1], text.strip()[1:].strip()
    digits = rest.rstrip("abgikmABGIKM ").strip()
    unit = rest[len(digits) :].strip().upper()
    if sign not in (">", "<") or not digits.isascii() or not digits.isdigit() or len(digits) > 12 or unit not in _UNITS:
        return None
    return sign, int(digits) * _UNITS[unit]
