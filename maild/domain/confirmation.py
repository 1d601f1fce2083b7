"""A question to the person in whose name a mail came: is it his. A mail that he owns is done as if it had been proven.

Says what is asked and how long it can be answered. Never asks, and never believes an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

ANSWER_WITHIN = timedelta(hours=24)
"""How long a question can be answered: long enough for a night, too short for a mailbox that is lost later (SEC-15)."""


class Doubt(StrEnum):
    """Why a mail is not done before somebody says that it is his."""

    NOT_SIGNED = "not-signed"
    """It names an agent as its sender, and carries no proof of him."""
    TOO_OLD = "too-old"
    """Its orders were written long ago: somebody may have kept them and sent them now (SEC-07)."""
    REPEATED = "repeated"
    """The very same has been carried out before (SEC-07)."""
    NOT_PROVEN = "not-proven"
    """It names a customer of the ticket, and less speaks for him than the desk demands."""
    OTHER_ADDRESS = "other-address"
    """It answers a mail to a customer, from an address that is not known as his."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be asked about the mail `mail` of the book. Of `agent` and `contact` one is given.

    `address` is the address that becomes the contact's with a yes; "" where it is his already. `sender`, `subject`,
    `does` and `orders` tell an agent what the mail is and would do; a customer is told the sender only, because
    nothing that a stranger writes may reach a victim in our words (SEC-63).
    """

    mail: int
    agent: str = ""
    contact: int = 0
    address: str = ""
    doubt: Doubt
    sender: str
    subject: str = ""
    does: str = ""
    """`answer` or `note`: what becomes of its words; `open`: a ticket of whose mail it passes on; "" without words."""
    orders: tuple[str, ...] = ()
    secret: str = field(repr=False)
    """What the link carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What somebody was asked: whether the mail `mail` of the book is his. Of `agent` and `contact` one is given.

    `address` is the address that becomes the contact's with a yes; "" where it is his already. `article` holds the
    words as far as they are kept already, unverified; 0 where the mail was held.
    """

    id: int = 0
    mail: int
    ticket: int
    article: int = 0
    agent: str = ""
    contact: int = 0
    address: str = ""
    doubt: Doubt
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    confirmed: bool = False

    def open(self, now: datetime) -> bool:
        """Whether it can still be answered: once, and not for ever."""
        return self.answered_at is None and now < self.expires_at
