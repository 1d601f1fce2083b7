"""Reading conditions on texts, header fields and addresses.

A value that can never be found is a fault. Never searches a mail.
"""

from __future__ import annotations

from typing import Any

from maild.domain.address import AddrSpec, fold
from maild.rules.conditions import AddressCondition, HeaderPresence, TextCondition
from maild.rules.conditions.logic import AllOf, Condition
from maild.rules.patterns import Literal, PatternError, Phrase, Regex, address_glob, as_regex, as_text_pattern
from maild.rules.whens.when import When, listed


def text(when: When, name: str, value: Any, key: str, _depth: int = 0) -> Condition | None:
    """Words, phrases, globs and patterns in a text."""
    words: set[bytes] = set()
    others: list[Phrase | Literal | Regex] = []
    values = when.values(value, key)
    for item in values:
        try:
            pattern = as_text_pattern(item)
        except PatternError as error:
            when.faults.add(key, str(error))
            continue
        if isinstance(pattern, bytes):
            words.add(pattern)
        else:
            others.append(when.named(pattern) if isinstance(pattern, Regex) else pattern)
    return TextCondition(name, listed(values), frozenset(words), tuple(others)) if words or others else None


def address(when: When, name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """Addresses, `*@domain`, globs and patterns."""
    exact: set[str] = set()
    domains: set[str] = set()
    others: list[Regex] = []
    values = when.values(value, key)
    for item in values:
        wanted = fold(item.strip())
        try:
            if regex := as_regex(item):
                others.append(when.named(regex))
            elif wanted.startswith("*@") and len(wanted) > 2 and not set(wanted[1:]) & set("*?"):
                domains.add(wanted[1:])
            elif name == "reverse_path" and wanted in ("", "<>"):
                exact.add("")
            elif "*" in wanted or "?" in wanted:
                others.append(address_glob(wanted))
            elif (spec := AddrSpec.parse(wanted)) is not None:
                exact.add(spec.key)
            else:
                domain = wanted.lstrip("@") or "example.com"
                when.faults.add(key, f'{item!r} is no address; for a whole domain write "*@{domain}"')
        except PatternError as error:
            when.faults.add(key, str(error))
    if not (exact or domains or others):
        return None
    return AddressCondition(name, listed(values), frozenset(exact), frozenset(domains), tuple(others))


def header(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """`header = { "X-Name" = "word" }`; true and false ask whether the field is there at all."""
    parts: list[Condition] = []
    for field_name, wanted in when.table(value, key).items():
        if not field_name.isascii() or not field_name.isprintable() or set(field_name) & set(": "):
            when.faults.add(f"{key}.{field_name}", "a header name has no spaces and no colon; write it as it is")
        elif isinstance(wanted, bool):
            parts.append(HeaderPresence(f"header.{fold(field_name)}", wanted))
        elif part := text(when, f"header.{fold(field_name)}", wanted, f"{key}.{field_name}"):
            parts.append(part)
    return AllOf(tuple(parts)) if parts else None
