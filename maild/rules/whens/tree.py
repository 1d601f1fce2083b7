"""Reading a whole `when`: each key by its table, and all, any and not around them.

Nesting is bounded. Never knows how a single condition is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from maild.rules.conditions.logic import AllOf, AnyOf, Condition, NotOf
from maild.rules.view import CHANGE_FIELDS
from maild.rules.whens.amounts import attachment, count, flag, since, working_time
from maild.rules.whens.choices import choice, tag, watcher
from maild.rules.whens.texts import address, header, text
from maild.rules.whens.when import When

MAX_DEPTH = 8
"""How deep all, any and not may be nested: deeper ones nobody can read, and recursion stays bounded."""

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


def read_when(when: When, table: Mapping[str, Any], key: str = "when", depth: int = 0) -> Condition:
    """All keys of the table must hold."""
    if depth > MAX_DEPTH:
        when.faults.add(key, f"nested deeper than {MAX_DEPTH}; write two rules")
        return NOTHING
    when.faults.unknown_keys(table, CONDITIONS, f"{key}.")
    when.changes |= {f"{key}.{name}" for name in table if name in CHANGE_FIELDS}
    when.of_mail |= {f"{key}.{name}" for name in table if name in OF_MAIL}
    parts = [
        part
        for name, value in table.items()
        if name in CONDITIONS and (part := CONDITIONS[name](when, name, value, f"{key}.{name}", depth)) is not None
    ]
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def group(when: When, name: str, value: Any, key: str, depth: int) -> Condition | None:
    """`all = [{…}, {…}]`, `any = [{…}, {…}]`, `not = {…}`."""
    if name == "not":
        return NotOf(_inner(when, value, key, depth))
    if not isinstance(value, list) or not value:
        when.faults.add(key, f"write a list of tables such as {name} = [{{ … }}, {{ … }}]")
        return None
    parts = tuple(_inner(when, item, f"{key}[{number}]", depth) for number, item in enumerate(value, 1))
    return AllOf(parts) if name == "all" else AnyOf(parts)


def _inner(when: When, value: Any, key: str, depth: int) -> Condition:
    table = when.table(value, key)
    return read_when(when, table, key, depth + 1) if table else NOTHING


CONDITIONS: Final[Mapping[str, Callable[[When, str, Any, str, int], Condition | None]]] = {
    **dict.fromkeys(("from", "person", "requester", "reply_to", "to", "cc", "delivered_to", "reverse_path"), address),
    **dict.fromkeys(("subject", "new_words", "body", "text", "from_name", "title"), text),
    "header": header,
    **dict.fromkeys(("kind", "language", "mailbox", "organisation", "contract", "trust"), choice),
    **dict.fromkeys(("team", "category", "request_type", "priority", "owner", "state"), choice),
    **dict.fromkeys(("severity", "product", "sla", "waiting"), choice),
    **dict.fromkeys(("changed", "old", "new", "by"), choice),
    "tag": tag,
    "watcher": watcher,
    "attachment": attachment,
    "working_time": working_time,
    **dict.fromkeys(("mails_in_hour", "reopen_count", "grouped"), count),
    **dict.fromkeys(("answered", "follows"), flag),
    "since": since,
    **dict.fromkeys(("all", "any", "not"), group),
}
"""Every key that may stand in a `when`."""
