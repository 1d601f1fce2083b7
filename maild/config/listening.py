"""From what agents write about their quiet hours and digests to the wishes that notices are held to.

Builds and checks. Never says what may wait: the table of notices does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from maild.config.model import Config
from maild.config.people import ALL
from maild.domain.calendar import Calendar, CalendarError
from maild.domain.quiet import Listening, quiet_hours
from maild.outbound.table import MAY_WAIT


def listening(config: Config, built: Mapping[str, Calendar], *, problems: list[str]) -> dict[str, Listening]:
    """When agents want to hear of what, by their names; what is wrong is added to `problems`."""
    found: dict[str, Listening] = {}
    for i, agent in enumerate(config.agent, 1):
        if agent.calendar and agent.calendar not in built:
            problems.append(
                f"agent[{i}].calendar: there is no calendar {agent.calendar!r}: there are {', '.join(built)}"
            )
            continue
        zone = agent.zone or config.desk.zone
        try:
            quiet = quiet_hours(f"quiet hours of {agent.name}", zone, agent.quiet) if agent.quiet else None
        except CalendarError as error:
            problems += [f"agent[{i}].quiet: {line}" for line in str(error).splitlines()]
            continue
        if quiet is not None and quiet.always:
            problems.append(f"agent[{i}].quiet: leaves no time for mail: write hours such as 20:00-07:00")
            continue
        if agent.quiet or agent.calendar or agent.digest_of:
            found[agent.name] = Listening(
                zone=zone,
                quiet=quiet,
                working=built[agent.calendar] if agent.calendar else None,
                digest_at=tuple(map(time.fromisoformat, agent.digest)),
                gathered=MAY_WAIT if ALL in agent.digest_of else frozenset(agent.digest_of),
                at_once=MAY_WAIT if ALL in agent.at_once else frozenset(agent.at_once),
            )
    return found
