"""HTML as text: what a reader would see, line by line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.markup import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>World</p>", "Hello\n\nWorld"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("Hello \n  <b> big </b>\n world", "Hello big world"),
        ("x<b>y</b>z", "xyz"),
        ('<p class="MsoNormal">a<o:p></o:p></p><p class="MsoNormal">b</p>', "a\nb"),
        ('<p style="margin:0">a</p><p style="margin:0">b</p>', "a\nb"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("before<hr>after", "before\n________________________________\nafter"),
        ("a &amp; b &lt;c&gt; &eacute;", "a & b <c> é"),
        ("<q>so</q>", "“so”"),
        ("日本\u3000語", "日本\u3000語"),
        ("<p>\u00a0</p><p>x</p>", "x"),
        ("<pre>\n a  b\n\tc</pre>d", " a  b\n\tc\n\nd"),
        ('<span style="white-space: pre-wrap">a\n  b</span>', "a\n  b"),
        ("<!-- no --><!--[if mso]>no<![endif]-->yes<![if !mso]> too<![endif]>", "yes too"),
        ("<style>p{}</style><title>no</title><script>no</script>yes", "yes"),
    ],
)
def test_lines_are_where_a_browser_has_them(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://a.example/x?b=1&amp;c=2">the page</a>', "the page <https://a.example/x?b=1&c=2>"),
        ('<a href="https://a.example/">https://a.example</a>', "https://a.example"),
        ('<a href="https://www.a.example">a.example</a>', "a.example"),
        ('<a href="mailto:ana@a.example">ana@a.example</a>', "ana@a.example"),
        ('<a href="mailto:ana@a.example">Ana</a>', "Ana <mailto:ana@a.example>"),
        ('<a href="tel:+351213456789">call</a>', "call <tel:+351213456789>"),
        ('<a href="#top">up</a> <a href="javascript:x()">no</a> <a name="x">y</a>', "up no y"),
        ('<a href="https://a.example"></a>x', "x"),
        ('<a href="https://a.example"><img src="cid:1" alt="Logo"></a>', "[Logo] <https://a.example>"),
        ('<a href="https://a.example"><p>block</p></a>after', "block <https://a.example>\n\nafter"),
        ('Hi <a href="https://a.example">there</a>, Ana', "Hi there <https://a.example>, Ana"),
        ('<img src="cid:1" alt="a red light"> <img src="x"> <img alt="😀">', "[a red light] 😀"),
    ],
)
def test_link_targets_and_picture_words_are_kept(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ('<ol start="3"><li>c</li><li>d</li><li value="9">i</li></ol>', "3. c\n4. d\n9. i"),
        ("<ol><li><p>one</p></li><li>two<ul><li>deep</li></ul></li></ol>", "1. one\n2. two\n   - deep"),
        ("<dl><dt>term<dd>meaning</dl>", "term\n    meaning"),
        ("<table><tr><th>Name<th>Qty</tr><tr><td>Paper<td>3</tr></table>", "Name\tQty\nPaper\t3"),
        ("<table><tr><td><p>Paper</p></td><td><p>3</p></td></tr></table>", "Paper\t3"),
        (
            "<table><tr><td><div>a</div><div>b</div></td><td>c</td></tr></table>",
            "a\nb\nc",
        ),
        ("<table><tr><td><table><tr><td>in</td><td>side</td></tr></table></td></tr></table>", "in\tside"),
        ('<blockquote type="cite">a<blockquote type="cite">b</blockquote></blockquote>', "> a\n>\n> > b"),
        ('<blockquote class="gmail_quote">a<br><br>b</blockquote>c', "> a\n>\n> b\n\nc"),
        ("<blockquote>indented, not quoted</blockquote>", "indented, not quoted"),
    ],
)
def test_lists_tables_and_quotes_keep_their_shape(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">NO</div>',
        '<div style="DISPLAY : none !important">NO</div>',
        '<span style="visibility:hidden">NO</span>',
        '<span style="font-size:0px">NO</span>',
        '<span style="opacity:0">NO</span>',
        '<div style="max-height:0;overflow:hidden">NO</div>',
        "<p hidden>NO</p>",
        '<input type="hidden" value="NO">',
        '<div style="display:none"><div style="display:block">NO</div></div>',
    ],
)
def test_hidden_words_are_left_out(hidden: str) -> None:
    assert to_text(f"<p>seen</p>{hidden}<p>too</p>") == "seen\n\ntoo"


@pytest.mark.parametrize(
    "shown",
    [
        '<td style="font-size:0"><div style="font-size:13px">YES</div></td>',
        '<div style="visibility:hidden"><b style="visibility:visible">YES</b></div>',
        '<div style="opacity:0.9;height:0.5em">YES</div>',
        '<div style="font-size:0.9em">YES</div>',
        '<div style="max-height:0">YES</div>',
    ],
)
def test_words_that_are_shown_after_all_are_kept(shown: str) -> None:
    assert "YES" in to_text(f"<p>seen</p>{shown}")


def test_when_all_is_hidden_all_is_shown() -> None:
    assert to_text('<div style="display:none">my only words</div>') == "my only words"


def test_text_without_a_tag_keeps_its_lines() -> None:
    assert to_text("Dear all,\n\n  a &amp; b") == "Dear all,\n\n  a & b"


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzäñжא語", min_size=1, max_size=8), min_size=1, max_size=12)
VISIBLE_TAGS = [
    "p",
    "div",
    "span",
    "b",
    "li",
    "ul",
    "ol",
    "td",
    "tr",
    "table",
    "blockquote",
    "h2",
    "a",
    "center",
    "font",
]


@given(words=WORDS, data=st.data())
@settings(deadline=None)
def test_no_visible_word_is_ever_lost_whatever_the_tags(words: list[str], data: st.DataObject) -> None:
    pieces = []
    for word in words:
        tag = data.draw(st.sampled_from(VISIBLE_TAGS))
        closing = data.draw(st.booleans())
        pieces.append(f"<{tag}> {word} " + (f"</{tag}>" if closing else ""))
    found = to_text("".join(pieces))
    assert [word for word in words if word not in found] == []


@given(st.text())
@settings(deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    assert isinstance(to_text(text), str)
    assert isinstance(to_text(f"<p>{text}<div>"), str)


FLOODS = {
    "nested": "<div>" * 100_000 + "x",
    "end tags that fit nothing": "<form><i>" * 50_000 + "</div>" * 50_000,
    "end tags at full depth": "<i>" * 590 + "</div>" * 50_000,
    "attributes": "<p " + "a=1 " * 200_000 + ">x",
    "entities": "&amp;" * 300_000,
    "comments": "<!--" * 300_000,
    "lines": "<pre>" + "\n" * 1_000_000,
    "links": '<a href="https://a.example">x' * 20_000,
    "cells": "<td>x" * 20_000,
    "lists": "<ol>" * 500 + "<li>x" * 20_000,
}


@pytest.mark.parametrize("flood", FLOODS)
def test_floods_cost_a_second_of_cpu_at_most(flood: str) -> None:
    begin = time.process_time()
    text = to_text(FLOODS[flood])
    # Nothing here takes a tenth of it; what this guards against takes half a minute.
    assert time.process_time() - begin < 3
    assert len(text) <= 3 * len(FLOODS[flood])
