"""Named points at which a test may kill the process, as a power cut would.

For tests only: without the environment variable `MAILD_KILL_AT` a point does nothing and costs next to nothing.
"""

from __future__ import annotations

import os
import signal

_WANTED, _, _TIMES = os.environ.get("MAILD_KILL_AT", "").partition(":")
_left = int(_TIMES or 1)


def _nothing(name: str) -> None:
    """The point of a process that nobody wants to kill."""


def _kill(name: str) -> None:
    global _left  # noqa: PLW0603 - one count for the whole process is what the test asks for
    if name != _WANTED:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


reach = _kill if _WANTED else _nothing
"""Say that a point is reached. `MAILD_KILL_AT=before-data:3` kills at the third time that it is."""
