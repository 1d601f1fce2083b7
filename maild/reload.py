"""Rules read anew while the daemon runs: on SIGHUP, and whenever a rule file has changed.

New rules come into force whole or not at all: with a fault in any file the old ones stay. Never touches a mail in hand,
and never any other part of the configuration.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from maild.config.rule_files import Stamp, read_rule_files, rule_paths, stamp
from maild.errors import ConfigError
from maild.rules.examples import check_examples
from maild.rules.known import KnownNames
from maild.rules.loader import load_all
from maild.rules.model import Rulebook

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How often the files are looked at: costs a few `stat` calls, and whoever writes a rule can try it at once."""

Refusal = Callable[[tuple[str, ...]], Awaitable[None]]


class RuleWatch:
    """Keeps the rules in force equal to those in the files. `use` is given each new rulebook.

    `refused` is called once for each state of the files that cannot be used, with every fault.
    """

    def __init__(
        self, place: Path, *, known: KnownNames, use: Callable[[Rulebook], None], refused: Refusal | None = None
    ) -> None:
        self._place = place
        self._known = known
        self._use = use
        self._refused = refused
        self._seen = self._stamp()
        self._asked = asyncio.Event()
        self.faults: tuple[str, ...] = ()
        """Why the rules in the files are not those in force; empty when they are."""

    def ask(self) -> None:
        """Read the files at the next opportunity, changed or not."""
        self._asked.set()

    async def look(self) -> bool:
        """Read the files if they have changed or somebody asked; whether new rules came into force."""
        found = await asyncio.to_thread(self._stamp)
        if found == self._seen and not self._asked.is_set():
            return False
        self._asked.clear()
        # The stamp from before reading: what is written meanwhile is found at the next look
        self._seen = found
        try:
            rulebook = await asyncio.to_thread(read_rules, self._place, self._known)
        except ConfigError as error:
            await self._refuse(tuple(error.problems))
            return False
        self._use(rulebook)
        self.faults = ()
        log.info("rules read anew: %d rules are in force", len(rulebook.rules))
        return True

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop`."""
        while not stop.is_set():
            await self.look()
            waiting = [asyncio.ensure_future(event.wait()) for event in (stop, self._asked)]
            try:
                await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for waiter in waiting:
                    waiter.cancel()

    async def _refuse(self, faults: tuple[str, ...]) -> None:
        told = faults == self.faults
        self.faults = faults
        if told:
            return
        for fault in faults:
            log.error("rules refused, the old ones stay in force: %s", fault)
        if self._refused is not None:
            await self._refused(faults)

    def _stamp(self) -> Stamp:
        return stamp(rule_paths(self._place))


def read_rules(place: Path, known: KnownNames) -> Rulebook:
    """The rules in the files of a configuration; raises ConfigError with every fault, failed examples included.

    Stricter than a start, which has no old rules to fall back on and so does not ask the examples.
    """
    rulebook = load_all(read_rule_files(rule_paths(place), place=place), known=known)
    if failed := check_examples(rulebook):
        raise ConfigError(list(failed))
    return rulebook
