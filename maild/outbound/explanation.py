"""An explanation of a ticket put into words, in the reader's language: for agents' mails and for the command line.

Fills sentences of the word lists with what `desk.why` has found. Finds nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from maild.desk.why.telling import Why

When = Callable[[str], str]
"""Writes a moment, given as ISO 8601 in UTC, for the reader."""

WORDS_OF = {"metric": "metrics", "value": "priorities", "stage": "stages"}
"""Values of findings that are words of ours, and the list that has them in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A mail, a clock or a question to the rules: one line that names it, and (label, text) below."""

    head: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The whole explanation in words; `findings` are (question, answer)."""

    findings: tuple[tuple[str, str], ...]
    came: tuple[Entry, ...]
    left: tuple[Entry, ...]
    clocks: tuple[Entry, ...]
    asked: tuple[Entry, ...]


def why_context(why: Why) -> dict[str, Any]:
    """The explanation as plain JSON, as a notice keeps it."""
    found: dict[str, Any] = msgspec.to_builtins(why)
    return found


def told(words: Mapping[str, Any], why: Mapping[str, Any], when: When) -> Told:
    """The explanation, made by `why_context`, in the words of one language."""
    mine: Mapping[str, Any] = words["why"]
    return Told(
        findings=tuple((mine["abouts"][one["about"]], _finding(words, one, when)) for one in why["findings"]),
        came=tuple(_came(mine, one, when) for one in why["came"]),
        left=tuple(_left(mine, one, when) for one in why["left"]),
        clocks=tuple(_clock(words, one, when) for one in why["clocks"]),
        # a notice of an older release has none
        asked=tuple(_asked(mine, one, when) for one in why.get("asked", ())),
    )


def _finding(words: Mapping[str, Any], finding: Mapping[str, Any], when: When) -> str:
    mine = words["why"]
    kind, name = finding["by"]
    values = {key: _value(words, finding["about"], key, value, when) for key, value in finding["values"].items()}
    values["by"] = fill(mine["by"].get(kind, kind), name=name)
    return fill(mine["findings"][finding["code"]], **values)


def _value(words: Mapping[str, Any], about: str, key: str, value: str, when: When) -> str:
    if key in ("at", "due"):
        return when(value)
    if key == "value" and about != "priority":
        return value
    listed = words["why"]["stages"] if key == "stage" else words.get(WORDS_OF.get(key, ""), {})
    return str(listed.get(value, value))


def _came(mine: Mapping[str, Any], mail: Mapping[str, Any], when: When) -> Entry:
    labels = mine["labels"]
    outcome = mine["outcomes"].get(mail["outcome"], mail["outcome"])
    trust = mine["trust"].get(mail["trust"], mail["trust"])
    parts = ", ".join(f"{name} {points:+}" for name, points in mail["parts"].items())
    if trust and parts:
        trust = f"{trust} ({mail['score']}: {parts})"
    lines = [
        (labels["outcome"], f"{outcome}: {mail['reason']}" if mail["reason"] else outcome),
        (labels["sender"], "; ".join(filter(None, (trust, *mail["trust_reasons"])))),
        *((labels["thread"], line) for line in mail["thread"]),
        *((labels["rule"], line) for line in mail["rules"]),
    ]
    head = f"{when(mail['at'])}  {mail['sender'] or '-'}: {mail['subject'] or '-'}"
    return Entry(head=head, lines=tuple((label, text) for label, text in lines if text))


def _asked(mine: Mapping[str, Any], asked: Mapping[str, Any], when: When) -> Entry:
    trigger = mine["triggers"].get(asked["trigger"], asked["trigger"])
    lines = tuple((str(mine["labels"]["rule"]), line) for line in asked["rules"])
    return Entry(head=f"{when(asked['at'])}  {trigger}", lines=lines)


def _left(mine: Mapping[str, Any], mail: Mapping[str, Any], when: When) -> Entry:
    state = mine["sent"].get(mail["state"], mail["state"])
    if mail.get("left_at"):
        state = f"{state} {when(mail['left_at'])}"
    reason = f": {mail['reason']}" if mail["reason"] else ""
    return Entry(head=f"{when(mail['at'])}  {mail['name']} → {mail['recipient']}: {state}{reason}")


def _clock(words: Mapping[str, Any], clock: Mapping[str, Any], when: When) -> Entry:
    mine = words["why"]
    sentence = fill(
        mine["clock"],
        metric=words["metrics"].get(clock["metric"], clock["metric"]),
        cycle=str(clock["cycle"]),
        state=mine["clock_states"].get(clock["state"], clock["state"]),
        stage=mine["stages"].get(clock["stage"], clock["stage"]),
        used=str(clock["used"]),
        target=str(clock["target"]),
        policy=clock["policy"],
    )
    dates = [
        f"{mine['labels'][label]} {when(clock[key])}"
        for key, label in (("met_at", "met"), ("breached_at", "breached"), ("due_at", "due"))
        if clock[key] and not (key == "due_at" and (clock["met_at"] or clock["breached_at"]))
    ]
    lines = []
    for segment in clock["segments"]:
        counted = f"{segment['minutes']} min" if segment["running"] else mine["labels"]["not_counted"]
        lines.append((f"{when(segment['start'])} – {when(segment['end'])}", f"{counted}; {_cause(words, segment)}"))
    return Entry(head="; ".join((sentence, *dates)), lines=tuple(lines))


def _cause(words: Mapping[str, Any], segment: Mapping[str, Any]) -> str:
    """What began a segment: words of ours are translated, names of policies and the like stay."""
    causes: Mapping[str, str] = words["why"]["causes"]
    said = []
    for part in str(segment["cause"]).split(", "):
        known = next((cause for cause in causes if part == cause or part.startswith(cause + " ")), "")
        said.append(causes[known] + part[len(known) :] if known else part)
    return ", ".join(said)


def fill(text: str, **values: str) -> str:
    """A sentence with its gaps filled, once: what is filled in is never looked at again."""
    pieces = text.split("{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}")
        filled.append(str(values[name]) + rest)
    return "".join(filled)
