"""What can go wrong with the store, for those who must tell "try again" from "mend it first".

Names failures only. Never decides what follows from them.
"""

from __future__ import annotations

from maild.errors import MaildError


class StoreError(MaildError):
    """Base of the store's own errors. `reason` is one sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__("store", "{reason}", reason=reason)


class StoreUnavailable(StoreError):
    """The database cannot be reached, is locked or cannot write. Nothing was kept; trying later may work."""


class StoreClosed(StoreError):
    """The store was closed; nothing was kept."""


class StoreLocked(StoreError):
    """Another process works on the same data and does not share it."""


class StoreUnsafe(StoreError):
    """The database is set up so that acknowledged mail could be lost; it must be set up otherwise first."""


class SchemaMismatch(StoreError):
    """The tables are of another release; `maild migrate` or a newer maild is needed."""
