"""Who is who at the desk: people, teams, mailboxes, organisations and all other names of the configuration.

Answers look-ups by address and name. Never judges whether a mail really comes from the person it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from maild.domain.address import AddrSpec, fold
from maild.domain.people import Agent, Category, OwnMailbox, Team
from maild.domain.roster import Roster


class Directory:
    """Who is who, by name and by address. Immutable; a reload builds a new one."""

    def __init__(
        self,
        *,
        agents: Iterable[Agent] = (),
        teams: Iterable[Team] = (),
        mailboxes: Iterable[OwnMailbox] = (),
        categories: Iterable[Category] = (),
        languages: tuple[str, ...] = ("en",),
        zone: str = "UTC",
        operator: str = "",
        blocked: Iterable[str] = (),
        organisations: Mapping[str, str] | None = None,
        contracts: Mapping[str, str] | None = None,
        severities: tuple[str, ...] = (),
        products: tuple[str, ...] = (),
        policies: Iterable[str] = (),
        answers: Mapping[str, Mapping[str, str]] | None = None,
        forward_to: Iterable[str] = (),
        webhooks: Iterable[str] = (),
        groups: Mapping[str, str] | None = None,
        rosters: Iterable[Roster] = (),
    ) -> None:
        self.agents = {a.name: a for a in agents}
        self.teams = {t.name: t for t in teams}
        self.mailboxes = {_key(m.address): m for m in mailboxes}
        self.categories = {c.name: c for c in categories}
        self.languages = languages
        self.zone = zone
        self.operator = operator
        """Address of the person who runs the desk; "" when nobody is to be told."""
        self._blocked = frozenset(_key(one) if not one.startswith("@") else _domain(one) for one in blocked)
        self._organisations = {"@" + _domain(domain): name for domain, name in (organisations or {}).items()}
        self.organisations = frozenset(self._organisations.values())
        self.rosters = {r.name: r for r in rosters}
        self._contracts = dict(contracts or {})
        self.contracts = frozenset(self._contracts.values())
        """What organisations have agreed with us."""
        self.severities = severities
        self.products = products
        self.policies = frozenset(policies)
        """Names of the SLA policies."""
        self.answers = dict(answers or {})
        """What rules can answer, by name and language."""
        self.webhooks = frozenset(webhooks)
        """Names of the services that rules can tell of a ticket."""
        self.forward_to = {_key(address): address for address in forward_to}
        """Addresses outside the desk that rules may forward to, by what they are folded."""
        self._groups = {_key(address): field for address, field in (groups or {}).items()}
        self._agent_by_key = {_key(address): a for a in self.agents.values() for address in a.addresses}
        self.own_addresses = frozenset(self.mailboxes)
        self._brands: dict[str, set[str]] = {}
        for team in self.teams.values():
            for agent in {team.leader, *team.members}:
                self._brands.setdefault(agent, set()).add(team.brand)
        self.walled = len({team.brand for team in self.teams.values()}) > 1
        """Whether there are several brands, whose tickets, agents and tokens are kept apart (P53)."""

    def agent_by_address(self, address: str) -> Agent | None:
        """The agent who has this address, or None."""
        return self._agent_by_key.get(_key(address))

    def blocks(self, address: str) -> bool:
        """Whether mail of this address, or of its domain or one above it, is to have no effect."""
        key = _key(address)
        if not self._blocked or key in self._blocked:
            return key in self._blocked
        return any(domain in self._blocked for domain in _domains(key))

    def organisation_of(self, address: str) -> str:
        """The organisation whose domain, or one above it, the address is in; "" when there is none."""
        if not self._organisations:
            return ""
        return next((name for d in _domains(_key(address)) if (name := self._organisations.get(d))), "")

    @property
    def parties(self) -> tuple[tuple[str, str, str], ...]:
        """Every domain that is known, its organisation, and what that has agreed with us, in order of the domains."""
        return tuple((domain, name, self.contract_of(name)) for domain, name in sorted(self._organisations.items()))

    def contract_of(self, organisation: str) -> str:
        """What an organisation has agreed with us, by its name; "" when nothing is known."""
        return self._contracts.get(organisation, "")

    def original_field(self, address: str) -> str:
        """Where mail of this From names its writer: a group or list that rewrites From; "" for everybody else."""
        return self._groups.get(_key(address), "") if self._groups else ""

    def own(self, address: str) -> OwnMailbox | None:
        """The mailbox of ours that this address, with or without a `+detail`, belongs to."""
        spec = AddrSpec.parse(address)
        if spec is None:
            return None
        return self.mailboxes.get(spec.key) or self.mailboxes.get(AddrSpec(spec.user, spec.domain).key)

    @property
    def default_mailbox(self) -> OwnMailbox:
        """The first configured mailbox: used where a ticket has none of its own any more."""
        return next(iter(self.mailboxes.values()))

    def brand_of(self, team: str) -> str:
        """The brand that a team works for; "" for the one without a name, and for a team that is gone."""
        found = self.teams.get(team)
        return found.brand if found else ""

    def serves(self, agent: str, team: str) -> bool:
        """Whether an agent may see what is in tickets of a team: where there are brands, only those of his teams."""
        return not self.walled or self.brand_of(team) in self._brands.get(agent, ())

    def members(self, team: str) -> tuple[Agent, ...]:
        """The agents of a team; its leader when it has no members; empty for an unknown team."""
        found = self.teams.get(team)
        if found is None:
            return ()
        names = found.members or ((found.leader,) if found.leader else ())
        return tuple(self.agents[name] for name in names if name in self.agents)

    def on_duty(self, roster: str, at: datetime) -> tuple[Agent, ...]:
        """The agents whom a duty roster names at this instant; empty when nobody is, or for an unknown roster."""
        found = self.rosters.get(roster)
        return tuple(self.agents[name] for name in found.on_duty(at) if name in self.agents) if found else ()

    def leader(self, team: str) -> Agent | None:
        """The leader of a team, if it has one."""
        found = self.teams.get(team)
        return self.agents.get(found.leader) if found else None

    def language(self, wanted: str, mailbox: str) -> str:
        """The wanted language if the desk speaks it, else that of our mailbox, else the desk's first."""
        if wanted in self.languages:
            return wanted
        own = self.own(mailbox)
        return own.language if own and own.language else self.languages[0]


def _domain(text: str) -> str:
    return fold(text).rstrip(".")


def _domains(key: str) -> list[str]:
    """The domain of a folded address and those above it, nearest first, each with its @."""
    labels = key.rpartition("@")[2].split(".")
    return ["@" + ".".join(labels[at:]) for at in range(len(labels))]


def _key(address: str) -> str:
    spec = AddrSpec.parse(address)
    return spec.key if spec else address
