"""Ticket numbers of a helpdesk that was here before, as they still stand in the subjects of replies.

Finds the old number by a pattern of the operator's, for as long as he says; the store knows which ticket it is now. An
old number is no secret and proves nothing: only who belongs to the ticket is taken for its customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import re2

from maild.domain.address import fold

MAX_SUBJECT = 2000
"""Characters of a subject that are looked at."""

MAX_FOUND = 3
"""Old numbers looked up of one subject; the last ones, which is where replies keep them."""

MAX_NUMBER = 60
"""Characters of an old number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """One former helpdesk: `subject` is an RE2 pattern whose only group is the old number. Raises ValueError."""

    name: str
    subject: str
    until: date | None = None
    _compiled: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        options = re2.Options()
        options.log_errors = False
        try:
            compiled = re2.compile(self.subject, options=options)
        except re2.error as error:
            raise ValueError(f"RE2 refuses {self.subject!r}: {error}") from None
        if compiled.groups != 1:
            raise ValueError("write a pattern with one group, the old number, such as \\[Ticket#([0-9]+)\\]")
        object.__setattr__(self, "_compiled", compiled)

    def keys(self, subject: str, day: date) -> Iterator[str]:
        """Under which keys the store may know the old numbers of this subject, the last one first."""
        if self.until is not None and day > self.until:
            return
        found = [match[1] for match in self._compiled.finditer(subject[:MAX_SUBJECT]) if match[1]]
        for number in reversed(found[-MAX_FOUND:]):
            if len(number) <= MAX_NUMBER:
                yield former_key(self.name, number)


def former_key(name: str, number: str) -> str:
    """The key of an old number. It can be no Message-ID, which stands in angle brackets."""
    return f"former {fold(name)} {fold(number.strip())}"
