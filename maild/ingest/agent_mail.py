"""A mail of an agent: words for the customer, notes, and orders, or the reason why it had no effect.

What it may do is in `desk.policy`; nothing is done in part.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.executor import Desk
from maild.desk.ports import Conflict
from maild.desk.queues import Outcome, Settlement
from maild.domain.commands import AddAnswer, AddNote, AskWriter, MuteTicket, TellHeld, UnmergeTicket
from maild.domain.confirmation import Question
from maild.domain.directory import Directory
from maild.domain.intent import Actor, ActorKind, Command, Intent, Trust
from maild.domain.people import Agent
from maild.errors import Refused
from maild.ingest.asking import agents_question, doubt_about, goes_inside, signs_of_use
from maild.ingest.identify import Identity
from maild.ingest.journey import AUTOMATIC, Journey, carry_out, set_off, words_of
from maild.ingest.orders import Orders, read_orders
from maild.ingest.thread import ThreadHow, ThreadMatch


def from_agent(
    desk: Desk, directory: Directory, journey: Journey, match: ThreadMatch, identity: Identity, agent: Agent
) -> Settlement:
    """His words and orders, whole or not at all; what cannot be done he is told once, with the reason."""
    if journey.message.kind in AUTOMATIC:
        return Settlement(
            outcome=Outcome.DISCARDED, stage="classify", reason="an automatic answer of an agent's mailbox"
        )
    mutes = match.how is ThreadHow.MUTE_ADDRESS  # whatever a mail program writes there for him
    orders = Orders(commands=(MuteTicket(),)) if mutes else _orders(directory, journey, agent)
    if (doubt := doubt_about(journey, match, identity, orders)) is not None:
        question = agents_question(journey, match, agent, doubt, orders)
        return hold(desk, journey, agent, match.ticket, doubt, because=identity.missing, question=question)
    if orders.problems:
        return hold(desk, journey, agent, match.ticket, "not-understood", "; ".join(orders.problems))
    words = words_of(journey, new_text=orders.words, origin=match.origin)
    commands: list[Command] = []
    if (words.new_text or words.files) and not mutes:
        kind = AddNote if goes_inside(match, agent, orders) else AddAnswer
        commands.append(kind(ticket=match.ticket, words=words))
    commands += [_at(match, command) for command in orders.commands]
    if not commands:
        return hold(desk, journey, agent, match.ticket, "empty")
    actor = Actor(kind=ActorKind.AGENT, name=agent.name, address=agent.address, via="mail", trust=Trust.SIGNED)
    try:
        with journey.uow.nested():
            intent = Intent(actor=actor, commands=tuple(commands))
            settlement = carry_out(desk, directory, journey, intent, stage="orders")
    except Refused as refusal:
        detail = " ".join(refusal.fields.values())
        return hold(desk, journey, agent, match.ticket, refusal.code, detail, because=str(refusal))
    for sign in signs_of_use(journey, match, identity, orders):
        if not journey.uow.articles.remember(sign, match.ticket) and journey.owned is None:
            raise Conflict(f"the same words of agent {agent.name} were heard meanwhile")
    return settlement


def about_no_ticket(desk: Desk, journey: Journey, agent: Agent) -> Settlement:
    """An answer to a digest: nobody can know which of its tickets is meant, and a guess could reach a customer."""
    return hold(desk, journey, agent, 0, "which-ticket")


def hold(
    desk: Desk,
    journey: Journey,
    agent: Agent,
    ticket: int,
    code: str,
    detail: str = "",
    *,
    because: str = "",
    question: Question | None = None,
) -> Settlement:
    """Nothing of the mail is done; the agent is told once, at his stored address, why and how to repeat it, or asked
    whether it is his where his word is all that is missing."""
    command: Command = (
        AskWriter(ticket=ticket, question=question)
        if question is not None
        else TellHeld(ticket=ticket, agent=agent.name, subject=journey.message.subject, code=code, detail=detail)
    )
    set_off(desk, journey, command)
    reason = f"mail of agent {agent.name} held: {code} {because or detail}".rstrip()
    return Settlement(outcome=Outcome.QUARANTINED, stage="identify", reason=reason, ticket=ticket)


def _orders(directory: Directory, journey: Journey, agent: Agent) -> Orders:
    """What he orders; the days that he names are counted from when his mail came."""
    return read_orders(journey.message.reply.text, directory, written=journey.mail.received_at, zone=agent.zone)


def _at(match: ThreadMatch, command: Command) -> Command:
    """The order for the ticket found; a merge is undone for the ticket whose mail was answered."""
    if isinstance(command, UnmergeTicket) and not command.which:
        command = replace(command, which=match.origin)
    return replace(command, ticket=match.ticket)
