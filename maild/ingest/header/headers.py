"""The header fields of a mail as values: who, to whom, when, about what, in answer to what (RFC 5322 section 3.6).

From is read by our own grammar and by mail-parser; where the two differ the sender is doubtful. Never trusts a field:
it only says what is written there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maild.domain.address import Mailbox, fold
from maild.ingest.gate import Limits
from maild.ingest.header.addresses import AddressList, parse_addresses
from maild.ingest.header.dates import parse_date
from maild.ingest.header.fields import Field
from maild.ingest.header.words import decode_words
from maild.ingest.letters.charset import decode
from maild.ingest.letters.labels import codec_for
from maild.ingest.parts.entity import Entity

_WITNESS_LIMIT = 4000
"""Octets of a From field that the witness reads; a longer one is doubtful by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What the header block of one mail says."""

    fields: tuple[tuple[str, str], ...]
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    from_: tuple[Mailbox, ...] = ()
    from_doubtful: bool = False
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    defects: tuple[str, ...] = ()


def charset_hint(root: Entity) -> str | None:
    """A charset the mail uses, for octets without a label: of a part, else of an encoded word."""
    for node in root.walk():
        label = node.type_field.get("charset")
        if label and codec_for(label) not in (None, "utf_8", "cp1252"):
            return label
    for item in root.fields:
        if b"=?" in item.body and item.key in ("subject", "from", "to"):
            label = item.body.partition(b"=?")[2].partition(b"?")[0].decode("latin_1")
            if codec_for(label) not in (None, "utf_8", "cp1252"):
                return label
    return None


def read_headers(root: Entity, hint: str | None, limits: Limits) -> Headers:
    """Values of the fields of `root`; `hint` is the charset of the body, for raw octets in fields."""
    fields = root.fields
    by_key: dict[str, list[Field]] = {}
    for item in fields:
        by_key.setdefault(item.key, []).append(item)
    defects: list[str] = []

    def decoded(raw: bytes) -> str:
        return decode_words(raw, hint)

    def addresses(key: str) -> AddressList:
        found = [_addresses(item.body, hint, limits) for item in by_key.get(key, [])]
        mailboxes = tuple(m for one in found for m in one.mailboxes)
        return AddressList(mailboxes=mailboxes[: limits.addresses], doubtful=any(one.doubtful for one in found))

    froms = addresses("from")
    doubtful = froms.doubtful or len(by_key.get("from", [])) != 1 or len(froms.mailboxes) != 1
    if not doubtful and not _witnessed(by_key["from"][0].body, froms.mailboxes[0]):
        doubtful = True
        defects.append("two readings of From")
    once = ("from", "date", "subject", "message-id", "sender", "reply-to", "to", "cc")  # RFC 5322 section 3.6
    defects += [f"more than one {key} field" for key in once if len(by_key.get(key, ())) > 1]
    ids = _ids(by_key.get("message-id", []), limits)
    return Headers(
        fields=tuple((item.name, decoded(item.body)) for item in fields),
        message_id=ids[0] if ids else "",
        in_reply_to=_ids(by_key.get("in-reply-to", []), limits),
        references=_ids(by_key.get("references", []), limits),
        date=next((d for item in by_key.get("date", []) if (d := parse_date(item.body.decode("latin_1")))), None),
        from_=froms.mailboxes,
        from_doubtful=doubtful,
        sender=next(iter(addresses("sender").mailboxes), None),
        reply_to=addresses("reply-to").mailboxes,
        to=addresses("to").mailboxes,
        cc=addresses("cc").mailboxes,
        delivered_to=_delivered(by_key),
        subject=_line(decoded(by_key["subject"][0].body)) if "subject" in by_key else "",
        defects=tuple(defects),
    )


def _line(text: str) -> str:
    """One line for showing: control characters and tabs are blanks."""
    return "".join(c if c >= " " and c != "\x7f" else " " for c in text).strip()


def _addresses(raw: bytes, hint: str | None, limits: Limits) -> AddressList:
    return parse_addresses(
        raw.decode("latin_1"), lambda text: decode_words(text.encode("latin_1"), hint), limits.addresses
    )


def _witnessed(raw: bytes, ours: Mailbox) -> bool:
    """Whether mail-parser reads the same address (SEC-01)."""
    if len(raw) > _WITNESS_LIMIT:
        return False
    from mailparser.utils import get_addresses

    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin_1")  # a name in an old encoding is no reason to doubt the address
    theirs = [address for _, address in get_addresses(text) if address]
    return [fold(a) for a in theirs] == [fold(ours.address)]


def _ids(fields: Sequence[Field], limits: Limits) -> tuple[str, ...]:
    """Message identifications with their angle brackets, each once, at most the newest L4 of them."""
    found: dict[str, None] = {}
    for item in fields:
        text = item.body.decode("utf-8", "replace")
        position = 0
        while (start := text.find("<", position)) >= 0 and (stop := text.find(">", start)) >= 0:
            _note(text[start + 1 : stop].rpartition("<")[2], found)
            position = stop + 1
        if not position:
            # scripts forget the brackets; "Your message of Tuesday <id>" has its words outside of them
            words = text.replace(",", " ").split()
            for word in words if len(words) == 1 else [w for w in words if "@" in w]:
                _note(word.strip("<>"), found)
    return tuple(found)[-limits.references :]


def _note(text: str, found: dict[str, None]) -> None:
    inner = "".join(c for c in text if c.isprintable() and not c.isspace())
    if inner:
        found[f"<{inner}>"] = None


def _delivered(by_key: dict[str, list[Field]]) -> tuple[str, ...]:
    """The topmost field of each kind is the one that our own server wrote."""
    found = [decode(by_key[key][0].body).strip().strip("<>") for key in _DELIVERY if key in by_key]
    return tuple(dict.fromkeys(a for a in found if "@" in a and len(a) < 1000 and a.isprintable()))


_DELIVERY = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
