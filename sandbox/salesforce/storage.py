"""The org's rows: one SQLite file in WAL mode, a connection per thread to read, one for all to write."""

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
_READER_CACHE_KIB = 4_000
_WRITER_CACHE_KIB = 64_000


class _Local(threading.local):
    """What each thread has of its own: a connection, how deep its transaction is, what waits for its end."""

    def __init__(self) -> None:
        self.reader: sqlite3.Connection | None = None
        self.depth = 0
        self.hooks: list[Callable[[], None]] = []


class Storage:
    """Opens the file, makes or extends its tables, and hands out connections and transactions."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self.schema = schema
        self._path = path
        self._local = _Local()
        self._write_lock = threading.RLock()
        # A connection's pages grow stale with each write of another: all writes share one.
        self._writer = self._connect(_WRITER_CACHE_KIB)
        self._numbers: dict[str, int] = {}
        self._make_tables()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection to read; inside a transaction of the thread, the one that writes."""
        if self._local.depth:
            return self._writer
        found = self._local.reader
        if found is None:
            found = self._local.reader = self._connect(_READER_CACHE_KIB)
        return found

    def close(self) -> None:
        """Close this thread's connection."""
        if self._local.reader is not None:
            self._local.reader.close()
            self._local.reader = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write together or not at all; inside another transaction of the thread, a savepoint of it."""
        connection = self._writer
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

    def _connect(self, cache_kib: int) -> sqlite3.Connection:
        made = sqlite3.connect(
            self._path, isolation_level=None, timeout=30, cached_statements=256, check_same_thread=False
        )
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA synchronous = NORMAL")
        # Pages of large indexes change again and again: copy them to the file less often.
        made.execute("PRAGMA wal_autocheckpoint = 16000")
        made.execute(f"PRAGMA cache_size = -{cache_kib}")
        made.create_function("fold", 1, fold, deterministic=True)
        return made

    def _run_hooks(self) -> None:
        hooks, self._local.hooks = self._local.hooks, []
        for hook in hooks:
            hook()

    def _make_tables(self) -> None:
        connection = self._writer
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
