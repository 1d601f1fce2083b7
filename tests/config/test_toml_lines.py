"""A fault is told with the line of the very key, however the file is laid out."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config.rule_files import lines_in
from maild.config.toml_lines import line_of, lines_of
from maild.errors import ConfigError
from maild.rules.known import KnownNames
from maild.rules.loader import load_all

FILE = """\
# rules of the desk
[desk]
name = "[[rule]]"

[[rule]]
name = "one" # when = { x }
when = { subject = ["a # b", 'c'], any = [
    { from = "x@y.example" },
    { body = "]", not = { text = "}" } },
] }
then = { tag = "t" }

[[rule]]
name = "two"
then.note = \"\"\"
[[rule]]
name = "three"
\"\"\"
then.tag = "x"
[rule.when]
"new_words" = "hello"
header."X-Queue" = "a"
[[rule.example]]
mail = { subject = "s" }
[[rule.example]]
expect.tag = "x"
[rule.example.mail]
subject = "t"
"""

SECTIONS = """\

[[sla]]
name = "one"

[[ sla ]] # the second
name = "two"
[[sla.step]]
after = 1
[[sla.step]]
after = 2
[sla.step.then]
tag = "x"
[[team]]
"""


@pytest.mark.parametrize(
    ("number", "key", "line"),
    [
        (1, "", 5), (1, "name", 6), (1, "when", 7), (1, "when.subject", 7), (1, "when.any", 7),
        (1, "when.any[1].from", 8), (1, "when.any[2].body", 9), (1, "when.any[2].not.text", 9), (1, "then.tag", 11),
        (1, "on", 5), (2, "", 13), (2, "name", 14), (2, "then.note", 15), (2, "then.tag", 19), (2, "when", 20),
        (2, "when.new_words", 21), (2, "when.header.X-Queue", 22), (2, "example 1", 23),
        (2, "example 1.mail.subject", 24),
        (2, "example 2.expect.tag", 26), (2, "example 2.mail.subject", 28), (2, "when.nothing[3]", 20), (3, "name", 0),
    ],
)  # fmt: skip
def test_each_key_of_a_rule_has_its_line(tmp_path: Path, number: int, key: str, line: int) -> None:
    assert tomllib.loads(FILE)["rule"]
    path = tmp_path / "rules.toml"
    path.write_text(FILE)
    assert lines_in([path])(str(path), number, key) == line


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("desk", 2), ("desk.name", 3), ("desk.zone", 2), ("sla[1]", 30), ("sla", 30), ("sla[2].name", 34),
        ("sla[2].step[1].after", 36), ("sla[2].step[2].after", 38), ("sla[2].step[2].then.tag", 40),
        ("sla[1].step[1]", 30), ("team[1].name", 41), ("team[2].name", 0), ("team", 41), ("nothing", 0), ("", 0),
    ],
)  # fmt: skip
def test_keys_of_all_sections_have_their_lines(key: str, line: int) -> None:
    text = FILE + SECTIONS
    assert tomllib.loads(text)["sla"]
    assert line_of(lines_of(text), key) == line


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(FILE.replace("from =", "form =").replace('subject = "t"', 'subjekt = "t"').replace("[desk]", "[x]"))
    tables = tomllib.loads(path.read_text())["rule"]
    with pytest.raises(ConfigError) as caught:
        load_all([(str(path), tables)], known=KnownNames(), line_of=lines_in([path]))
    told = [problem.removeprefix(str(path)) for problem in caught.value.problems]
    assert [fault.partition(";")[0] for fault in told] == [
        ":8: rule 'one': when.any[1].form: no such key",
        ":28: rule 'two': example 2: mail.subjekt: no such key",
    ]


KEYS = st.sampled_from(["a", "b", '"c d"', "e.f"])
VALUES = st.recursive(
    st.sampled_from(["1", '"x"', "'#'", '"\\""', "true", '"""a\nb"""', "'''[[rule]]\n'''"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ", # c\n".join(items) + "\n]"),
        inner.map(lambda item: f"{{ k = {item} }}"),
    ),
    max_leaves=6,
)  # fmt: skip


@given(st.lists(st.lists(st.tuples(KEYS, VALUES), max_size=3, unique_by=lambda pair: pair[0]), min_size=1, max_size=4))
def test_the_walk_finds_every_rule_and_key_whatever_stands_between(rules: list[list[tuple[str, str]]]) -> None:
    text, wanted = "", {}
    for number, pairs in enumerate(rules, 1):
        wanted[f"rule[{number}]"] = text.count("\n") + 1
        text += "[[rule]]\n"
        for key, value in pairs:
            wanted[f"rule[{number}].{key.strip(chr(34))}"] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    tomllib.loads(text)
    found = lines_of(text)
    assert {place: found.get(place) for place in wanted} == wanted
