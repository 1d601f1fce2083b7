"""Runs Core statements on one connection by the shortest way: compiled once, then straight to the driver.

SQLAlchemy's own execution costs about 70 µs of Python a statement, the statement itself about 15; a mail needs some
twenty of them in the one thread that writes. Values are turned by the same column types on both ways. Never builds SQL
by itself, never begins or commits.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.elements import ClauseElement

Values = Mapping[str, Any]
NONE: Values = {}


class ByDialect:
    """A statement that the engines spell differently: its form for each, by name of the dialect."""

    def __init__(self, forms: Mapping[str, Executable]) -> None:
        self._forms = dict(forms)

    def __getitem__(self, dialect: str) -> Executable:
        return self._forms[dialect]


Statement = Executable | ByDialect


class Prepared:
    """A statement for one dialect: its text, and what is done to each value on its way in and out.

    A plain insert takes every column of its table but a generated key; columns that may be NULL can be left out.
    """

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        made: Any = statement
        inserted = [column for column in made.table.c if not _generated(column)] if made.is_insert else []
        compiled: Any = cast(ClauseElement, statement).compile(
            dialect=dialect, column_keys=[column.name for column in inserted] or None
        )
        self.text = str(compiled)
        self.names: list[str] = list(compiled.positiontup if compiled.positional else compiled.params)
        self._by_position = bool(compiled.positional)
        optional = {column.name for column in inserted if column.nullable}
        self._fallbacks: dict[str, Any] = {}
        self._processes: list[tuple[int, Callable[[Any], Any]]] = []
        for position, name in enumerate(self.names):
            bind = compiled.binds[name]
            if name in optional:
                self._fallbacks[name] = None
            elif not bind.required:
                self._fallbacks[name] = bind.effective_value
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                self._processes.append((position, process))
        # Of one name alone an itemgetter makes no tuple.
        self._pick = itemgetter(*self.names) if len(self.names) > 1 else None
        columns = list(made.exported_columns if made.is_dml else made.selected_columns)
        self._keys = [column.key for column in columns]
        named: Any = namedtuple("Row", self._keys, rename=True)  # type: ignore[misc] # names differ
        self._row: Callable[[Sequence[Any]], Any] = named._make
        self._results: list[tuple[int, Callable[[Any], Any]]] = []
        for position, column in enumerate(columns):
            process = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if process is not None:
                self._results.append((position, process))

    def bind(self, values: Values) -> Any:
        """The values as the driver wants them; KeyError when one is missing."""
        if not self._fallbacks.keys() <= values.keys():
            values = self._fallbacks | dict(values)
        found = list(self._pick(values)) if self._pick else [values[name] for name in self.names]
        for position, process in self._processes:
            value = found[position]
            if value is not None:
                found[position] = process(value)
        return found if self._by_position else dict(zip(self.names, found, strict=True))

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """What the driver returned, as rows with named fields."""
        if not self._results:
            return [self._row(row) for row in rows]
        read: list[Any] = []
        for row in rows:
            values = list(row)
            for position, process in self._results:
                values[position] = process(values[position])
            read.append(self._row(values))
        return read

    def read_columns(self, rows: Sequence[Sequence[Any]]) -> dict[str, Sequence[Any]]:
        """What the driver returned, as a column for each name."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [() for _ in self._keys]
        for position, process in self._results:
            columns[position] = list(map(process, columns[position]))
        return dict(zip(self._keys, columns, strict=True))


_prepared: dict[str, dict[Statement, Prepared]] = {}
"""By dialect. Statements are constants of the store's modules, so this never grows beyond their number."""


class Session:
    """One connection, for statements that are constants. Others go through `connection.execute`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._driver: Any = connection.connection.driver_connection
        self._prepared = _prepared.setdefault(self.dialect, {})
        self.IntegrityError: type[Exception] = connection.dialect.loaded_dbapi.IntegrityError

    def rows(self, statement: Statement, values: Values = NONE) -> list[Any]:
        """All rows. Fetched at once: an open cursor would keep a snapshot, or stop a commit."""
        prepared = self._prepare(statement)
        return prepared.read(self._driver.execute(prepared.text, prepared.bind(values)).fetchall())

    def columns(self, statement: Statement, values: Values = NONE) -> dict[str, Sequence[Any]]:
        """The same column by column, by name: a third of the time where there are tens of thousands of rows."""
        prepared = self._prepare(statement)
        return prepared.read_columns(self._driver.execute(prepared.text, prepared.bind(values)).fetchall())

    def row(self, statement: Statement, values: Values = NONE) -> Any | None:
        """The first row, or None."""
        found = self.rows(statement, values)
        return found[0] if found else None

    def value(self, statement: Statement, values: Values = NONE) -> Any | None:
        """The first column of the first row, or None."""
        found = self.rows(statement, values)
        return found[0][0] if found else None

    def add(self, statement: Statement, values: Values) -> int | None:
        """Insert a row by a statement of `inserts`; its new id, or None when it left alone a row that was there."""
        if self.dialect != "sqlite":
            return self.value(statement, values)
        prepared = self._prepare(statement)
        # RETURNING would double the time of an insert here, and the driver knows the id anyway.
        cursor = self._driver.execute(prepared.text, prepared.bind(values))
        made: int | None = cursor.lastrowid if cursor.rowcount else None
        return made

    def add_new(self, statement: Statement, values: Values) -> int:
        """The same for rows that cannot be there already."""
        made = self.add(statement, values)
        assert made is not None
        return made

    def change(self, statement: Statement, values: Values = NONE) -> int:
        """Run a change that returns no rows; how many rows it hit."""
        prepared = self._prepare(statement)
        count: int = self._driver.execute(prepared.text, prepared.bind(values)).rowcount
        return count

    def change_each(self, statement: Statement, several: Sequence[Values]) -> None:
        """Run a change once for each set of values."""
        if len(several) == 1:
            self.change(statement, several[0])
            return
        prepared = self._prepare(statement)
        cursor = self._driver.cursor()
        try:
            cursor.executemany(prepared.text, [prepared.bind(values) for values in several])
        finally:
            cursor.close()

    def tell(self, command: str) -> None:
        """A bare word to the database, such as SAVEPOINT."""
        self._driver.execute(command)

    @property
    def whole(self) -> bool:
        """Whether COMMIT would keep everything: False when the database has given up the transaction by itself.

        SQLite rolls back on a full disk, PostgreSQL refuses all after an error; both then say yes to COMMIT.
        """
        if self.dialect == "sqlite":
            return bool(self._driver.in_transaction)
        return self._driver.info.transaction_status.name in ("IDLE", "INTRANS")

    @property
    def lost(self) -> bool:
        """Whether the connection is gone."""
        return self.dialect != "sqlite" and bool(self._driver.closed)

    def _prepare(self, statement: Statement) -> Prepared:
        found = self._prepared.get(statement)
        if found is None:
            form = statement[self.dialect] if isinstance(statement, ByDialect) else statement
            found = self._prepared[statement] = Prepared(form, self.connection.dialect)
        return found


def _generated(column: Any) -> bool:
    return column.table.autoincrement_column is column
