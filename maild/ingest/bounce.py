"""A bounce or a delay (RFC 3464): which mail of ours came back, and that its delivery is recorded in the ticket.

Believes what our own tokens prove, never the recipient or the text that a report names.
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.desk.executor import Desk
from maild.desk.ports import UnitOfWork
from maild.desk.queues import Outcome, Settlement
from maild.domain.address import AddrSpec
from maild.domain.commands import RecordDelivery
from maild.domain.directory import Directory
from maild.domain.intent import Actor, ActorKind, Intent
from maild.domain.mail import InboundMessage, Kind
from maild.domain.token import Purpose, Tokens
from maild.ingest.addressee import addressee
from maild.ingest.journey import Journey, carry_out
from maild.ingest.thread import ThreadHow, Threading, ThreadMatch, lead_on


def delivery_report(desk: Desk, directory: Directory, tokens: Tokens, journey: Journey) -> Settlement:
    """Only a report that carries an id or address of ours, verified, has any effect (RFC 3464 section 4.1)."""
    threading = _find_returned(journey.uow, tokens, journey.message, journey.own_paths)
    match, report = threading.match, journey.message.report
    known = match is not None and match.token is not None and journey.uow.tickets.get(match.ticket) is not None
    recipient = addressee(journey.uow, directory, match.token) if known and match and match.token else ""
    if match is None or report is None or not recipient:
        settlement = Settlement(
            outcome=Outcome.DISCARDED, stage="thread", reason="a delivery report without a verifiable id of ours"
        )
    else:
        command = RecordDelivery(
            ticket=match.ticket,
            article=match.article,
            recipient=recipient,
            report=report,
            delayed=journey.message.kind is Kind.DELAY,
        )
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="mail"), commands=(command,))
        settlement = carry_out(desk, directory, journey, intent, stage="thread")
    settlement.trace["thread"] = list(threading.considered)
    return settlement


def _find_returned(uow: UnitOfWork, tokens: Tokens, message: InboundMessage, own_paths: Sequence[str]) -> Threading:
    """For bounces: the article whose mail came back, proven by the bounce address or our own Message-ID.

    A bounce address is `bounce+<tag>@` or a mailbox of ours with such a tag, whatever is configured now: reports come
    days after the mail.
    """
    considered: list[str] = []
    for path in own_paths:
        spec = AddrSpec.parse(path)
        if spec is None or spec.detail is None:
            continue
        token = tokens.read(Purpose.BOUNCE, spec.detail)
        if token is not None:
            considered.append(f"bounce-address: {path} verifies")
            match = ThreadMatch(
                ticket=token.ticket, how=ThreadHow.BOUNCE_ADDRESS, detail=path, token=token, article=token.article
            )
            return lead_on(uow, match, considered)
        considered.append(f"bounce-address: {path} does not verify")
    returned = message.report.message_id if message.report else ""
    for message_id in filter(None, (returned, *message.in_reply_to, *message.references[-5:])):
        token = tokens.read_message_id(message_id)
        if token is not None:
            considered.append(f"returned-message: {message_id} is ours")
            match = ThreadMatch(
                ticket=token.ticket, how=ThreadHow.RETURNED_MESSAGE, detail=message_id, token=token,
                article=token.article,
            )  # fmt: skip
            return lead_on(uow, match, considered)
        considered.append(f"returned-message: {message_id} is not one of ours")
    return Threading(match=None, considered=tuple(considered))
