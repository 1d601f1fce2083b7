"""The answers to what people ask first of a ticket: was it answered, why is it closed, who gave it to whom, what runs.

Finds and sorts facts of the ticket's history, mails and clocks. Decides nothing anew and puts nothing into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from maild.desk.ports import OutgoingMail, StoredEvent
from maild.desk.queues import InboundRow, Outcome
from maild.desk.why.telling import About, ClockStory, Finding
from maild.domain.directory import Directory
from maild.domain.events import (
    AgentAnswered,
    AnswerTakenBack,
    DeliveryFailed,
    FieldChanged,
    OwnerChanged,
    TicketClosed,
    TicketOpened,
    TicketRated,
    TicketReopened,
)
from maild.domain.intent import Actor, ActorKind
from maild.domain.lifecycle import ENDED
from maild.domain.notice import OutboxState
from maild.domain.sla import TimerState
from maild.domain.ticket import Ticket

AT_ONCE = timedelta(minutes=1)
"""A mail that has left so soon has left when it was made."""

FIELDS = {"team": About.TEAM, "priority": About.PRIORITY, "category": About.CATEGORY}
"""Fields whose last change is told, and the question that it answers."""


def answers(
    ticket: Ticket,
    history: Sequence[StoredEvent],
    mails: Sequence[InboundRow],
    sent: Sequence[OutgoingMail],
    directory: Directory,
) -> Iterator[Finding]:
    """Whether the customer was answered, and what stood in the way."""
    answered = [e for e in history if isinstance(e.event, AgentAnswered)]
    if answered:
        yield _last_answer(answered[-1], history, sent, directory)
    else:
        yield Finding(about=About.ANSWER, code="unanswered", values={"at": _iso(ticket.created_at)})
    last = answered[-1].at if answered else None
    if last is not None and ticket.last_customer_at is not None and ticket.last_customer_at > last:
        yield Finding(about=About.ANSWER, code="waits", values={"at": _iso(ticket.last_customer_at)})
    since = last or ticket.created_at
    for row in mails:
        held = row.settlement.outcome is Outcome.QUARANTINED and row.received_at >= since
        if held:
            values = {"sender": row.settlement.sender, "at": _iso(row.received_at), "reason": row.settlement.reason}
            yield Finding(about=About.ANSWER, code="held-mail", values=values)
    yield from _acknowledged(history, sent)


def _last_answer(
    stored: StoredEvent, history: Sequence[StoredEvent], sent: Sequence[OutgoingMail], directory: Directory
) -> Finding:
    """How far the last answer has come: its worst copy decides, because that is what is asked for."""
    event = stored.event
    assert isinstance(event, AgentAnswered)
    agent = directory.agents.get(event.agent)
    values = {"agent": agent.display_name if agent else event.agent, "at": _iso(stored.at)}
    for later in history:
        match later.event:
            case AnswerTakenBack(article=article) if article == event.article:
                return Finding(about=About.ANSWER, code="taken-back", values=values)
            case DeliveryFailed(article=article, delayed=False) if article == event.article:
                failure = {"recipient": later.event.recipient, "reason": later.event.diagnostic or later.event.status}
                return Finding(about=About.ANSWER, code="bounced", values=values | failure)
    copies = [one for one in sent if one.name == "answer" and one.article == event.article]
    for states, code in _STANDS:
        for copy in copies:
            if copy.state in states:
                return Finding(
                    about=About.ANSWER,
                    code=code,
                    values=values | {"recipient": copy.recipient, "reason": copy.reason or "-"},
                )
    return Finding(about=About.ANSWER, code="answered", values=values)


_STANDS = (
    ({OutboxState.FAILED}, "failed"),
    ({OutboxState.SUPPRESSED, OutboxState.HELD, OutboxState.DROPPED}, "withheld"),
    ({OutboxState.DEFERRED, OutboxState.OUTCOME_UNKNOWN}, "deferred"),
    ({OutboxState.PLANNED, OutboxState.CLAIMED, OutboxState.TRANSMITTING}, "leaving"),
)
"""States of an answer's copies, the gravest first, and the sentence for each."""


def _acknowledged(history: Sequence[StoredEvent], sent: Sequence[OutgoingMail]) -> Iterator[Finding]:
    opened = next((e.event for e in history if isinstance(e.event, TicketOpened)), None)
    if opened is None:
        return
    first = next((one for one in sent if one.name == "acknowledgement"), None)
    if first is None:
        if not opened.acknowledge:
            yield Finding(about=About.ANSWER, code="no-acknowledgement")
    elif first.state in (OutboxState.SUPPRESSED, OutboxState.HELD, OutboxState.FAILED, OutboxState.DROPPED):
        yield Finding(about=About.ANSWER, code="acknowledgement-withheld", values={"reason": first.reason or "-"})
    elif first.state is OutboxState.SENT:
        at = first.settled_at or first.created_at
        yield Finding(about=About.ANSWER, code="acknowledged", values={"at": _iso(at)})
    else:
        yield Finding(about=About.ANSWER, code="acknowledgement-waits", values={"at": _iso(first.created_at)})


def left_later(mail: OutgoingMail) -> datetime | None:
    """When the next server took the mail, where that was a minute or more after it was made."""
    if mail.state is not OutboxState.SENT or mail.settled_at is None:
        return None
    return mail.settled_at if mail.settled_at - mail.created_at >= AT_ONCE else None


def state(ticket: Ticket, history: Sequence[StoredEvent], directory: Directory) -> Iterator[Finding]:
    if ticket.merged_into:
        yield Finding(about=About.STATE, code="merged", values={"number": str(ticket.merged_into)})
        return
    for stored in reversed(history):
        match stored.event:
            case TicketClosed(reason=reason) if ticket.state in ENDED:
                values = {"at": _iso(stored.at), "reason": reason}
                code = "closed-because" if reason else "closed"
                yield Finding(about=About.STATE, code=code, values=values, by=_by(stored.actor, directory))
                return
            case TicketReopened() if ticket.state not in ENDED:
                values = {"at": _iso(stored.at)}
                yield Finding(about=About.STATE, code="reopened", values=values, by=_by(stored.actor, directory))
                return


def rated(history: Sequence[StoredEvent], directory: Directory) -> Iterator[Finding]:
    """What the customer has said last of a closing."""
    for stored in reversed(history):
        if isinstance(stored.event, TicketRated):
            agent = directory.agents.get(stored.event.agent)
            values = {"at": _iso(stored.at), "agent": agent.display_name if agent else stored.event.agent or "-"}
            yield Finding(about=About.RATING, code="rated-good" if stored.event.good else "rated-bad", values=values)
            return


def fields(ticket: Ticket, history: Sequence[StoredEvent], directory: Directory) -> Iterator[Finding]:
    """Who gave the ticket its team, owner, priority and category."""
    last: dict[About, StoredEvent] = {}
    for stored in history:
        match stored.event:
            case FieldChanged(name=name) if name in FIELDS:
                last[FIELDS[name]] = stored
            case OwnerChanged():
                last[About.OWNER] = stored
    team = directory.teams.get(ticket.team)
    owner = directory.agents.get(ticket.owner)
    shown = {
        About.TEAM: team.display_name if team else ticket.team,
        About.OWNER: owner.display_name if owner else ticket.owner,
        About.PRIORITY: str(ticket.priority),
        About.CATEGORY: ticket.category,
    }
    for about, value in shown.items():
        changed = last.get(about)
        if changed is not None:
            code = "set" if value else "taken-away"
            values = {"value": value, "at": _iso(changed.at)}
            yield Finding(about=about, code=code, values=values, by=_by(changed.actor, directory))
        elif about is About.TEAM:
            yield Finding(about=about, code="by-mailbox", values={"value": value, "mailbox": ticket.mailbox})
        elif about is About.OWNER and not value:
            yield Finding(about=about, code="nobody")
        elif value:
            yield Finding(about=about, code="from-the-start", values={"value": value})


def clocks(ticket: Ticket, stories: Sequence[ClockStory]) -> Iterator[Finding]:
    """Each clock that runs or waits, and each that was breached, in one sentence."""
    told = False
    for clock in stories:
        values = {
            "metric": clock.metric, "stage": clock.stage, "used": str(clock.used), "target": str(clock.target),
            "policy": clock.policy, "due": _iso(clock.due_at),
        }  # fmt: skip
        if clock.state == TimerState.RUNNING:
            yield Finding(about=About.CLOCK, code="runs", values=values)
        elif clock.state == TimerState.PAUSED:
            yield Finding(about=About.CLOCK, code="pauses", values=values)
        elif clock.breached_at is not None:
            yield Finding(about=About.CLOCK, code="was-late", values=values)
        else:
            continue
        told = True
    if not stories:
        yield Finding(about=About.CLOCK, code="no-clock")
    elif not told:
        yield Finding(about=About.CLOCK, code="all-in-time")


def _by(actor: Actor, directory: Directory) -> tuple[str, str]:
    if actor.kind is ActorKind.AGENT:
        agent = directory.agents.get(actor.name)
        return actor.kind, agent.display_name if agent else actor.name
    return actor.kind, actor.name


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
