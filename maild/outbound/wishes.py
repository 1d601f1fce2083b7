"""One mail that the table of notices asks for: which of several for one person leaves, and when.

Looks at what happened and at when its reader wants to hear of it. Never plans and writes no words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.desk.ports import UnitOfWork
from maild.domain.events import (
    Event,
    SlaStageReached,
    SlaStepRaised,
)
from maild.domain.notice import NoticeClass
from maild.domain.quiet import listening_of
from maild.domain.ticket import Priority, Ticket
from maild.outbound.audience import Muted, Reader
from maild.outbound.table import MAY_WAIT, Entry, Situation

GATHERING = timedelta(minutes=1)
"""How long the first late alarm waits for others: a tick raises hundreds in that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One mail that the table asks for, before wishes for the same person are made one."""

    entry: Entry
    event_id: int
    event: Event
    reader: Reader
    ticket: Ticket | None


def coalesced(wishes: Iterable[Wish]) -> list[tuple[Wish, tuple[str, ...]]]:
    """One wish a person and ticket, with the names of those that it stands for. Of an agent's words none is lost."""
    groups: dict[tuple[int, str], list[Wish]] = {}
    for wish in wishes:
        groups.setdefault((wish.event.ticket, wish.reader.key), []).append(wish)
    kept: list[tuple[Wish, tuple[str, ...]]] = []
    for group in groups.values():
        names = tuple(dict.fromkeys(wish.entry.name for wish in group))
        words = [wish for wish in group if wish.entry.klass is NoticeClass.CORRESPONDENCE]
        chosen = words or [max(group, key=lambda wish: wish.entry.weight)]
        kept += [(wish, tuple(name for name in names if name != wish.entry.name)) for wish in chosen]
    return kept


def can_be_muted(entry: Entry) -> bool:
    """Whether it is a mail to agents that `#mute` ends: only there does List-Unsubscribe what it says."""
    return entry.name in MAY_WAIT and entry.muted is not Muted.REACHED


def is_late_alarm(event: Event) -> bool:
    """Whether an alarm comes long after its time."""
    return isinstance(event, SlaStageReached | SlaStepRaised) and event.late


def waits_until(uow: UnitOfWork, entry: Entry, reader: Reader, situation: Situation, now: datetime) -> datetime | None:
    """Until when the mail waits for its reader's digest; None when it leaves by itself.

    Alarms that come late come many at a time: out of an outage, or as the desk opens. They are one digest a person.
    """
    ticket = situation.ticket
    if entry.name == "escalation-outside" and situation.late:
        return now + GATHERING
    if reader.agent is None or ticket is None or entry.name not in MAY_WAIT:
        return None
    said = uow.preferences.get(reader.agent.name)
    wishes = listening_of(reader.agent.listening, said, zone=reader.zone, all_that_waits=MAY_WAIT)
    wanted = wishes.waits_until(entry.name, now, urgent=ticket.priority is Priority.URGENT) if wishes else None
    if situation.late:
        return max(wanted or now, now + GATHERING)
    return wanted
