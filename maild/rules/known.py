"""The names of the desk that rules and policies may use.

A snapshot of the configuration; never asks the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maild.domain.directory import Directory
from maild.domain.people import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """Teams with the names of their members, categories, agents, organisations, and our own addresses (folded)."""

    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    rosters: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    webhooks: frozenset[str] = frozenset()
    forward_to: frozenset[str] = frozenset()

    @classmethod
    def of(cls, directory: Directory) -> KnownNames:
        """All names of a directory."""
        return cls(
            teams={name: frozenset(agent.name for agent in directory.members(name)) for name in directory.teams},
            categories=dict(directory.categories),
            agents=frozenset(directory.agents),
            mailboxes=frozenset(directory.mailboxes),
            organisations=directory.organisations,
            contracts=directory.contracts,
            severities=frozenset(directory.severities),
            products=frozenset(directory.products),
            policies=directory.policies,
            rosters=frozenset(directory.rosters),
            answers=frozenset(directory.answers),
            webhooks=directory.webhooks,
            forward_to=frozenset(directory.forward_to),
            skills=frozenset(skill for agent in directory.agents.values() for skill in agent.skills),
        )

    @property
    def request_types(self) -> frozenset[str]:
        """Request types of all categories."""
        return frozenset(name for category in self.categories.values() for name in category.request_types)
