"""What rules may look at: one mail, and the ticket it belongs to, as plain values.

Gathers; judges nothing. Texts are bounded here, so that no mail is too long for the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from maild.domain.address import AddrSpec, Mailbox, fold
from maild.domain.lifecycle import StateType
from maild.domain.mail import InboundMessage, Kind
from maild.domain.ticket import Priority, Ticket
from maild.rules.changes import Change
from maild.rules.timing import Instant

MAX_TEXT = 200_000
"""Characters of a text that rules see: forty times a long letter, and still searched in a millisecond."""

MAX_HEADERS = 500
"""Header fields that rules see; real mails have a tenth of that."""

MAX_ADDRESSES = 1000
MAX_ATTACHMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentFacts:
    """Name, media type and size in octets of one attachment."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """All that a condition can ask for. Addresses are folded; `to` holds To and Cc, `delivered_to` the envelope too."""

    from_: str = ""
    from_name: str = ""
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()
    reverse_path: str = ""
    subject: str = ""
    new_words: str = ""
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Names folded, in order."""
    kind: Kind = Kind.MESSAGE
    language: str = ""
    organisation: str = ""
    """Of the writer, by his domain; "" for none."""
    attachments: tuple[AttachmentFacts, ...] = ()
    mailbox: str = ""
    working_time: bool | None = None
    """Whether the mail came within working time; None when nobody has looked."""
    person: str = ""
    """Primary address of the contact who wrote, whichever of his addresses he wrote from."""
    contract: str = ""
    """What the requester's organisation has agreed with us."""
    trust: str = ""
    """How sure we are who wrote; "" where no mail has come."""
    mails_in_hour: int = 0
    """Mails of this sender in the hour before, this one included; 0 where nobody has counted."""
    may_answer: bool = True
    """Whether the mail may get an automatic answer."""
    may_group: bool = True
    """Whether the mail may go to the ticket of an earlier one of its kind."""
    released: bool = False
    """A person has let the mail go on that was held."""
    team: str = ""
    category: str = ""
    request_type: str = ""
    priority: str = Priority.NORMAL.value
    severity: str = ""
    product: str = ""
    sla: str = ""
    """Name of the SLA policy of the ticket as it was before the rules."""
    owner: str = ""
    state: str = StateType.NEW.value
    tags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    title: str = ""
    requester: str = ""
    """Primary address of the ticket's requester, whoever wrote."""
    waiting: str = ""
    """What it waits for; "" for nothing."""
    answered: bool = False
    """Whether an agent has answered."""
    follows: bool = False
    """Whether it goes on from a closed one."""
    reopen_count: int = 0
    grouped: int = 0
    """Further mails of its kind that a rule has put in it."""
    since: Mapping[str, int] = field(default_factory=dict)
    """Minutes since each moment of the ticket that has come, by its name in `timing.Instant`."""
    changed: str = ""
    """What has happened to the ticket, as `changes` names it; "" where the rules are asked for another reason."""
    old: str = ""
    new: str = ""
    by: str = ""
    """Kind of the actor who did it."""

    def with_ticket(
        self,
        ticket: Ticket,
        *,
        at: datetime,
        requester: str = "",
        working_time: bool | None = None,
        person: str = "",
        contract: str = "",
    ) -> RuleFacts:
        """The same mail of this `person`, beside this ticket as it is `at` this time, which came within working time or
        not."""
        return replace(
            self,
            person=_key(person) if person else "",
            contract=contract,
            team=ticket.team,
            category=ticket.category,
            request_type=ticket.request_type,
            priority=ticket.priority.value,
            severity=ticket.severity,
            product=ticket.product,
            sla=ticket.chosen_policy or ticket.policy,
            owner=ticket.owner,
            state=ticket.state.value,
            tags=ticket.tags,
            watchers=ticket.watchers,
            working_time=working_time,
            title=ticket.title,
            requester=_key(requester) if requester else "",
            waiting=ticket.waiting.value if ticket.waiting else "",
            answered=ticket.first_response_at is not None,
            follows=bool(ticket.follows),
            reopen_count=ticket.reopen_count,
            grouped=ticket.grouped,
            since=_since(ticket, at),
        )

    def with_change(self, change: Change) -> RuleFacts:
        """The same after this has happened to the ticket."""
        return replace(self, changed=change.name, old=change.old, new=change.new, by=change.by)


def facts_of(
    message: InboundMessage,
    *,
    mailbox: str,
    reverse_path: str = "",
    forward_paths: Iterable[str] = (),
    organisation: str = "",
    may_answer: bool = True,
    may_group: bool = False,
    released: bool = False,
    trust: str = "",
) -> RuleFacts:
    """The facts of a mail that came for our `mailbox`, with its envelope as far as it is known."""
    to = [*message.to, *message.cc]
    return RuleFacts(
        from_=_key(message.from_.address) if message.from_ else "",
        from_name=message.from_.display_name if message.from_ else "",
        reply_to=_keys(message.reply_to),
        to=_keys(to),
        cc=_keys(message.cc),
        delivered_to=tuple(dict.fromkeys(_key(path) for path in (*forward_paths, *message.delivered_to)))[
            :MAX_ADDRESSES
        ],
        reverse_path=_key(reverse_path),
        subject=message.subject[:MAX_TEXT],
        new_words=(message.reply.text or message.text)[:MAX_TEXT],
        body=message.text[:MAX_TEXT],
        headers=tuple((fold(name), value[:MAX_TEXT]) for name, value in message.headers[:MAX_HEADERS]),
        kind=message.kind,
        language=message.language,
        organisation=organisation,
        may_answer=may_answer,
        may_group=may_group,
        released=released,
        trust=trust,
        attachments=tuple(
            AttachmentFacts(name=a.filename, content_type=fold(a.content_type), size=a.size)
            for a in message.attachments[:MAX_ATTACHMENTS]
        ),
        mailbox=_key(mailbox),
    )


def facts_of_ticket(ticket: Ticket, *, requester: Mailbox, organisation: str) -> RuleFacts:
    """The facts where no mail has come: the requester stands for the sender, the title for the subject."""
    return RuleFacts(
        from_=_key(requester.address),
        from_name=requester.display_name,
        subject=ticket.title,
        language=ticket.language,
        organisation=organisation,
        mailbox=_key(ticket.mailbox),
    )


def _since(ticket: Ticket, at: datetime) -> dict[str, int]:
    moments = {
        Instant.OPENED: ticket.created_at,
        Instant.CUSTOMER: ticket.last_customer_at,
        Instant.ANSWER: ticket.last_agent_at,
        Instant.CLOSED: ticket.closed_at,
    }
    return {name.value: max(int((at - m).total_seconds()) // 60, 0) for name, m in moments.items() if m is not None}


def _keys(mailboxes: Iterable[Mailbox]) -> tuple[str, ...]:
    return tuple(_key(m.address) for m in mailboxes)[:MAX_ADDRESSES]


def _key(address: str) -> str:
    spec = AddrSpec.parse(address)
    return spec.key if spec else fold(address)
