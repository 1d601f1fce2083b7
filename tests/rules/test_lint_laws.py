"""Lint never raises a false alarm: what it calls impossible, the engine never meets."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.mail import Kind
from maild.domain.people import Category
from maild.rules.actions import BUILDERS, act
from maild.rules.changes import VALUES
from maild.rules.engine import evaluate
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.known import KnownNames
from maild.rules.lint.asking import ANYWHERE, values_at
from maild.rules.lint.findings import Findings, written_by
from maild.rules.lint.impossible import Wish, impossible
from maild.rules.lint.pairs import Pairs
from maild.rules.loader import load
from maild.rules.model import Action, Rule, Trigger
from maild.rules.rulebook import Rulebook
from maild.rules.view import TICKET_FIELDS, View

KNOWN = KnownNames(
    teams={"a": frozenset(), "b": frozenset()},
    categories={"c": Category(name="c"), "d": Category(name="d")},
    agents=frozenset({"rui", "eva"}),
    mailboxes=frozenset({"desk@c.example"}),
)
LOOKED_FOR = (
    "invoice", "office", "2026", "invoice 2026", "inv*", "*ice", "o*e", "of*ce", "i*v*e", "c++", "[c++] invoice",
     "é", "é*", "日本", "/invoice/", "/^inv/", "/^$/", "/ce/", "/a|b/", "invoice*", "2026 invoice 2026"
)  # fmt: skip
WRITTEN = (
    "invoice", "Invoice 2026", "invoice-2026", "oﬃce", "OFFICE", "of_fice", "invoices", "日invoice", "invoice日",
     "c++", "[c++] invoice 2026", "xc++", "É", "é́", "e\u0301x", "", "ice", "日本語", "2026 invoice 2026", "inv\u0131ce",
     "o\ufb00ice"
)  # fmt: skip
SEARCHED = (
    "ana@a.example", "rui@b.example", "ana*@a.example", "*@a.example", "*@*.example", "*@b.example", "?na@a.example",
     "/^ana/", "*ana@*", "a*", "*@*", "/example$/", "*k@a.example", "k@a.example"
)  # fmt: skip
ADDRESSES = (
    "ana@a.example", "rui@b.example", "ana.x@a.example", "\u212a@a.example", "k@a.example", "a", "rui@b.example.org"
)  # fmt: skip
FILES = st.sampled_from(["*.pdf", "a.pdf", "a*", "/pdf/", "A.PDF", "?.pdf", "*.*"])
TYPES = st.sampled_from(["application/*", "application/pdf", "*", "image/*"])
SIZES = st.sampled_from(["> 5 KB", "< 1 KB", "> 1 KB", "< 6 KB", "< 1 B", "> 0 B"])


def several(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(values, min_size=1, max_size=2, unique=True)


def one_of(key: str, *values: str) -> st.SearchStrategy[dict[str, Any]]:
    return several(st.sampled_from(values)).map(lambda found: {key: found})


TEXTS = st.tuples(st.sampled_from(["subject", "body", "text", "new_words"]), several(st.sampled_from(LOOKED_FOR))).map(
    lambda pair: dict([pair])
)
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    TEXTS,
    TEXTS,
    st.tuples(st.sampled_from(["from", "to", "cc", "reverse_path"]), several(st.sampled_from(SEARCHED))).map(
        lambda pair: dict([pair])
    ),
    st.one_of(st.booleans(), several(st.sampled_from(LOOKED_FOR))).map(lambda value: {"header": {"X-Q": value}}),
    st.one_of(
        st.booleans(),
        st.fixed_dictionaries({}, optional={"name": FILES, "type": TYPES, "size": several(SIZES)}).filter(bool),
    ).map(lambda value: {"attachment": value}),
    one_of("kind", *Kind),
    one_of("state", "new", "open", "closed", "merged"),
    one_of("priority", "low", "normal", "high", "urgent"),
    one_of("trust", "unknown", "from-only", "aligned", "signed"),
    one_of("language", "pt", "en", ""),
    one_of("team", "a", "b"),
    one_of("category", "c", "d", ""),
    one_of("tag", "t", "u"),
    one_of("watcher", "rui", "eva"),
    st.booleans().map(lambda value: {"working_time": value}),
    st.tuples(
        st.sampled_from(["mails_in_hour", "reopen_count"]),
        several(st.sampled_from(["> 1", "> 3", "< 2", "< 5", "> 0", "< 1"])),
    ).map(lambda pair: dict([pair])),
    several(st.sampled_from(["> 1 m", "> 3 m", "< 2 m", "< 5 m", "> 0 m"])).map(
        lambda value: {"since": {"answer": value}}
    ),
    st.booleans().map(lambda value: {"answered": value}),
    one_of("waiting", "", "hold", "customer"),
)
CHANGED = st.one_of(
    one_of("changed", "priority", "state", "sla", "closed", "tag", "rated"),
    one_of("old", "", "low", "new", "first_response"),
    one_of("new", "", "high", "closed", "yellow", "good", "t"),
    one_of("by", "agent", "rule", "contact", "clock", "system"),
)


def trees(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"all": parts}),
            inner.map(lambda part: {"not": part}),
            st.tuples(inner, leaves).map(lambda pair: {**pair[0], **pair[1]}),
        ),
        max_leaves=4,
    )


THENS = st.sampled_from(
    [{"team": "a"}, {"team": "b"}, {"tag": "t"}, {"untag": "t"}, {"priority": "high"}, {"priority": "low"},
     {"close": "x"}, {"category": "c"}, {"category": "d"}, {"watch": "rui"}, {"wait": "hold"}, {"owner": "rui"}]
)  # fmt: skip
DROPS = st.just({"drop": "x"})


@st.composite
def facts(draw: st.DrawFn, trigger: Trigger = Trigger.NEW) -> RuleFacts:
    """A mail and a ticket as they can be where rules are asked for this reason."""
    cc = tuple(draw(st.lists(st.sampled_from(ADDRESSES), max_size=2)))
    found: dict[str, Any] = {
        "from_": draw(st.sampled_from(("", *ADDRESSES))),
        "to": (*draw(st.lists(st.sampled_from(ADDRESSES), max_size=1)), *cc),
        "cc": cc,
        "reverse_path": draw(st.sampled_from(("", *ADDRESSES))),
        "subject": " ".join(draw(st.lists(st.sampled_from(WRITTEN), max_size=2))),
        "body": "\n".join(draw(st.lists(st.sampled_from(WRITTEN), max_size=2))),
        "new_words": draw(st.sampled_from(WRITTEN)),
        "headers": tuple(("x-q", value) for value in draw(st.lists(st.sampled_from(WRITTEN), max_size=2))),
        "attachments": tuple(
            AttachmentFacts(name=name, content_type=kind, size=size)
            for name, kind, size in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["a.pdf", "A.PDF", "b.txt"]),
                        st.sampled_from(["application/pdf", "image/png"]),
                        st.sampled_from([0, 1, 1024, 1025, 5121, 9000]),
                    ),
                    max_size=2,
                )
            )
        ),
        "language": draw(st.sampled_from(["pt", "en", ""])),
        "team": draw(st.sampled_from(["a", "b"])),
        "category": draw(st.sampled_from(["", "c", "d"])),
        "tags": tuple(draw(st.sets(st.sampled_from(["t", "u", "v"])))),
        "watchers": tuple(draw(st.sets(st.sampled_from(["rui", "eva"])))),
        "working_time": draw(st.sampled_from([True, False, None])),
        "mails_in_hour": draw(st.integers(0, 6)),
        "reopen_count": draw(st.integers(0, 6)),
        "since": draw(st.sampled_from([{}, {"answer": 0}, {"answer": 2}, {"answer": 4}, {"answer": 9}])),
        "answered": draw(st.booleans()),
        "waiting": draw(st.sampled_from(sorted(ANYWHERE["waiting"]))),
        "kind": draw(st.sampled_from(Kind)),
        "trust": draw(st.sampled_from(sorted(ANYWHERE["trust"]))),
        "priority": draw(st.sampled_from(sorted(ANYWHERE["priority"]))),
        "state": draw(st.sampled_from(sorted(ANYWHERE["state"]))),
    }
    if trigger is Trigger.CHANGE:
        name = draw(st.sampled_from(["priority", "state", "sla", "closed", "tag", "rated"]))
        before, after = VALUES.get(name, (None, None))
        anything = frozenset({"", "t", "high", "done"})
        found |= {
            "changed": name,
            "old": draw(st.sampled_from(sorted(anything if before is None else before))),
            "new": draw(st.sampled_from(sorted(anything if after is None else after))),
            "by": draw(st.sampled_from(["agent", "rule", "contact", "clock", "system"])),
        }
    if trigger is Trigger.AFTER:
        found["state"] = draw(st.sampled_from(["new", "open", "pending"]))
    return RuleFacts(**found)


def book(tables: list[dict[str, Any]]) -> Rulebook:
    return load([{"name": f"r{at}", **table} for at, table in enumerate(tables)], source="x", known=KNOWN)


def rule_of(when: dict[str, Any]) -> Rule:
    (rule,) = book([{"when": when, "stop": True}]).rules
    return rule


def test_no_word_phrase_glob_or_pattern_is_taken_for_one_that_it_does_not_imply() -> None:
    mails = [RuleFacts(subject=one) for one in (*WRITTEN, *map(" ".join, product(WRITTEN, repeat=2)))]
    rules = [(one, rule_of({"subject": one})) for one in LOOKED_FOR]
    held = {one: [rule.when.holds(View(mail)) for mail in mails] for one, rule in rules}
    implied = set()
    for (one, strong), (other, weak) in product(rules, repeat=2):
        if impossible([Wish(strong.when), Wish(weak.when, holds=False)], values_at(strong, Trigger.NEW)):
            implied.add((one, other))
            assert not [mail.subject for mail, a, b in zip(mails, held[one], held[other], strict=True) if a > b]
    assert implied > {
        ("invoice", "inv*"), ("invoice", "*ice"), ("invoice", "i*v*e"), ("invoice", "/invoice/"), ("invoice", "/ce/"),
        ("invoice 2026", "2026"), ("invoice 2026", "inv*"), ("[c++] invoice", "c++"), ("[c++] invoice", "invoice"),
        ("invoice*", "inv*"), ("2026 invoice 2026", "invoice 2026"),
    }  # fmt: skip
    # "oﬃce" is the word "office" and does not fit these
    assert implied.isdisjoint({("office", "of*ce"), ("invoice", "/^inv/"), ("inv*", "invoice")})


@pytest.mark.parametrize("field", ["from", "to"])
def test_no_address_is_taken_for_one_that_it_does_not_imply(field: str) -> None:
    mails = [RuleFacts(from_=one, to=(one,)) for one in ADDRESSES]
    rules = [(one, rule_of({field: one})) for one in SEARCHED]
    held = {one: [rule.when.holds(View(mail)) for mail in mails] for one, rule in rules}
    implied, apart = set(), set()
    for (one, strong), (other, weak) in product(rules, repeat=2):
        domains = values_at(strong, Trigger.NEW)
        pairs = list(zip(held[one], held[other], strict=True))
        if impossible([Wish(strong.when), Wish(weak.when, holds=False)], domains):
            implied.add((one, other))
            assert (True, False) not in pairs
        if impossible([Wish(strong.when), Wish(weak.when)], domains):
            apart.add((one, other))
            assert (True, True) not in pairs
    assert implied > {
        ("ana@a.example", "*@a.example"), ("ana@a.example", "/^ana/"), ("*@a.example", "*@*.example"),
        ("ana*@a.example", "*@a.example"), ("ana*@a.example", "a*"), ("?na@a.example", "*@*"),
    }  # fmt: skip
    assert bool(apart) is (field == "from")
    assert field != "from" or apart > {("*@a.example", "*@b.example"), ("ana@a.example", "rui@b.example")}


VALUES_OF = {
    "team": "b", "category": "d", "request_type": "copy", "priority": "high", "severity": "major", "product": "printer",
    "sla": "gold", "owner": "eva", "assign": "in turn", "tag": "t", "untag": "u", "watch": "eva", "unwatch": "rui",
    "wait": "hold", "resume": "true", "reopen": "x", "close": "x", "note": "x", "answer": "hours", "webhook": "chat",
    "forward": "p@out.example", "hold": "x", "drop": "x", "group": "1 h", "link": "1 h",
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(BUILDERS))
@pytest.mark.parametrize("state", ["new", "pending", "closed"])
def test_lint_knows_all_that_an_action_changes(key: str, state: str) -> None:
    known = replace(
        KNOWN,
        categories={"c": Category(name="c"), "d": Category(name="d", request_types=("copy",))},
        severities=frozenset({"major"}),
        products=frozenset({"printer"}),
        policies=frozenset({"gold"}),
        answers=frozenset({"hours"}),
        webhooks=frozenset({"chat"}),
        forward_to=frozenset({"p@out.example"}),
    )
    category = "d" if key == "request_type" else "c"
    waiting = "customer" if state == "pending" else ""
    before = RuleFacts(team="a", category=category, owner="rui", tags=("u",), watchers=("rui",), state=state,
                       waiting=waiting, request_type="old")  # fmt: skip
    view = View(before)
    act(Action(key=key, value=VALUES_OF[key]), {}, view, known)
    after = view.result
    changed = {name for name in TICKET_FIELDS if getattr(before, name) != getattr(after, name)}
    changed |= {name for name, field in (("tag", "tags"), ("watch", "watchers"))
                if set(getattr(before, field)) != set(getattr(after, field))}  # fmt: skip
    assert changed <= written_by(key)


@settings(max_examples=25)
@given(trees(LEAVES), trees(LEAVES), st.lists(facts(), min_size=1, max_size=4))
def test_what_is_called_impossible_never_is(one: dict[str, Any], other: dict[str, Any], mails: list[RuleFacts]) -> None:
    strong, weak = rule_of(one), rule_of(other)
    domains = values_at(strong, Trigger.NEW)
    never = impossible([Wish(strong.when)], domains)
    apart = impossible([Wish(strong.when), Wish(weak.when)], domains)
    implied = impossible([Wish(strong.when), Wish(weak.when, holds=False)], domains)
    for mail in mails:
        view = View(mail)
        has = strong.when.holds(view), weak.when.holds(view)
        assert not (never and has[0])
        assert not (apart and has == (True, True))
        assert not (implied and has == (True, False))


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    tables = []
    for _ in range(draw(st.integers(2, 5))):
        on = draw(st.sampled_from([["new"], ["new", "reply"], ["change"], ["new", "change"], "timed"]))
        leaves = st.one_of(LEAVES, CHANGED) if "change" in on else LEAVES
        then = st.one_of(THENS, DROPS) if set(on) <= {"new", "reply"} else THENS
        table = {"on": on, "when": draw(st.one_of(st.just({}), leaves, trees(leaves))), "then": draw(then)}
        if on == "timed":
            table |= {"on": {"after": "1 h", "of": "opened"}, "when": draw(one_of("state", "new", "closed", "merged"))}
        tables.append({**table, "stop": draw(st.booleans())})
    return book(tables)


@settings(max_examples=15)
@given(rulebooks(), facts(), facts(Trigger.CHANGE), facts(Trigger.AFTER), st.sets(st.sampled_from(["r0", "r1", "r2"])))
def test_p30_no_rule_that_hits_is_called_dead(
    rules: Rulebook, mail: RuleFacts, change: RuleFacts, late: RuleFacts, acted: set[str]
) -> None:
    found = [(rule.name, words) for rule, words in Findings(rules.rules)]
    mailed = {trigger: evaluate(rules, trigger, mail).hits for trigger in (Trigger.NEW, Trigger.REPLY)}
    hits = {
        *mailed[Trigger.NEW],
        *mailed[Trigger.REPLY],
        *evaluate(rules, Trigger.CHANGE, change, skip=acted).hits,
        *(name for rule in rules.rules for name in evaluate(rules, Trigger.AFTER, late, only=rule.name).hits),
    }
    assert hits.isdisjoint(
        {name for name, words in found if words.startswith(("can never hit:", "can never be asked"))}
    )
    for name, words in found:
        if words.startswith("can never hit on new"):
            assert name not in mailed[Trigger.NEW]
        if words.startswith("can never hit on change"):
            assert name not in evaluate(rules, Trigger.CHANGE, change, skip=acted).hits
        for other in mailed.values() if "in vain" in words or "in conflict" in words else ():
            mate = words.split("'")[1]
            assert name not in other or mate in other


@settings(max_examples=25)
@given(trees(LEAVES), trees(LEAVES))
def test_whoever_wants_more_wants_that_too(one: dict[str, Any], more: dict[str, Any]) -> None:
    both = rule_of({"all": [one, more]})
    alone = rule_of(one)
    domains = values_at(alone, Trigger.NEW)
    if not impossible([Wish(both.when)], domains):
        assert impossible([Wish(both.when), Wish(alone.when, holds=False)], domains)
        assert Pairs([(0, alone)]).of(both) == [0]
