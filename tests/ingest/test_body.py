"""The author's own words: whatever client and language put below, above or around them, they are what is shown."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.mail import REPLY_MARKER
from maild.ingest.body import nature_of, new_words
from maild.ingest.quoting import footer_words, quote_words
from maild.ingest.quoting.header_labels import LABELS
from maild.ingest.quoting.quote_parts import Nature
from maild.markup import to_text
from tests.ingest.reply_html import ANSWERS
from tests.ingest.reply_templates import ABOVE_LINES, ATTRIBUTIONS, DEVICES, HEADERS, OLD, QUOTED, SEPARATORS

WORDS = "Yes, twice. It still fails.\n\nThe light stays red, see the picture."

NEEDS_MARKS = {"k9", "horde-en", "horde-de", "thunderbird-en-name-first", "thunderbird-fi", "mutt-bracket", "gmail-ca"}
"""Lines a person could have written: believed only above marked lines, and these clients do mark them."""


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_attribution_above_marked_lines(client: str) -> None:
    line = ATTRIBUTIONS[client]
    assert new_words(f"{WORDS}\n\n{line}\n\n{QUOTED}\n").text == WORDS
    assert new_words(f"{WORDS}\n{line}\n{QUOTED}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n*{line}*\n\n{QUOTED}\n").text == WORDS
    inside = line.replace("\n", "\n> ")
    assert new_words(f"{WORDS}\n\n> {inside}\n> \n{QUOTED}\n").text == WORDS


@pytest.mark.parametrize("client", sorted(ATTRIBUTIONS.keys() - NEEDS_MARKS))
def test_attribution_above_unmarked_lines(client: str) -> None:
    assert new_words(f"{WORDS}\n\n{ATTRIBUTIONS[client]}\n\n{OLD}\n").text == WORDS


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_answer_below_the_quote(client: str) -> None:
    assert new_words(f"{ATTRIBUTIONS[client]}\n\n{QUOTED}\n\n{WORDS}\n").text == WORDS


@pytest.mark.parametrize("client", HEADERS)
def test_header_block(client: str) -> None:
    block = HEADERS[client]
    assert new_words(f"{WORDS}\n\n{block}\n\n{OLD}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n________________________________\n{block}\n\n{OLD}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n------------------------------\n*{block}\n\n{OLD}\n").text == WORDS


@pytest.mark.parametrize("language", SEPARATORS)
def test_original_message_between_dashes(language: str) -> None:
    separator = SEPARATORS[language]
    assert new_words(f"{WORDS}\n\n{separator}\n{HEADERS['outlook-en']}\n\n{OLD}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n{separator}\n\n{OLD}\n").text == WORDS


@pytest.mark.parametrize("device", DEVICES)
def test_device_line(device: str) -> None:
    assert new_words(f"{WORDS}\n\n{device}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n--\n{device}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n{device}\n\n{ATTRIBUTIONS['ios-en']}\n\n{QUOTED}\n").text == WORDS


@pytest.mark.parametrize("marker", ABOVE_LINES)
def test_line_of_a_help_desk_makes_it_certain(marker: str) -> None:
    assert new_words(f"{WORDS}\n\n{marker}\n\n{OLD}\n").text == WORDS
    unknown = "Xyz 6.5.2025 Acme zuq:"
    assert new_words(f"{WORDS}\n\n{unknown}\n\n> {marker}\n>\n{QUOTED}\n").text == WORDS
    assert new_words(f"{WORDS}\n\n{unknown}\n\n{marker}\n\n{OLD}\n").text == WORDS


def test_our_own_marker_gives_full_confidence() -> None:
    begin, end = REPLY_MARKER
    words = new_words(f"{WORDS}\n\n{begin}whatever language{end}\n\n{OLD}\n")
    assert (words.text, words.folded_lines, words.confidence) == (WORDS, 3, 1.0)


@pytest.mark.parametrize("client", ANSWERS)
def test_html_only_answer(client: str) -> None:
    html = ANSWERS[client].replace("{words}", "Yes, twice.<br><br>The light is <b>red</b>.")
    words = new_words(to_text(html), html, text_is_plain=False)
    assert bare(words.text) == "Yes,twice.Thelightisred."
    assert words.folded_lines > 0


@pytest.mark.parametrize("client", sorted(ANSWERS.keys() - {"exchange-section", "newton"}))
def test_html_helps_a_plain_part_without_marks(client: str) -> None:
    html = ANSWERS[client].replace("{words}", "Yes, twice.")
    plain = "\n".join(line.lstrip("> ") for line in to_text(html).split("\n"))
    assert new_words(plain, html).text == "Yes, twice."


def test_folded_lines_are_counted() -> None:
    words = new_words(f"{WORDS}\n\n{ATTRIBUTIONS['gmail-en']}\n\n{QUOTED}\n\n-- \nKim\n")
    assert words.folded_lines == 5
    assert words.confidence >= 0.9


def test_interleaved_answers_keep_what_they_answer() -> None:
    text = "> Which light?\n\nThe red one.\n\n> Since when?\n\nMonday."
    words = new_words(f"{ATTRIBUTIONS['thunderbird-de']}\n{text}\n\n> Regards\n")
    assert words.text == text
    assert words.confidence < 0.8


def test_an_empty_answer_shows_everything() -> None:
    text = f"{ATTRIBUTIONS['gmail-en']}\n\n{QUOTED}"
    words = new_words(text)
    assert words.text == text
    assert words.folded_lines == 0
    assert words.confidence < 0.5


KEPT = [
    "Cheers for the quick answer.\nThanks,\nbut the second unit still fails.",
    "On Monday our technician wrote: the router is broken.\nPlease help.",
    "Please book:\n\nFrom: Lisbon\nTo: Porto\nDate: 5 May 2025\n\nThank you",
    "Bom dia,\n\nDe: Lisboa\nPara: Porto\nData: 5 de maio\nPassageiros: 2\n\nObrigado",
    "Von: Berlin\nAn: Hamburg\nDatum: 5. Mai\nBitte buchen.",
    "First.\n\n---\n\nSecond.\n\n***\n\nThird.\n\n____\n\nFourth.",
    "I see this:\n\n----- ERROR -----\nFrom: module X\nCode: 5\n\nWhat is it?",
    "2025-05-06 09:14:22 ERROR bob@x.example: failed\n2025-05-06 09:14:23 ERROR: again\nWhat now?",
    "May 29 11:58:43 host kernel: Linux (build@host.example) #42 Fri Apr 17 01:57:59\nKERNEL cpus:\n  Intel",
    "My colleague asked on 5 May 2025 at 9:14:\n- how does it work?\n- when?",
    "As you wrote on 5 May 2025 at 9:14:\nplease send the bill. Here it is.",
    "Wie Sie am 5. Mai 2025 um 9:14 schrieben:\nbitte schicken. Hier ist es.",
    "On 5 May 2025 at 9:14 you wrote:\nplease send the bill.\n\nHere it is.",
    "My colleague bob@example.com wrote:\nThe router is broken.\n\nCan you help?",
    "Bob wrote:\n\nthe router is broken. I agree with him.",
    "I got the parcel\nsent from my office",
    "The goods were fine.\n\nSent from the machine room without a note.",
    "Hola,\nEste correo es para informarles que mi router no funciona.\nGracias",
    "Hello,\nThis email contains my order: 5 routers.\nThanks",
    "Vorsicht: Das Gerät brennt!\n\nBitte kommen Sie schnell.",
    "Steps:\n- click the button above this line\n- then restart\n\nIt does not work.",
    "## Key Points ##\n\nPerformance improved.\n\n## Next ##\n\nMore text.",
    "The price is\n> 100 EUR\nand that is too much.",
    "a | b\n--|--\n1 | 2\nIs the table right?",
    "Items\n\n-----\n\nRouter 5 EUR\nSwitch 7 EUR",
    "Le 6 mai 2025 à 09:14 le routeur est tombé :\nplus rien.",
    "2025年5月6日 9:14 に壊れました:\n動きません。",
    "Zitat von Goethe:\nMehr Licht!",
    "Did it work?\n\n- Yes",
    "Please forward this to sales:\nI want 5 routers.",
    "-- \nMy whole text is below a delimiter.",
    "Hello\n--\n" + "\n".join(f"sentence {i} of my long letter" for i in range(60)),
]


@pytest.mark.parametrize("text", KEPT)
def test_words_that_look_like_a_quote_or_signature_are_kept(text: str) -> None:
    words = new_words(text)
    assert bare(words.text) == bare(text)
    assert words.folded_lines == 0


@pytest.mark.parametrize(
    "cover", ["See my answers in red.", "Siehe unten.", "Respondi abaixo, obrigado", "Voir ci-dessous."]
)
def test_answers_inside_an_unmarked_quote_are_not_hidden(cover: str) -> None:
    text = f"{cover}\n\n{HEADERS['outlook-en']}\n\nDid you restart?\nYes, twice."
    words = new_words(text)
    assert (words.text, words.folded_lines) == (text, 0)
    assert words.confidence < 0.5


@pytest.mark.parametrize("name", ["-Kim", "— Kim Customer", "-Ana Silva"])
def test_name_after_a_dash(name: str) -> None:
    assert new_words(f"{WORDS}\n\n{name}", author="Kim Customer").text == WORDS


def test_other_quote_marks() -> None:
    assert new_words(f"{WORDS}\n\n＞ 再起動しましたか。\n＞ よろしく").text == WORDS
    assert new_words(f"{WORDS}\n\n&gt; Did you restart?\n&gt; Regards").text == WORDS


def test_header_lines_that_a_gateway_joined() -> None:
    joined = "From: Acme <s@acme.example> Sent: Monday, May 5, 2025 9:14 AM To: Kim Subject: Router"
    assert new_words(f"{WORDS}\n\n{joined}\n\n{OLD}").text == WORDS


def test_groupwise_and_notes() -> None:
    assert new_words(f"{WORDS}\n\n>>> Acme <s@acme.example> 06/05/2025 09:14 >>>\n{OLD}").text == WORDS
    notes = "Acme Support\n<s@acme.example>\n06/05/2025 09:14\n\nTo\nkim@customer.example\ncc\n\nSubject\nRouter"
    assert new_words(f"{WORDS}\n\n{notes}\n\n{OLD}").text == WORDS


def test_a_first_mail_keeps_a_pasted_mail() -> None:
    text = f"Is this from you?\n\n{HEADERS['outlook-en']}\n\nYou won."
    assert new_words(text, subject="Strange", is_reply=False).text == text
    assert new_words(text, subject="AW: Strange", is_reply=False).text == "Is this from you?"


@pytest.mark.parametrize(
    ("subject", "nature"),
    [
        ("Re: Router", Nature.ANSWER),
        ("[Desk] AW: Router", Nature.ANSWER),
        ("Re[2]: Router", Nature.ANSWER),
        ("RES: Router", Nature.ANSWER),
        ("回复：路由器", Nature.ANSWER),
        ("Fwd: Router", Nature.FORWARD),
        ("WG: Router", Nature.FORWARD),
        ("ENC: Router", Nature.FORWARD),
        ("RV: Router", Nature.FORWARD),
        ("TR : Router", Nature.FORWARD),
        ("Re: Fwd: Router", Nature.ANSWER),
        ("Router: broken", Nature.FIRST),
        ("", Nature.FIRST),
    ],
)
def test_nature_by_subject(subject: str, nature: Nature) -> None:
    assert nature_of(subject, False) is nature


def test_a_forward_is_content() -> None:
    text = f"Please help.\n\n{HEADERS['outlook-en']}\n\n{OLD}\n\n-- \nAna"
    words = new_words(text, subject="FW: Router")
    assert (words.text, words.folded_lines) == (text, 0)


def test_words_of_the_tables_are_casefolded() -> None:
    for module in (quote_words, footer_words):
        for name, table in vars(module).items():
            if isinstance(table, tuple | frozenset):
                assert not [word for word in table if word != word.casefold()], name
    assert not [label for label in LABELS if label != label.casefold()]


# -- laws --------------------------------------------------------------------------------------------------------

WORD = st.text(st.characters(categories=["L"], max_codepoint=0x24FF), min_size=1, max_size=12)
SENTENCE = st.lists(WORD, min_size=2, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
MARKED = st.lists(SENTENCE, min_size=1, max_size=6).map(
    lambda lines: "\n".join(["Qzqz 7 begins.", *lines, "Qzqz 9 ends."])
)
BELOW = st.one_of(
    st.sampled_from(sorted(ATTRIBUTIONS.values())).map(lambda line: f"{line}\n\n{QUOTED}"),
    st.sampled_from(sorted(HEADERS.values())).map(lambda block: f"{block}\n\n{OLD}"),
    st.sampled_from(sorted(SEPARATORS.values())).map(lambda line: f"{line}\n{HEADERS['outlook-en']}\n\n{OLD}"),
    st.sampled_from(sorted(DEVICES)),
    st.just("-- \nKim Customer\nAcme Street 5"),
)


@given(MARKED, st.lists(BELOW, max_size=3))
def test_marked_words_survive_every_template(words: str, below: list[str]) -> None:
    shown = new_words("\n\n".join([words, *below]))
    assert words in shown.text


@given(MARKED, BELOW)
def test_reading_the_view_again_keeps_the_words(words: str, below: str) -> None:
    once = new_words(f"{words}\n\n{below}").text
    assert bare(words) in bare(new_words(once).text)


PIECES = [
    "",
    "> a",
    ">",
    "--",
    "From: a@b.example",
    "Sent: 1",
    "To: c",
    "Subject: d",
    "-----",
    "____",
    "wrote:",
    ">:",
    "<",
    "=",
    "\ue000",
    "\u200e",
    "On 6 May 2025 at 9:14 Ana <a@b.example> wrote:",
    "Sent from my iPhone",
    "##- x -##",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Words.",
    "",
]
LINES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=25).map("\n".join)


@settings(max_examples=300)
@given(LINES, st.sampled_from(["", "Re: x", "Fwd: x"]), st.booleans())
def test_never_empty_when_the_text_is_not(text: str, subject: str, is_reply: bool) -> None:
    words = new_words(text, f"<div>{text}</div>", subject=subject, is_reply=is_reply, author="Ana")
    assert bool(words.text.strip()) == bool(text.strip())
    assert 0 <= words.confidence <= 1
    assert words.folded_lines >= 0


@settings(max_examples=200)
@given(LINES)
def test_only_lines_of_the_mail_are_shown_and_in_order(text: str) -> None:
    shown = [line.strip() for line in new_words(text).text.split("\n") if line.strip()]
    rest = iter(line.strip() for line in text.split("\n"))
    assert all(line in rest for line in shown)


MEBIBYTE = 1 << 20
HOSTILE = {
    "one long line": "a" * MEBIBYTE,
    "marks": ">" * MEBIBYTE,
    "marked lines": ">\n" * (MEBIBYTE // 2),
    "dashes": "-" * MEBIBYTE,
    "empty lines": "\n" * MEBIBYTE,
    "one endless attribution": "On " + "a " * (MEBIBYTE // 2) + "wrote:",
    "attributions": "On 1 wrote:\n" * (MEBIBYTE // 12),
    "labels": "a:\n" * (MEBIBYTE // 3),
    "recipients": "From: a@b\nTo: a,\n" + "a,\n" * (MEBIBYTE // 3),
    "blocks": "--- x ---\nFrom: a\n" * (MEBIBYTE // 18),
    "delimiters": "--\n" * (MEBIBYTE // 3),
    "devices": "Sent from my iPhone\n" * (MEBIBYTE // 20),
    "angles": "<\n" * (MEBIBYTE // 2),
    "invisible": "\u200b\u00a0é" * (MEBIBYTE // 6),
    "addresses": "a@b<" * (MEBIBYTE // 4) + ":",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mebibyte_of_anything_is_read_at_once(name: str) -> None:
    new_words("warm up")
    begun = time.process_time()
    new_words(HOSTILE[name])
    # SEC-55 asks for 200 ms; a busy machine gets twice that before the test fails
    assert time.process_time() - begun < 0.4


def test_a_mebibyte_of_signature_containers() -> None:
    html = '<div id="Signature">' * (MEBIBYTE // 20)
    begun = time.process_time()
    new_words("x", html)
    assert time.process_time() - begun < 0.4
