"""A ticket's clocks told in lines: every segment, what in it counted, and the sum.

Tells what the clocks of `history` did; reckons nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from maild.domain.history import History
from maild.domain.one_clock import Clock, Stretch
from maild.domain.policy_versions import NO_VERSIONS, PolicyVersions
from maild.domain.promise import Moment, SlaMetric, SlaTimer, TimerState
from maild.domain.sla import reckon
from maild.domain.sla_policy import SlaPolicy, Terms

MAX_SPANS = 40
"""Opening hours listed for one segment: two months of working days say enough, the rest is summed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What a clock has said: when, and in words."""

    at: datetime
    metric: SlaMetric
    cycle: int
    said: str


def explain(
    moments: Sequence[Moment],
    policy_by_name: Mapping[str, SlaPolicy],
    *,
    now: datetime,
    zone: tzinfo,
    previous: Sequence[SlaTimer] = (),
    raised: Sequence[Raised] = (),
    versions: PolicyVersions = NO_VERSIONS,
) -> list[str]:
    """Every clock of a ticket: its policy and state, each segment with its cause and minutes, the sum, what was raised.

    Where `versions` know of an edit of the policy, it is told since when it is as it was then. Times of day are in
    `zone`; opening hours that counted are listed under each segment, in the calendar's own zone.
    """
    history = History(policy_by_name, moments)
    clocks = {(clock.metric, clock.cycle): clock for clock in history.clocks}
    lines: list[str] = []
    for timer in reckon(moments, policy_by_name, previous=previous):
        clock = clocks.get((timer.metric, timer.cycle))
        if clock is None or clock.terms is None:
            lines.append(
                f"{_name(timer)}, {timer.target} minutes by policy {timer.policy}{_lost(timer, clock, policy_by_name)}"
            )
            lines.append(f"  {_sum(timer, timer.used, zone)}")
            continue
        stretches = clock.told(max(now, history.last or now))
        lines.append(f"{_name(timer)}, {_promise(clock.terms, versions, zone)}")
        for n, stretch in enumerate(stretches):
            counted = _counted(stretch, stretches[n - 1] if n else None)
            lines.append(f"  {_when(stretch.start, zone)} to {_when(stretch.end, zone)}  {counted}")
            lines.extend(f"      {line}" for line in _hours(stretch))
        lines.append(f"  {_sum(timer, sum(stretch.minutes for stretch in stretches), zone)}")
        lines.extend(
            f"  {_when(one.at, zone)}  {one.said}"
            for one in raised
            if (one.metric, one.cycle) == (timer.metric, timer.cycle)
        )
    return lines or ["no clock: no policy promises anything for this ticket"]


def _name(timer: SlaTimer) -> str:
    return f"{timer.metric}, cycle {timer.cycle}: {timer.state}"


def _lost(timer: SlaTimer, clock: Clock | None, policy_by_name: Mapping[str, SlaPolicy]) -> str:
    """Why the history does not explain a clock that once was: its beginning was undone, or its policy is another."""
    if clock is None:
        return "; what began it counts no more"
    return ", which holds here no more" if timer.policy in policy_by_name else ", which is not known any more"


def _promise(terms: Terms, versions: PolicyVersions, zone: tzinfo) -> str:
    calendar = terms.calendar
    promise = f"{terms.target} minutes of calendar {calendar.name} ({calendar.zone}) by policy {terms.policy.name}"
    edited = versions.edited_at(terms.policy)
    return promise if edited is None else f"{promise} as edited {_when(edited, zone)}"


def _counted(stretch: Stretch, before: Stretch | None) -> str:
    minutes = f"{stretch.minutes:>5} min" if stretch.running else "    - min"
    if stretch.terms is None:
        return f"{minutes}  {stretch.cause} (no policy promises anything)"
    other = before is not None and before.terms is not None and before.terms.target != stretch.terms.target
    return f"{minutes}  {stretch.cause}" + (f"; {stretch.terms.target} min allowed from here" if other else "")


def _hours(stretch: Stretch) -> Iterator[str]:
    """The opening hours that counted, when they are not simply the whole segment."""
    if not stretch.running or stretch.terms is None or stretch.terms.calendar.always:
        return
    calendar = stretch.terms.calendar
    spans = list(calendar.spans(stretch.start, stretch.end))
    for begin, end in spans[:MAX_SPANS]:
        # by the clock that the stretch began with, so that its minutes add up on the day when the clocks change
        over = begin + (end.astimezone(UTC) - begin.astimezone(UTC))
        close = "24:00" if over.date() > begin.date() else f"{over:%H:%M}"
        yield f"{begin:%a %Y-%m-%d %H:%M}-{close}"
    if len(spans) > MAX_SPANS:
        minutes = sum(calendar.between(begin, end) for begin, end in spans[MAX_SPANS:])
        yield f"and {len(spans) - MAX_SPANS} more stretches, {minutes} min"


def _sum(timer: SlaTimer, used: int, zone: tzinfo) -> str:
    text = f"used {used} of {timer.target} min, {100 * used // timer.target} %"
    if timer.met_at is not None:
        text += f"; met {_when(timer.met_at, zone)}"
    elif timer.due_at is not None and timer.state is TimerState.RUNNING:
        text += f"; due {_when(timer.due_at, zone)}"
    if timer.breached_at is not None:
        text += f"; breached {_when(timer.breached_at, zone)}"
    if timer.next_alarm_at is not None:
        text += f"; raised so far: {timer.stage}, next alarm {_when(timer.next_alarm_at, zone)}"
    return text


def _when(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"
