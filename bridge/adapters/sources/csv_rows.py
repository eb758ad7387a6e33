"""The second pass over a dropped file: rows known to be sound become records."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import BinaryIO

from bridge.adapters.sources.csv_bytes import Chunks
from bridge.adapters.sources.csv_scan import CsvShape
from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.domain.synchronisation import SourceRecord


def batches(
    content: BinaryIO, shape: CsvShape, header: tuple[str, ...], start: int
) -> Iterator[tuple[SourceRecord, ...]]:
    """Give the records after the first `start` rows, by the thousand, with the line where each begins.

    When columns are declared a record holds these alone, so that a new column changes no record.
    """
    for rows in _numbered(content, shape, start):
        yield tuple(_records(rows, shape.columns or header, header))


def _numbered(content: BinaryIO, shape: CsvShape, start: int) -> Iterator[list[tuple[int, list[str]]]]:
    rows = shape.rows(Chunks(content))
    next(rows)
    batch: list[tuple[int, list[str]]] = []
    to_skip, line = start, rows.line_num + 1
    for row in rows:
        if row and to_skip:
            to_skip -= 1
        elif row:
            batch.append((line, row))
        line = rows.line_num + 1
        if len(batch) == MOST_RECORDS:
            yield batch
            batch = []
    if batch:
        yield batch


def _records(
    rows: list[tuple[int, list[str]]], columns: tuple[str, ...], header: tuple[str, ...]
) -> Iterator[SourceRecord]:
    if columns == header:
        for line, row in rows:
            yield SourceRecord(f"ligne {line}", dict(zip(columns, row, strict=True)))
        return
    cells = itemgetter(*map(header.index, columns))
    alone = len(columns) == 1
    for line, row in rows:
        picked = (cells(row),) if alone else cells(row)
        yield SourceRecord(f"ligne {line}", dict(zip(columns, picked, strict=True)))
