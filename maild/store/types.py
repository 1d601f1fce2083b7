"""Column types that make SQLite and PostgreSQL keep the same: times in UTC, text that both accept, short keys.

Knows how values cross the edge to the database. Never knows what the values mean.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
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

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database: in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone cannot be stored: {value!r}")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.isoformat(" ", "microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        moment: datetime = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class MailText(TypeDecorator[str]):
    """Text that may come from strangers: of any length, cleaned by `storable` on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database: only what both engines take."""
        return None if value is None else storable(value)
