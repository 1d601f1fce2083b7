"""To which ticket does a mail belong, and how do we know.

Tries the routes from the surest to the weakest and keeps what it thought of each, for `maild trace`. Finding a ticket
gives nobody any power: that is judged afterwards, from who wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from maild.desk.ports import KnownMessage, UnitOfWork
from maild.domain.address import AddrSpec, fold
from maild.domain.mail import InboundMessage
from maild.domain.relayed import relayed_form
from maild.domain.subject_token import find_subject_tokens
from maild.domain.ticket import Ticket
from maild.domain.token import Purpose, Token, Tokens
from maild.ingest.former import Former

MAX_IDS = 50
"""Message-IDs looked at: the first and the last ones of a longer References (L4 of the limits)."""

MAX_RELAYED = 10
"""Ids that are looked up in the form that relays report, newest first: the one replied to is among them."""

MAX_SUBJECT_TOKENS = 5
"""Subject tokens looked at, last first: the last one is where a mail client puts ours."""


MAX_TWINS = 20
"""Tickets with a mail of the same id that are looked at: honest mailers make none twice."""

MAX_MERGES = 100
"""Merges followed in a row; a merge into itself is refused, so that there is always an end."""


class ThreadHow(StrEnum):
    """By which route a ticket was found."""

    REPLY_ADDRESS = "reply-address"
    QUESTION = "question"
    """The reply address of a question to somebody; its token names the question where others name an article."""
    MUTE_ADDRESS = "mute-address"
    """The address in List-Unsubscribe: a mail to it mutes the ticket and does nothing else."""
    OWN_MESSAGE_ID = "own-message-id"
    KNOWN_MESSAGE_ID = "known-message-id"
    SUBJECT_TOKEN = "subject-token"  # noqa: S105 - the name of a route, no secret
    FORMER_NUMBER = "former-number"
    AWAITED = "awaited"
    BOUNCE_ADDRESS = "bounce-address"
    RETURNED_MESSAGE = "returned-message"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMatch:
    """The ticket found. `token` is what we once issued, when the route carries one."""

    ticket: int
    how: ThreadHow
    detail: str
    token: Token | None = None
    article: int = 0
    origin: int = 0
    """The merged ticket that the sign named, when it led on from there; 0 else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threading:
    """The match, if any, and each route considered, in words."""

    match: ThreadMatch | None
    considered: tuple[str, ...]
    about_none: bool = False
    """It answers a mail of ours that is about no ticket: a digest."""


def find_ticket(
    uow: UnitOfWork,
    tokens: Tokens,
    message: InboundMessage,
    own_paths: Sequence[str],
    *,
    former: Sequence[Former] = (),
    day: date | None = None,
    same_brand: Callable[[Ticket], bool] = lambda ticket: True,
) -> Threading:
    """Reply address, then own Message-IDs, then known foreign ones, then the subject token, then a former helpdesk's
    number, if on this `day` it is still looked for. A ticket of another brand than the mail's is none (P53)."""
    considered: list[str] = []
    match = (
        _by_reply_address(tokens, own_paths, considered)
        or _by_message_ids(uow, tokens, message, considered)
        or _by_subject(tokens, message.subject, considered)
        or (_by_former(uow, former, message.subject, day, considered) if day is not None else None)
        or _by_awaited(uow, message.message_id, considered)
    )
    found = lead_on(uow, match, considered)
    ticket = uow.tickets.get(found.match.ticket) if found.match else None
    if ticket is not None and not same_brand(ticket):
        said = f"brand: ticket {ticket.number} is another brand's"
        return Threading(match=None, considered=(*found.considered, said))
    return found


def lead_on(uow: UnitOfWork, match: ThreadMatch | None, considered: list[str]) -> Threading:
    """The match, led on to where its ticket was merged to; none when there is no such ticket any more."""
    if match is None:
        return Threading(match=None, considered=tuple(considered))
    if not match.ticket and match.how is ThreadHow.QUESTION:
        return Threading(match=match, considered=tuple(considered))
    if not match.ticket:
        return Threading(match=None, considered=tuple(considered), about_none=True)
    named = number = match.ticket
    for _ in range(MAX_MERGES):
        ticket = uow.tickets.get(number)
        if ticket is None or not ticket.merged_into:
            break
        considered.append(f"merged: ticket {number} leads on to {ticket.merged_into}")
        number = ticket.merged_into
    if uow.tickets.get(number) is None:
        considered.append(f"{match.how}: ticket {number} does not exist any more")
        return Threading(match=None, considered=tuple(considered))
    origin = named if named != number else 0
    return Threading(match=replace(match, ticket=number, origin=origin), considered=tuple(considered))


def _by_reply_address(tokens: Tokens, own_paths: Sequence[str], considered: list[str]) -> ThreadMatch | None:
    for path in own_paths:
        spec = AddrSpec.parse(path)
        if spec is None or spec.detail is None or fold(spec.user) == "bounce":
            continue
        token = tokens.read(Purpose.REPLY, spec.detail)
        if token is not None:
            considered.append(f"reply-address: {path} verifies for ticket {token.ticket}")
            return ThreadMatch(
                ticket=token.ticket, how=ThreadHow.REPLY_ADDRESS, detail=path, token=token, article=token.article
            )
        token = tokens.read(Purpose.MUTE, spec.detail)
        if token is not None:
            considered.append(f"mute-address: {path} verifies for ticket {token.ticket}")
            return ThreadMatch(ticket=token.ticket, how=ThreadHow.MUTE_ADDRESS, detail=path, token=token)
        token = tokens.read(Purpose.CONFIRM, spec.detail)
        if token is not None:
            considered.append(f"reply-address: {path} verifies for a question about ticket {token.ticket}")
            return ThreadMatch(ticket=token.ticket, how=ThreadHow.QUESTION, detail=path, token=token)
        considered.append(f"reply-address: {path} does not verify")
    return None


def _by_message_ids(
    uow: UnitOfWork, tokens: Tokens, message: InboundMessage, considered: list[str]
) -> ThreadMatch | None:
    ids = list(dict.fromkeys((*reversed(message.in_reply_to), *reversed(message.references))))
    if len(ids) > MAX_IDS:
        ids = ids[: MAX_IDS - 10] + ids[-10:]
    for message_id in ids:
        token = tokens.read_message_id(message_id)
        if token is not None:
            considered.append(f"own-message-id: {message_id} verifies for ticket {token.ticket}")
            return ThreadMatch(
                ticket=token.ticket, how=ThreadHow.OWN_MESSAGE_ID, detail=message_id, token=token, article=token.article
            )
    if not ids:
        considered.append("message-ids: the mail names none")
        return None
    relayed = [form for message_id in ids[:MAX_RELAYED] if (form := relayed_form(message_id))]
    known: dict[str, list[KnownMessage]] = {}
    for one in uow.articles.known_messages([*ids, *relayed]):
        known.setdefault(one.message_id, []).append(one)
    for message_id in (*ids, *relayed):
        if message_id in known:
            found = _of_writer(uow, message, known[message_id])
            considered.append(f"known-message-id: {message_id} is in ticket {found.ticket}")
            return ThreadMatch(
                ticket=found.ticket, how=ThreadHow.KNOWN_MESSAGE_ID, detail=message_id, article=found.article
            )
    considered.append(f"message-ids: none of {len(ids)} is ours or known")
    return None


def _of_writer(uow: UnitOfWork, message: InboundMessage, known: list[KnownMessage]) -> KnownMessage:
    """Of several tickets with a mail of one id the writer's newest, else the first: whoever has seen an id can use it
    again, and must not draw others' replies to a ticket of his."""
    known = sorted(known, key=lambda one: (one.ticket, one.article))
    first = [one for one in known if one.ticket == known[0].ticket][-1]
    if known[-1].ticket == first.ticket:
        return first
    writer = uow.people.by_address(message.from_.key) if message.from_ else None
    newest = reversed(known[-MAX_TWINS:])
    his = (one for one in newest if writer is not None and writer.id in uow.tickets.participants(one.ticket))
    return next(his, first)


def _by_subject(tokens: Tokens, subject: str, considered: list[str]) -> ThreadMatch | None:
    found = find_subject_tokens(subject)[-MAX_SUBJECT_TOKENS:]
    for number, check in reversed(found):
        if tokens.check_fits(number, check):
            considered.append(f"subject-token: [#{number}-{check}] verifies")
            return ThreadMatch(ticket=number, how=ThreadHow.SUBJECT_TOKEN, detail=f"[#{number}-{check}]")
        considered.append(f"subject-token: [#{number}-{check}] does not verify")
    if not found:
        considered.append("subject-token: none in the subject")
    return None


def awaited_by(message: InboundMessage) -> str:
    """Under which key to remember that this mail answers one that has not come; "" when it answers none."""
    answered = (message.in_reply_to or message.references)[-1:]
    return f"awaited {answered[0]}" if answered else ""


def _by_awaited(uow: UnitOfWork, message_id: str, considered: list[str]) -> ThreadMatch | None:
    """The ticket that an answer to this very mail has opened before it came (REL-18)."""
    key = f"awaited {message_id}"
    found = uow.articles.known_messages([key]) if message_id else []
    if not found:
        return None
    considered.append(f"awaited: a mail in ticket {found[0].ticket} answers this one")
    return ThreadMatch(ticket=found[0].ticket, how=ThreadHow.AWAITED, detail=message_id)


def _by_former(
    uow: UnitOfWork, former: Sequence[Former], subject: str, day: date, considered: list[str]
) -> ThreadMatch | None:
    keys = [key for helpdesk in former for key in helpdesk.keys(subject, day)]
    known = {found.message_id: found.ticket for found in uow.articles.known_messages(keys)} if keys else {}
    for key in keys:
        if key in known:
            considered.append(f"former-number: {key} is ticket {known[key]}")
            return ThreadMatch(ticket=known[key], how=ThreadHow.FORMER_NUMBER, detail=key)
        considered.append(f"former-number: {key} is not known")
    return None
