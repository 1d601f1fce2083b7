"""How keys and constraints are named, and what several tables share.

Columns of no table.
"""

from __future__ import annotations

from sqlalchemy import (
    MetaData,
)

FIRST_NUMBER = 10001
"""Five digits from the first ticket on, so that a number is recognised as one when it is read out."""

UNSENT = "state IN ('deferred', 'failed', 'outcome-unknown', 'suppressed', 'held', 'dropped')"
"""What operators list. States that every mail passes through are in no index, so passing through them costs less."""

NOT_ENDED = "state IN ('new', 'open', 'pending')"
"""States of tickets that somebody still has to work on."""

WORDS = "kind = 'correspondence' AND verified AND NOT automatic AND sender <> 'system'"
"""Articles that customers and agents have said to each other: what reports count."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
