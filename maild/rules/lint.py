"""What is odd about a rulebook although every rule in it is right: rules that can never do anything, and dead ends.

Only says what is certain from the rules alone; a rulebook without a warning may still be odd. Never refuses anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from maild.domain.directory import Directory
from maild.rules.conditions import AddressCondition, FieldCondition, TagCondition, TextCondition, WatcherCondition
from maild.rules.model import AllOf, Condition, Rule, Rulebook
from maild.rules.view import TICKET_FIELDS

MAX_RULES = 2000
"""Every pair is compared: four million comparisons take seconds, more would take minutes."""

ONE_VALUE = ("team", "category", "request_type", "priority", "severity", "product", "sla", "owner")
"""Actions of which the last one wins."""

_WRITES = {
    "team": ("team", "owner"),
    "category": ("category", "request_type"),
    "close": ("state", "waiting"),
    "reopen": ("state", "waiting"),
    "wait": ("state", "waiting"),
    "resume": ("state", "waiting"),
    "assign": ("owner",),
}


def warnings(rulebook: Rulebook, directory: Directory) -> tuple[str, ...]:
    """A sentence for each oddity, in the order of the rules, then of the teams."""
    rules = rulebook.rules[:MAX_RULES]
    found = [f"{rule.place}: rule {rule.name!r}: {words}" for rule, words in _of_rules(rules)]
    if len(rulebook.rules) > MAX_RULES:
        found.append(f"only the first {MAX_RULES} rules were compared with each other")
    return (*found, *_of_teams(rulebook, directory))


def _of_rules(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, str]]:
    for later, rule in enumerate(rules):
        if contradiction := _contradiction(rule.when):
            yield rule, f"can never hit: {contradiction}"
            continue
        for earlier, other in enumerate(rules[:later]):
            between = rules[earlier + 1 : later]
            if other.stop and rule.on <= other.on and _implies(rule.when, other.when, between):
                yield rule, f"can never be asked: {other.name!r} before it holds whenever this one does, and stops"
                break
        for after in range(later + 1, len(rules)):
            if not rule.stop and (key := _overwritten(rule, rules[after], rules[later:after])):
                yield rule, f"{key} is in vain: {rules[after].name!r} hits whenever this one does, and sets another"
                break


def _of_teams(rulebook: Rulebook, directory: Directory) -> Iterator[str]:
    sent = {mailbox.team for mailbox in directory.mailboxes.values()}
    for rule in rulebook.rules:
        for action in rule.then:
            if action.key == "team":
                if action.placeholders:
                    sent |= set(directory.teams)
                sent.add(action.value)
    for name, team in directory.teams.items():
        if name not in sent:
            yield f"team {name!r}: no mailbox and no rule sends it a ticket"
        elif not team.members and not team.leader:
            yield f"team {name!r}: gets tickets and has neither members nor a leader to hear of them"


def _overwritten(rule: Rule, other: Rule, between: tuple[Rule, ...]) -> str:
    """The first field that `other`, coming later, always sets to something else."""
    if not rule.on <= other.on or any(one.stop for one in between):
        return ""
    later = {action.key: action for action in other.then if action.key in ONE_VALUE}
    for action in rule.then:
        also = later.get(action.key)
        fixed = also is not None and not also.placeholders and not action.placeholders
        if also is not None and fixed and also.value != action.value and _implies(rule.when, other.when, between):
            return action.key
    return ""


def _implies(strong: Condition, weak: Condition, between: tuple[Rule, ...]) -> bool:
    """Whether `weak` certainly holds of every mail that `strong` holds of, the rules `between` having written."""
    written = {name for rule in between for action in rule.then for name in _WRITES.get(action.key, (action.key,))}
    given = _parts(strong)
    return all(any(_covers(part, has) for has in given) and not _reads(part) & written for part in _parts(weak))


def _covers(weak: Condition, strong: Condition) -> bool:
    """Whether one condition wants at least all that the other wants."""
    match weak, strong:
        case FieldCondition(), FieldCondition():
            return weak.name == strong.name and strong.wanted <= weak.wanted
        case TagCondition(), TagCondition():
            return strong.wanted <= weak.wanted
        case TextCondition(), TextCondition():
            return weak.name == strong.name and strong.words <= weak.words and _among(strong.others, weak.others)
        case AddressCondition(), AddressCondition():
            ends = {address[address.rfind("@") :] for address in strong.exact - weak.exact}
            same = weak.name == strong.name and strong.domains <= weak.domains and ends <= weak.domains
            return same and _among(strong.others, weak.others)
        case _:
            return weak == strong


def _among(some: tuple[object, ...], all_: tuple[object, ...]) -> bool:
    return all(one in all_ for one in some)


def _contradiction(condition: Condition) -> str:
    """Two wishes for one field that no value fulfils."""
    fields: dict[str, FieldCondition] = {}
    for part in _parts(condition):
        if isinstance(part, FieldCondition):
            other = fields.setdefault(part.name, part)
            if not other.wanted & part.wanted:
                return f"{other} and {part}"
    return ""


def _parts(condition: Condition) -> tuple[Condition, ...]:
    """All that must hold; nesting is bounded by the loader."""
    if isinstance(condition, AllOf):
        return tuple(inner for part in condition.parts for inner in _parts(part))
    return (condition,)


def _reads(condition: Condition) -> frozenset[str]:
    """Fields of the ticket that the condition looks at; all of them where it cannot be told."""
    match condition:
        case FieldCondition():
            return frozenset({condition.name} & set(TICKET_FIELDS))
        case TagCondition():
            return frozenset({"tag", "untag"})
        case WatcherCondition():
            return frozenset({"watch", "unwatch"})
        case TextCondition() | AddressCondition():
            return frozenset()
        case _:
            leaves = getattr(condition, "parts", None) or getattr(condition, "part", None)
            return frozenset({*TICKET_FIELDS, "tag", "untag", "watch", "unwatch"}) if leaves else frozenset()
