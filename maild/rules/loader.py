"""Rule tables made into a rulebook: every fault is found at once, and nothing half-right is ever used.

Knows the keys of a rule. Never reads a file: whoever does hands over the tables and the name to put before each fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from maild.domain.address import Mailbox
from maild.domain.faults import Faults
from maild.rules.actions import AWAY, BUILDERS, FLAGS, LISTS, MAX_TAG, OF_NEW, TIMES, WORDLESS, allowed_values
from maild.rules.examples import read_example
from maild.rules.known import KnownNames
from maild.rules.model import Action, Example, Rule, Trigger
from maild.rules.rulebook import Rulebook
from maild.rules.timing import Timing, minutes_of, read_timing
from maild.rules.whens import NOTHING, When, read_when

TIMED: Final[Mapping[Trigger, str]] = {
    Trigger.AFTER: '{ after = "2 days", of = "answer" }',
    Trigger.BEFORE: '{ before = "30 minutes", of = "due" }',
    Trigger.EVERY: '{ every = "day", at = "08:30" }',
}
"""Triggers that are written as a table, each with an example."""

KEYS = ("name", "on", "when", "then", "stop", "example")

MAX_TEXT = 10_000
"""Characters of a note or closing reason."""


def load(tables: Iterable[Mapping[str, Any]], *, source: str, known: KnownNames) -> Rulebook:
    """The rulebook of one file. Raises ConfigError with every fault of every rule, each with `source`, rule and key."""
    return load_all([(source, tables)], known=known)


def load_all(
    files: Iterable[tuple[str, Iterable[Mapping[str, Any]]]],
    *,
    known: KnownNames,
    line_of: Callable[[str, int, str], int] | None = None,
) -> Rulebook:
    """One rulebook of several files in the order given. A name may stand only once in all of them.

    `line_of` tells the line of a key from the file, the number of the rule in it, and the key.
    """
    problems: list[str] = []
    rules: list[Rule] = []
    seen: dict[str, str] = {}
    for source, tables in files:
        faults = Faults(source, problems)
        for number, table in enumerate(tables, 1):
            name = table.get("name")
            label = f"rule {name!r}" if isinstance(name, str) and name else f"rule number {number}"
            lines = partial(line_of, source, number) if line_of is not None else None
            here = faults.within(label, line_of=lines)
            if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 100:
                here.add("name", 'give the rule a short name of its own, such as name = "invoices"')
            elif name in seen:
                here.add("name", f"{seen[name]} has a rule of that name already; give this one another")
            else:
                seen[name] = source
            rules.append(_rule(table, here, known, source, line=lines("") if lines else 0))
    Faults("rules", problems).raise_any()
    return Rulebook(rules=tuple(rules), known=known)


def _rule(table: Mapping[str, Any], faults: Faults, known: KnownNames, source: str, *, line: int) -> Rule:
    faults.unknown_keys(table, KEYS)
    when = When(known, faults)
    condition = read_when(when, faults.table(table["when"], "when")) if "when" in table else NOTHING
    on, timing = _triggers(table.get("on", Trigger.NEW.value), faults)
    if on and Trigger.CHANGE not in on:
        for key in sorted(when.changes):
            faults.add(key, f'nothing changes {_when_asked(on)}; write on = "change"')
    if on and not on & {Trigger.NEW, Trigger.REPLY, Trigger.CHANGE}:
        for key in sorted(when.of_mail):
            faults.add(key, f"there is no mail {_when_asked(on)}; look at the ticket, or at its title by subject")
    stop = faults.flag(table, "stop")
    then = _actions(faults.table(table.get("then", {}), "then"), faults, known, when.captures)
    _aside(then, on, faults)
    if not table.get("then") and not stop:
        faults.add("then", 'the rule does nothing; write for example then = { team = "…" }, or stop = true')
    return Rule(
        name=str(table.get("name", "")),
        on=on,
        when=condition,
        then=then,
        stop=stop,
        timing=timing,
        source=source,
        line=line,
        counts_mails=when.counts,
        examples=_examples(table.get("example", []), faults, known, on),
    )


def _triggers(value: Any, faults: Faults) -> tuple[frozenset[Trigger], Timing | None]:
    """Words, and at most one table that says when the rule's time comes."""
    names = {trigger.value: trigger for trigger in Trigger if trigger not in TIMED}
    tables = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]
    words = [item for item in value if not isinstance(item, Mapping)] if isinstance(value, list) else value
    on = set()
    if words and not (tables and words is value):
        for word in faults.texts(words, "on"):
            if word in TIMED:
                faults.add("on", f"write {word} with its time, such as on = {TIMED[Trigger(word)]}")
            else:
                on |= {names[known] for known in faults.known([word], names, "on")}
    if len(tables) > 1:
        faults.add("on", "only one time a rule; write a second rule")
    timing = read_timing(tables[0], faults) if tables else None
    if timing is not None:
        on |= {trigger for trigger in TIMED if trigger in tables[0]}
    return frozenset(on), timing


def _when_asked(on: frozenset[Trigger]) -> str:
    return "where the rule is asked (on " + ", ".join(sorted(on)) + ")"


def _actions(table: Mapping[str, Any], faults: Faults, known: KnownNames, captures: set[str]) -> tuple[Action, ...]:
    faults.unknown_keys(table, BUILDERS, "then.")
    found: list[Action] = []
    category = table.get("category", "")
    for key in BUILDERS:
        if key not in table:
            continue
        if key in FLAGS:
            if faults.flag(table, key):
                found.append(Action(key=key, value=""))
            continue
        values = faults.texts(table[key], f"then.{key}")
        if len(values) > 1 and key not in LISTS:
            faults.add(f"then.{key}", f"there can be only one; only {', '.join(sorted(LISTS))} take a list")
        for value in values:
            placeholders = _placeholders(value, f"then.{key}", faults, captures)
            if placeholders is None:
                continue
            limit = MAX_TAG if key in ("tag", "untag") else MAX_TEXT
            if len(value) > limit or (not value.strip() and key not in WORDLESS):
                faults.add(f"then.{key}", f"write a text of 1 to {limit} characters")
            if key in TIMES and not minutes_of(value):
                faults.add(f"then.{key}", 'write a number and minutes, hours, days or weeks, such as "2 hours"')
            allowed = allowed_values(key, known, category=category if isinstance(category, str) else "")
            if key == "forward" and not placeholders:
                _forwards(value, known, faults)
            elif allowed is not None and not placeholders and not _category_open(key, category):
                faults.known([value], allowed, f"then.{key}")
            found.append(Action(key=key, value=value, placeholders=placeholders))
    _agree(table, faults, known)
    return tuple(found)


def _aside(then: tuple[Action, ...], on: frozenset[Trigger], faults: Faults) -> None:
    """A mail can be kept from its ticket only where a mail has just come; what it has come into is open."""
    for action in then:
        if action.key in AWAY and on - {Trigger.NEW, Trigger.REPLY}:
            faults.add(f"then.{action.key}", f'there is no mail to keep {_when_asked(on)}; write on = "new"')
        elif action.key in OF_NEW and on - {Trigger.NEW}:
            faults.add(f"then.{action.key}", 'a reply is in its ticket already; write on = "new"')
        elif action.key == "reopen" and on and on <= {Trigger.NEW, Trigger.REPLY}:
            said = 'on = "change" and when = { changed = "kept" } for mail that leaves it closed'
            faults.add("then.reopen", f"a ticket that a mail has just come into is open; write {said}")


def _category_open(key: str, category: Any) -> bool:
    """Whether a request type cannot be checked yet: its category is missing, or known only once the mail is there."""
    return key == "request_type" and (not category or "{" in str(category))


def _forwards(value: str, known: KnownNames, faults: Faults) -> None:
    if Mailbox("", value).key not in known.forward_to:
        there = ", ".join(sorted(known.forward_to)) or "nothing"
        faults.add("then.forward", f"{value!r} is not in forward_to of [rules], where it must stand; there is {there}")


def _agree(table: Mapping[str, Any], faults: Faults, known: KnownNames) -> None:
    """What only makes sense together must be together."""
    team, category = table.get("team"), table.get("category")
    if "request_type" in table and not category:
        faults.add("then.request_type", "a request type belongs to a category; write category beside it")
    for one, other in (("close", "reopen"), ("wait", "resume")):
        if one in table and other in table:
            faults.add(f"then.{one}", f"{other} of the same rule undoes it; leave one of them out")
    found = known.categories.get(category) if isinstance(category, str) else None
    if found and found.teams and isinstance(team, str) and team in known.teams and team not in found.teams:
        faults.add("then.category", f"{category!r} belongs to {', '.join(found.teams)}, not to team {team!r}")
    owner = table.get("owner")
    members = known.teams.get(team) if isinstance(team, str) else None
    if members is not None and isinstance(owner, str) and owner in known.agents.difference(members):
        faults.add("then.owner", f"{owner!r} is not in team {team!r}; write one of its members")


def _placeholders(value: str, key: str, faults: Faults, captures: set[str]) -> tuple[str, ...] | None:
    """Names in braces; None after noting that one is not captured by the rule's conditions."""
    names = []
    for piece in value.split("{")[1:]:
        name, brace, _ = piece.partition("}")
        if not brace or name not in captures:
            has = f"the rule captures {', '.join(sorted(captures))}" if captures else "the rule captures nothing"
            faults.add(key, f"{{{name}}} is not captured; {has}. Capture it with (?P<{name or 'name'}>…) in a pattern")
            return None
        names.append(name)
    return tuple(names)


def _examples(value: Any, faults: Faults, known: KnownNames, on: frozenset[Trigger]) -> tuple[Example, ...]:
    if not isinstance(value, list):
        faults.add("example", "write each example as [[rule.example]]")
        return ()
    return tuple(
        read_example(faults.table(table, f"example {number}"), faults.within(f"example {number}"), known, on)
        for number, table in enumerate(value, 1)
    )
