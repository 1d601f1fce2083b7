"""A ticket's history under other policies: which stage its clocks would have reached.

Replays what happened, choosing the policy anew wherever the fields changed. Never writes, and never asks for the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from maild.desk.moments import moments
from maild.desk.ports import StoredEvent
from maild.domain.events import FieldChanged
from maild.domain.sla import (
    Moment,
    MomentKind,
    SlaPolicy,
    SlaStage,
    TimerState,
    choose_policy,
    ledger,
    reckon,
)
from maild.domain.ticket import Priority, Ticket

DECIDING = ("team", "category", "request_type", "priority")
"""Fields by which a policy is chosen."""

_ORDER = list(SlaStage)


def replayed(
    ticket: Ticket,
    history: Sequence[StoredEvent],
    policies: Sequence[SlaPolicy],
    *,
    organisation: str = "",
    contract: str = "",
) -> list[Moment]:
    """The moments of the ticket as they would have been under these policies, in order.

    The requester's organisation and its contract are those of today.
    """
    fields = _as_opened(ticket, history)
    found: list[Moment] = []
    chosen = ""
    for (at, _), group in groupby(history, key=lambda stored: (stored.at, stored.cause)):
        for stored in group:
            event = stored.event
            if isinstance(event, FieldChanged) and event.name in DECIDING:
                fields[event.name] = event.new
            found.extend(m for m in moments([(at, event)]) if m.kind is not MomentKind.POLICY)
        policy = choose_policy(
            policies,
            team=fields["team"],
            category=fields["category"],
            request_type=fields["request_type"],
            priority=Priority(fields["priority"]),
            organisation=organisation,
            contract=contract,
        )
        name = policy.name if policy else ""
        if name != chosen:
            found.append(Moment(at=at, kind=MomentKind.POLICY, value=name))
            chosen = name
    return found


def worst_stage(history: Sequence[Moment], policy_by_name: Mapping[str, SlaPolicy], *, now: datetime) -> SlaStage:
    """The highest stage that any clock of the ticket had reached by `now`; green when none promises anything.

    Clocks that closing cancelled count for nothing.
    """
    used: dict[tuple[str, int], int] = {}
    for segment in ledger(history, policy_by_name, now=now):
        key = (segment.metric, segment.cycle)
        used[key] = used.get(key, 0) + segment.minutes
    worst = SlaStage.GREEN
    for timer in reckon(history, policy_by_name):
        policy = policy_by_name[timer.policy]
        if timer.state is TimerState.CANCELLED:
            continue
        late = timer.state is TimerState.RUNNING and timer.due_at is not None and timer.due_at < now
        minutes = used.get((timer.metric, timer.cycle), 0)
        if timer.breached_at is not None or late:
            return SlaStage.BREACHED
        if 100 * minutes >= policy.red * timer.target:
            worst = SlaStage.RED
        elif 100 * minutes >= policy.yellow * timer.target:
            worst = max(worst, SlaStage.YELLOW, key=_ORDER.index)
    return worst


def _as_opened(ticket: Ticket, history: Iterable[StoredEvent]) -> dict[str, str]:
    """The deciding fields as they were at first: what each first change changed, else what they are now."""
    fields: dict[str, str] = {}
    for stored in history:
        if isinstance(stored.event, FieldChanged) and stored.event.name in DECIDING:
            fields.setdefault(stored.event.name, stored.event.old)
    now = {name: str(getattr(ticket, name)) for name in DECIDING}
    return now | fields
