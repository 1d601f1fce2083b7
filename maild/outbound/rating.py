"""The offer to rate in the mail that tells a requester of the closing: two links with one random secret.

Asks once a closing, and only where the team wants it and the mail really leaves. Never reads an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from maild.desk.ports import UnitOfWork
from maild.domain.directory import Directory
from maild.domain.events import TicketClosed
from maild.domain.lifecycle import StateType
from maild.domain.rating import RATE_WITHIN, Rating
from maild.outbound.context import DeskFace
from maild.outbound.table import Situation
from maild.outbound.wishes import Wish

OFFERED_IN = frozenset({"closed", "answer"})
"""Notices that tell a requester of the closing: an answer that closes is both in one mail."""


class RatingOffers:
    """Knows which teams ask, and where the links lead. `new_secret` makes what cannot be guessed."""

    def __init__(self, directory: Directory, desk: DeskFace, new_secret: Callable[[], str]) -> None:
        self._directory = directory
        self._desk = desk
        self._new_secret = new_secret

    def offer(
        self, uow: UnitOfWork, wish: Wish, situation: Situation, *, leaves: bool, now: datetime
    ) -> dict[str, Any] | None:
        """The links for the template, kept so that they can be answered; None where nothing is asked."""
        ticket = wish.ticket
        if ticket is None or ticket.state is not StateType.CLOSED or TicketClosed not in situation.happened:
            return None
        team = self._directory.teams.get(ticket.team)
        if not leaves or team is None or not team.ratings or wish.reader.contact != ticket.requester:
            return None
        secret = self._new_secret()
        asked = Rating(
            ticket=ticket.number,
            contact=ticket.requester,
            agent=ticket.owner,
            asked_at=ticket.closed_at or now,
            expires_at=now + RATE_WITHIN,
        )
        uow.ratings.add(asked, secret=secret)
        link = self._desk.rating_link(secret, wish.reader.language)
        return {"good": f"{link}&rating=good", "bad": f"{link}&rating=bad", "days": RATE_WITHIN.days}
