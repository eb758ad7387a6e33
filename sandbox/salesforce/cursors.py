"""Results too long for one page: the ids, spooled to a file of fixed-width records, read by position."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sandbox.salesforce.ids import make_id
from sandbox.salesforce.soql.ast import Query

_WIDTH = 18
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """A query whose rows are fixed as ids; `size` is how many there are."""

    id: str
    query: Query
    include_deleted: bool
    size: int
    page_size: int


class Cursors:
    """Keeps the last 200 long results; one page costs one seek whatever its position."""

    def __init__(self, folder: Path, page_size: int) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._open: dict[str, Cursor] = {}
        self.page_size = page_size

    def keep(self, query: Query, ids: Iterable[str], *, include_deleted: bool, page_size: int) -> Cursor:
        """Fix the result of a query."""
        cursor_id = make_id("01g", next(self._numbers))
        size = 0
        with self._file(cursor_id).open("wb") as spool:
            for record_id in ids:
                spool.write(record_id.encode("ascii"))
                size += 1
        cursor = Cursor(cursor_id, query, include_deleted, size, page_size)
        with self._lock:
            self._open[cursor_id] = cursor
            while len(self._open) > _KEPT:
                self._drop(next(iter(self._open)))
        return cursor

    def find(self, cursor_id: str) -> Cursor | None:
        """The cursor of that id."""
        with self._lock:
            return self._open.get(cursor_id)

    def page(self, cursor: Cursor, start: int) -> list[str]:
        """The ids of the page that starts there."""
        with self._file(cursor.id).open("rb") as spool:
            spool.seek(start * _WIDTH)
            block = spool.read(cursor.page_size * _WIDTH).decode("ascii")
        return [block[i : i + _WIDTH] for i in range(0, len(block), _WIDTH)]

    def clear(self) -> None:
        """Forget every result."""
        with self._lock:
            for cursor_id in list(self._open):
                self._drop(cursor_id)

    def _drop(self, cursor_id: str) -> None:
        del self._open[cursor_id]
        self._file(cursor_id).unlink(missing_ok=True)

    def _file(self, cursor_id: str) -> Path:
        return self._folder / f"{cursor_id}.ids"
