"""Searching texts: what counts as a word, and the laws that make the quick ways equal to the slow ones."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
import re2
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maild.domain.mail import Kind
from maild.rules import sieve
from maild.rules.engine import evaluate
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.known import KnownNames
from maild.rules.loader import load
from maild.rules.model import Trigger
from maild.rules.patterns import PatternError, Regex, as_text_pattern
from maild.rules.rulebook import Rulebook
from maild.rules.sieve import FEW, Sieve
from maild.rules.text import Text, folded
from maild.rules.view import View


def found(pattern: str, text: str) -> bool:
    made = as_text_pattern(pattern)
    return made in Text((text,)).words if isinstance(made, bytes) else made.found(Text((text,)))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fatura", "A FATURA, por favor"),
        ("fatura", "«fatura»…"),
        ("crédito", "nota de cre\u0301dito"),
        ("nota de crédito", "Nota de\r\ncrédito!"),
        ("don't", "we don’t know"),
        ("e-mail", "my e-mail"),
        ("100", "it costs €100"),
        ("straße", "STRASSE 5"),
        ("c++", "in C++."),
        ("[spam]", "x[SPAM]y"),
        ("#close", "please #close"),
        ("n/a", "this is N/A"),
        ("請求", "我請求退款"),
        ("คืนเงิน", "ขอคืนเงินครับ"),
        ("한국어", "한국어입니다"),
        ("invoic*", "two Invoices"),
        ("*rechnung", "Ihre Stromrechnung"),
        ("in*ce", "my invoice"),
        ("invoice * of", "invoice 12 of"),
        ("हिन्दी", "यह हिन्दी है"),
    ],
)
def test_words_are_found(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fatura", "faturas"),
        ("ação", "manutenção"),
        ("voice", "invoice"),
        ("credito", "crédito"),
        ("nota crédito", "nota de crédito"),
        ("c++", "abc++"),
        ("n/a", "man/ana"),
        ("invoic*", "reinvoice"),
        ("*rechnung", "Rechnungen"),
        ("in*ce", "in a race"),
    ],
)
def test_parts_of_words_are_not(pattern: str, text: str) -> None:
    assert not found(pattern, text)


@pytest.mark.parametrize("pattern", ["", "   ", "*", "x" * 1001, "/(/", "/(?<=a)b/", "/" + "a" * 1001 + "/"])
def test_senseless_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        as_text_pattern(pattern)


@given(st.text("ab c\n.,;-[é\u0301日", min_size=1, max_size=8), st.text("ab c\n.,;-[é\u0301日", max_size=20))
def test_a_text_is_found_where_it_stands_alone(pattern: str, around: str) -> None:
    pattern = " ".join(pattern.split())
    assume(folded(pattern).strip())
    assume(not (pattern.startswith("/") and pattern.endswith("/")))
    assume(any(c.isalnum() for c in pattern) and pattern[0] != "\u0301")
    assert found(pattern, f"{around}\n{pattern}\n{around}")


ATOMS = st.sampled_from(
    ["abc", "a", "xyz1", "k", "s", ".", r"\d", r"\.", "[ab]", "[^a]", r"[\pL]", "(?:abc|a)", "(abc)", "(?P<n>b+)",
     "é", r"\x61", r"\pL", "a{2}", "b{0,1}", "{", "|", "^", "$", r"\b", "(?i)", "(?-i)"]
)  # fmt: skip
PATTERNS = st.lists(st.tuples(ATOMS, st.sampled_from(["", "", "", "?", "*", "+", "{0}", "*?"])), min_size=1, max_size=6)
TEXTS = st.text("abckKſsxyz1.é \n\u212a", max_size=12)


SOURCES = PATTERNS.map(lambda atoms: "".join(atom + repeat for atom, repeat in atoms))


@settings(max_examples=60)
@given(
    st.lists(SOURCES, min_size=FEW + 1, max_size=FEW + 3),
    st.lists(TEXTS | st.sampled_from(["abc", "xyz1", "aabc", "ABC", "bbb", "\ud800"]), max_size=4),
)
def test_a_sieve_lets_through_every_pattern_that_matches(sources: list[str], texts: list[str]) -> None:
    patterns = []
    for source in sources:
        with suppress(PatternError):
            patterns.append(Regex(source))
    text = Text(tuple(texts))
    passed = Sieve(pattern.composed for pattern in patterns).passed(b"\n".join(text.octets))
    assert {pattern.composed for pattern in patterns if pattern.found(text)} <= set(passed)


def test_a_sieve_holds_back_what_cannot_match() -> None:
    sources = [rf"order-{number}x \d+|(?P<n>pedido|bestellung) {number}y" for number in range(40)]
    assert Sieve(sources).passed(b"ORDER-7x 12") == [sources[7]]
    assert Sieve(sources).passed(b"Bestellung 11y") == [sources[11]]
    assert Sieve(sources).passed(b"") == []


def test_a_sieve_of_more_patterns_than_one_filter_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "AT_A_TIME", 10)
    sources = [f"<{number}>" for number in range(35)]
    assert Sieve(sources).passed(b"<3><9><10><34>") == ["<3>", "<9>", "<10>", "<34>"]


def test_a_sieve_without_memory_lets_everything_through(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [f"piece {number} of many" for number in range(20)]
    weak = Sieve(sources)
    monkeypatch.setattr(re2.Filter, "Match", lambda *_, **__: None)
    assert weak.passed(b"piece 4 of many") == sources

    def refuse(_: re2.Filter) -> None:
        raise re2.error("failed to compile Filter")

    monkeypatch.setattr(re2.Filter, "Compile", refuse)
    assert Sieve(sources).passed(b"piece 4 of many") == sources


WORDS = ["invoice", "order", "fatura", "c++", "[x]"]
ADDRESSES = ["ana@a.example", "rui@b.example", "eva@a.example"]
KNOWN = KnownNames(teams={"a": frozenset(), "b": frozenset()}, mailboxes=frozenset({"desk@c.example"}))

leaves: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(WORDS).map(lambda w: {"subject": w}),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda w: {"new_words": w}),
    st.sampled_from(["inv*", "/ord(?P<x>er)/", "/a|b/", "order invoice"]).map(lambda w: {"text": w}),
    st.sampled_from([*ADDRESSES, "*@a.example", "*@*.example", "/^e/"]).map(lambda a: {"from": a}),
    st.sampled_from(ADDRESSES).map(lambda a: {"to": a}),
    st.sampled_from(WORDS).map(lambda w: {"header": {"X-Q": w}}),
    st.booleans().map(lambda b: {"header": {"X-Q": b}}),
    st.booleans().map(lambda b: {"attachment": b}),
    st.sampled_from(["pt", "en"]).map(lambda v: {"language": v}),
    st.sampled_from(["message", "list"]).map(lambda v: {"kind": v}),
    st.sampled_from(["a", "b"]).map(lambda v: {"team": v}),
    st.sampled_from(["t1", "t2"]).map(lambda v: {"tag": v}),
    st.booleans().map(lambda b: {"working_time": b}),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
        st.tuples(inner, leaves).map(lambda pair: {**pair[0], **pair[1]}),
    ),
    max_leaves=5,
)
thens = st.sampled_from([{"team": "a"}, {"team": "b"}, {"tag": "t1"}, {"tag": ["t1", "t2"]}, {"priority": "high"}])
mails = st.builds(
    RuleFacts,
    from_=st.sampled_from(["", *ADDRESSES]),
    to=st.lists(st.sampled_from(ADDRESSES), max_size=2).map(tuple),
    subject=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    new_words=st.lists(st.sampled_from(WORDS), max_size=3).map("\n".join),
    body=st.lists(st.sampled_from(WORDS), max_size=3).map(", ".join),
    headers=st.lists(st.sampled_from(WORDS).map(lambda w: ("x-q", w)), max_size=2).map(tuple),
    language=st.sampled_from(["pt", "en", ""]),
    kind=st.sampled_from([Kind.MESSAGE, Kind.LIST]),
    attachments=st.lists(st.just(AttachmentFacts(name="a", content_type="b/c", size=1)), max_size=1).map(tuple),
    working_time=st.sampled_from([True, False, None]),
    team=st.sampled_from(["a", "b"]),
)


def rulebook(parts: list[tuple[dict[str, Any], dict[str, Any], bool]]) -> Rulebook:
    tables = [{"name": f"r{n}", "when": w, "then": t, "stop": s} for n, (w, t, s) in enumerate(parts)]
    return load(tables, source="x", known=KNOWN)


@settings(max_examples=80)
@given(st.lists(st.tuples(trees, thens, st.booleans()), min_size=1, max_size=6), mails)
def test_the_index_leaves_out_no_rule_that_hits(
    parts: list[tuple[dict[str, Any], dict[str, Any], bool]], facts: RuleFacts
) -> None:
    book = rulebook(parts)
    firing = evaluate(book, Trigger.NEW, facts)
    candidates = book.candidates(Trigger.NEW, View(facts))
    assert candidates == sorted(candidates)
    for position, rule in enumerate(book.rules):
        if rule.when.holds(View(facts)) and position not in candidates:
            raise AssertionError(f"{rule.when} was left out")
    # told line by line, every rule is asked: the same ones must hit, and every miss must have a reason
    hits = tuple(line.split(":")[0] for line in firing.trace if line.split(": ")[1] == "hit")
    assert hits == firing.hits
    assert len(firing.trace) == len(book.rules)
    for line in firing.trace:
        _, verdict, reason = line.split(": ", 2)
        assert verdict in ("hit", "missed", "not asked")
        assert reason


def test_rules_written_before_change_what_later_ones_find() -> None:
    book = rulebook(
        [({"subject": "order"}, {"team": "b"}, False), ({"team": "a"}, {"tag": "t1"}, False),
         ({"not": {"team": "a"}}, {"tag": "t2"}, False)]
    )  # fmt: skip
    firing = evaluate(book, Trigger.NEW, RuleFacts(subject="order", team="a"))
    assert firing.hits == ("r0", "r2")
    assert firing.trace[1] == 'r1: missed: team is "b", wanted a'


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/(a+)+$/", "a" * 100_000 + "b"),
        ("/(x+x+)+y/", "x" * 100_000),
        ("inv*", "inv-" * 50_000),
        ("c++", "xc++" * 50_000),
        ("a b c", "a b " * 50_000),
        ("word", "".join(map(chr, range(0xA1, 0x3000))) * 15),
    ],
)
def test_no_mail_makes_a_rule_slow(pattern: str, text: str) -> None:
    began = time.perf_counter()
    found(pattern, text)
    # a hundred times what it takes on an idle machine, and nothing beside what backtracking would take
    assert time.perf_counter() - began < 3
