"""What a thousand rules cost a mail, a change and a rule whose time has come, against a floor taken in the same run.

Processor time, so that a busy machine does not blur it. The floor is one `in` test of each rule's first word on the
mail's subject: less cannot be asked of a rule that looks at the subject. Milliseconds; the best of several rounds,
since whatever else runs on the machine can only add.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from maild.domain.people import Category
from maild.rules.changes import Change
from maild.rules.engine import evaluate
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.known import KnownNames
from maild.rules.loader import load
from maild.rules.model import Trigger
from maild.rules.rulebook import Rulebook

MAILS = 50

KNOWN = KnownNames(
    teams={f"team{n}": frozenset() for n in range(20)},
    categories={f"category{n}": Category(name=f"category{n}") for n in range(20)},
    mailboxes=frozenset({"support@desk.example"}),
)
RANDOM = random.Random(7)


def word() -> str:
    return "".join(RANDOM.choices("abcdefghilmnoprstuvz", k=RANDOM.randint(4, 10)))


VOCABULARY = [word() for _ in range(8000)]


def common(number: int) -> dict[str, Any]:
    """What desks write most: sender's domain, words in the subject or new words, a header, a file name."""
    words = RANDOM.sample(VOCABULARY, 3)
    kinds: dict[int, dict[str, Any]] = {
        0: {"from": [f"*@{words[0]}.example", f"{words[1]}@shop.example"]},
        1: {"subject": words},
        2: {"subject": [f"{words[0]} {words[1]}"], "from": f"*@{words[2]}.example"},
        3: {"new_words": words},
        4: {"header": {"X-Queue": words[0]}},
        5: {"any": [{"subject": words[0]}, {"new_words": words[1]}]},
        6: {"subject": f"{words[0]}*", "language": ["en", "pt"]},
        7: {"attachment": {"name": f"*{words[0]}*.pdf"}, "from": f"*@{words[1]}.example"},
    }
    return {
        "name": f"rule {number}",
        "when": kinds[number % 8],
        "then": {"team": f"team{number % 20}", "tag": words[0]},
    }


def patterns(number: int) -> dict[str, Any]:
    """The dear case: an RE2 pattern on the new words in every rule."""
    first, second = RANDOM.sample(VOCABULARY, 2)
    return {
        "name": f"rule {number}",
        "when": {"new_words": rf"/\b{first} +no? *(?P<n>\d+)|{second}[-/]\d+/" if number % 2 else rf"/{first}-(\d+)/"},
        "then": {"tag": "x"},
    }


def changes(number: int) -> dict[str, Any]:
    """Asked on changes: what has changed and to what, with a look at the ticket."""
    kinds: dict[int, dict[str, Any]] = {
        0: {"changed": "priority", "new": f"p{number}", "team": f"team{number % 20}"},
        1: {"changed": "tag", "new": VOCABULARY[number]},
        2: {"changed": ["closed", "reopened"], "subject": VOCABULARY[number]},
        3: {"changed": "owner", "category": f"category{number % 20}", "by": "agent"},
    }
    return {"name": f"rule {number}", "on": "change", "when": kinds[number % 4], "then": {"tag": "x"}}


def timed(number: int) -> dict[str, Any]:
    """Asked alone, by its name, when its time has come."""
    return {
        "name": f"rule {number}",
        "on": {"after": f"{number + 1} minutes", "of": "opened"},
        "when": {"state": "new", "category": ""},
        "then": {"tag": "x"},
    }


def mail() -> RuleFacts:
    words = RANDOM.choices(VOCABULARY, k=250)
    body = " ".join(words) + ", às vezes com acentuação."
    return RuleFacts(
        from_=f"{words[0]}@{words[1]}.example",
        to=("support@desk.example",),
        subject=" ".join(words[2:10]),
        new_words=body,
        body=body * 3,
        headers=tuple((f"x-{w}", w) for w in words[:30]),
        language="pt",
        mailbox="support@desk.example",
        attachments=(AttachmentFacts(name=f"{words[5]}.pdf", content_type="application/pdf", size=9999),),
    )


def measured(run: Callable[[RuleFacts], object], mails: list[RuleFacts], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        for facts in mails:
            run(facts)
        taken.append((time.process_time() - began) * 1000 / len(mails))
    return min(taken)


def kept(book: Rulebook, trigger: Trigger, facts: RuleFacts) -> tuple[str, ...]:
    return evaluate(book, trigger, facts).brief()


def tell(name: str, taken: float, floor: float, hits: int) -> None:
    print(f"{name:42}  {taken:7.3f} ms, {taken / floor:4.1f} times the floor, {hits / MAILS:4.1f} hits")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    rules, time_of = range(given.rules), partial(measured, rounds=given.rounds)
    mails = [mail() for _ in range(MAILS)]
    first_words = RANDOM.choices(VOCABULARY, k=len(rules))
    floor = time_of(lambda facts: [w in facts.subject for w in first_words], mails)
    print(f"{len(rules)} rules, {MAILS} mails of 250 new words, best of {given.rounds} rounds")
    print(f"floor, a plain substring test a rule        {floor:7.3f} ms")
    changed = [facts.with_change(Change(ticket=1, name="priority", old="p1", new="p4", by="agent")) for facts in mails]
    for name, make, trigger, asked in (
        ("a mail, common rules", common, Trigger.NEW, mails),
        ("a mail, an RE2 pattern in each rule", patterns, Trigger.NEW, mails),
        ("a change, rules on changes", changes, Trigger.CHANGE, changed),
        ("a mail, rules on changes", changes, Trigger.NEW, mails),
    ):
        book = load([make(n) for n in rules], source="bench", known=KNOWN)
        ask = partial(evaluate, book, trigger)
        firings = [ask(facts) for facts in asked]
        hits = sum(len(firing.hits) for firing in firings)
        tell(name, time_of(ask, asked), floor, hits)
        tell("  with the trace that is kept of it", time_of(partial(kept, book, trigger), asked), floor, hits)
    book = load([timed(n) for n in rules], source="bench", known=KNOWN)
    one = partial(evaluate, book, Trigger.AFTER, only=f"rule {len(rules) - 1}")
    tell("one of these rules alone, its time come", time_of(one, mails), floor, MAILS)


if __name__ == "__main__":
    main()
