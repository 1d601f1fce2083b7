"""Golden mails: `<room>/NNN-name.eml` is read, and `NNN-name.toml` beside it says what must come out.

The keys are the names that `maild inspect --json` prints; inside tables and lists of tables only the stated names are
compared. A suffix changes the comparison:

    subject = "Hello"                   equals
    from.address = "ana@example.org"    only that name of the object
    attachments = [{filename = "a"}]    as many, in this order, each with at least these facts
    text_contains = ["one", "two"]      each is in the text (or the list)
    text_not_contains = ["three"]       none is
    text_starts / text_ends = "..."     the text begins or ends so
    text_any = ["Hello", "Hello."]      equals one of these
    attachments_count = 2               length of text or list
    [given]                             own = ["..."], mail_from = "<>": what the reader is told beside the octets
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from maild.ingest.inspection import facts
from maild.ingest.parse import read

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.toml"))


def _fits(wanted: object, found: object) -> bool:
    """Equality that looks only at the stated names of tables."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(k in found and _fits(v, found[k]) for k, v in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(_fits(w, f) for w, f in zip(wanted, found, strict=True))
        )
    return bool(wanted == found)


def _within(wanted: object, found: object) -> bool:
    if isinstance(found, list):
        return any(_fits(wanted, one) for one in found)
    return str(wanted) in str(found or "")


def _each(wanted: object) -> list[object]:
    return wanted if isinstance(wanted, list) else [wanted]


COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "_not_contains": lambda wanted, found: not any(_within(w, found) for w in _each(wanted)),
    "_contains": lambda wanted, found: all(_within(w, found) for w in _each(wanted)),
    "_starts": lambda wanted, found: str(found).startswith(str(wanted)),
    "_ends": lambda wanted, found: str(found).endswith(str(wanted)),
    "_any": lambda wanted, found: any(_fits(w, found) for w in _each(wanted)),
    "_count": lambda wanted, found: isinstance(found, (list, str)) and len(found) == wanted,
}


def _holds(key: str, wanted: object, found: dict[str, object]) -> tuple[bool, object]:
    if key in found:
        return _fits(wanted, found[key]), found[key]
    for suffix, comparison in COMPARISONS.items():
        name = key.removesuffix(suffix)
        if name != key and name in found:
            return comparison(wanted, found[name]), found[name]
    raise AssertionError(f"{key}: no such name in the answer of `maild inspect`")


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_golden_mail_is_read_as_told(case: Path) -> None:
    expected = tomllib.loads(case.read_text(encoding="utf-8"))
    given = expected.pop("given", {})
    assert expected, "a golden mail without expectations proves nothing"
    reverse_path = given.get("mail_from")
    message = read(
        case.with_suffix(".eml").read_bytes(),
        own=frozenset(given.get("own", [])),
        reverse_path=None if reverse_path is None else reverse_path.strip("<>"),
    )
    found = facts(message, file=case.stem)
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    failures = []
    for key, wanted in expected.items():
        holds, value = _holds(key, wanted, found)
        if not holds:
            failures.append(f"{key}: wanted {wanted!r}\n   found {value!r}")
    assert not failures, "\n".join(failures)


def test_every_golden_mail_has_expectations() -> None:
    mails = {p.with_suffix("") for p in HERE.glob("*/*.eml")}
    assert mails == {p.with_suffix("") for p in CASES}
