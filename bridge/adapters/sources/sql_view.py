"""A view of a legacy database, read page by page and never locked or written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql import quoted_name

from bridge.adapters.sources.cursors import MOST_RECORDS, content_key, read_cursor, write_cursor
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.sql_pages import Column, Page, Pages
from bridge.adapters.sources.sql_session import Row, ViewDatabase, ViewSession, view_database
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


@dataclass(frozen=True, slots=True)
class SqlView:
    """Reads a view in short read-only transactions, by pages that follow its key.

    Without `modified` each reading is a full picture that starts again from the top, so its cursor is None.
    With it, a reading starts at the newest time the view has shown, minus an overlap; rows whose time is NULL
    or older than 1901 are read every time. The overlap is longer than the hour that local time goes back in
    October. Rows without a key come first, on a page of their own, for another column may still name them.
    """

    source: str
    database: ViewDatabase
    view: sa.TableClause
    key: Column
    modified: Column | None
    columns: tuple[str, ...]
    batch: int
    overlap: timedelta
    zone: ZoneInfo
    clock: Clock

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give the rows in deliveries of one page. Raises: TransientError, PermanentError."""
        with self.database.opened() as session:
            pages = self._pages(session)
            if self.modified is None:
                yield from self._picture(pages)
            else:
                yield from self._changes(pages, self.modified, read_cursor(cursor).get("modified"))

    def _pages(self, session: ViewSession) -> Pages:
        modified = () if self.modified is None else (self.modified.name,)
        required = (self.key.name, *modified, *self.columns)
        return Pages(session, self.view, self.key, required, self.batch)

    def _picture(self, pages: Pages) -> Iterator[Delivery]:
        name = f"{self.view.name} {self.clock.now().isoformat()}"
        for page in chain(pages.keyless(), pages.following((self.key,), self.key.is_not(None))):
            records = self._records(page)
            yield Delivery(content_key(records), records, None, picture=name, last_of_picture=page.is_last)

    def _changes(self, pages: Pages, modified: Column, noted: object) -> Iterator[Delivery]:
        mark = noted if isinstance(noted, str) and moment_of(noted) else None
        has_key = self.key.is_not(None)
        undated = sa.or_(modified.is_(None), modified < self._bound(UNDATED_BEFORE, mark))
        since = modified >= self._bound(self._start(mark), mark)
        for page in pages.keyless():
            # Their times move no mark: what stands before them is not read yet.
            yield self._delivery(page, mark)
        for order, wanted in (((self.key,), undated), ((modified, self.key), since)):
            for page in pages.following(order, sa.and_(has_key, wanted)):
                mark = self._newest(page.rows, modified.name, mark)
                if page.rows:
                    yield self._delivery(page, mark)

    def _delivery(self, page: Page, mark: str | None) -> Delivery:
        records = self._records(page)
        return Delivery(content_key(records), records, write_cursor({"modified": mark}) if mark else None)

    def _start(self, mark: str | None) -> datetime:
        seen = moment_of(mark) if mark else None
        return earlier(seen, self.overlap) if seen else UNDATED_BEFORE

    def _bound(self, moment: datetime, mark: str | None) -> datetime | str:
        # SQLite keeps dates as text, and compares them as text.
        if self.database.engine.dialect.name == "sqlite":
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

    def _records(self, page: Page) -> tuple[SourceRecord, ...]:
        wanted = self.columns or (tuple(page.rows[0]) if page.rows else ())
        return tuple(
            SourceRecord(f"page {page.number} n° {place}", {name: text_of(row[name]) for name in wanted})
            for place, row in enumerate(page.rows, start=1)
        )


def sql_view(options: Options, *, timezone: str, clock: Clock) -> SqlView:
    """Give the reader of a view. Raises: ConfigurationError."""
    modified = options.given.get("modified") is not None
    schema, _, view = options.matching("view", VIEW_NAME, "view or schema.view").rpartition(".")
    return SqlView(
        source=options.source,
        database=view_database(options, view),
        view=sa.table(
            quoted_name(view, quote=True), schema=quoted_name(schema, quote=True) if schema else None
        ),
        key=_column(options, "key"),
        modified=_column(options, "modified") if modified else None,
        columns=options.texts("columns"),
        batch=options.number("batch", MOST_RECORDS, at_most=MOST_RECORDS),
        overlap=timedelta(minutes=options.number("overlap_minutes", 90, at_most=100_000)),
        zone=ZoneInfo(timezone),
        clock=clock,
    )


def _column(options: Options, key: str) -> Column:
    return sa.column(quoted_name(options.matching(key, IDENTIFIER, "a column name"), quote=True))
