"""A SQLite file with a small view, for the tests of the views."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import read_all, reader_of, records_of

Row = tuple[object, ...]


def fill(folder: Path, rows: Sequence[Row]) -> Path:
    """Write a table of (id, state, changed) with a view `v` on it."""
    path = folder / "legacy.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS t (id, state, changed)")
        connection.execute("CREATE VIEW IF NOT EXISTS v AS SELECT * FROM t")
        connection.execute("DELETE FROM t")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    return path


def reader(path: Path, **options: object) -> SourceReader:
    """Give the reader of the view."""
    given = {"kind": "sql_view", "database_url": f"sqlite:///{path}", "view": "v", "key": "id"}
    return reader_of({**given, **options})


def ids(source: SourceReader, cursor: str | None = None) -> list[object]:
    """Give the ids in the order they are read."""
    return [record.values["id"] for record in records_of(read_all(source, cursor)[0])]


def moment(minutes: int) -> str:
    """Give a time as the database writes it."""
    return f"{datetime(2015, 12, 1, 8, tzinfo=UTC) + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"
