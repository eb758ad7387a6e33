"""The second pass over a dropped file: rows known to be sound become records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from bridge.adapters.sources.csv_bytes import Chunks
from bridge.adapters.sources.csv_scan import CsvShape
from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.domain.synchronisation import SourceRecord
from bridge.usecases.ports import GIVEN, LEFT_OUT, TOGETHER

_Row = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of a file, and the rank of the first one's row."""

    start: int
    records: tuple[SourceRecord, ...]


def cells_of(columns: Sequence[str], header: Sequence[str]) -> Callable[[list[str]], Sequence[str]]:
    """Give what takes these columns out of a row; with declared columns, a new one changes no record.

    The row itself is used up.
    """
    outside = [place for place, name in enumerate(header) if name not in columns]
    if [name for name in header if name in columns] == list(columns) and len(outside) < len(columns):
        return _without(outside[::-1])
    if len(columns) == 1:
        place = header.index(columns[0])
        return lambda row: (row[place],)
    return itemgetter(*map(header.index, columns))


def _without(places: list[int]) -> Callable[[list[str]], Sequence[str]]:
    """Give what takes the few other columns away, much faster than what gathers the many."""

    def cells(row: list[str]) -> list[str]:
        for place in places:
            del row[place]
        return row

    return cells


def batches(content: BinaryIO, shape: CsvShape, header: tuple[str, ...], start: int) -> Iterator[Batch]:
    """Give the records after the first `start` rows, by the thousand, with the line where each begins."""
    rows = (row for row in _numbered(content, shape) if row[0] >= start)
    yield from _by_the_thousand(rows, shape.columns or header, header)


def chosen(content: BinaryIO, shape: CsvShape, header: tuple[str, ...], choice: bytearray) -> Iterator[Batch]:
    """Give the records of the rows chosen, by the thousand; those that belong TOGETHER last, in one."""
    together: list[_Row] = []
    columns = shape.columns or header
    yield from _by_the_thousand(_given(content, shape, choice, together), columns, header)
    if together:
        yield Batch(together[0][0], _records(together, columns, header))


def _given(content: BinaryIO, shape: CsvShape, choice: bytearray, together: list[_Row]) -> Iterator[_Row]:
    end = len(choice.rstrip(bytes([LEFT_OUT])))
    for row in islice(_numbered(content, shape), end):
        if choice[row[0]] == GIVEN:
            yield row
        elif choice[row[0]] == TOGETHER:
            together.append(row)


def _numbered(content: BinaryIO, shape: CsvShape) -> Iterator[_Row]:
    """Give each row with its rank and the line it begins on; blank lines are no rows."""
    rows = shape.rows(Chunks(content))
    next(rows)
    rank, line = 0, rows.line_num + 1
    for row in rows:
        if row:
            yield rank, line, row
            rank += 1
        line = rows.line_num + 1


def _by_the_thousand(
    rows: Iterator[_Row], columns: tuple[str, ...], header: tuple[str, ...]
) -> Iterator[Batch]:
    while some := list(islice(rows, MOST_RECORDS)):
        yield Batch(some[0][0], _records(some, columns, header))


def _records(rows: list[_Row], columns: tuple[str, ...], header: tuple[str, ...]) -> tuple[SourceRecord, ...]:
    cells = cells_of(columns, header)
    return tuple(
        SourceRecord(f"ligne {line}", dict(zip(columns, cells(row), strict=True))) for _, line, row in rows
    )
