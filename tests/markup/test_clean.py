"""HTML that is safe to show: attacks, floods, and what honest mails need (SEC-37, SEC-41, SEC-42, SEC-54)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from bleach._vendor import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.html_style import PROPERTIES, safe_style
from maild.markup import ATTRIBUTES, MAX_HTML, TAGS, clean, to_text

SCRIPT_URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java&#x09;script:alert(1)",
    "java&Tab;script&colon;alert(1)",
    "&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)",
    "&#0000106avascript:alert(1)",
    " \x01javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "file:///etc/passwd",
    "//evil.example/x",
    "/relative",
    "\\\\evil.example\\x",
    "blob:https://a.example/1",
    "view-source:https://a.example",
    "cid:\"onload='alert(1)",
    "jar:https://a.example!/x",
    "mhtml:https://a.example",
    "https:evil",
    "http:\u0000//x",
]
URL_PLACES = [
    '<a href="{}">x</a>',
    "<a href='{}'>x</a>",
    "<a href={}>x</a>",
    '<img src="{}">',
    '<img src=x:x srcset="{} 2x">',
    '<img lowsrc="{}" dynsrc="{}">',
    '<table background="{}"><tr><td background="{}">x</table>',
    '<body background="{}">x',
    '<iframe src="{}"></iframe>',
    '<embed src="{}">',
    '<object data="{}"></object>',
    '<form action="{}"><input type=submit formaction="{}"></form>',
    '<p style="background:url({})">x</p>',
    "<p style=\"background-image:url('{}')\">x</p>",
    '<link rel=stylesheet href="{}">',
    '<base href="{}"><a href="x">x</a>',
    '<meta http-equiv=refresh content="0;url={}">',
    '<svg><a xlink:href="{}"><text>x</text></a></svg>',
    '<svg><image href="{}"></svg>',
    '<math><maction xlink:href="{}">x</maction></math>',
    '<video poster="{}"><source src="{}"></video>',
    '<audio src="{}"></audio>',
    '<blockquote cite="{}">x</blockquote>',
    '<area href="{}">',
    '<a ping="{}" href="https://a.example">x</a>',
]
WHOLE = """
<script>alert(1)</script>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script/src=https://e.example/x.js></script>
<ScRiPt >alert(1)</sCrIpT>
<<script>alert(1)//<</script>
<img src=x onerror=alert(1)>
<img/src=x/onerror=alert(1)>
<img src="x" onerror  =  "alert(1)">
<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>">
<img src='cid:1' onload='alert(1)'>
<body onload=alert(1)>
<svg onload=alert(1)>
<svg/onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<svg><desc><img src=x onerror=alert(1)></desc></svg>
<svg><foreignObject><iframe src=x></iframe></foreignObject></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><set attributeName=href to=javascript:alert(1)>
<svg><use href="data:image/svg+xml,<svg id='x'>#x"></use></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math><mtext><mglyph><style><math><img src onerror=alert(1)></style></mglyph></mtext></math>
<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<noembed><img src="</noembed><img src=x onerror=alert(1)>">
<noframes><p title="</noframes><img src=x onerror=alert(1)>">
<xmp><p title="</xmp><img src=x onerror=alert(1)>">
<textarea><img src=x onerror=alert(1)></textarea>
<title><img src=x onerror=alert(1)></title>
<template><img src=x onerror=alert(1)></template>
<plaintext><img src=x onerror=alert(1)>
<select><style></select><img src=x onerror=alert(1)></style>
<table><caption><svg><title><table><td><img src=x onerror=alert(1)>
<style>@import 'https://e.example/x.css';</style>
<style>body{background:url(https://e.example/t.gif)}</style>
<!--<img src="--><img src=x onerror=alert(1)//">
<!--[if gte IE 4]><script>alert(1)</script><![endif]-->
<![CDATA[<img src=x onerror=alert(1)>]]>
<?xml version="1.0"?><script>alert(1)</script>
<p style="width:expression(alert(1))">x</p>
<p style="width:exp/**/ression(alert(1))">x</p>
<p style="-moz-binding:url(https://e.example/x.xml#a)">x</p>
<p style="behavior:url(x.htc)">x</p>
<p style="background:\\75rl(https://e.example)">x</p>
<p style="background:image-set('https://e.example/x' 1x)">x</p>
<p style="list-style:url(https://e.example)">x</p>
<p style="content:url(https://e.example);cursor:url(x),auto">x</p>
<p style="font-family:url(https://e.example)">x</p>
<p style="color:var(--x);--x:url(https://e.example)">x</p>
<p style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9">x</p>
<p style="@import url(https://e.example)">x</p>
<p style="color:red;}body{background:url(https://e.example)">x</p>
<p style="color:rgb(url(https://e.example))">x</p>
<a href="https://a.example" onclick=alert(1) onmouseover="alert(1)">x</a>
<a href="https://a.example" target="_self" rel="opener">x</a>
<a href="https://user:pass@evil.example/">bank.example</a>
<a id=location name=cookie href="https://a.example">x</a>
<img name=getElementById id=forms>
<form id=x><input name=attributes></form>
<details open ontoggle=alert(1)>x</details>
<marquee onstart=alert(1)>x</marquee>
<input autofocus onfocus=alert(1)>
<button formaction=javascript:alert(1)>x</button>
<isindex action=javascript:alert(1) type=image>
<keygen autofocus onfocus=alert(1)>
<object classid="clsid:0"><param name=movie value=x></object>
<applet code=x></applet>
<frameset><frame src=javascript:alert(1)></frameset>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<dialog open oncancel=alert(1)>x</dialog>
<div contenteditable onblur=alert(1)>x</div>
<div is="x-y" slot=z part=q>x</div>
<x onclick=alert(1)>x</x>
<x/**/onclick=alert(1)>x
<div/onmouseover='alert(1)'>x
<p\x0conclick=alert(1)>x</p>
<a\x0bonclick=alert(1)>x</a>
<p title="\u202egnp.exe">x\u202e</p>
<p title='"onmouseover="alert(1)'>x</p>
<p title="</p><script>alert(1)</script>">x</p>
<img alt="<img src=x onerror=alert(1)>">
<img alt="`onerror=alert(1)`" src="cid:`">
<a href="https://a.example/?x=<script>alert(1)</script>">x</a>
<font color="red\" onclick=alert(1)" face="url(x)">x</font>
<td width="100%;background:url(x)">x</td>
<ol type="url(javascript:alert(1))"><li>x</ol>
<a href="https://a.example"><a href="https://b.example">x</a></a>
<a><b></a><p><a><i></b></p></a></i>x
<table><tr><td><form><table><input></form>x</table>
<p><table><p><td></p>x</table></p>
<ruby><rt><rp><p>x</ruby>
<h1><h2>x</h1></h2>
<b><p><i><div></b></p></i></div>x
<pre>\n\n\nx</pre>
<pre>\r\n<b>\n</b>x</pre>
<div>\x00<\x00script>alert(1)</script></div>
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;script&amp;gt;
&#60script&#62alert(1)
<p>&#xD800;&#xFFFF;&#1114112;&nosuch;</p>
<p a='b\"c' style=\"color:red\"title=x>y</p>
<
</
<!
<!-
<a
<a href
<a href=
<a href="
""".strip().split("\n")

ATTACKS = WHOLE + [
    place.format(*[url] * place.count("{}")) for place, url in itertools.product(URL_PLACES, SCRIPT_URLS)
]


def elements(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """All elements, as a parser that has nothing to do with the cleaner sees them (html5lib, scripting on)."""
    tree: Any = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False, scripting=True)
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            yield element.tag, dict(element.attrib)


def assert_harmless(html: str, *, pictures: tuple[str, ...] = ("cid:",)) -> None:
    for tag, attributes in elements(html):
        assert tag in TAGS, tag
        for name, value in attributes.items():
            allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | ({"rel", "target"} if tag == "a" else set())
            assert name in allowed, (tag, name)
            if name == "href":
                assert value.strip().lower().startswith(("http://", "https://", "mailto:", "tel:")), value
                assert attributes["rel"] == "noopener noreferrer nofollow"
                assert attributes["target"] == "_blank"
            elif name == "src":
                assert value.startswith(pictures), value
            elif name == "style":
                assert not set(value) & set("\\@<>{}/*`"), value
                assert "url" not in value.lower().replace(" ", ""), value
                assert {d.partition(":")[0].strip() for d in value.split(";") if d.strip()} <= PROPERTIES
    assert not any("\u202a" <= letter <= "\u202e" for letter in html)


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 500


@pytest.mark.parametrize("part", range(8))
def test_no_attack_leaves_anything_that_runs_or_fetches(part: int) -> None:
    for attack in ATTACKS[part::8]:
        for html in (attack, f"<p>before</p>{attack}<p>after</p>", f"<div title='{attack}'>{attack}</div>"):
            cleaned = clean(html)
            assert_harmless(cleaned)
            assert clean(cleaned) == cleaned, html


@pytest.mark.parametrize("part", range(4))
def test_the_second_gate_keeps_what_the_first_promised(part: int) -> None:
    for attack in ATTACKS[part::16]:  # each costs milliseconds there
        shown = clean(attack, lambda content_id: f"/picture/{len(content_id)}")
        assert_harmless(shown, pictures=("/picture/",))


PIECES = st.sampled_from([*"<>/=\"'&;- \n", "<!--", "-->", "<a ", "href=", "https://a.example", "style=", "color:red",
                          "<p>", "</p>", "<table>", "<td>", "<svg>", "<math>", "<style>", "</style>", "<b>", "<i>",
                          "</b>", "<pre>", "\n", "&lt;", "&amp;", "x", "é", "\u202e", "\0", "javascript:", "onload=",
                          "<img src=", "cid:1", "<li>", "<ul>", "<form>", "<select>", "<title>"])  # fmt: skip


@given(html=st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@settings(deadline=None, max_examples=300)
def test_cleaning_twice_changes_nothing(html: str) -> None:
    cleaned = clean(html)
    assert clean(cleaned) == cleaned
    assert_harmless(cleaned)


HONEST_TAGS = sorted(TAGS - {"br", "hr", "img", "wbr", "col"})


@given(words=st.lists(st.text("abcdefghäñжא語", min_size=1), min_size=1, max_size=10), data=st.data())
@settings(deadline=None)
def test_honest_words_survive_the_cleaning(words: list[str], data: st.DataObject) -> None:
    tags = [data.draw(st.sampled_from(HONEST_TAGS)) for _ in words]
    html = "".join(f"<{tag}>{word}</{tag}> " for tag, word in zip(tags, words, strict=True))
    shown = to_text(clean(html))
    assert [word for word in words if word not in shown] == []


def test_what_honest_mails_need_is_kept() -> None:
    html = (
        '<p style="color: red; font-size: 12px">Hi <b>Ana</b>, see '
        '<a href="https://a.example/?b=1&amp;c=2">this</a></p>'
        '<table border="1" width="100%"><tbody><tr><td colspan="2" bgcolor="#eeeeee" valign="top">cell</td>'
        '</tr></tbody></table><ol start="3"><li>three</li></ol><ul><li>dot</li></ul>'
        '<img src="cid:logo@a.example" alt="Logo" width="10">'
        '<blockquote type="cite">quoted</blockquote><a href="mailto:b@a.example">b</a><a href="tel:+351">t</a>'
    )
    cleaned = clean(html)
    for kept in ('style="color: red; font-size: 12px"', 'href="https://a.example/?b=1&amp;c=2"', 'border="1"',
                 'colspan="2"', 'bgcolor="#eeeeee"', 'valign="top"', 'start="3"', "<ul><li>dot</li></ul>",
                 'src="cid:logo@a.example"', 'alt="Logo"', "<blockquote", "mailto:b@a.example", "tel:+"):  # fmt: skip
        assert kept in cleaned


def test_hidden_words_stay_hidden() -> None:
    assert clean('<div style="display:none">preview</div>') == '<div style="display: none">preview</div>'


def test_pictures_get_their_url_and_others_become_words() -> None:
    html = '<img src="cid:a%40b.example"><img src="https://t.example/p.gif"><img src="cid:gone" alt="Chart">'
    shown = clean(html, {"a@b.example": "/v/1/picture/7"}.get)
    assert shown == '<img src="/v/1/picture/7">[image blocked]Chart'


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ('<a href="https://evil.example/x">www.bank.example</a>', "www.bank.example</a> [evil.example]"),
        ('<a href="https://evil.example/x">https://bank.example/login</a>', "login</a> [evil.example]"),
        ('<a href="https://bank.example@evil.example/">bank.example</a>', "bank.example</a> [evil.example]"),
        ('<a href="https://www.bank.example/x">bank.example</a>', "bank.example</a>"),
        ('<a href="https://t.example/c?u=1">Click here.</a>', "Click here.</a>"),
    ],
)
def test_a_link_that_names_another_host_says_its_own(link: str, told: str) -> None:
    assert clean(link, lambda content_id: None).endswith(told)


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ('color: RED ;; font-family:"A B", serif', "color: RED; font-family: 'A B', serif"),
        (
            "color:rgb(1, 2, 3);background-color:hsla(1,2%,3%,.5)",
            "color: rgb(1, 2, 3); background-color: hsla(1,2%,3%,.5)",
        ),
        ("width:calc(100% - 2px);color:red", "color: red"),
        ("border:1px solid rgb(1,2,3) x(2)", ""),
        ("position:absolute;z-index:3", ""),
        ("color:red" + " " * 3000, ""),
    ],
)
def test_styles_keep_looks_only(style: str, kept: str) -> None:
    assert safe_style(style) == kept
    assert safe_style(kept) == kept


FLOODS = {
    "nested": "<div>" * 100_000 + "x",
    "ampersands": "&" * 2_000_000,
    "links": "<a>" * 50_000,
    "reopened": "<b><p>" * 9_000,
    "attributes": "<p " + "a=1 " * 200_000 + ">x",
    "wrong ends": "<b></i>" * 9_000,
    "deep and long": "<div>" * 199 + "<p>x" * 15_000,
    "formatting": "<b><i>" * 95 + "<p>x</p>" * 9_000,
    "style": '<p style="' + "color:red;" * 100_000 + '">x',
    "too long": "<p>word</p>" * 100_000,
}


@pytest.mark.parametrize("flood", FLOODS)
def test_floods_are_bounded_in_time_and_size(flood: str) -> None:
    html = FLOODS[flood]
    begin = time.process_time()
    cleaned = clean(html)
    # Unbounded, the worst of them takes half a minute; here none takes half a second.
    assert time.process_time() - begin < 3
    assert len(cleaned) <= 3 * len(html) + 1_000
    assert clean(cleaned) == cleaned


def test_beyond_the_limits_the_words_are_shown_without_mark_up() -> None:
    html = "<p>a &lt; b</p>" * 30_000
    assert clean(html).startswith("<pre>a &lt; b\n\na &lt; b")
    assert len(clean("<p>x</p>" + " " * MAX_HTML)) < 30


def test_pre_that_only_looks_like_ours_is_cleaned() -> None:
    assert clean("<pre>&#x202e;x</pre>") == "<pre>x</pre>"
    assert clean("<pre>a</pre><script>x</script><pre>b</pre>") == "<pre>a</pre><pre>b</pre>"
