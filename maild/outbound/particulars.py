"""What one notice says: the values for its template, from what happened and the ticket as it is now.

Tells a customer and an agent apart before anything else (P18, P19). Never plans, and never judges who may hear.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maild.desk.clockwork import Clockwork
from maild.desk.ports import UnitOfWork
from maild.desk.why import explain
from maild.desk.why.telling import Why
from maild.domain.directory import Directory
from maild.domain.events import (
    ConfigurationRefused,
    DeliveryFailed,
    DigestGathered,
    FieldChanged,
    Kept,
    MailGrouped,
    MailHeld,
    MailQuarantined,
    MailWithheld,
    MergeReceived,
    OwnerChanged,
    ReplyKept,
    SignInRequested,
    SlaStageReached,
    SlaStepRaised,
    TicketClosed,
    TicketMerged,
    TicketReopened,
    TicketUnmerged,
    TokensGuessed,
    UnverifiedWritten,
    WaitOver,
    WeekReported,
    WhyAsked,
    WriterAsked,
)
from maild.domain.intent import Actor, ActorKind
from maild.domain.notice import NoticeClass
from maild.domain.people import OwnMailbox
from maild.domain.ticket import Article, Ticket
from maild.outbound.audience import Audience
from maild.outbound.context import (
    NOTIFICATION_TEXT,
    Contexts,
    article_context,
    failure_reason,
    iso,
)
from maild.outbound.digest import digest_context
from maild.outbound.explanation import why_context
from maild.outbound.table import Situation
from maild.outbound.wishes import Wish

UNPROVEN = frozenset({"not-signed", "not-sure", "too-old", "repeated"})
"""Why a mail was held of which nobody knows whether it is the agent's: he hears how he proves it."""

EXPLAINED_MAILS = 30
"""The newest mails that an explanation tells of, each way: more would be a mail that nobody reads."""


SEE_ALSO = 5
"""Linked tickets that a mail names; `maild ticket show` has them all."""


class Particulars:
    """Knows the desk, its people and the policies that clocks are explained by; stores nothing."""

    def __init__(self, directory: Directory, contexts: Contexts, clockwork: Clockwork) -> None:
        self._directory = directory
        self._contexts = contexts
        self._clockwork = clockwork

    def of(
        self,
        uow: UnitOfWork,
        audience: Audience,
        wish: Wish,
        others: tuple[str, ...],
        article: Article | None,
        files: tuple[dict[str, Any], ...],
        situation: Situation,
        own: OwnMailbox,
        now: datetime,
    ) -> dict[str, Any]:
        """The values for the template of this wish; `others` are the names of notices that it stands for too."""
        entry, event, reader, ticket = wish.entry, wish.event, wish.reader, wish.ticket
        context = self._contexts.common(reader, ticket, own)
        context["closed"] = TicketClosed in situation.happened
        for_agent = reader.agent is not None
        shows_words = article is not None and (for_agent or entry.name in ("answer", "automatic-answer", "forwarded"))
        limit = None if entry.klass in (NoticeClass.CORRESPONDENCE, NoticeClass.FORWARD) else NOTIFICATION_TEXT
        context["article"] = (
            article_context(article, limit=limit, taken=files) if article is not None and shows_words else None
        )
        if for_agent:
            requester = audience.contact(ticket.requester) if ticket else None
            if ticket is not None and requester is not None:
                see_also = self._see_also(uow, ticket)
                self._contexts.for_agents(context, ticket, requester, uow.timers.of(ticket.number), see_also)
            context["reply"] = {"goes": str(entry.reply), "to": str(requester.mailbox) if requester else ""}
            context["reopened"] = entry.name != "reopened" and TicketReopened in situation.happened
            in_charge = ticket is not None and reader.agent is not None and reader.agent.name == ticket.owner
            context["assigned"] = in_charge and entry.name != "assigned" and "assigned" in others
            # a note is by its author: the act of an agent can set off a rule that writes one
            noted = article if entry.name == "note" else None
            context["by"] = noted.author if noted else _actor_name(situation.actor, self._directory)
        if entry.name == "answer" and article is not None:
            context["agent"] = {"name": article.author}
        match event:
            case SlaStageReached() | SlaStepRaised():
                due = {(t.metric, t.cycle): t.due_at for t in uow.timers.of(event.ticket)}
                context["sla"] = {"metric": str(event.metric), "due": iso(due.get((event.metric, event.cycle)))}
                if isinstance(event, SlaStepRaised):
                    context["step"] = {
                        "level": event.level,
                        "done": [_done(line) for line in event.done],
                        "refused": list(event.refused),
                    }
            case DeliveryFailed():
                context["delivery"] = {
                    "recipient": event.recipient, "status": event.status, "diagnostic": event.diagnostic,
                    "reason": failure_reason(event.status), "unanswered": event.unanswered,
                    "rests_until": iso(event.rests_until), "others": list(event.others),
                }  # fmt: skip
            case SignInRequested():
                self._contexts.sign_in(context, event.secret)
            case WriterAsked():
                self._contexts.question(context, event)
            case UnverifiedWritten():
                context["asked"], context["outside"] = WriterAsked in situation.happened, event.outside
            case MailHeld():
                context["held"] = {
                    "subject": event.subject, "code": event.code, "detail": event.detail,
                    "unproven": event.code in UNPROVEN,
                }  # fmt: skip
            case WaitOver():
                context["waited_until"] = iso(event.until)
            case WhyAsked() if ticket is not None:
                context["why"] = why_context(self._explained(uow, ticket, now))
            case MailQuarantined():
                context["mail"] = {
                    "id": event.mail, "sender": event.sender, "subject": event.subject, "reason": event.reason,
                }  # fmt: skip
            case DigestGathered():
                context["digest"] = digest_context(uow, event.items)
            case WeekReported():
                context["report"] = event.figures
            case MailWithheld():
                context["withheld"] = {
                    "refused": event.refused, "held": event.held, "reasons": list(event.reasons),
                }  # fmt: skip
            case TokensGuessed():
                context["guessing"] = {"everywhere": event.everywhere, "sources": list(event.sources)}
            case ConfigurationRefused():
                context["faults"], context["more"] = list(event.faults), event.more
            case TicketReopened():
                context["reason"] = event.reason
            case TicketMerged():
                context["joined"] = self._contexts.joined(ticket, uow.tickets.get(event.into))
            case MailGrouped():
                context["count"] = event.count
            case MergeReceived():
                context["merged"] = _brief(uow, event.other)
            case TicketUnmerged():
                context["merged"] = _brief(uow, event.out_of)
                context["came_back"] = event.articles
            case ReplyKept(why=Kept.REFUSED):
                context["write_to"] = own.address
            case OwnerChanged() | FieldChanged():
                context["to_you"] = isinstance(event, OwnerChanged)
        return context

    def _see_also(self, uow: UnitOfWork, ticket: Ticket) -> list[Ticket]:
        """The newest tickets that this one is linked to; a team may have come to another brand since (P53)."""
        brand = self._directory.brand_of
        found = (uow.tickets.get(number) for number in uow.links.of(ticket.number)[:SEE_ALSO])
        return [other for other in found if other is not None and brand(other.team) == brand(ticket.team)]

    def _explained(self, uow: UnitOfWork, ticket: Ticket, now: datetime) -> Why:
        """Everything an agent may know about why the ticket stands as it does."""
        return explain(
            ticket,
            history=uow.events.of(ticket.number),
            mails=uow.inbound.of_ticket(ticket.number, EXPLAINED_MAILS),
            sent=uow.outbox.of_ticket(ticket.number, EXPLAINED_MAILS),
            timers=uow.timers.of(ticket.number),
            clockwork=self._clockwork,
            directory=self._directory,
            now=now,
        )


def _done(line: str) -> dict[str, str]:
    """What a step did, `priority urgent`, as the label it is shown under and the value."""
    key, _, value = line.partition(" ")
    return {"label": "tags" if key == "tag" else key, "value": value}


def _brief(uow: UnitOfWork, number: int) -> dict[str, Any]:
    """Another ticket, as a mail to agents names it."""
    other = uow.tickets.get(number)
    return {"number": number, "title": other.title if other else ""}


def _actor_name(actor: Actor, directory: Directory) -> str:
    """Who did it, as agents call him; "" where no person did."""
    agent = directory.agents.get(actor.name) if actor.kind is ActorKind.AGENT else None
    return agent.display_name if agent else ""
