"""What the book keeps of a mail, for `maild trace`: what it was, who wrote it, what the domains said.

Writes down what the other rooms have found out. Decides nothing, and keeps no words of the mail but its subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maild.desk.queues import Settlement
from maild.domain.authentication import UNCHECKED, Authentication, AuthResult
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey


def entry_of(journey: Journey, settlement: Settlement) -> Settlement:
    """The settlement as the book keeps it: with what finds the mail again, and what was thought of it."""
    message = journey.message
    trace: dict[str, Any] = {
        "kind": message.kind,
        "kind_reasons": list(message.kind_reasons),
        "mailbox": journey.mailbox,
        "defects": list(message.defects)[:20],
        **settlement.trace,
    }
    return Settlement(
        outcome=settlement.outcome,
        reason=settlement.reason,
        stage=settlement.stage,
        ticket=settlement.ticket,
        article=settlement.article,
        message_id=message.message_id,
        content_key=journey.content_key,
        sender=str(message.from_ or ""),
        sender_address=message.from_.key if message.from_ else "",
        subject=message.subject,
        trace=trace,
    )


def explained(identity: Identity) -> dict[str, Any]:
    """For `maild trace`: the level, and what it was made of."""
    return {
        "trust": identity.trust,
        "score": identity.score,
        "parts": {part.name: part.points for part in identity.parts},
        "reasons": list(identity.reasons),
    }


def checked(found: Authentication) -> dict[str, Any]:
    """For `maild trace`: what the domains said."""
    return {
        "by": found.by,
        "spf": found.spf,
        "dkim": found.dkim,
        "dmarc": found.dmarc,
        "aligned": found.aligned,
        "exact": found.exact,
        "arc": found.arc,
        "notes": list(found.notes)[:20],
    }


def found_then(trace: Mapping[str, Any]) -> Authentication:
    """What the domains had said of a mail that came, as `checked` wrote it down; UNCHECKED where nobody checked it."""
    kept = trace.get("authentication")
    if not kept:
        return UNCHECKED
    return Authentication(
        by=kept["by"],
        spf=AuthResult.read(kept["spf"]),
        dkim=AuthResult.read(kept["dkim"]),
        dmarc=AuthResult.read(kept["dmarc"]),
        aligned=kept["aligned"],
        exact=kept["exact"],
        arc=kept["arc"],
        notes=tuple(kept["notes"]),
    )
