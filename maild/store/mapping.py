"""Domain values to rows and back, in plain functions.

Turns values over without judging them. Never touches a connection.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from maild.domain import events as _events
from maild.domain.events import Event
from maild.domain.intent import Actor
from maild.domain.lifecycle import StateType, Waiting
from maild.domain.notice import Notice
from maild.domain.people import Contact
from maild.domain.sla import SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Channel, Priority, StoredFile, Ticket
from maild.store.types import storable

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_NUL = b"\\u0000"
_event_decoders: dict[str, msgspec.json.Decoder[Event]] = {
    name: msgspec.json.Decoder(kind)
    for name, kind in inspect.getmembers(_events, inspect.isclass)
    if issubclass(kind, Event)
}
_actor_decoder = msgspec.json.Decoder(Actor)
_notice_decoder = msgspec.json.Decoder(Notice)
_strings_decoder = msgspec.json.Decoder(tuple[str, ...])
_mapping_decoder = msgspec.json.Decoder(dict[str, Any])


def to_json(value: Any) -> str:
    """Plain JSON of what both engines take, whatever letters are inside."""
    try:
        encoded = _encoder.encode(value)
    except UnicodeEncodeError:
        encoded = _NUL
    if _NUL in encoded:
        encoded = _encoder.encode(_cleaned(msgspec.to_builtins(value)))
    return encoded.decode()


def _cleaned(value: Any) -> Any:
    # As deep as our own dataclasses are nested, which no stranger decides.
    match value:
        case str():
            return storable(value)
        case dict():
            return {_cleaned(name): _cleaned(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_cleaned(inner) for inner in value]
        case _:
            return value


def strings_from(text: str) -> tuple[str, ...]:
    """A list of strings written by `to_json`."""
    return _strings_decoder.decode(text)


def mapping_from(text: str) -> dict[str, Any]:
    """An object written by `to_json`."""
    return _mapping_decoder.decode(text)


def event_from(kind: str, body: str) -> Event:
    """The event of this class name; KeyError for a class that there is not."""
    return _event_decoders[kind].decode(body)


def actor_from(text: str) -> Actor:
    """Who acted."""
    return _actor_decoder.decode(text)


def notice_from(text: str) -> Notice:
    """A planned mail."""
    return _notice_decoder.decode(text)


def contact_from(row: Any) -> Contact:
    """One row of `contact`."""
    return Contact(
        id=row.id, name=row.name, address=row.address, language=row.language, zone=row.zone, blocked=row.blocked
    )


_TICKET_FIELDS = tuple(field.name for field in dataclasses.fields(Ticket))
_LISTS = ("tags", "muted", "watchers")


def ticket_values(ticket: Ticket) -> dict[str, Any]:
    """All columns of `ticket` but the number."""
    values = {name: getattr(ticket, name) for name in _TICKET_FIELDS}
    del values["number"]
    values["state"] = ticket.state.value
    values["waiting"] = ticket.waiting.value if ticket.waiting else ""
    values["priority"] = ticket.priority.value
    for name in _LISTS:
        values[name] = to_json(values[name]) if values[name] else "[]"
    return values


def ticket_from(row: Any) -> Ticket:
    """One row of `ticket`."""
    values = dict(zip(row._fields, row, strict=True))
    values["state"] = StateType(values["state"])
    values["waiting"] = Waiting(values["waiting"]) if values["waiting"] else None
    values["priority"] = Priority(values["priority"])
    for name in _LISTS:
        values[name] = () if values[name] == "[]" else strings_from(values[name])
    return Ticket(**values)


def article_values(article: Article) -> dict[str, Any]:
    """All columns of `article` but the id."""
    return {
        "ticket": article.ticket,
        "kind": article.kind.value,
        "sender": article.sender.value,
        "author": article.author,
        "contact": article.contact,
        "agent": article.agent,
        "message_id": article.message_id,
        "subject": article.subject,
        "text": article.text,
        "new_text": None if article.new_text == article.text else article.new_text,
        "files": len(article.files),
        "channel": article.channel.value,
        "inbound": article.inbound,
        "verified": article.verified,
        "automatic": article.automatic,
        "origin": article.origin,
        "created_at": article.created_at,
        "lost": article.lost,
    }


def article_from(row: Any, files: Iterable[StoredFile]) -> Article:
    """One row of `article` with what is in `article_file`."""
    return Article(
        id=row.id,
        ticket=row.ticket,
        kind=ArticleKind(row.kind),
        sender=ArticleSender(row.sender),
        author=row.author,
        contact=row.contact,
        agent=row.agent,
        message_id=row.message_id,
        subject=row.subject,
        text=row.text,
        new_text=row.text if row.new_text is None else row.new_text,
        files=tuple(files),
        channel=Channel(row.channel),
        inbound=row.inbound,
        verified=row.verified,
        automatic=row.automatic,
        origin=row.origin,
        created_at=row.created_at,
        lost=row.lost,
    )


def file_values(article: int, position: int, file: StoredFile) -> dict[str, Any]:
    """One row of `article_file`."""
    return {
        "article": article,
        "position": position,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": bytes.fromhex(file.sha256),
        "inline": file.inline,
        "content_id": file.content_id,
    }


def file_from(row: Any) -> StoredFile:
    """One attachment."""
    return StoredFile(
        filename=row.filename,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256.hex(),
        inline=row.inline,
        content_id=row.content_id,
    )


def timer_values(ticket: int, timer: SlaTimer) -> dict[str, Any]:
    """All columns of `timer`."""
    return {
        "ticket": ticket,
        "metric": timer.metric.value,
        "cycle": timer.cycle,
        "policy": timer.policy,
        "state": timer.state.value,
        "stage": timer.stage.value,
        "started_at": timer.started_at,
        "due_at": timer.due_at,
        "next_alarm_at": timer.next_alarm_at,
        "target": timer.target,
        "used": timer.used,
        "paused_at": timer.paused_at,
        "met_at": timer.met_at,
        "breached_at": timer.breached_at,
        "raised": " ".join(sorted(timer.raised)),
    }


def timer_from(row: Any) -> SlaTimer:
    """One row of `timer`."""
    values = row._asdict()
    del values["ticket"]
    values["metric"] = SlaMetric(row.metric)
    values["state"] = TimerState(row.state)
    values["stage"] = SlaStage(row.stage)
    values["raised"] = frozenset(row.raised.split())
    return SlaTimer(**values)
