"""Why a ticket stands as it does: the answers to what people ask first, out of what is kept about it.

Gathers what is known of its history, mails, rules and clocks. Decides nothing anew, writes nothing, and puts nothing
into words: whoever shows it does, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from maild.desk.clockwork import Clockwork
from maild.desk.ports import OutgoingMail, StoredEvent
from maild.desk.queues import InboundRow
from maild.desk.why import findings
from maild.desk.why.clocks import clock_stories
from maild.desk.why.telling import Asked, Came, Left, Why
from maild.domain.directory import Directory
from maild.domain.events import RulesApplied
from maild.domain.sla import SlaTimer
from maild.domain.ticket import Ticket
from maild.domain.token import Tokens

ASKED_TOLD = 30
"""Times that rules were asked, newest last, beside those when a mail came."""


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
    clocks = tuple(clock_stories(history, timers, clockwork, now))
    found = [
        *findings.answers(ticket, history, mails, sent, directory),
        *findings.state(ticket, history, directory),
        *findings.rated(history, directory),
        *findings.fields(ticket, history, directory),
        *findings.clocks(ticket, clocks),
    ]
    return Why(
        findings=tuple(found),
        came=tuple(came(row) for row in mails),
        left=tuple(
            Left(
                id=one.id, at=one.created_at, name=one.name, recipient=one.recipient, state=one.state,
                cause=one.cause, reason=one.reason, left_at=findings.left_later(one),
            )
            for one in sent
        ),
        clocks=clocks,
        asked=tuple(_asked(history, mails))[-ASKED_TOLD:],
    )  # fmt: skip


def _asked(history: Sequence[StoredEvent], mails: Sequence[InboundRow]) -> Iterator[Asked]:
    """What the history says of rules and the mails do not."""
    told = {(f"inbound:{row.id}", line) for row in mails for line in row.settlement.trace.get("rules", ())}
    for stored in history:
        if isinstance(stored.event, RulesApplied):
            lines = [line for line in stored.event.trace if (stored.cause, line) not in told]
            if lines:
                rules = tuple(map(_without_tokens, lines))
                yield Asked(at=stored.at, trigger=stored.event.trigger, rules=rules)


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
        thread=tuple(map(_without_tokens, trace.get("thread", ()))),
        rules=tuple(map(_without_tokens, trace.get("rules", ()))),
    )


def _without_tokens(line: str) -> str:
    """A line of a trace in which no token can be used: agents read it, and one of another person would speak for him.

    The beginning of each is left, which says with what key it was made.
    """
    words = ("".join(run) for _, run in groupby(line, str.isalnum))
    return "".join(f"{word[:4]}…" if Tokens.resembles(word) else word for word in words)
