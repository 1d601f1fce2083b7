"""Column types that make SQLite and PostgreSQL keep the same: times in UTC, text that both accept, short keys.

Knows how values cross the edge to the database. Never knows what the values mean.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b, sha256
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Integer, Text, literal_column
from sqlalchemy.types import TypeDecorator, TypeEngine

KEY_BYTES = 16
"""128 bits: making two keys collide takes 2^64 tries, and an index entry stays small whatever the text's length."""

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the type is spelled INTEGER; it has 64 bits there as well."""


def key(*parts: str) -> bytes:
    """A digest that stands for texts of any length in an index (PostgreSQL refuses entries over about 2.7 kB)."""
    digest = blake2b(digest_size=KEY_BYTES)
    digest.update("\x00".join(parts).encode("utf-8", "surrogatepass"))
    return digest.digest()


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret: found by it, of no use to a reader. Ours are long and random, so it needs no salt."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def storable(text: str) -> str:
    """The text without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which both refuse."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text


def literals(*words: StrEnum) -> list[ColumnElement[str]]:
    """Our own words for `in_`, written into the statement: a partial index is used only where they stand there."""
    return [literal_column(f"'{word.value}'", Text()) for word in words]


class UtcTime(TypeDecorator[datetime]):
    """An aware moment. A naive one is refused with ValueError: nobody knows when it was.

    SQLite has no type for time and drops zones, so there it is fixed-width ISO 8601 text in UTC, which sorts as time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, `timestamptz` elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To the database: in UTC. A function of its own, since each mail binds some twenty times."""
        return _as_sorted_text if dialect.name == "sqlite" else _in_utc_or_null

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """From the database: aware, in UTC."""
        return _from_sorted_text if dialect.name == "sqlite" else _in_utc_or_null


class MailText(TypeDecorator[str]):
    """Text that may come from strangers: of any length, cleaned by `storable` on its way in."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """To the database: only what both engines take."""
        return _storable_or_null


def _in_utc_or_null(moment: datetime | None) -> datetime | None:
    return None if moment is None else _in_utc(moment)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone cannot be stored: {moment!r}")
    return moment.astimezone(UTC)


def _as_sorted_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = _in_utc(moment)
    return moment.isoformat(" ", "microseconds")


def _from_sorted_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _storable_or_null(text: str | None) -> str | None:
    return None if text is None else storable(text)
