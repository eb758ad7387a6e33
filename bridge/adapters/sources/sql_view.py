"""A view of a legacy database, read page by page and never locked or written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import quoted_name

from bridge.adapters.sources.cursors import MOST_RECORDS, content_key, read_cursor, write_cursor
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.sql_values import (
    IDENTIFIER,
    UNDATED_BEFORE,
    VIEW_NAME,
    earlier,
    moment_of,
    text_of,
    written_like,
)
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import PermanentError, RemoteError, TransientError
from bridge.usecases.ports import Clock

OPTIONS = (
    "database_url",
    "view",
    "key",
    "modified",
    "columns",
    "batch",
    "overlap_minutes",
    "timeout_s",
)

Row = sa.RowMapping
Column = sa.ColumnClause[Any]

_PERMANENT = {"42703": "source.header", "42P01": "source.view", "42501": "source.forbidden"}
_NO_SUCH = {"no such column": "source.header", "no such table": "source.view"}


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    rows: Sequence[Row]
    is_last: bool


@dataclass(frozen=True, slots=True)
class SqlView:
    """Reads a view in short read-only transactions, by pages that follow its key.

    Without `modified` each reading is a full picture that starts again from the top, so its cursor is None.
    With it, a reading starts at the newest time the view has shown, minus an overlap; rows whose time is NULL
    or older than 1901 are read every time. The overlap is longer than the hour that local time goes back in
    October. Rows without a key come first, on a page of their own, for another column may still name them.
    """

    source: str
    engine: sa.Engine
    view: sa.TableClause
    key: Column
    modified: Column | None
    columns: tuple[str, ...]
    batch: int
    overlap: timedelta
    timeout_ms: int
    zone: ZoneInfo
    clock: Clock

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give the rows in deliveries of one page. Raises: TransientError, PermanentError."""
        if self.modified is None:
            yield from self._picture()
        else:
            yield from self._changes(self.modified, read_cursor(cursor).get("modified"))

    def _picture(self) -> Iterator[Delivery]:
        name = f"{self.view.name} {self.clock.now().isoformat()}"
        for page in chain(self._keyless(), self._pages((self.key,), self.key.is_not(None))):
            records = self._records(page)
            yield Delivery(content_key(records), records, None, picture=name, last_of_picture=page.is_last)

    def _changes(self, modified: Column, noted: object) -> Iterator[Delivery]:
        mark = noted if isinstance(noted, str) and moment_of(noted) else None
        has_key = self.key.is_not(None)
        undated = sa.or_(modified.is_(None), modified < self._bound(UNDATED_BEFORE, mark))
        since = modified >= self._bound(self._start(mark), mark)
        for page in self._keyless():
            # Their times move no mark: what stands before them is not read yet.
            yield self._delivery(page, mark)
        for order, wanted in (((self.key,), undated), ((modified, self.key), since)):
            for page in self._pages(order, sa.and_(has_key, wanted)):
                mark = self._newest(page.rows, modified.name, mark)
                if page.rows:
                    yield self._delivery(page, mark)

    def _delivery(self, page: _Page, mark: str | None) -> Delivery:
        records = self._records(page)
        return Delivery(content_key(records), records, write_cursor({"modified": mark}) if mark else None)

    def _start(self, mark: str | None) -> datetime:
        seen = moment_of(mark) if mark else None
        return earlier(seen, self.overlap) if seen else UNDATED_BEFORE

    def _bound(self, moment: datetime, mark: str | None) -> datetime | str:
        # SQLite keeps dates as text, and compares them as text.
        if self.engine.dialect.name == "sqlite":
            return written_like(moment, mark or "1901-01-01 00:00:00")
        return moment

    def _newest(self, rows: Sequence[Row], column: str, mark: str | None) -> str | None:
        """Give the newest time shown; one ahead of our clock would hide every change until then."""
        latest = self.clock.now()
        for written in (text_of(row[column]) for row in rows):
            moment = self._instant(written)
            if written and moment and moment <= latest and moment >= (self._instant(mark) or moment):
                mark = written
        return mark

    def _instant(self, written: str | None) -> datetime | None:
        moment = moment_of(written) if written else None
        if moment is None or moment.replace(tzinfo=None) < UNDATED_BEFORE:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _pages(self, order: tuple[Column, ...], wanted: sa.ColumnElement[bool]) -> Iterator[_Page]:
        """Give page after page. Rows that share a place are never parted by a border."""
        condition, number = wanted, 1
        while True:
            query = sa.select(sa.text("*")).select_from(self.view).where(condition).order_by(*order)
            rows = self._fetch(query)
            places = [tuple(row[column.name] for column in order) for row in rows]
            is_last = len(rows) <= self.batch
            size = len(rows) if is_last else _whole(places, self.batch)
            if not is_last and size == 0:
                raise self._permanent("source.key", f"over {self.batch} rows share one {self.key.name}")
            yield _Page(number, rows[:size], is_last)
            if is_last:
                return
            condition, number = sa.and_(wanted, _after(order, places[size - 1])), number + 1

    def _keyless(self) -> Iterator[_Page]:
        """Give the rows without a key, if any: no more than a page, for none stands behind another."""
        rows = self._fetch(sa.select(sa.text("*")).select_from(self.view).where(self.key.is_(None)))
        if len(rows) > self.batch:
            raise self._permanent("source.key", f"over {self.batch} rows have no {self.key.name}")
        if rows:
            yield _Page(0, sorted(rows, key=lambda row: repr(tuple(row.values()))), is_last=False)

    def _records(self, page: _Page) -> tuple[SourceRecord, ...]:
        wanted = self.columns or (tuple(page.rows[0].keys()) if page.rows else ())
        return tuple(
            SourceRecord(f"page {page.number} n° {place}", {name: text_of(row[name]) for name in wanted})
            for place, row in enumerate(page.rows, start=1)
        )

    def _fetch(self, query: sa.Select[Any]) -> Sequence[Row]:
        with self._connected() as connection:
            found = connection.execute(query.limit(self.batch + 1))
            present = set(found.keys())
            missing = [name for name in self._required() if name not in present]
            if missing:
                raise self._permanent("source.header", f"the view has no column {', '.join(missing)}")
            return found.mappings().all()

    def _required(self) -> tuple[str, ...]:
        modified = () if self.modified is None else (self.modified.name,)
        return (self.key.name, *modified, *self.columns)

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
                    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {self.timeout_ms:d}")
                    connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
                yield connection
        except SQLAlchemyError as error:
            raise self._translated(error) from None

    def _translated(self, error: SQLAlchemyError) -> RemoteError:
        origin = error.orig if isinstance(error, DBAPIError) else None
        state = str(getattr(origin, "sqlstate", None) or "")
        code = _PERMANENT.get(state) or next((c for t, c in _NO_SUCH.items() if t in str(origin)), None)
        if code is None and (isinstance(error, OperationalError) or state in {"57014", "55P03"}):
            text = f"{self.source}: the database is away, locked or slow, or refuses the login"
            return TransientError(text, system=self.source, code="source.unavailable")
        return self._permanent(code or "source.refused", "the database refuses the reading")

    def _permanent(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.source}: {self.view.name}: {problem}", system=self.source, code=code)


def _whole(places: Sequence[tuple[Any, ...]], size: int) -> int:
    """Give how many rows to take so that the next one stands at another place."""
    while size and places[size - 1] == places[size]:
        size -= 1
    return size


def _after(order: tuple[Column, ...], place: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    first, *others = order
    beyond = sa.and_(first > place[0])
    if not others:
        return beyond
    return sa.or_(beyond, sa.and_(first == place[0], _after(tuple(others), place[1:])))


def sql_view(options: Options, *, timezone: str, clock: Clock) -> SqlView:
    """Give the reader of a view. Raises: ConfigurationError."""
    timeout_s = options.number("timeout_s", 30, at_most=600)
    modified = options.given.get("modified") is not None
    schema, _, view = options.matching("view", VIEW_NAME, "view or schema.view").rpartition(".")
    return SqlView(
        source=options.source,
        engine=_engine(options, timeout_s),
        view=sa.table(
            quoted_name(view, quote=True), schema=quoted_name(schema, quote=True) if schema else None
        ),
        key=_column(options, "key"),
        modified=_column(options, "modified") if modified else None,
        columns=options.texts("columns"),
        batch=options.number("batch", MOST_RECORDS, at_most=MOST_RECORDS),
        overlap=timedelta(minutes=options.number("overlap_minutes", 90, at_most=100_000)),
        timeout_ms=timeout_s * 1000,
        zone=ZoneInfo(timezone),
        clock=clock,
    )


def _column(options: Options, key: str) -> Column:
    return sa.column(quoted_name(options.matching(key, IDENTIFIER, "a column name"), quote=True))


def _engine(options: Options, timeout_s: int) -> sa.Engine:
    try:
        url = make_url(options.text("database_url"))
        backend = url.get_backend_name()
        if backend == "sqlite":
            return _created(_read_only(url), {"timeout": timeout_s})
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        return _created(url, {"connect_timeout": 5} if backend == "postgresql" else {})
    except (SQLAlchemyError, ImportError):
        raise options.refusal("database_url", "is not the address of a database with a driver here") from None


def _created(url: URL, arguments: Mapping[str, object]) -> sa.Engine:
    # Parameters are keys of cases: they stay out of every error text.
    return sa.create_engine(url, connect_args=dict(arguments), poolclass=NullPool, hide_parameters=True)


def _read_only(url: URL) -> URL:
    path = url.database or ""
    if not path.startswith("file:"):
        path = f"file:{quote(path)}"
    return url.set(database=path.partition("?")[0], query={"mode": "ro", "uri": "true"})
