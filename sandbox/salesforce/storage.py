"""The org's rows: one SQLite file in WAL mode, one connection per thread, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.salesforce.ids import number_of
from sandbox.salesforce.schema.model import Schema, SObject
from sandbox.salesforce.tables import fold, index_statements, missing_columns, table_statement

SqlValue = str | int | float | None
_MAX_VARIABLES = 30_000


class Storage:
    """Opens the file, makes or extends its tables, and hands out connections and transactions."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self.schema = schema
        self._path = path
        self._local = threading.local()
        self._write_lock = threading.RLock()
        self._numbers: dict[str, int] = {}
        self._make_tables()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit until a transaction is begun."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None, timeout=30, cached_statements=256)
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA wal_autocheckpoint = 16000")
            found.execute("PRAGMA cache_size = -32000")
            found.create_function("fold", 1, fold, deterministic=True)
            self._local.connection = found
            self._local.depth = 0
            self._local.hooks = []
        return found

    def close(self) -> None:
        """Close this thread's connection."""
        self.connection().close()
        del self._local.connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write together or not at all; inside another transaction of the thread, a savepoint of it."""
        connection = self.connection()
        if self._local.depth:
            with self._savepoint(connection):
                yield connection
            return
        with self._write_lock:
            connection.execute("BEGIN IMMEDIATE")
            self._local.depth = 1
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                self._local.hooks.clear()
                raise
            finally:
                self._local.depth = 0
        self._run_hooks()

    def on_commit(self, hook: Callable[[], None]) -> None:
        """Call this once the transaction of this thread is safely stored, never if it is undone."""
        self._local.hooks.append(hook)

    def next_number(self, sobject: SObject) -> int:
        """The next record number of an object; call it inside a transaction."""
        number = self._numbers[sobject.name] + 1
        self._numbers[sobject.name] = number
        return number

    def clear(self) -> None:
        """Forget every row and start the numbers anew."""
        with self.transaction() as connection:
            for sobject in self.schema.objects.values():
                connection.execute(f'DELETE FROM "{sobject.name}"')  # noqa: S608 - a name from the schema
                self._numbers[sobject.name] = 0

    @contextmanager
    def _savepoint(self, connection: sqlite3.Connection) -> Iterator[None]:
        name = f"level{self._local.depth}"
        pending = len(self._local.hooks)
        connection.execute(f"SAVEPOINT {name}")
        self._local.depth += 1
        try:
            yield
        except BaseException:
            connection.execute(f"ROLLBACK TO {name}")
            del self._local.hooks[pending:]
            raise
        finally:
            self._local.depth -= 1
            connection.execute(f"RELEASE {name}")

    def _run_hooks(self) -> None:
        hooks, self._local.hooks = self._local.hooks, []
        for hook in hooks:
            hook()

    def _make_tables(self) -> None:
        connection = self.connection()
        for sobject in self.schema.objects.values():
            connection.execute(table_statement(sobject))
            for statement in missing_columns(connection, sobject):
                connection.execute(statement)
            for statement in index_statements(sobject):
                connection.execute(statement)
            last = connection.execute(f'SELECT max("Id") FROM "{sobject.name}"').fetchone()[0]  # noqa: S608 - as above
            self._numbers[sobject.name] = number_of(last) if last else 0


def rows_where_in(
    connection: sqlite3.Connection, sql: str, values: list[SqlValue]
) -> Iterator[dict[str, SqlValue]]:
    """Rows of a statement whose `{in}` stands for the values, however many, as dicts by column."""
    for start in range(0, len(values), _MAX_VARIABLES):
        chunk = values[start : start + _MAX_VARIABLES]
        cursor = connection.execute(sql.replace("{in}", ",".join("?" * len(chunk))), chunk)
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))
