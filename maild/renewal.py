"""What a running desk works by, made anew from its files and put in force between two causes.

People, rules, calendars, policies, limits and templates change so; what a door or a connection was opened with waits
for the next start, and is named. Never closes or opens anything.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from maild import config as configuration
from maild.app import App, assemble, rulebook_of
from maild.clock.edited import claim
from maild.config.difference import differences, restart_only
from maild.config.load import cross_check
from maild.config.versions import collect, digest, standing, undisturbed
from maild.desk.ports import UnitOfWork
from maild.domain.commands import TellRefusal
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.errors import ConfigError
from maild.oddities import oddities
from maild.outbound.check import check_templates
from maild.rules.examples import check_examples

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What is to come into force. `waiting` are the changes that wait for the next start."""

    fresh: App
    digest: str
    waiting: tuple[str, ...]
    odd: tuple[str, ...]
    """What is odd about it although it has no fault."""

    @property
    def answer(self) -> str:
        """What `maild apply` and `maild history` tell of it."""
        return f"works by it, but these need a restart: {'; '.join(self.waiting)}" if self.waiting else ""


def read_anew(app: App) -> Renewal:
    """Read and check the files of a running desk; raises ConfigError with every fault.

    Stricter than a start, which has nothing to fall back on: examples must hold, and templates must render.
    """
    assert app.place is not None
    with undisturbed(app.place):
        return _read_anew(app, app.place)


def _read_anew(app: App, place: Path) -> Renewal:
    source = standing(place)
    files = collect(place)
    new = configuration.load(source, year=app.now().year)
    config = restart_only(app.config, new)
    waiting = differences(config, new)
    if problems := cross_check(config):
        raise ConfigError([f"{problem} (as long as the daemon is not started again)" for problem in problems])
    rulebook = rulebook_of(config, source)
    problems = list(check_examples(rulebook))
    if config.templates:
        problems += check_templates(source.parent / config.templates)
    if problems:
        raise ConfigError(problems)
    fresh = assemble(
        config, app.folder, tokens=app.tokens, rulebook=rulebook, store=app.store, now=app.now, place=place
    )
    return Renewal(
        fresh=fresh,
        digest=digest(files),
        waiting=tuple(change.sentence for change in waiting),
        odd=oddities(config, rulebook),
    )


async def put_in_force(app: App, renewal: Renewal) -> None:
    """Let the desk work by it from the next cause on; the clock takes edited policies to the open tickets."""
    # In the thread that writes, where every cause is decided: none can see half of it
    await app.store.writer.run_async(lambda uow: _become(uow, app, renewal.fresh))
    await app.store.versions.answered(renewal.digest, renewal.answer, now=app.now())
    for one in renewal.odd:
        log.warning("odd in the configuration: %s", one)
    for one in renewal.waiting:
        log.warning("changed in the configuration, in force at the next start: %s", one)


async def catch_up(app: App) -> None:
    """At start: policies may have been edited while nobody worked."""
    await app.store.writer.run_async(lambda uow: claim(uow, app.desk, now=app.now()))


async def refuse(app: App, faults: tuple[str, ...]) -> None:
    """Tell the operator, and let `maild apply` and `maild history` tell, why the files are not in force."""
    assert app.place is not None
    intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="files"), commands=(TellRefusal(faults=faults),))
    now = app.now()
    cause = Cause(key=f"refusal:{now.isoformat()}")
    await app.store.writer.run_async(lambda uow: app.desk.run(uow, intent, cause=cause, now=now))
    try:
        found = digest(collect(app.place))
    except ConfigError:
        return
    await app.store.versions.answered(found, f"refused, the old one stays in force: {faults[0]}", now=app.now())


def _become(uow: UnitOfWork, app: App, fresh: App) -> None:
    app.desk.become(fresh.desk)
    app.pipeline.become(fresh.pipeline)
    app.renderer.become(fresh.renderer)
    claim(uow, app.desk, now=app.now())
