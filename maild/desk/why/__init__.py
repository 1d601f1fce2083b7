"""Why a ticket stands as it does: the answers to what people ask first, out of what is kept about it.

Gathers what is known of its history, mails, rules and clocks. Decides nothing anew, writes nothing, and puts nothing
into words: whoever shows it does, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from maild.desk.clockwork import Clockwork
from maild.desk.ports import OutgoingMail, StoredEvent
from maild.desk.queues import InboundRow
from maild.desk.why import findings
from maild.desk.why.clocks import clock_stories
from maild.desk.why.telling import Came, Left, Why
from maild.domain.directory import Directory
from maild.domain.sla import SlaTimer
from maild.domain.ticket import Ticket
from maild.domain.token import Tokens


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
        thread=tuple(map(_without_tokens, trace.get("thread", ()))),
        rules=tuple(map(_without_tokens, trace.get("rules", ()))),
    )


def _without_tokens(line: str) -> str:
    """A line of a trace in which no token can be used: agents read it, and one of another person would speak for him.

    The beginning of each is left, which says with what key it was made.
    """
    words = ("".join(run) for _, run in groupby(line, str.isalnum))
    return "".join(f"{word[:4]}…" if Tokens.resembles(word) else word for word in words)
