"""Versions of SLA policies: what each promised since when, so that a history is always reckoned as it was lived.

Keeps terms only: whom a policy is for, and its escalation, are those of the configuration in force. Never forgets one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from maild.domain.calendar import Calendar, Shift
from maild.domain.lifecycle import Waiting
from maild.domain.policy_versions import PolicyVersion
from maild.domain.promise import SlaMetric
from maild.domain.sla_policy import SlaPolicy, Targets
from maild.domain.ticket import Priority
from maild.store.inserts import insert_or_replace
from maild.store.mapping import mapping_from, to_json
from maild.store.session import Session
from maild.store.tables import policy_version

ALL = select(policy_version).order_by(policy_version.c.since, policy_version.c.name)
PUT = insert_or_replace(policy_version)


class PolicyRepository:
    """`ports.Policies` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[PolicyVersion]:
        """Every version there ever was, oldest first."""
        return [
            PolicyVersion(since=row.since, policy=policy_from(row.name, mapping_from(row.body)))
            for row in self._session.rows(ALL, {})
        ]

    def record(self, versions: Iterable[PolicyVersion]) -> None:
        """Write versions down, each by its policy's name and its time."""
        rows = [{"name": v.policy.name, "since": v.since, "body": to_json(policy_values(v.policy))} for v in versions]
        if rows:
            self._session.change_each(PUT, rows)


def policy_values(policy: SlaPolicy) -> dict[str, Any]:
    """The terms of a policy as plain values."""
    calendar = policy.calendar
    return {
        "calendar": {
            "name": calendar.name,
            "zone": calendar.zone,
            "week": [[[shift.start, shift.end] for shift in day] for day in calendar.week],
            "holidays": sorted(day.isoformat() for day in calendar.holidays),
        },
        "targets": _plain(policy.targets),
        "out_of_hours": _plain(policy.out_of_hours),
        "around_the_clock": sorted(policy.around_the_clock),
        "pauses": {str(waiting): sorted(metrics) for waiting, metrics in policy.pauses.items()},
        "yellow": policy.yellow,
        "red": policy.red,
    }


def _plain(targets: Targets) -> dict[str, dict[str, int]]:
    return {str(metric): {str(p): minutes for p, minutes in by.items()} for metric, by in targets.items()}


def policy_from(name: str, body: dict[str, Any]) -> SlaPolicy:
    """The policy of these terms, for any ticket and without escalation."""
    found = body["calendar"]
    return SlaPolicy(
        name=name,
        calendar=Calendar(
            found["name"],
            found["zone"],
            tuple(tuple(Shift(start, end) for start, end in day) for day in found["week"]),
            frozenset(map(date.fromisoformat, found["holidays"])),
        ),
        targets=_targets(body["targets"]),
        out_of_hours=_targets(body["out_of_hours"]),
        around_the_clock=frozenset(map(Priority, body["around_the_clock"])),
        pauses={Waiting(waiting): frozenset(map(SlaMetric, metrics)) for waiting, metrics in body["pauses"].items()},
        yellow=body["yellow"],
        red=body["red"],
    )


def _targets(plain: dict[str, dict[str, int]]) -> Targets:
    return {SlaMetric(metric): {Priority(p): minutes for p, minutes in by.items()} for metric, by in plain.items()}
