"""What an operation is, and the registry of all of them.

An operation is declared once, beside its code; mail orders, rule actions, the command line and the portal find it
here by its word. Never runs one: that is the executor's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any, TypeVar

from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.intent import Command

C = TypeVar("C", bound=Command)


class Surface(Flag):
    """By which ways an operation can be asked for."""

    MAIL = auto()
    PORTAL = auto()
    CLI = auto()
    RULE = auto()
    CLOCK = auto()
    INSIDE = auto()
    """Only by other parts of maild."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the desk can do. `word` is its name in mails (`#close`), rules and on the command line."""

    word: str
    command: type[Command]
    act: Act
    surfaces: Surface
    perform: Callable[[Work, Any], None]


OPERATIONS: dict[type[Command], Operation] = {}
"""Every operation by its command; filled by the modules in `desk.ops`."""


def operation(
    word: str, command: type[C], *, needs: Act, surfaces: Surface
) -> Callable[[Callable[[Work, C], None]], Callable[[Work, C], None]]:
    """Declare the decorated function as the operation that carries out `command`."""

    def declare(perform: Callable[[Work, C], None]) -> Callable[[Work, C], None]:
        if command in OPERATIONS or any(o.word == word for o in OPERATIONS.values()):
            raise ValueError(f"operation {word} is declared twice")
        OPERATIONS[command] = Operation(word, command, needs, surfaces, perform)
        return perform

    return declare
