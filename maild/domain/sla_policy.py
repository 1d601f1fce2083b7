"""What is promised, and for which tickets: one policy a ticket, the first that fits.

Says which policy fits a ticket and which terms hold for one of its clocks. Never reckons time: that is `sla`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.calendar import ALWAYS, Calendar
from maild.domain.escalation import EscalationStep
from maild.domain.lifecycle import Waiting
from maild.domain.promise import SlaMetric
from maild.domain.ticket import Priority

Targets = Mapping[SlaMetric, Mapping[Priority, int]]
"""Minutes allowed, by metric and priority."""

FOR_THE_CUSTOMER: Mapping[Waiting, frozenset[SlaMetric]] = MappingProxyType(
    {Waiting.CUSTOMER: frozenset({SlaMetric.SOLUTION, SlaMetric.PERIODIC_UPDATE})}
)
"""Only what we wait for the customer for is not on our account; whoever waits for others still owes him an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one clock runs under: minutes allowed, and the calendar whose minutes they are."""

    policy: SlaPolicy
    calendar: Calendar
    target: int

    def same_count(self, other: Terms | None) -> bool:
        """Whether time counts and is allowed alike under both, whatever the policies are called."""
        return other is not None and (self.target, self.calendar) == (other.target, other.calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """What is promised, in minutes of `calendar`, and for which tickets. An empty set of names fits any ticket.

    `yellow` and `red` are per cent of the minutes allowed. `pauses` are the metrics whose clocks wait, by what the
    ticket waits for.
    """

    name: str
    calendar: Calendar
    targets: Targets
    out_of_hours: Targets = field(default_factory=dict)
    """Minutes allowed to clocks that began while the calendar was closed; where it is silent `targets` hold."""
    around_the_clock: frozenset[Priority] = frozenset()
    """Priorities whose minutes run while the calendar is closed as well."""
    steps: tuple[EscalationStep, ...] = ()
    yellow: int = 75
    red: int = 90
    pauses: Mapping[Waiting, frozenset[SlaMetric]] = field(default_factory=lambda: FOR_THE_CUSTOMER)
    teams: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    request_types: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    organisations: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()

    def terms(self, metric: SlaMetric, priority: Priority, *, began_closed: bool = False) -> Terms | None:
        """What holds for a clock; None when nothing is promised for this metric at this priority."""
        target = self.targets.get(metric, {}).get(priority)
        if began_closed:
            target = self.out_of_hours.get(metric, {}).get(priority, target)
        if target is None:
            return None
        return Terms(policy=self, calendar=self.calendar_at(priority), target=target)

    def calendar_at(self, priority: Priority) -> Calendar:
        """The calendar whose minutes count at this priority."""
        return ALWAYS if priority in self.around_the_clock else self.calendar

    def waits(self, metric: SlaMetric, waiting: Waiting) -> bool:
        """Whether a clock of this metric stands still while the ticket waits so."""
        return metric in self.pauses.get(waiting, frozenset())


def choose_policy(
    policies: Iterable[SlaPolicy],
    *,
    team: str,
    category: str,
    request_type: str,
    priority: Priority,
    organisation: str = "",
    contract: str = "",
    mailbox: str = "",
) -> SlaPolicy | None:
    """The first policy, in file order, that fits a ticket with these fields; None when nothing is promised."""
    for policy in policies:
        if (
            (not policy.teams or team in policy.teams)
            and (not policy.categories or category in policy.categories)
            and (not policy.request_types or request_type in policy.request_types)
            and (not policy.priorities or priority in policy.priorities)
            and (not policy.organisations or organisation in policy.organisations)
            and (not policy.contracts or contract in policy.contracts)
            and (not policy.mailboxes or mailbox in policy.mailboxes)
        ):
            return policy
    return None
