"""What can go wrong with the store, for those who must tell "try again" from "mend it first".

Names failures only. Never decides what follows from them.
"""

from __future__ import annotations

from maild.errors import MaildError, is_outage


class StoreError(MaildError):
    """Base of the store's own errors. `reason` is one sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__("store", "{reason}", reason=reason)


class StoreUnavailable(StoreError):
    """The database cannot be reached, is locked or cannot write. Nothing was kept; trying later may work."""


class StoreDamaged(StoreUnavailable):
    """The file of the database is damaged, or is none; trying later does not help."""


class StoreClosed(StoreError):
    """The store was closed; nothing was kept."""


class StoreLocked(StoreError):
    """Another process works on the same data and does not share it."""


class StoreUnsafe(StoreError):
    """The database is set up so that acknowledged mail could be lost; it must be set up otherwise first."""


class SchemaMismatch(StoreError):
    """The tables are of another release; `maild migrate` or a newer maild is needed."""


def as_store_error(fault: BaseException) -> BaseException:
    """Faults of the database as such, whether they come from SQLAlchemy or from a driver; others as they are."""
    # PostgreSQL tells of the very row that it refused: faults are logged, mail is not
    if any(kind.__name__ == "DatabaseError" for kind in type(fault).__mro__):
        fault.args = (str(fault).partition("\nDETAIL:")[0],)
    # SQLite tells of a damaged file by the base class itself.
    damaged = type(fault).__name__ == "DatabaseError"
    if not damaged and not is_outage(fault):
        return fault
    kind = StoreDamaged if damaged else StoreUnavailable
    error = kind(f"the database cannot be used now: {getattr(fault, 'orig', fault)}")
    error.__cause__ = fault
    return error
