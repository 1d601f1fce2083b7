"""One line of the doctor's report: what was looked at, how it is, and what to do about it.

Holds words only. Never looks at anything itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is. Only a FAULT keeps mail or the daemon from working."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing; may be meant so."""
    WARNING = "warning"
    """Works, but not well or not for long."""
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`about` names the thing, `text` tells how it is, `do` what to do; "" where nothing is to be done."""

    verdict: Verdict
    about: str
    text: str
    do: str = ""


def ok(about: str, text: str) -> Finding:
    """As it should be."""
    return Finding(verdict=Verdict.OK, about=about, text=text)


def note(about: str, text: str, do: str = "") -> Finding:
    """Worth knowing."""
    return Finding(verdict=Verdict.NOTE, about=about, text=text, do=do)


def warning(about: str, text: str, do: str) -> Finding:
    """Not well, or not for long."""
    return Finding(verdict=Verdict.WARNING, about=about, text=text, do=do)


def fault(about: str, text: str, do: str) -> Finding:
    """Does not work."""
    return Finding(verdict=Verdict.FAULT, about=about, text=text, do=do)


def has_fault(findings: Iterable[Finding]) -> bool:
    """Whether something does not work."""
    return any(finding.verdict is Verdict.FAULT for finding in findings)
