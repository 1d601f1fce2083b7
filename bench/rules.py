"""What a thousand rules cost a mail, against a floor taken in the same run.

Processor time, so that a busy machine does not blur it. The floor is one `in` test of each rule's first word on the
mail's subject: less cannot be asked of a rule that looks at the subject. Milliseconds a mail; the median of several
rounds.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from maild.domain.people import Category
from maild.rules.engine import evaluate
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.known import KnownNames
from maild.rules.loader import load
from maild.rules.model import Trigger

RULES = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
MAILS = 50
ROUNDS = 7

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


def measured(run: Callable[[RuleFacts], object], mails: list[RuleFacts]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for facts in mails:
            run(facts)
        rounds.append((time.process_time() - began) * 1000 / len(mails))
    return statistics.median(rounds)


def main() -> None:
    mails = [mail() for _ in range(MAILS)]
    first_words = RANDOM.choices(VOCABULARY, k=RULES)
    floor = measured(lambda facts: [w in facts.subject for w in first_words], mails)
    print(f"{RULES} rules, {MAILS} mails of 250 new words, median of {ROUNDS} rounds")
    print(f"floor, a plain substring test a rule  {floor:8.3f} ms a mail")
    for name, make in (("common rules", common), ("an RE2 pattern in each", patterns)):
        book = load([make(n) for n in range(RULES)], source="bench", known=KNOWN)
        taken = measured(partial(evaluate, book, Trigger.NEW), mails)
        hits = sum(len(evaluate(book, Trigger.NEW, facts).hits) for facts in mails)
        print(
            f"{name:36}  {taken:8.3f} ms a mail, {taken / floor:5.1f} times the floor, {hits / MAILS:.1f} hits a mail"
        )


if __name__ == "__main__":
    main()
