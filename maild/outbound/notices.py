"""Plans the mails that the table of notices asks for.

One cause gives one person at most one mail, and nobody hears of his own act (P46). Plans and stores; never sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maild.desk.clockwork import Clockwork
from maild.desk.ports import UnitOfWork
from maild.domain.address import Mailbox
from maild.domain.directory import Directory
from maild.domain.events import (
    DeliveryFailed,
    DigestGathered,
    Event,
    WriterAsked,
)
from maild.domain.intent import Actor, Cause, Trust
from maild.domain.notice import Notice, NoticeClass
from maild.domain.people import OwnMailbox, ReversePath
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Ticket
from maild.domain.token import Audience as ReplyAudience
from maild.domain.token import Purpose, Token, Tokens, person_digest
from maild.outbound.audience import Audience, is_own_act
from maild.outbound.context import (
    Contexts,
    DeskFace,
    files_to_send,
)
from maild.outbound.conversation import as_known_to, conversation
from maild.outbound.guard import Guard, Request
from maild.outbound.particulars import Particulars
from maild.outbound.rating import OFFERED_IN, RatingOffers
from maild.outbound.table import NOTICES, Entry, Reply, Situation
from maild.outbound.wishes import Wish, can_be_muted, coalesced, is_late_alarm, waits_until


class NoticePlanner:
    """Turns all events of one cause into notices; implements `desk.ports.Planner`.

    `clockwork` has the policies that clocks are explained by. `nonce` gives lower-case letters and digits that never
    repeat; they make Message-IDs unique. `undo` is how long an agent's words wait and can be taken back.
    `repeats_unproven` is whether an acknowledgement says again what an unproven sender has written in subject and name;
    where senders are checked, such a one is most often forged. `new_secret` makes the links to rate; without it
    nobody is asked.
    """

    def __init__(
        self,
        directory: Directory,
        tokens: Tokens,
        desk: DeskFace,
        guard: Guard,
        nonce: Callable[[], str],
        *,
        clockwork: Clockwork | None = None,
        undo: timedelta = timedelta(0),
        repeats_unproven: bool = True,
        new_secret: Callable[[], str] | None = None,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._particulars = Particulars(directory, Contexts(directory, tokens, desk), clockwork or Clockwork())
        self._desk_name = desk.name
        self._guard = guard
        self._nonce = nonce
        self._undo = undo
        self._repeats_unproven = repeats_unproven
        self._ratings = RatingOffers(directory, desk, new_secret) if new_secret else None

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
                late=any(is_late_alarm(event) for _, event in events if event.ticket == number),
            )
            for number in {event.ticket for _, event in events}
        }
        wishes = coalesced(self._wishes(events, situations, audience))
        notices = [
            self._notice(uow, audience, wish, others, situations[wish.event.ticket], cause, now)
            for wish, others in wishes
        ]
        if notices:
            uow.outbox.plan(notices, now=now)

    def _wishes(
        self, events: Sequence[tuple[int, Event]], situations: dict[int, Situation], audience: Audience
    ) -> Iterable[Wish]:
        for event_id, event in events:
            situation = situations[event.ticket]
            for entry in NOTICES.get(type(event), ()):
                if not entry.when(event, situation):
                    continue
                for reader in audience.of(entry.who, entry.muted, event, situation.ticket):
                    if entry.own_act_too or not is_own_act(reader, situation.actor):
                        yield Wish(entry=entry, event_id=event_id, event=event, reader=reader, ticket=situation.ticket)

    def _notice(
        self,
        uow: UnitOfWork,
        audience: Audience,
        wish: Wish,
        others: tuple[str, ...],
        situation: Situation,
        cause: Cause,
        now: datetime,
    ) -> Notice:
        # a question goes to whoever may not have written: that its writer has proven himself says nothing for him
        proven = situation.actor.trust in (Trust.ALIGNED, Trust.SIGNED) and not isinstance(wish.event, WriterAsked)
        own = (
            self._own_of_last(uow, wish.event.items)
            if isinstance(wish.event, DigestGathered)
            else self._own(wish.ticket)
        )
        if not proven and not self._repeats_unproven and wish.entry.name in ("acknowledgement", "automatic-answer"):
            wish = self._in_fixed_words(wish, own)
        elif wish.ticket is not None:
            wish = replace(wish, ticket=as_known_to(uow, wish.reader, wish.ticket))
        entry, event, reader, ticket = wish.entry, wish.event, wish.reader, wish.ticket
        article = self._article(uow, event, entry)
        token = Token(
            ticket=ticket.number if ticket else 0,
            article=article.id if article else 0,
            audience=ReplyAudience.INTERNAL if entry.reply in (Reply.NOTE, Reply.INSIDE) else ReplyAudience.PUBLIC,
            agent=reader.agent is not None,
            person=person_digest(reader.identity),
        )
        sends_files = article is not None and (reader.agent is not None or entry.name in ("answer", "forwarded"))
        files = files_to_send(article.files) if article is not None and sends_files else ()
        in_reply_to, references = conversation(uow, self._directory, reader, ticket, article)
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
        context = self._particulars.of(uow, audience, wish, others, article, files, situation, own, now)
        if entry.name in OFFERED_IN:
            leaves = not decision.refused and not decision.held
            offered = self._ratings and self._ratings.offer(uow, wish, situation, leaves=leaves, now=now)
            context["rating"] = offered or {"good": "", "bad": "", "days": 0}
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
            context=context,
            files=files,
            dedupe_key=f"{wish.event_id}/{entry.name}/{reader.key}",
            cause=cause.key,
            message_id=self._tokens.message_id(own.address, token, self._nonce()),
            in_reply_to=in_reply_to,
            references=references,
            mute_address=self._tokens.mute_address(own.address, token) if can_be_muted(entry) else "",
            suppressed=decision.refused,
            held=decision.held,
            waits_until=None if decision.refused or decision.held else waits_until(uow, entry, reader, situation, now),
            not_before=now + self._undo if self._undo and entry.klass is NoticeClass.CORRESPONDENCE else None,
        )

    def _in_fixed_words(self, wish: Wish, own: OwnMailbox) -> Wish:
        """The same without anything that a stranger could make us say to his victim (SEC-63)."""
        reader = replace(wish.reader, mailbox=Mailbox("", wish.reader.mailbox.address))
        title = own.name or self._desk_name
        return replace(wish, reader=reader, ticket=replace(wish.ticket, title=title) if wish.ticket else None)

    def _article(self, uow: UnitOfWork, event: Event, entry: Entry) -> Article | None:
        """The words the mail is about: the event's own, else, where a reply goes to the customer, his last ones."""
        number: int = getattr(event, "article", 0)
        if number:
            return uow.articles.get(number)
        if entry.reply is not Reply.TO_CUSTOMER:
            return None
        for found in reversed(uow.articles.of(event.ticket)):
            public = found.verified and not found.automatic and found.kind is ArticleKind.CORRESPONDENCE
            if public and found.sender is ArticleSender.CUSTOMER:
                return found
        return None

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
