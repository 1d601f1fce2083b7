"""Plans the mails that the table of notices asks for.

One cause gives one person at most one mail, and nobody hears of his own act (P46). Plans and stores; never sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from maild.desk.ports import UnitOfWork
from maild.desk.why import Why, explain
from maild.domain.address import AddrSpec, Mailbox
from maild.domain.events import (
    ConfigurationRefused,
    DeliveryFailed,
    DigestGathered,
    Event,
    FieldChanged,
    Kept,
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
    TicketReopened,
    TicketUnmerged,
    UnverifiedWritten,
    WhyAsked,
    WriterAsked,
)
from maild.domain.intent import Actor, ActorKind, Cause, Trust
from maild.domain.notice import Notice, NoticeClass
from maild.domain.people import Directory, OwnMailbox, ReversePath
from maild.domain.sla_policy import SlaPolicy
from maild.domain.ticket import Article, ArticleSender, Priority, Ticket
from maild.domain.token import Audience as ReplyAudience
from maild.domain.token import Purpose, Token, Tokens, person_digest
from maild.outbound.audience import Audience, Muted, Reader, is_own_act
from maild.outbound.context import (
    NOTIFICATION_TEXT,
    Contexts,
    DeskFace,
    article_context,
    failure_reason,
    files_to_send,
    iso,
)
from maild.outbound.digest import digest_context
from maild.outbound.explanation import why_context
from maild.outbound.guard import Guard, Request
from maild.outbound.table import MAY_WAIT, NOTICES, Entry, Reply, Situation
from maild.outbound.wire import is_message_id

EXPLAINED_MAILS = 30
"""The newest mails that an explanation tells of, each way: more would be a mail that nobody reads."""

GATHERING = timedelta(minutes=1)
"""How long the first late alarm waits for others: a tick raises hundreds in that time."""

REFERENCES = 8
"""Last ids kept beside the first one in a customer's References: enough for every client, not too long for relays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """One mail that the table asks for, before wishes for the same person are made one."""

    entry: Entry
    event_id: int
    event: Event
    reader: Reader
    ticket: Ticket | None


class NoticePlanner:
    """Turns all events of one cause into notices; implements `desk.ports.Planner`.

    `policies`, by name, are those that clocks are explained by. `nonce` gives lower-case letters and digits that never
    repeat; they make Message-IDs unique. `undo` is how long an agent's words wait and can be taken back.
    `repeats_unproven` is whether an acknowledgement says again what an unproven sender has written in subject and name;
    where senders are checked, such a one is most often forged.
    """

    def __init__(
        self,
        directory: Directory,
        tokens: Tokens,
        desk: DeskFace,
        guard: Guard,
        nonce: Callable[[], str],
        *,
        policies: Mapping[str, SlaPolicy] | None = None,
        undo: timedelta = timedelta(0),
        repeats_unproven: bool = True,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._contexts = Contexts(directory, tokens, desk)
        self._desk_name = desk.name
        self._guard = guard
        self._nonce = nonce
        self._policies = policies or {}
        self._undo = undo
        self._repeats_unproven = repeats_unproven

    def plan(
        self, uow: UnitOfWork, events: Sequence[tuple[int, Event]], *, actor: Actor, cause: Cause, now: datetime
    ) -> None:
        """Plan and store every notice that these (id, event) pairs call for, one a person at most.

        What the guard refuses is stored as suppressed, with its reason.
        """
        audience = Audience(uow, self._directory)
        situations = {
            number: Situation(
                ticket=uow.tickets.get(number) if number else None,
                happened=frozenset(type(event) for _, event in events if event.ticket == number),
                actor=actor,
                late=any(_is_late_alarm(event) for _, event in events if event.ticket == number),
            )
            for number in {event.ticket for _, event in events}
        }
        wishes = _coalesced(self._wishes(events, situations, audience))
        notices = [
            self._notice(uow, audience, wish, others, situations[wish.event.ticket], cause, now)
            for wish, others in wishes
        ]
        if notices:
            uow.outbox.plan(notices, now=now)

    def _wishes(
        self, events: Sequence[tuple[int, Event]], situations: dict[int, Situation], audience: Audience
    ) -> Iterable[_Wish]:
        for event_id, event in events:
            situation = situations[event.ticket]
            for entry in NOTICES.get(type(event), ()):
                if not entry.when(event, situation):
                    continue
                for reader in audience.of(entry.who, entry.muted, event, situation.ticket):
                    if entry.own_act_too or not is_own_act(reader, situation.actor):
                        yield _Wish(entry=entry, event_id=event_id, event=event, reader=reader, ticket=situation.ticket)

    def _notice(
        self,
        uow: UnitOfWork,
        audience: Audience,
        wish: _Wish,
        others: tuple[str, ...],
        situation: Situation,
        cause: Cause,
        now: datetime,
    ) -> Notice:
        proven = situation.actor.trust in (Trust.ALIGNED, Trust.SIGNED)
        own = (
            self._own_of_last(uow, wish.event.items)
            if isinstance(wish.event, DigestGathered)
            else self._own(wish.ticket)
        )
        if not proven and not self._repeats_unproven and wish.entry.name in ("acknowledgement", "automatic-answer"):
            wish = self._in_fixed_words(wish, own)
        entry, event, reader, ticket = wish.entry, wish.event, wish.reader, wish.ticket
        article = self._article(uow, event, entry)
        token = Token(
            ticket=ticket.number if ticket else 0,
            article=article.id if article else 0,
            audience=ReplyAudience.INTERNAL if entry.reply is Reply.NOTE else ReplyAudience.PUBLIC,
            agent=reader.agent is not None,
            person=person_digest(reader.identity),
        )
        sends_files = article is not None and (reader.agent is not None or entry.name == "answer")
        files = files_to_send(article.files) if article is not None and sends_files else ()
        in_reply_to, references = self._thread(uow, reader, ticket, article)
        decision = self._guard.decide(
            uow,
            Request(
                name=entry.name,
                klass=entry.klass,
                address=reader.mailbox.address,
                ticket=token.ticket,
                proven=proven,
            ),
            now=now,
        )
        null_path = entry.klass is NoticeClass.AUTO_ANSWER or isinstance(event, DeliveryFailed)
        return Notice(
            name=entry.name,
            klass=entry.klass,
            ticket=token.ticket,
            article=token.article,
            recipient=reader.mailbox,
            sender=own.mailbox,
            reply_to=self._reply_to(own, token, event) if ticket or isinstance(event, WriterAsked) else own.address,
            # a failed "undelivered" must not come back as the next one (RFC 3464 section 2: no report about a report)
            reverse_path="" if null_path else self._reverse_path(own, token),
            language=reader.language,
            context=self._context(uow, audience, wish, others, article, files, situation, own, now),
            files=files,
            dedupe_key=f"{wish.event_id}/{entry.name}/{reader.key}",
            cause=cause.key,
            message_id=self._tokens.message_id(own.address, token, self._nonce()),
            in_reply_to=in_reply_to,
            references=references,
            mute_address=self._tokens.mute_address(own.address, token) if _can_be_muted(entry) else "",
            suppressed=decision.refused,
            held=decision.held,
            waits_until=None if decision.refused or decision.held else _waits_until(entry, reader, situation, now),
            not_before=now + self._undo if self._undo and entry.klass is NoticeClass.CORRESPONDENCE else None,
        )

    def _in_fixed_words(self, wish: _Wish, own: OwnMailbox) -> _Wish:
        """The same without anything that a stranger could make us say to his victim (SEC-63)."""
        reader = replace(wish.reader, mailbox=Mailbox("", wish.reader.mailbox.address))
        title = own.name or self._desk_name
        return replace(wish, reader=reader, ticket=replace(wish.ticket, title=title) if wish.ticket else None)

    def _context(
        self,
        uow: UnitOfWork,
        audience: Audience,
        wish: _Wish,
        others: tuple[str, ...],
        article: Article | None,
        files: tuple[dict[str, Any], ...],
        situation: Situation,
        own: OwnMailbox,
        now: datetime,
    ) -> dict[str, Any]:
        entry, event, reader, ticket = wish.entry, wish.event, wish.reader, wish.ticket
        context = self._contexts.common(reader, ticket, own)
        context["closed"] = TicketClosed in situation.happened
        for_agent = reader.agent is not None
        shows_words = article is not None and (for_agent or entry.name in ("answer", "automatic-answer"))
        limit = None if entry.klass is NoticeClass.CORRESPONDENCE else NOTIFICATION_TEXT
        context["article"] = (
            article_context(article, limit=limit, taken=files) if article is not None and shows_words else None
        )
        if for_agent:
            requester = audience.contact(ticket.requester) if ticket else None
            if ticket is not None and requester is not None:
                self._contexts.for_agents(context, ticket, requester, uow.timers.of(ticket.number))
            context["reply"] = {"goes": str(entry.reply), "to": str(requester.mailbox) if requester else ""}
            context["reopened"] = TicketReopened in situation.happened
            in_charge = ticket is not None and reader.agent is not None and reader.agent.name == ticket.owner
            context["assigned"] = in_charge and entry.name != "assigned" and "assigned" in others
            context["by"] = _actor_name(situation.actor, self._directory)
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
                context["asked"] = WriterAsked in situation.happened
            case MailHeld():
                context["held"] = {"subject": event.subject, "code": event.code, "detail": event.detail}
            case WhyAsked() if ticket is not None:
                context["why"] = why_context(self._explained(uow, ticket, now))
            case MailQuarantined():
                context["mail"] = {
                    "id": event.mail, "sender": event.sender, "subject": event.subject, "reason": event.reason,
                }  # fmt: skip
            case DigestGathered():
                context["digest"] = digest_context(uow, event.items)
            case MailWithheld():
                context["withheld"] = {
                    "refused": event.refused, "held": event.held, "reasons": list(event.reasons),
                }  # fmt: skip
            case ConfigurationRefused():
                context["faults"], context["more"] = list(event.faults), event.more
            case TicketReopened():
                context["reason"] = event.reason
            case MergeReceived():
                context["merged"] = _brief(uow, event.other)
            case TicketUnmerged():
                context["merged"] = _brief(uow, event.out_of)
                context["came_back"] = event.articles
            case ReplyKept(why=Kept.REFUSED):
                context["write_to"] = self._own(ticket).address
            case OwnerChanged() | FieldChanged():
                context["to_you"] = isinstance(event, OwnerChanged)
        return context

    def _explained(self, uow: UnitOfWork, ticket: Ticket, now: datetime) -> Why:
        """Everything an agent may know about why the ticket stands as it does."""
        return explain(
            ticket,
            history=uow.events.of(ticket.number),
            mails=uow.inbound.of_ticket(ticket.number, EXPLAINED_MAILS),
            sent=uow.outbox.of_ticket(ticket.number, EXPLAINED_MAILS),
            timers=uow.timers.of(ticket.number),
            policies=self._policies,
            directory=self._directory,
            now=now,
        )

    def _article(self, uow: UnitOfWork, event: Event, entry: Entry) -> Article | None:
        """The words the mail is about: the event's own, else, where a reply goes to the customer, his last ones."""
        number: int = getattr(event, "article", 0)
        if number:
            return uow.articles.get(number)
        if entry.reply is not Reply.TO_CUSTOMER:
            return None
        written = (a for a in reversed(uow.articles.of(event.ticket)) if a.verified and not a.automatic)
        return next((a for a in written if a.sender is ArticleSender.CUSTOMER), None)

    def _own(self, ticket: Ticket | None) -> OwnMailbox:
        own = self._directory.own(ticket.mailbox) if ticket else None
        return own or self._directory.default_mailbox

    def _reply_to(self, own: OwnMailbox, token: Token, event: Event) -> str:
        if isinstance(event, WriterAsked):
            return self._tokens.reply_address(own.address, replace(token, article=event.confirmation), Purpose.CONFIRM)
        return self._tokens.reply_address(own.address, token)

    def _reverse_path(self, own: OwnMailbox, token: Token) -> str:
        on_mailbox = own.reverse_path is ReversePath.MAILBOX
        return self._tokens.bounce_address(own.address, token, on_mailbox=on_mailbox)

    def _own_of_last(self, uow: UnitOfWork, items: Sequence[int]) -> OwnMailbox:
        """The mailbox that the newest of these mails would have left from: a digest bears no other brand's name."""
        last = uow.waiting.get(items[-1])
        own = self._directory.own(last.notice.sender.address) if last else None
        return own or self._directory.default_mailbox

    def _thread(
        self, uow: UnitOfWork, reader: Reader, ticket: Ticket | None, article: Article | None
    ) -> tuple[str, tuple[str, ...]]:
        """In-Reply-To and References. Agents' mails hang on one root a ticket, customers' on their own mails.

        The root is the id of no mail and proves nothing: it only lets every mail client show one conversation.
        """
        if ticket is None:
            return "", ()
        if reader.agent is not None:
            spec = AddrSpec.parse(ticket.mailbox) or AddrSpec.parse(self._directory.default_mailbox.address)
            root = f"<ticket.{ticket.number}@{spec.domain if spec else 'localhost'}>"
            return root, (root,)
        ids = uow.articles.last_message_ids(ticket.number, REFERENCES)
        references = tuple(dict.fromkeys(i for i in ids if is_message_id(i)))
        own_words = article.message_id if article and article.sender is ArticleSender.CUSTOMER else ""
        in_reply_to = own_words if own_words in references else references[-1] if references else ""
        return in_reply_to, references


def _coalesced(wishes: Iterable[_Wish]) -> list[tuple[_Wish, tuple[str, ...]]]:
    """One wish a person and ticket, with the names of those that it stands for. Of an agent's words none is lost."""
    groups: dict[tuple[int, str], list[_Wish]] = {}
    for wish in wishes:
        groups.setdefault((wish.event.ticket, wish.reader.key), []).append(wish)
    kept: list[tuple[_Wish, tuple[str, ...]]] = []
    for group in groups.values():
        names = tuple(dict.fromkeys(wish.entry.name for wish in group))
        words = [wish for wish in group if wish.entry.klass is NoticeClass.CORRESPONDENCE]
        chosen = words or [max(group, key=lambda wish: wish.entry.weight)]
        kept += [(wish, tuple(name for name in names if name != wish.entry.name)) for wish in chosen]
    return kept


def _can_be_muted(entry: Entry) -> bool:
    """Whether it is a mail to agents that `#mute` ends: only there does List-Unsubscribe what it says."""
    return entry.name in MAY_WAIT and entry.muted is not Muted.REACHED


def _is_late_alarm(event: Event) -> bool:
    return isinstance(event, SlaStageReached | SlaStepRaised) and event.late


def _waits_until(entry: Entry, reader: Reader, situation: Situation, now: datetime) -> datetime | None:
    """Until when the mail waits for its reader's digest; None when it leaves by itself.

    Alarms that come late come many at a time: out of an outage, or as the desk opens. They are one digest a person.
    """
    ticket = situation.ticket
    if reader.agent is None or ticket is None or entry.name not in MAY_WAIT:
        return None
    wishes = reader.agent.listening
    wanted = wishes.waits_until(entry.name, now, urgent=ticket.priority is Priority.URGENT) if wishes else None
    if situation.late:
        return max(wanted or now, now + GATHERING)
    return wanted


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
