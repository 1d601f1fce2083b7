"""When a person of the desk wants to hear of things: quiet hours, and what he would rather read in one mail a day.

Says until when a notice waits. Never drops one, and never asks for the present time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import product

from maild.domain.calendar import DAY, Calendar, CalendarError, Shift, zone_named
from maild.domain.hours import parse_days, parse_shifts

ANY_URGENT = "priority-urgent"
"""Among what is not to wait: whatever is about a ticket of the priority urgent."""

NEVER_WAITS = frozenset({"sla-breached", "escalation", "undelivered", ANY_URGENT})
"""What comes at once, in the middle of the night too, unless a person says otherwise: somebody waits for it."""

_AHEAD = timedelta(days=8)
"""A week and a day: quiet hours that have no end in it have none."""

_DAYS = 15
"""Days looked through for a time of a digest that is not in quiet hours: two weeks of holidays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """One person's wishes. Without any, everything comes at once.

    `quiet` is open while he wants peace, `working` while he does not; either may be None. `digest_at` are times of
    day in `zone`; what waits comes at the next of them, or when the quiet hours end where there are none. Notices named
    in `gathered` always wait for the digest, those in `at_once` never wait.
    """

    zone: str
    quiet: Calendar | None = None
    working: Calendar | None = None
    digest_at: tuple[time, ...] = ()
    gathered: frozenset[str] = frozenset()
    at_once: frozenset[str] = NEVER_WAITS

    def waits_until(self, name: str, now: datetime, *, urgent: bool) -> datetime | None:
        """Until when this notice waits for the digest, in UTC; None when it is to leave now. `urgent` is the ticket."""
        if name in self.at_once or (urgent and ANY_URGENT in self.at_once):
            return None
        peace = self._peace_ends(now)
        if peace == now and name not in self.gathered:
            return None
        return next((at for at in self._digests(peace) if self._peace_ends(at) == at), peace)

    def _peace_ends(self, at: datetime) -> datetime:
        """The first instant from `at` on that is outside of the quiet hours; `at` itself when there is none."""
        end = at
        while end - at < _AHEAD:
            before = end
            if self.working is not None:
                end = max(end, self.working.next_open(end))
            if self.quiet is not None:
                end = _end_of(self.quiet, end)
            if end == before:
                return end
        return at

    def _digests(self, after: datetime) -> Iterator[datetime]:
        zone = zone_named(self.zone)
        first = after.astimezone(zone).date()
        for ahead in range(_DAYS if self.digest_at else 0):
            for at in sorted(self.digest_at):
                moment = datetime.combine(first + timedelta(days=ahead), at, zone).astimezone(UTC)
                if moment >= after:
                    yield moment


OFF = "off"
"""In place of hours or times: none, whatever is configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What a person has said himself, which goes before the configuration; "" is as that says, `off` is none.

    `quiet` are hours of every day, as `20:00-07:00`; `digest` are times of day, and with them everything that is not
    urgent waits for the digest.
    """

    quiet: str = ""
    digest: str = ""


def listening_of(
    configured: Listening | None, said: Preference | None, *, zone: str, all_that_waits: frozenset[str]
) -> Listening | None:
    """A person's wishes as the configuration and his own words have them; None when everything comes at once."""
    if said is None:
        return configured
    listening = configured or Listening(zone=zone)
    if said.quiet == OFF:
        listening = replace(listening, quiet=None, working=None)
    elif said.quiet:
        listening = replace(listening, quiet=_every_day(said.quiet, zone), working=None)
    if said.digest == OFF:
        listening = replace(listening, digest_at=(), gathered=frozenset())
    elif said.digest:
        listening = replace(listening, digest_at=parse_times(said.digest), gathered=all_that_waits)
    return listening


def parse_times(text: str) -> tuple[time, ...]:
    """Times of day from `08:30 14:00`, at most four; ValueError for anything else."""
    words = text.replace(",", " ").split()
    if not 0 < len(words) <= 4 or any(len(word) != 5 or word[2] != ":" for word in words):
        raise ValueError(f"cannot read the times {text!r}")
    return tuple(map(time.fromisoformat, words))


@lru_cache(maxsize=256)
def _every_day(hours: str, zone: str) -> Calendar:
    return quiet_hours("quiet hours", zone, {"mon-sun": hours})


def quiet_hours(name: str, zone: str, week: Mapping[str, str]) -> Calendar:
    """Quiet hours as an operator writes them: `20:00-07:00` by weekday. Unlike working hours they may overlap, so that
    a night before a quiet Saturday is simply both. Raises one CalendarError that names everything wrong, a line each.
    """
    problems: list[str] = []
    spans: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for days, hours in week.items():
        try:
            for day, shift in product(parse_days(days), parse_shifts(hours)):
                spans[day].append((shift.start, min(shift.end, DAY)))
                if shift.end > DAY:
                    spans[(day + 1) % 7].append((0, shift.end - DAY))
        except CalendarError as error:
            problems.append(f"{days}: {error}")
    if problems:
        raise CalendarError("\n".join(problems))
    return Calendar(name, zone, tuple(tuple(_joined(day)) for day in spans))


def _joined(spans: list[tuple[int, int]]) -> Iterator[Shift]:
    """The same minutes of one day in shifts that do not touch."""
    end = -1
    begin = 0
    for start, stop in sorted(spans):
        if start > end:
            if end >= 0:
                yield Shift(begin, end)
            begin = start
        end = max(end, stop)
    if end >= 0:
        yield Shift(begin, end)


def _end_of(calendar: Calendar, at: datetime) -> datetime:
    end = at
    for begin, stop in calendar.spans(at, at + _AHEAD):
        if begin > end:
            break
        end = stop
    return end.astimezone(UTC)
