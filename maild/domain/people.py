"""The people of the desk: contacts who write, agents who answer, teams, and our own mailboxes.

Answers look-ups by address and name. Never judges whether a mail really comes from the person it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from maild.domain.address import AddrSpec, Mailbox, fold
from maild.domain.quiet import Listening
from maild.domain.roster import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who writes to us. `language` is an ISO 639-1 code, "" when unknown; `address` is the primary one."""

    id: int = 0
    name: str
    address: str
    language: str = ""
    zone: str = ""
    blocked: bool = False
    """His mail is kept and has no effect."""

    @property
    def mailbox(self) -> Mailbox:
        """How to write to this person."""
        return Mailbox(self.name, self.address)


class Proof(StrEnum):
    """By what an address is known to be a person's."""

    NONE = ""
    """He has written from there; anybody could have."""
    AGENT = "agent"
    """An agent has vouched for it."""
    SIGNED = "signed"
    """He has answered from there with what only he was sent there."""
    CONFIRMED = "confirmed"
    """He has said so when he was asked at an address of his."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAddress:
    """An address of a customer."""

    address: str
    proof: Proof = Proof.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person of the desk, from configuration. The first address is the one notices go to."""

    name: str
    display_name: str
    addresses: tuple[str, ...]
    language: str = ""
    zone: str = ""
    skills: frozenset[str] = frozenset()
    max_open: int = 0
    """Open tickets at which he is given no more by himself; 0 for no limit."""
    absences: tuple[tuple[date, date], ...] = ()
    """First and last day of each."""
    listening: Listening | None = None
    """When he wants to hear of what; None: of everything at once."""

    @property
    def address(self) -> str:
        """Where notices go."""
        return self.addresses[0]

    def is_absent(self, day: date) -> bool:
        """Whether he is away that day."""
        return any(first <= day <= last for first, last in self.absences)


class WhenClosed(StrEnum):
    """What becomes of a customer's reply to a closed ticket."""

    REOPEN = "reopen"
    """It is open again, inside the window; afterwards a new ticket goes on from it."""
    NEW = "new"
    """A new ticket goes on from it."""
    REFUSE = "refuse"
    """The words are kept, nothing happens, and their writer is told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A group of agents with one public face. `reopen_hours` is how long after closing a reply or the portal reopens;
    0 switches reopening off. With `thanks`, a reply that is nothing but thanks leaves a closed ticket closed."""

    name: str
    display_name: str
    leader: str = ""
    members: tuple[str, ...] = ()
    calendar: str = ""
    reopen_hours: int = 72
    closed: WhenClosed = WhenClosed.REOPEN
    thanks: bool = True
    ratings: bool = False
    """Whether requesters are asked, when a ticket is closed, if they are content."""
    brand: str = ""
    """For whom the team works, where one desk serves several: see `Directory.serves`."""

    @property
    def window_hours(self) -> int:
        """Hours after closing in which a customer can reopen; 0 for never."""
        return self.reopen_hours if self.closed is WhenClosed.REOPEN else 0


class ReversePath(StrEnum):
    """Which address of ours a report of failed delivery comes back to."""

    BOUNCE = "bounce"
    """`bounce+<tag>@` of the mailbox's domain."""
    MAILBOX = "mailbox"
    """The mailbox itself, with a tag: for servers that refuse any other envelope sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMailbox:
    """One of our addresses: where customers write, and what answers are sent from."""

    address: str
    team: str
    from_name: str
    name: str = ""
    """Name of the desk in its mails; "" for the desk's own."""
    signature: str = ""
    """Lines below our words to customers; "" for the name of the desk."""
    language: str = ""
    """Of customers whose own is not known; "" for the desk's first."""
    zone: str = ""
    """Of times in mails to its customers; "" for the desk's."""
    reverse_path: ReversePath = ReversePath.BOUNCE

    @property
    def probe_path(self) -> str:
        """A reverse path as our mail has it, with a tag that belongs to nothing."""
        spec = AddrSpec.parse(self.address)
        assert spec is not None
        user = spec.user if self.reverse_path is ReversePath.MAILBOX else "bounce"
        return str(AddrSpec(user, spec.domain).tagged("probe"))

    @property
    def mailbox(self) -> Mailbox:
        """The From of every mail that leaves by this mailbox."""
        return Mailbox(self.from_name, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A subject of work, owned by teams, with its request types."""

    name: str
    teams: tuple[str, ...] = ()
    request_types: tuple[str, ...] = ()


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
