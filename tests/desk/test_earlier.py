"""A ticket told again from its history is the ticket that there was: for every moment of random lives."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from maild.desk.earlier import happened_before, ticket_before
from maild.domain.address import Mailbox
from maild.domain.commands import (
    AddAnswer,
    AddReply,
    AddTag,
    AssignOwner,
    CloseTicket,
    MergeTicket,
    MuteTicket,
    RecordDelivery,
    RemoveTag,
    ReopenTicket,
    ResumeTicket,
    SetCategory,
    SetPolicy,
    SetPriority,
    SetSeverity,
    SetTeam,
    SetWatching,
    TakeBackAnswer,
    UnmergeTicket,
    WaitFor,
)
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust, Words
from maild.domain.lifecycle import Waiting
from maild.domain.mail import DeliveryReport, RecipientReport
from maild.domain.ticket import Priority, Ticket
from maild.errors import Refused
from tests.helpers.world import MONDAY, WORLD, World, letter

ANA = Mailbox("Ana Silva", "ana@quinta.example")
SUPPORT = "support@casa-azul.example"
RUI = Actor(kind=ActorKind.AGENT, name="rui", via="cli", trust=Trust.SIGNED)
BOUNCED = DeliveryReport(recipients=(RecipientReport(final_recipient=ANA.address, action="failed", status="5.1.1"),))
FEW = settings(
    deadline=None,
    max_examples=8,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


FAR = MONDAY + timedelta(days=400)


def words(text: str) -> Words:
    return Words(text=text, new_text=text)


def answer(number: int, other: int) -> Command:
    return AddAnswer(ticket=number, words=words("Try this."))


def bounce(number: int, other: int) -> Command:
    return RecordDelivery(ticket=number, article=0, recipient=ANA.address, report=BOUNCED, delayed=False)


Make = Callable[[int, int], Command]
"""A command for a ticket, beside another one."""

_MAKES: list[Make] = [
    lambda n, o: SetTeam(ticket=n, team="billing"),
    lambda n, o: SetTeam(ticket=n, team="support"),
    lambda n, o: SetPriority(ticket=n, priority=Priority.HIGH),
    lambda n, o: SetPriority(ticket=n, priority=Priority.LOW),
    lambda n, o: SetCategory(ticket=n, category="invoices"),
    lambda n, o: SetSeverity(ticket=n, severity="major"),
    lambda n, o: SetPolicy(ticket=n, policy="standard"),
    lambda n, o: AddTag(ticket=n, tag="a"),
    lambda n, o: AddTag(ticket=n, tag="b"),
    lambda n, o: RemoveTag(ticket=n, tag="a"),
    lambda n, o: SetWatching(ticket=n, agent="eva", watching=True),
    lambda n, o: SetWatching(ticket=n, agent="eva", watching=False),
    lambda n, o: MuteTicket(ticket=n),
    lambda n, o: AssignOwner(ticket=n, owner="eva"),
    lambda n, o: AssignOwner(ticket=n, owner=""),
    lambda n, o: WaitFor(ticket=n, waiting=Waiting.HOLD),
    lambda n, o: WaitFor(ticket=n),
    lambda n, o: WaitFor(ticket=n, waiting=Waiting.HOLD, until=FAR),
    lambda n, o: ResumeTicket(ticket=n),
    lambda n, o: CloseTicket(ticket=n, reason="done"),
    lambda n, o: ReopenTicket(ticket=n, reason="no"),
    lambda n, o: MergeTicket(ticket=n, into=o),
    lambda n, o: UnmergeTicket(ticket=n),
    lambda n, o: AddReply(ticket=n, author=ANA, words=words("And this?")),
    lambda n, o: AddReply(ticket=n, author=ANA, words=replace(words("I am away."), automatic=True)),
    answer,
    lambda n, o: TakeBackAnswer(ticket=n),
    bounce,
]
COMMANDS = st.sampled_from(_MAKES)
LIVES = st.lists(st.tuples(st.booleans(), COMMANDS, st.integers(0, 3000)), min_size=3, max_size=25)


def seen(ticket: Ticket) -> Ticket:
    """Without what only counts and times its writing."""
    return replace(ticket, version=0, updated_at=ticket.created_at)


@FEW
@example(life=[(True, answer, 5), (True, bounce, 5), (True, answer, 5)])
@given(life=LIVES)
def test_p30_a_ticket_told_again_is_the_one_that_there_was(life: list[tuple[bool, Make, int]], tmp_path: Path) -> None:
    desk = desks(tmp_path, WORLD)
    numbers = two_tickets(desk)
    met: list[tuple[int, Ticket]] = []
    for first, make, minutes in life:
        desk.clock.advance(minutes=minutes)
        number, other = numbers if first else numbers[::-1]
        run(desk, aimed(desk, make(number, other)))
        for one in numbers:
            ticket, history = read(desk, one)
            met.append((history[-1].id + 1, ticket))
    for event, ticket in met:
        now, history = read(desk, ticket.number)
        told = ticket_before(now, history, happened_before(history, event=event, at=desk.clock()))
        assert seen(told) == seen(ticket)


def desks(folder: Path, config: str) -> World:
    """One desk for all lives of a test: its tickets are many, and each life is two of them."""
    if folder not in _DESKS:
        _DESKS.clear()
        _DESKS[folder] = World(folder, config.replace('zone = "Europe/Lisbon"\noperator', SEVERITIES + "operator"))
    return _DESKS[folder]


def two_tickets(desk: World) -> list[int]:
    mails = (letter(str(ANA), SUPPORT, f"Printer {n}", f"Broken {desk.clock()}") for n in (1, 2))
    return [desk.take(mail).ticket for mail in mails]


_DESKS: dict[Path, World] = {}
SEVERITIES = 'zone = "Europe/Lisbon"\nseverities = ["minor", "major"]\n'


def read(desk: World, number: int) -> tuple[Ticket, list]:  # type: ignore[type-arg] # as the store has them
    ticket, history = desk.app.store.read(lambda uow: (uow.tickets.get(number), uow.events.of(number)))
    assert ticket is not None
    return ticket, history


def aimed(desk: World, command: Command) -> Command:
    """A bounce is one of the ticket's last answer."""
    if not isinstance(command, RecordDelivery):
        return command
    articles = desk.app.store.read(lambda uow: uow.articles.of(command.ticket))
    return replace(command, article=next((a.id for a in reversed(articles) if a.agent == "rui"), 0))


def run(desk: World, command: Command) -> None:
    actor = RUI
    if isinstance(command, AddReply):
        contact = desk.app.store.read(lambda uow: uow.people.by_address(ANA.key))
        actor = Actor(kind=ActorKind.CONTACT, contact=contact.id if contact else 0, via="mail", trust=Trust.SIGNED)
    elif isinstance(command, RecordDelivery):
        actor = Actor(kind=ActorKind.SYSTEM, via="bounce")
    intent = Intent(actor=actor, commands=(command,))
    cause = Cause(key=f"test:{desk.clock()}")
    with suppress(Refused):  # not everything can be done with every ticket
        desk.app.store.writer.run(lambda uow: desk.app.desk.run(uow, intent, cause=cause, now=desk.clock()))
