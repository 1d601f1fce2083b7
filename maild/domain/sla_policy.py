"""What is promised, and for which tickets: one policy a ticket, the first that fits.

Says which policy fits a ticket. Never reckons time: that is `sla`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maild.domain.calendar import Calendar
from maild.domain.promise import SlaMetric
from maild.domain.ticket import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """What is promised, in minutes of `calendar`, and for which tickets. An empty set of names fits any ticket.

    `yellow` and `red` are per cent of the minutes allowed. `pauses` are the metrics whose clocks wait while the
    ticket waits for the customer.
    """

    name: str
    calendar: Calendar
    targets: Mapping[SlaMetric, Mapping[Priority, int]]
    yellow: int = 75
    red: int = 90
    pauses: frozenset[SlaMetric] = frozenset({SlaMetric.SOLUTION})
    teams: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    request_types: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    organisations: frozenset[str] = frozenset()

    def target(self, metric: SlaMetric, priority: Priority) -> int | None:
        """Minutes allowed; None when nothing is promised for this metric at this priority."""
        return self.targets.get(metric, {}).get(priority)


def choose_policy(
    policies: Iterable[SlaPolicy],
    *,
    team: str,
    category: str,
    request_type: str,
    priority: Priority,
    organisation: str = "",
) -> SlaPolicy | None:
    """The first policy, in file order, that fits a ticket with these fields; None when nothing is promised."""
    for policy in policies:
        if (
            (not policy.teams or team in policy.teams)
            and (not policy.categories or category in policy.categories)
            and (not policy.request_types or request_type in policy.request_types)
            and (not policy.priorities or priority in policy.priorities)
            and (not policy.organisations or organisation in policy.organisations)
        ):
            return policy
    return None
