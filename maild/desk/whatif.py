"""A ticket's history under other policies: which stage its clocks would have reached.

Replays what happened, choosing the policy anew wherever the fields changed. Never writes, and never asks for the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from maild.desk.moments import moments
from maild.desk.ports import StoredEvent
from maild.domain.events import Event, FieldChanged
from maild.domain.history import History
from maild.domain.one_clock import Stretch
from maild.domain.sla import Moment, SlaPolicy, SlaStage, TimerState, choose_policy
from maild.domain.ticket import Priority, Ticket

DECIDING = ("team", "category", "request_type", "priority", "chosen_policy")
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

    The policy is chosen at the end of each cause, as it is in life. A policy that somebody has chosen holds where these
    have one of its name. The requester's organisation and its contract are those of today.
    """
    by_name = {policy.name: policy for policy in policies}
    fields = _as_opened(ticket, history)
    found: list[tuple[datetime, Event]] = []
    held = ""
    for (at, _), group in groupby(history, key=lambda stored: (stored.at, stored.cause)):
        for stored in group:
            match stored.event:
                case FieldChanged(name="policy"):
                    continue
                case FieldChanged(name=name, new=new) if name in DECIDING:
                    fields[name] = new
            found.append((at, stored.event))
        policy = by_name.get(fields["chosen_policy"]) or choose_policy(
            policies,
            team=fields["team"],
            category=fields["category"],
            request_type=fields["request_type"],
            priority=Priority(fields["priority"]),
            organisation=organisation,
            contract=contract,
            mailbox=ticket.mailbox,
        )
        name = policy.name if policy else ""
        if name != held:
            found.append((at, FieldChanged(ticket=ticket.number, name="policy", old=held, new=name)))
            held = name
    return moments(found)


def worst_stage(history: Sequence[Moment], policy_by_name: Mapping[str, SlaPolicy], *, now: datetime) -> SlaStage:
    """The highest stage that any clock of the ticket has reached by `now`, under the terms of each stretch of its life;
    green when none promises anything. Clocks that closing cancelled count for nothing."""
    lived = History(policy_by_name, history)
    until = max(now, lived.last or now)
    clocks = [clock for clock in lived.clocks if clock.state is not TimerState.CANCELLED]
    if any(clock.breached_at is not None for clock in clocks):
        return SlaStage.BREACHED
    reached = (_stage_after(stretch) for clock in clocks for stretch in clock.told(until))
    return max(reached, key=_ORDER.index, default=SlaStage.GREEN)


def _stage_after(stretch: Stretch) -> SlaStage:
    """How far the clock had come when the stretch ended. An answer in the very second it is due keeps the promise."""
    if stretch.terms is None or not stretch.running:
        return SlaStage.GREEN
    used, allowed = stretch.used + stretch.amount, timedelta(minutes=stretch.terms.target)
    policy = stretch.terms.policy
    left = allowed - stretch.used
    # fewer minutes allowed than were used before: breached at once, also when more are allowed later
    if left < timedelta(0):
        return SlaStage.BREACHED
    # used up as the desk closed and ended later is too late, though no more is used
    if used >= allowed and stretch.terms.calendar.advance(stretch.start, left) < stretch.end:
        return SlaStage.BREACHED
    if 100 * used >= policy.red * allowed:
        return SlaStage.RED
    return SlaStage.YELLOW if 100 * used >= policy.yellow * allowed else SlaStage.GREEN


def _as_opened(ticket: Ticket, history: Iterable[StoredEvent]) -> dict[str, str]:
    """The deciding fields as they were at first: what each first change changed, else what they are now."""
    fields: dict[str, str] = {}
    for stored in history:
        if isinstance(stored.event, FieldChanged) and stored.event.name in DECIDING:
            fields.setdefault(stored.event.name, stored.event.old)
    now = {name: str(getattr(ticket, name)) for name in DECIDING}
    return now | fields
