"""A ticket's history as if the merges that were taken back had never been: for the clocks.

What was written to the merged ticket meanwhile is in its own history again, at the time when it came, and in that of
the other one no more. Never changes what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maild.domain.events import CustomerReplied, Event, MergeReleased, TicketMerged, TicketUnmerged


def without_undone(history: Iterable[tuple[datetime, Event]]) -> list[tuple[datetime, Event]]:
    """The history without each merge that was undone, with and without the replies that its undo has moved."""
    events = list(history)
    if not any(isinstance(event, TicketUnmerged | MergeReleased) for _, event in events):
        return events
    left: set[int] = set()
    kept: list[tuple[datetime, Event]] = []
    for at, event in events:
        match event:
            case TicketUnmerged():
                merged = next((i for i in range(len(kept) - 1, -1, -1) if isinstance(kept[i][1], TicketMerged)), None)
                if merged is None:
                    kept.append((at, event))
                    continue
                del kept[merged]
                came = [(back.at, CustomerReplied(ticket=event.ticket, article=back.article)) for back in event.replies]
                kept = sorted([*kept, *came], key=lambda pair: pair[0])
            case MergeReleased():
                left.update(event.replies)
            case _:
                kept.append((at, event))
    return [pair for pair in kept if not (isinstance(pair[1], CustomerReplied) and pair[1].article in left)]
