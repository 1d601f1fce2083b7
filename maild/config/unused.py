"""What a configuration has and nothing uses: calendars, policies, duty rosters, skills, answers, services, agents.

A sentence for each, with what to do. Says so only where it is certain; never refuses anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from maild.config.model import Config
from maild.config.service import Sla

Used = Mapping[str, Collection[str]]
"""The values that rules give to each action, by its key. A value that a mail fills in is `ANY`."""

ANY = "{}"


def unused(config: Config, used: Used) -> Iterator[str]:
    """A sentence for each section that nothing leads to, in the order of the file."""
    steps = [step for section in config.sla for step in section.step]
    told = {name for step in steps for name in step.tell}
    yield from _calendars(config)
    assigned = set(used.get("assign", ()))
    for roster in config.roster:
        if f"roster:{roster.name}" not in told and f"on duty {roster.name}" not in assigned:
            yield (
                f'roster {roster.name!r}: no rule assigns by it and no step tells it; write assign = "on duty '
                f'{roster.name}" in a rule, or tell = ["roster:{roster.name}"] in a step, or take it out'
            )
    yield from _policies(config.sla, used.get("sla", ()))
    for kind, sections in (("answer", config.answer), ("webhook", config.webhook)):
        for section in sections:
            if not {section.name, ANY} & set(used.get(kind, ())):
                use = f'write {kind} = "{section.name}" in one'
                yield f"{kind} {section.name!r}: no rule uses it; {use}, or take it out"
    yield from _agents(config, used, told)


def teams_of_steps(config: Config) -> frozenset[str]:
    """The teams that steps of escalation hand tickets to."""
    return frozenset(step.then.team for section in config.sla for step in section.step if step.then.team)


def _calendars(config: Config) -> Iterator[str]:
    used = {one.calendar for one in config.sla}
    used.update(one.calendar for one in config.mailbox)
    used.update(one.calendar for one in config.agent)
    for calendar in config.calendar:
        if calendar.name not in used:
            yield (
                f"calendar {calendar.name!r}: no policy, mailbox or agent works by it; write calendar = "
                f'"{calendar.name}" there, or take it out'
            )


def _policies(sections: Sequence[Sla], by_rules: Collection[str]) -> Iterator[str]:
    for at, section in enumerate(sections):
        before = next((earlier for earlier in sections[:at] if _fits_always_with(section, earlier)), None)
        if before is not None and not {section.name, ANY} & set(by_rules):
            yield (
                f"sla {section.name!r}: fits no ticket by itself: {before.name!r} before it fits all that it fits; put "
                f'it before that one, or let a rule choose it by sla = "{section.name}"'
            )


def _fits_always_with(section: Sla, earlier: Sla) -> bool:
    wishes = ("teams", "categories", "request_types", "priorities", "organisations", "contracts")
    pairs = [(set(getattr(section, wish)), set(getattr(earlier, wish))) for wish in wishes]
    return all(not wide or (narrow and narrow <= wide) for narrow, wide in pairs)


def _agents(config: Config, used: Used, told: Collection[str]) -> Iterator[str]:
    named = {name for team in config.team for name in (*team.members, team.leader)}
    for roster in config.roster:
        for turn in roster.turns:
            named.update((turn,) if isinstance(turn, str) else turn)
        named.update(name for stand in roster.exception for name in stand.agents)
    named.update(name for key in ("owner", "watch") for name in used.get(key, ()))
    named.update(name.removeprefix("agent:") for name in told)
    named.update(step.then.owner for section in config.sla for step in section.step)
    for agent in config.agent:
        if agent.name not in named and not {"owner", "watch"} & {key for key in used if ANY in used[key]}:
            yield f"agent {agent.name!r}: is in no team and no roster, so no ticket comes to him; make him a member"
        for skill in agent.skills:
            if f"skill {skill}" not in used.get("assign", ()):
                yield (
                    f"agent {agent.name!r}: no rule asks for the skill {skill!r}; write assign = "
                    f'"skill {skill}" in a rule, or take it out'
                )
