"""What an example of a rule tells: a mail, a ticket, a change of it; as the facts that rules are asked with.

Reads tables of a rule file and notes their faults. Asks no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from maild.domain.address import AddrSpec, fold
from maild.domain.faults import Faults
from maild.domain.intent import ActorKind
from maild.domain.lifecycle import StateType
from maild.domain.mail import Kind
from maild.rules.actions import PRIORITIES, WAITS
from maild.rules.changes import CHANGES, FIELDS, Change
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.known import KnownNames
from maild.rules.timing import MOMENTS, minutes_of

_ADDRESS_LISTS = ("reply_to", "to", "cc", "delivered_to")
_ADDRESSES = ("from", "person", "reverse_path", "mailbox", "requester")
_PLAIN = ("from_name", "subject", "language", "organisation", "contract", "trust", "title")
_FIELDS = ("team", "category", "request_type", "priority", "severity", "product", "sla", "owner", "state", "waiting")
_FLAGS = ("answered", "follows")
_NUMBERS = ("reopen_count", "grouped")
TICKET_KEYS: Final = (
    "title", "requester", *_FIELDS, *_FLAGS, *_NUMBERS, "since", "tag", "watcher", "mailbox", "language",
    "organisation", "contract", "working_time",
)  # fmt: skip
"""Every key of the ticket in an example."""

MAIL_KEYS: Final = (
    "from", "from_name", "subject", *_ADDRESS_LISTS, "reverse_path", "new_words", "body", "header", "kind",
    "attachment", "person", "mails_in_hour", "trust", *TICKET_KEYS,
)  # fmt: skip
"""Every key of the mail; what belongs to the ticket it finds may stand there too."""

CHANGE_KEYS: Final = ("changed", "old", "new", "by")


def read_facts(mail: Mapping[str, Any], ticket: Mapping[str, Any], faults: Faults, known: KnownNames) -> RuleFacts:
    """The facts of a mail beside a ticket. Without a mail the requester stands for its sender and the title for its
    subject, as when no mail has come."""
    faults.unknown_keys(mail, MAIL_KEYS, "mail.")
    faults.unknown_keys(ticket, TICKET_KEYS, "ticket.")
    table = {**ticket, **mail}
    text = {key: faults.text(table, key) for key in (*_PLAIN, *_ADDRESSES, "body", "new_words")}
    lists = {
        key: tuple(map(_key, faults.texts(table[key], f"mail.{key}"))) if key in table else () for key in _ADDRESS_LISTS
    }
    headers: list[tuple[str, str]] = []
    for name, value in faults.table(table.get("header", {}), "mail.header").items():
        headers.extend((fold(name), item) for item in faults.texts(value, f"mail.header.{name}"))
    kind = faults.known([faults.text(table, "kind", Kind.MESSAGE.value)], [k.value for k in Kind], "mail.kind")
    fields: dict[str, Any] = {key: faults.text(table, key, getattr(RuleFacts(), key)) for key in _FIELDS}
    faults.known([fields["priority"]], PRIORITIES, "priority")
    faults.known([fields["waiting"]], WAITS | {""}, "waiting")
    if fields["waiting"] and "state" not in table:
        fields["state"] = StateType.PENDING.value
    fields |= {key: faults.flag(table, key) for key in _FLAGS}
    fields |= {key: faults.number(table, key) for key in _NUMBERS}
    requester = text["requester"] or text["person"] or text["from"]
    sender = text["from"] if mail else text["from"] or requester
    return RuleFacts(
        from_=_key(sender) if sender else "",
        from_name=text["from_name"],
        reply_to=lists["reply_to"],
        to=(*lists["to"], *lists["cc"]),
        cc=lists["cc"],
        delivered_to=lists["delivered_to"],
        reverse_path=_key(text["reverse_path"]),
        subject=text["subject"] if mail else text["title"],
        new_words=text["new_words"] or text["body"],
        body=text["body"] or text["new_words"],
        headers=tuple(headers),
        kind=Kind(next(iter(kind), Kind.MESSAGE.value)),
        language=text["language"],
        organisation=text["organisation"],
        contract=text["contract"],
        trust=text["trust"],
        person=_key(text["person"] or sender) if text["person"] or sender else "",
        mails_in_hour=faults.number(table, "mails_in_hour"),
        attachments=_attachments(table.get("attachment", []), faults),
        mailbox=_key(text["mailbox"]) or next(iter(sorted(known.mailboxes)), ""),
        working_time=faults.flag(table, "working_time") if "working_time" in table else None,
        title=text["title"] or text["subject"],
        requester=_key(requester) if requester else "",
        tags=tuple(faults.texts(table["tag"], "tag")) if "tag" in table else (),
        watchers=tuple(faults.texts(table["watcher"], "watcher")) if "watcher" in table else (),
        since=dict(_since(table.get("since", {}), faults)),
        **fields,
    )


def with_change(facts: RuleFacts, table: Mapping[str, Any], faults: Faults, *, given: Mapping[str, Any]) -> RuleFacts:
    """The facts after this change, which the ticket shows unless the example has `given` it another value."""
    faults.unknown_keys(table, CHANGE_KEYS, "change.")
    if "changed" not in table:
        faults.add("change.changed", 'say what has changed, such as change = { changed = "priority", new = "urgent" }')
    name, old, new = (faults.text(table, key) for key in ("changed", "old", "new"))
    by = faults.text(table, "by", ActorKind.AGENT.value)
    faults.known([name] if name else [], CHANGES, "change.changed")
    faults.known([by], [kind.value for kind in ActorKind], "change.by")
    if name in ("tag", "watcher"):
        if new and name not in given:
            facts = replace(facts, tags=(new,)) if name == "tag" else replace(facts, watchers=(new,))
    elif name in (*FIELDS, "owner", "state") and "new" in table and name not in given:
        values: dict[str, Any] = {name: new}
        facts = replace(facts, **values)
    elif name == "closed" and "state" not in given:
        facts = replace(facts, state=StateType.CLOSED.value)
    return facts.with_change(Change(ticket=0, name=name, old=old, new=new, by=by))


def _since(value: Any, faults: Faults) -> Iterator[tuple[str, int]]:
    table = faults.table(value, "since")
    faults.unknown_keys(table, MOMENTS, "since.")
    for moment in (name for name in table if name in MOMENTS):
        minutes = minutes_of(table[moment])
        if minutes is None:
            faults.add(f"since.{moment}", 'write a number and minutes, hours, days or weeks, such as "48 hours"')
        else:
            yield moment, minutes


def _attachments(value: Any, faults: Faults) -> tuple[AttachmentFacts, ...]:
    found = []
    for item in value if isinstance(value, list) else [value]:
        table = faults.table(item, "mail.attachment")
        faults.unknown_keys(table, ("name", "type", "size"), "mail.attachment.")
        size = table.get("size", 1000)
        if not isinstance(size, int) or isinstance(size, bool):
            faults.add("mail.attachment.size", "write the size in octets, such as size = 20000")
            size = 0
        found.append(
            AttachmentFacts(
                name=faults.text(table, "name"),
                content_type=fold(faults.text(table, "type", "application/octet-stream")),
                size=size,
            )
        )
    return tuple(found)


def _key(address: str) -> str:
    spec = AddrSpec.parse(address)
    return spec.key if spec else fold(address)
