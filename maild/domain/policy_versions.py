"""SLA policies as they were and are: an edited policy holds from its edit on, what was used before stays used.

Says which version of a policy held when, and puts the edits into a ticket's history. Never reads or writes anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maild.domain.promise import Moment, MomentKind
from maild.domain.sla_policy import SlaPolicy

YEARS_KNOWN = (-5, 10)
"""Holidays are known so far around the year in which a policy is read; others are no difference between two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """The terms of a policy from `since` on, until its next version."""

    since: datetime
    policy: SlaPolicy


@dataclass(frozen=True, slots=True)
class PolicyVersions:
    """All versions by name, oldest first. The first one holds for all that was before it, too."""

    known: Mapping[str, tuple[PolicyVersion, ...]]
    unrecorded: tuple[PolicyVersion, ...] = ()
    """Those that nobody has written down yet."""

    @property
    def by_key(self) -> Mapping[str, SlaPolicy]:
        """Every version: the newest by the name of its policy, older ones by the keys that `timeline` uses."""
        return {
            _key(name, n, len(versions)): version.policy
            for name, versions in self.known.items()
            for n, version in enumerate(versions, 1)
        }

    def edited_at(self, policy: SlaPolicy) -> datetime | None:
        """Since when these terms of a policy hold; None for the first ones of its name, which always did."""
        for version in self.known.get(policy.name, ())[:0:-1]:
            if version.policy is policy:
                return version.since
        return None

    def timeline(self, moments: Iterable[Moment]) -> list[Moment]:
        """The moments with policies named by the keys of the versions then in force, and a moment for each edit."""
        found: list[Moment] = []
        name, last = "", None
        for moment in moments:
            if name and last is not None:
                found += self._edits(name, last, moment.at)
            # a mail that waited is told with its own time, after what came later: then an edit may be between the two
            last = moment.at if last is None else max(last, moment.at)
            if moment.kind is MomentKind.POLICY:
                name = moment.value
                found.append(replace(moment, value=self._key_at(name, last)))
            else:
                found.append(moment)
        if name and last is not None:
            found += self._edits(name, last, None)
        return found

    def _edits(self, name: str, after: datetime, until: datetime | None) -> list[Moment]:
        versions = self.known.get(name, ())
        return [
            Moment(at=version.since, kind=MomentKind.REVISED, value=_key(name, n, len(versions)))
            for n, version in enumerate(versions, 1)
            if n > 1 and version.since > after and (until is None or version.since <= until)
        ]

    def _key_at(self, name: str, at: datetime) -> str:
        versions = self.known.get(name, ())
        held = max((n for n, version in enumerate(versions, 1) if version.since <= at), default=1)
        return _key(name, held, len(versions)) if versions else name


NO_VERSIONS = PolicyVersions({})
"""Where no policy was ever edited."""


def versions_of(current: Sequence[SlaPolicy], recorded: Iterable[PolicyVersion], *, now: datetime) -> PolicyVersions:
    """What was recorded, and whatever of `current` has other terms than its last version, from `now` on."""
    known: dict[str, tuple[PolicyVersion, ...]] = {}
    for version in sorted(recorded, key=lambda one: one.since):
        known[version.policy.name] = (*known.get(version.policy.name, ()), version)
    unrecorded = []
    for policy in current:
        before = known.get(policy.name, ())
        if before and _alike(before[-1], policy, now):
            known[policy.name] = (*before[:-1], replace(before[-1], policy=policy))
            continue
        fresh = PolicyVersion(since=now, policy=policy)
        known[policy.name] = (*before, fresh)
        unrecorded.append(fresh)
    return PolicyVersions(known, tuple(unrecorded))


def _alike(version: PolicyVersion, policy: SlaPolicy, now: datetime) -> bool:
    """Whether both count and allow time alike; holidays only matter in the years that both know."""
    old = version.policy
    first = max(version.since.year, now.year) + YEARS_KNOWN[0]
    last = min(version.since.year, now.year) + YEARS_KNOWN[1]
    days = [frozenset(day for day in one.calendar.holidays if first <= day.year <= last) for one in (old, policy)]
    return (
        days[0] == days[1]
        and replace(old.calendar, holidays=frozenset()) == replace(policy.calendar, holidays=frozenset())
        and (old.targets, old.out_of_hours, old.around_the_clock) == (
            policy.targets, policy.out_of_hours, policy.around_the_clock,
        )
        and {w: m for w, m in old.pauses.items() if m} == {w: m for w, m in policy.pauses.items() if m}
    )  # fmt: skip


def _key(name: str, number: int, of: int) -> str:
    return name if number == of else f"{name}#{number}"
