"""A ticket's clocks told in lines: every segment, what in it counted, and the sum.

Tells what `sla` reckons, from the same history; reckons nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from maild.domain.sla import Moment, Segment, SlaPolicy, SlaTimer, TimerState, ledger, reckon

MAX_SPANS = 40
"""Opening hours listed for one segment: two months of working days say enough, the rest is summed."""


def explain(
    moments: Sequence[Moment],
    policy_by_name: Mapping[str, SlaPolicy],
    *,
    now: datetime,
    zone: tzinfo,
    previous: Sequence[SlaTimer] = (),
) -> list[str]:
    """Every clock of a ticket: its policy and state, each segment with its cause and minutes, and the sum.

    Times of day are in `zone`. Opening hours that counted are listed under each segment, in the calendar's own zone.
    """
    segments = ledger(moments, policy_by_name, now=now)
    lines: list[str] = []
    for timer in reckon(moments, policy_by_name, previous=previous):
        policy = policy_by_name.get(timer.policy)
        lines.append(f"{timer.metric}, cycle {timer.cycle}: {timer.state}, {_promise(timer, policy)}")
        mine = [s for s in segments if (s.metric, s.cycle) == (timer.metric, timer.cycle)]
        for segment in mine:
            lines.append(f"  {_when(segment.start, zone)} to {_when(segment.end, zone)}  {_counted(segment)}")
            lines.extend(f"      {line}" for line in _hours(segment, policy_by_name.get(segment.policy)))
        lines.append(f"  {_sum(timer, sum(segment.minutes for segment in mine), zone)}")
    return lines or ["no clock: no policy promises anything for this ticket"]


def _promise(timer: SlaTimer, policy: SlaPolicy | None) -> str:
    if policy is None:
        return f"{timer.target} minutes by policy {timer.policy}, which is not in the configuration any more"
    calendar = policy.calendar
    return f"{timer.target} minutes of calendar {calendar.name} ({calendar.zone}) by policy {policy.name}"


def _counted(segment: Segment) -> str:
    if segment.running:
        return f"{segment.minutes:>5} min  {segment.cause}"
    return f"    - min  {segment.cause}" + ("" if segment.policy else " (no policy promises anything)")


def _hours(segment: Segment, policy: SlaPolicy | None) -> Iterator[str]:
    """The opening hours that counted, when they are not simply the whole segment."""
    if not segment.running or policy is None or policy.calendar.always:
        return
    spans = list(policy.calendar.spans(segment.start, segment.end))
    for begin, end in spans[:MAX_SPANS]:
        close = "24:00" if end.date() > begin.date() else f"{end:%H:%M}"
        yield f"{begin:%a %Y-%m-%d %H:%M}-{close}"
    if len(spans) > MAX_SPANS:
        minutes = sum(policy.calendar.between(begin, end) for begin, end in spans[MAX_SPANS:])
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
