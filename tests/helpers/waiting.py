"""How long a test waits for somebody else, and waiting for a process where nothing tells of what it does."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds, far more than anything takes: a machine with much to do is slow, and only what hangs needs longer."""


def wait_until(true: Callable[[], object], *, otherwise: Callable[[], str]) -> None:
    """Ask until it is true; raises RuntimeError with what `otherwise` says when it never becomes so."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise())
        time.sleep(0.02)  # it is another program's doing: there is nothing that could be waited on
