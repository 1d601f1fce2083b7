"""Is a reply nothing but thanks: scored by words, offline, so that anybody can read why.

Conservative: what could ask, complain, deny or bring something new is never thanks, and a word that the list does not
know counts against it. Says what was found; never decides what becomes of the reply.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maild.domain.address import fold
from maild.ingest.gratitude_words import ASKING, DENYING, GLAD, NEUTRAL, THANKS, TURNING

MAX_LETTERS = 300
"""Thanks are short; whoever writes more has something to say (P25)."""

MAX_WORDS = 40

ENOUGH = 1.0
"""From this score on a text is thanks: one word of thanks less what unknown words cost."""

UNKNOWN = 1.25
"""What a word costs that is on no list: beside thanks alone one is too many, beside praise as well one may be."""

_EDGES = ".,;:!-–—()[]{}\"'’“”«»…*_~/\\|<>+=👍🙏😊🙂❤️💙👏🎉"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gratitude:
    """`thanks` with the score it comes from; `parts` tell each point, or what ruled it out."""

    thanks: bool
    score: float
    parts: tuple[str, ...]


def weigh(text: str, *, names: Iterable[str] = (), attachments: int = 0) -> Gratitude:
    """Score the new words of a reply. `names` are words of the writer's and the desk's names: they say nothing."""
    veto = _ruled_out(text, attachments)
    if veto:
        return Gratitude(thanks=False, score=0.0, parts=(veto,))
    known_names = {fold(word) for name in names for word in name.split()}
    words = [word for raw in text.split() if (word := _fold(raw.strip(_EDGES)))]
    if len(words) > MAX_WORDS:
        return Gratitude(thanks=False, score=0.0, parts=(f"{len(words)} words",))
    score, parts = 0.0, []
    thanked = glad = False
    for word in words:
        for kind, listed in (("denies", DENYING), ("turns", TURNING), ("asks", ASKING)):
            if word in listed:
                return Gratitude(thanks=False, score=0.0, parts=(f"{word} {kind}",))
        if word in THANKS:
            score += 0.0 if thanked else 2.0
            parts.append(word if thanked else f"{word} +2")
            thanked = True
        elif word in GLAD:
            score += 0.0 if glad else 0.5
            parts.append(word if glad else f"{word} +0.5")
            glad = True
        elif word not in NEUTRAL and word not in known_names:
            score -= UNKNOWN
            parts.append(f"{word} -{UNKNOWN}")
    if not thanked:
        return Gratitude(thanks=False, score=score, parts=("no word of thanks",))
    return Gratitude(thanks=score >= ENOUGH, score=score, parts=(*parts, f"sum {score:g} of {ENOUGH:g}"))


def _ruled_out(text: str, attachments: int) -> str:
    if attachments:
        return f"{attachments} attachments"
    if len(text) > MAX_LETTERS:
        return f"more than {MAX_LETTERS} letters"
    for mark in ("?", "¿", "\uff1f", "http://", "https://", "www.", "@"):
        if mark in text:
            return f"has {mark}"
    return "has a number" if any(letter.isdigit() for letter in text) else ""


def _fold(word: str) -> str:
    return word.replace("’", "'").lower()
