"""Why a ticket stands as it does: the answers to what people ask first, out of what is kept about it.

Finds and sorts facts of the ticket's history, mails, rules and clocks. Decides nothing anew, writes nothing, and puts
nothing into words: whoever shows it does, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from maild.desk.clockwork import Clockwork
from maild.desk.ports import OutgoingMail, StoredEvent
from maild.desk.queues import InboundRow, Outcome
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
from maild.domain.people import Directory
from maild.domain.sla import Segment, SlaPolicy, SlaStage, SlaTimer, TimerState, ledger, reckon
from maild.domain.ticket import Ticket


class About(StrEnum):
    """The questions, in the order in which they are answered."""

    ANSWER = "answer"
    STATE = "state"
    RATING = "rating"
    TEAM = "team"
    OWNER = "owner"
    PRIORITY = "priority"
    CATEGORY = "category"
    CLOCK = "clock"


FIELDS = {"team": About.TEAM, "priority": About.PRIORITY, "category": About.CATEGORY}
"""Fields whose last change is told, and the question that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer: `code` is the key of its sentence, `values` fill it. Moments are ISO 8601 in UTC.

    `by` is (kind of actor, name) where somebody or something has done it.
    """

    about: About
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    by: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A mail that came for the ticket, and what was thought of it."""

    id: int
    at: datetime
    sender: str
    subject: str
    message_id: str
    outcome: str
    reason: str
    kind: str
    trust: str
    score: int | None
    parts: Mapping[str, int]
    trust_reasons: tuple[str, ...]
    thread: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A mail of ours about the ticket. `reason` is why it did not leave, or what the next server said."""

    id: int
    at: datetime
    name: str
    recipient: str
    state: str
    cause: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStory:
    """One clock as it stands now, with its segments. Minutes are those of its calendar."""

    metric: str
    cycle: int
    policy: str
    state: str
    stage: str
    """By the minutes used now, raised already or not."""
    used: int
    target: int
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """All of it. `mails_left_out` older mails came, and are not told of."""

    findings: tuple[Finding, ...]
    came: tuple[Came, ...]
    left: tuple[Left, ...]
    clocks: tuple[ClockStory, ...]


def explain(
    ticket: Ticket,
    *,
    history: Sequence[StoredEvent],
    mails: Sequence[InboundRow],
    sent: Sequence[OutgoingMail],
    timers: Sequence[SlaTimer],
    clockwork: Clockwork,
    directory: Directory,
    now: datetime,
) -> Why:
    """Everything that is kept about the ticket, told by question. `mails` and `sent` are oldest first."""
    clocks = tuple(_clocks(history, timers, clockwork, now))
    findings = [
        *_answers(ticket, history, mails, sent, directory),
        *_state(ticket, history, directory),
        *_rated(history, directory),
        *_fields(ticket, history, directory),
        *_clock_findings(ticket, clocks),
    ]
    return Why(
        findings=tuple(findings),
        came=tuple(came(row) for row in mails),
        left=tuple(
            Left(
                id=one.id, at=one.created_at, name=one.name, recipient=one.recipient, state=one.state,
                cause=one.cause, reason=one.reason,
            )
            for one in sent
        ),
        clocks=clocks,
    )  # fmt: skip


def came(row: InboundRow) -> Came:
    """What is kept beside one mail."""
    settled, trace = row.settlement, row.settlement.trace
    identity: dict[str, Any] = trace.get("identity", {})
    return Came(
        id=row.id,
        at=row.received_at,
        sender=settled.sender,
        subject=settled.subject,
        message_id=settled.message_id,
        outcome=settled.outcome,
        reason=settled.reason,
        kind=str(trace.get("kind", "")),
        trust=str(identity.get("trust", "")),
        score=identity.get("score"),
        parts=identity.get("parts", {}),
        trust_reasons=tuple(identity.get("reasons", ())),
        thread=tuple(trace.get("thread", ())),
        rules=tuple(trace.get("rules", ())),
    )


def _answers(
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
    else:
        yield Finding(about=About.ANSWER, code="acknowledged", values={"at": _iso(first.created_at)})


def _state(ticket: Ticket, history: Sequence[StoredEvent], directory: Directory) -> Iterator[Finding]:
    if ticket.merged_into:
        yield Finding(about=About.STATE, code="merged", values={"number": str(ticket.merged_into)})
        return
    for stored in reversed(history):
        match stored.event:
            case TicketClosed(reason=reason) if ticket.state in ENDED:
                values = {"at": _iso(stored.at), "reason": reason or "-"}
                yield Finding(about=About.STATE, code="closed", values=values, by=_by(stored.actor, directory))
                return
            case TicketReopened() if ticket.state not in ENDED:
                values = {"at": _iso(stored.at)}
                yield Finding(about=About.STATE, code="reopened", values=values, by=_by(stored.actor, directory))
                return


def _rated(history: Sequence[StoredEvent], directory: Directory) -> Iterator[Finding]:
    """What the customer has said last of a closing."""
    for stored in reversed(history):
        if isinstance(stored.event, TicketRated):
            agent = directory.agents.get(stored.event.agent)
            values = {"at": _iso(stored.at), "agent": agent.display_name if agent else stored.event.agent or "-"}
            yield Finding(about=About.RATING, code="rated-good" if stored.event.good else "rated-bad", values=values)
            return


def _fields(ticket: Ticket, history: Sequence[StoredEvent], directory: Directory) -> Iterator[Finding]:
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


def _clock_findings(ticket: Ticket, clocks: Sequence[ClockStory]) -> Iterator[Finding]:
    """Each clock that runs or waits, and each that was breached, in one sentence."""
    told = False
    for clock in clocks:
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
    if not clocks:
        yield Finding(about=About.CLOCK, code="no-clock")
    elif not told:
        yield Finding(about=About.CLOCK, code="all-in-time")


def _clocks(
    history: Sequence[StoredEvent], timers: Sequence[SlaTimer], clockwork: Clockwork, now: datetime
) -> Iterator[ClockStory]:
    lived = clockwork.lived((stored.at, stored.event) for stored in history)
    policies = clockwork.by_name
    segments = ledger(lived, policies, now=now)
    for timer in reckon(lived, policies, previous=timers):
        mine = tuple(s for s in segments if (s.metric, s.cycle) == (timer.metric, timer.cycle))
        used = sum(segment.minutes for segment in mine)
        late = timer.state is TimerState.RUNNING and timer.due_at is not None and timer.due_at < now
        yield ClockStory(
            metric=timer.metric,
            cycle=timer.cycle,
            policy=timer.policy,
            state=timer.state,
            stage=_stage(used, timer, policies.get(timer.policy), breached=late or timer.breached_at is not None),
            used=used,
            target=timer.target,
            due_at=timer.due_at,
            met_at=timer.met_at,
            breached_at=timer.breached_at or (timer.due_at if late else None),
            segments=mine,
        )


def _stage(used: int, timer: SlaTimer, policy: SlaPolicy | None, *, breached: bool) -> SlaStage:
    if breached:
        return SlaStage.BREACHED
    if policy is None:
        return timer.stage
    if 100 * used >= policy.red * timer.target:
        return SlaStage.RED
    return SlaStage.YELLOW if 100 * used >= policy.yellow * timer.target else SlaStage.GREEN


def _by(actor: Actor, directory: Directory) -> tuple[str, str]:
    if actor.kind is ActorKind.AGENT:
        agent = directory.agents.get(actor.name)
        return actor.kind, agent.display_name if agent else actor.name
    return actor.kind, actor.name


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
