"""The state of one cause while the desk works on it: tickets touched, events stated.

Operations read and change tickets here; the executor writes everything back once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from maild.desk.ports import UnitOfWork
from maild.domain.directory import Directory
from maild.domain.events import Event
from maild.domain.intent import Actor
from maild.domain.lifecycle import IllegalStep, StateType, Step, advance
from maild.domain.people import Team
from maild.domain.ticket import Ticket
from maild.domain.token import Tokens
from maild.errors import InvalidInput, NotFound, NotPermitted


@dataclass(slots=True, kw_only=True)
class Work:
    """What operations may touch. `at` is when the cause happened: for a mail, when it arrived; `now` is when it is
    handled."""

    uow: UnitOfWork
    directory: Directory
    tokens: Tokens
    actor: Actor
    at: datetime
    now: datetime
    opened: int = 0
    """Number of the ticket that this cause opened; 0 when it opened none."""
    article: int = 0
    """Id of the last article written by this cause."""
    inbound: int = 0
    contact: int = 0
    """Contact who wrote, as far as he was known when the cause began."""
    callable_rules: Sequence[str] = ()
    """Names of the rules that agents may call."""
    found_in: dict[int, StateType] = field(default_factory=dict)
    """The state of each touched ticket when the cause began."""
    events: list[tuple[Event, Actor]] = field(default_factory=list)
    reckoned_anew: set[int] = field(default_factory=set)
    """Tickets whose clocks are reckoned at the end of the cause though nothing has happened to them."""
    _tickets: dict[int, Ticket] = field(default_factory=dict)
    _changed: set[int] = field(default_factory=set)

    def ticket(self, number: int) -> Ticket:
        """The ticket as this cause has left it so far; 0 is the one it opened. Raises NotFound."""
        number = number or self.opened
        found = self._tickets.get(number) or self.uow.tickets.get(number)
        if found is None:
            raise NotFound("no-ticket", "there is no ticket {number}", number=str(number))
        self._tickets[number] = found
        self.found_in.setdefault(number, found.state)
        return found

    def open(self, ticket: Ticket) -> Ticket:
        """Store a new ticket and make it the one that `ticket=0` means."""
        stored = self.uow.tickets.add(ticket)
        self.opened = stored.number
        self._tickets[stored.number] = stored
        self.found_in[stored.number] = stored.state
        return stored

    def change(self, ticket: Ticket, **values: Any) -> Ticket:
        """The ticket with other values; written back at the end of the cause."""
        # after what a mail that waited does all that has happened meanwhile may count otherwise
        changed = replace(ticket, updated_at=self.latest(ticket.updated_at), **values)
        self._tickets[changed.number] = changed
        self._changed.add(changed.number)
        return changed

    def latest(self, before: datetime | None) -> datetime:
        """The time of this cause, or `before` where that is later: a mail that waited sets nothing back."""
        return self.at if before is None else max(before, self.at)

    def hold(self, ticket: Ticket) -> None:
        """Write the ticket back even if nothing of it changes, so that nobody else does the same thing meanwhile."""
        self._tickets.setdefault(ticket.number, ticket)
        self._changed.add(ticket.number)

    def step(self, ticket: Ticket, step: Step, **values: Any) -> Ticket:
        """Take a step of the lifecycle; raises InvalidInput where there is none."""
        try:
            state = advance(ticket.state, step)
        except IllegalStep as error:
            raise InvalidInput(
                "illegal-step", "ticket {number} is {state}: it cannot {step}",
                number=str(ticket.number), state=error.state, step=error.step,
            ) from None  # fmt: skip
        # a merged ticket keeps what it waited for: the merge may be taken back
        waits = ticket.waiting if state in (StateType.PENDING, StateType.MERGED) else None
        until = ticket.waits_until if state is StateType.PENDING else None
        return self.change(ticket, state=state, **{"waiting": waits, "waits_until": until, **values})

    def team(self, name: str) -> Team:
        """The team; one without properties when the configuration has dropped it since."""
        return self.directory.teams.get(name) or Team(name=name, display_name=name)

    def hold_to_brand(self, ticket: Ticket, *, team: str = "", agent: str = "") -> None:
        """Raise NotPermitted when the ticket would come to a team or an agent of another brand (P53)."""
        other = team and self.directory.brand_of(team) != self.directory.brand_of(ticket.team)
        if other or (agent and not self.directory.serves(agent, ticket.team)):
            raise NotPermitted("other-brand", "{name} works for another brand", name=agent or team)

    def organisation(self, ticket: Ticket) -> str:
        """The organisation of the requester, by the domain of his address; "" for none."""
        if not self.directory.organisations:
            return ""
        return self.directory.organisation_of(self.uow.people.get(ticket.requester).address)

    def contract(self, ticket: Ticket) -> str:
        """What the requester's organisation has agreed with us; "" for nothing."""
        return self.directory.contract_of(self.organisation(ticket))

    def emit(self, event: Event) -> None:
        """State a fact."""
        self.events.append((event, self.actor))

    @property
    def touched(self) -> list[Ticket]:
        """Every ticket read or changed by this cause."""
        return list(self._tickets.values())

    def write_back(self) -> None:
        """Save what changed, one statement a ticket."""
        for number in sorted(self._changed):
            self._tickets[number] = self.uow.tickets.save(self._tickets[number])
        self._changed.clear()
