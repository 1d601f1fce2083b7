"""What is nothing but thanks, in the words of people who write to a desk (P25)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.gratitude import weigh
from maild.ingest.gratitude_words import ASKING, DENYING, GLAD, NEUTRAL, THANKS, TURNING

CORPUS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("gratitude.toml").read_text("utf-8"))
NAMES = ("Ana Silva", "Rui Costa", "Eva Marín")
DOCUMENT = Path(__file__).parents[2] / "docs" / "gratitude.md"


@pytest.mark.parametrize("text", CORPUS["thanks"])
def test_thanks_are_recognised(text: str) -> None:
    assert weigh(text, names=NAMES).thanks, weigh(text, names=NAMES).parts


@pytest.mark.parametrize("text", [*CORPUS["matter"], *CORPUS["missed"]])
def test_what_may_be_a_matter_is_never_thanks(text: str) -> None:
    assert not weigh(text, names=NAMES).thanks, weigh(text, names=NAMES).parts


@given(
    st.sampled_from(CORPUS["thanks"]),
    st.sampled_from([*sorted(DENYING | TURNING | ASKING), "?", "https://x.example", "42", "a@b.example"]),
)
def test_one_word_that_asks_or_denies_is_enough(text: str, word: str) -> None:
    assert not weigh(f"{text} {word}", names=NAMES).thanks


@given(st.sampled_from(CORPUS["thanks"]), st.integers(1, 9))
def test_with_an_attachment_nothing_is_thanks(text: str, files: int) -> None:
    assert not weigh(text, names=NAMES, attachments=files).thanks


def test_long_words_of_thanks_have_something_to_say() -> None:
    assert not weigh("thank you " * 40).thanks


def test_no_word_is_both_glad_and_a_complaint() -> None:
    assert not (THANKS | GLAD | NEUTRAL) & (DENYING | TURNING | ASKING)


def test_the_parts_add_up_and_tell_why() -> None:
    found = weigh("Obrigada Rui, perfeito, máquina", names=NAMES)
    assert found.parts == ("obrigada +2", "perfeito +0.5", "máquina -1.25", "sum 1.25 of 1")
    assert weigh("Thanks, but no").parts == ("but turns",)


def test_the_document_shows_these_very_figures() -> None:
    """docs/gratitude.md holds the confusion matrix of this corpus."""
    meant = [*CORPUS["thanks"], *CORPUS["missed"]]
    kept = sum(weigh(text, names=NAMES).thanks for text in meant)
    wrong = sum(weigh(text, names=NAMES).thanks for text in CORPUS["matter"])
    table = (
        "| | taken for thanks | taken for a matter |\n| --- | ---: | ---: |\n"
        f"| is thanks | {kept} | {len(meant) - kept} |\n| is a matter | {wrong} | {len(CORPUS['matter']) - wrong} |\n"
    )
    assert table in DOCUMENT.read_text("utf-8"), table
