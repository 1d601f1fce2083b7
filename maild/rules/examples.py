"""Examples written beside rules: read from the rule file, and held against what the rules really do.

They run through the same engine as mail, changes and clocks do. A failed one changes nothing; it is told to whoever
checks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from maild.domain.address import AddrSpec, fold
from maild.domain.commands import ForwardMail, GroupMail, LinkLast
from maild.domain.faults import Faults
from maild.rules.engine import Firing, evaluate
from maild.rules.example_facts import read_facts, with_change
from maild.rules.known import KnownNames
from maild.rules.model import Example, Trigger
from maild.rules.rulebook import Rulebook
from maild.rules.timing import minutes_of
from maild.rules.view import View

EXPECT_KEYS: Final = (
    "team",
    "category",
    "request_type",
    "priority",
    "severity",
    "product",
    "sla",
    "owner",
    "state",
    "tag",
    "forwarded",
    "grouped",
    "linked",
)


_TIMED = (Trigger.AFTER, Trigger.BEFORE, Trigger.EVERY, Trigger.MANUAL)
"""Where the rule is asked alone, and no mail is at hand."""


def read_example(table: Mapping[str, Any], faults: Faults, known: KnownNames, on: Collection[Trigger]) -> Example:
    """One `[[rule.example]]` of a rule that is asked `on` these; its faults are noted."""
    faults.unknown_keys(table, ("mail", "ticket", "change", "hit", "expect"))
    expect: list[tuple[str, str]] = []
    wanted = faults.table(table.get("expect", {}), "expect")
    faults.unknown_keys(wanted, EXPECT_KEYS, "expect.")
    for key, value in wanted.items():
        expect.extend((key, item) for item in faults.texts(value, f"expect.{key}"))
    mail, ticket, change = (faults.table(table.get(key, {}), key) for key in ("mail", "ticket", "change"))
    facts = read_facts(mail, ticket, faults, known)
    if "change" in table:
        facts = with_change(facts, change, faults, given={**ticket, **mail})
    return Example(
        trigger=_trigger(table, faults, on),
        facts=facts,
        hit=faults.flag(table, "hit", default=True),
        expect=tuple(expect),
        line=faults.line(),
    )


def _trigger(table: Mapping[str, Any], faults: Faults, on: Collection[Trigger]) -> Trigger:
    """What of the rule the example shows; a fault when the rule is never asked so."""
    timed = [trigger for trigger in _TIMED if trigger in on]
    mailed = [trigger for trigger in (Trigger.NEW, Trigger.REPLY) if trigger in on]
    if "change" in table:
        if not on or Trigger.CHANGE in on:
            return Trigger.CHANGE
        faults.add("change", f"the rule is not asked when something changes; {_instead(mailed, on)}")
    elif "mail" in table:
        if mailed:
            return mailed[-1] if "ticket" in table else mailed[0]
        if on:
            faults.add("mail", f"the rule is not asked when a mail comes; {_instead(mailed, on)}")
    elif "ticket" in table:
        if timed:
            return timed[0]
        if on:
            faults.add("ticket", f"nothing happens to the ticket; {_instead(mailed, on)}")
    else:
        missing = "mail" if mailed or not on else "change" if Trigger.CHANGE in on else "ticket"
        faults.add(missing, _instead(mailed, on))
    return Trigger.NEW


def _instead(mailed: Collection[Trigger], on: Collection[Trigger]) -> str:
    if mailed or not on:
        return 'say what comes in, such as mail = { from = "ana@example.com", subject = "Invoice" }'
    if Trigger.CHANGE in on:
        return 'say what has changed, such as change = { changed = "priority", new = "urgent" }'
    return 'say how the ticket stands, such as ticket = { state = "pending", requester = "ana@example.com" }'


def check_examples(rulebook: Rulebook) -> tuple[str, ...]:
    """What does not come out as the examples say, a sentence each; empty when all is well."""
    failures = []
    for rule in rulebook.rules:
        for number, example in enumerate(rule.examples, 1):
            place = f"{rule.source}:{example.line}" if example.line else rule.place
            label = f"{place}: rule {rule.name!r}: example {number}"
            alone = rule.name if example.trigger in _TIMED else ""
            firing = evaluate(rulebook, example.trigger, example.facts, only=alone)
            # a trace of a change leaves out the rules that are about another change
            missed = f"{rule.name}: missed: {rule.when.missing(View(example.facts))}"
            line = next((line for line in firing.trace if line.startswith(f"{rule.name}: ")), missed)
            if (rule.name in firing.hits) is not example.hit:
                failures.append(f"{label}: the rule should {'' if example.hit else 'not '}hit, but {line}")
            for key, value in example.expect:
                found = _come_of(firing, key)
                if _as_come(key, value) not in found:
                    failures.append(f"{label}: {key} should be {value!r}, but is {', '.join(found) or 'nothing'}")
    return tuple(failures)


def _as_come(key: str, value: str) -> str:
    """An expected value as `_come_of` writes it."""
    return _key(value) if key == "forwarded" else str(minutes_of(value)) if key in ("grouped", "linked") else value


def _come_of(firing: Firing, key: str) -> tuple[str, ...]:
    """What a key of `expect` is after the rules: tags and addresses are several."""
    if key == "tag":
        return firing.facts.tags
    if key == "forwarded":
        return tuple(command.address for _, command in firing.commands if isinstance(command, ForwardMail))
    if key == "grouped":
        return tuple(str(command.minutes) for _, command in firing.commands if isinstance(command, GroupMail))
    if key == "linked":
        return tuple(str(command.minutes) for _, command in firing.commands if isinstance(command, LinkLast))
    return (getattr(firing.facts, key),)


def _key(address: str) -> str:
    spec = AddrSpec.parse(address)
    return spec.key if spec else fold(address)
