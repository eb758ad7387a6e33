"""Files dropped in a folder, each one a full picture of its day, or what changed since the one before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from bridge.adapters.sources.csv_bytes import ENCODINGS, Refusal
from bridge.adapters.sources.csv_rows import Batch, batches, cells_of, chosen
from bridge.adapters.sources.csv_scan import CsvShape, Look, Rows, Scan, scan
from bridge.adapters.sources.csv_trailer import Trailer, trailer_of
from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.adapters.sources.file_mark import FileMark
from bridge.adapters.sources.folder_options import OPTIONS as FOLDER_OPTIONS
from bridge.adapters.sources.folder_options import folder_of, is_delta, max_bytes
from bridge.adapters.sources.folders import Folder, version_of
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.waiting_files import read_waiting
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import TransientError
from bridge.usecases.ports import LEFT_OUT, Comparison

OPTIONS = (*FOLDER_OPTIONS, "encoding", "delimiter", "columns", "final_line_end", "trailer", "picture")

Begin = Callable[[str], Comparison]
_NOTHING = Batch(0, ())


@dataclass(frozen=True, slots=True)
class CsvDrop:
    """Reads every file newer than the last one taken, oldest first, each whole or not at all.

    A refused file keeps nothing back: newer ones are read, then its error is raised. An older file that
    arrives late is not replayed; content equal to the last one taken is noted and skipped.
    """

    source: str
    folder: Folder
    shape: CsvShape
    max_bytes: int
    trailer: Trailer | None = None
    is_delta: bool = False

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give the rows of each waiting file. Raises: TransientError, PermanentError."""
        return self._read(cursor, None)

    def read_compared(self, cursor: str | None, begin: Callable[[str], Comparison]) -> Iterator[Delivery]:
        """Give of each waiting file the rows its comparison chose. Raises: TransientError, PermanentError."""
        return self._read(cursor, None if self.is_delta else begin)

    def _read(self, cursor: str | None, begin: Begin | None) -> Iterator[Delivery]:
        return read_waiting(self.folder, cursor, lambda name, mark: self._file(name, mark, begin))

    def _file(self, name: str, mark: FileMark, begin: Begin | None) -> Iterator[Delivery]:
        refuse = Refusal(self.source, name)
        with self.folder.open(name) as content:
            version = self._fresh(content, refuse)
            comparison = begin(refuse.name) if begin else None
            body, found = self._sound(content, refuse, comparison)
            same = found.sha256 == mark.sha256
            if (same and mark.over) or found.rows == 0:
                cursor = FileMark(name, version, found.sha256, found.rows, over=True).text()
                yield Delivery(f"{found.sha256}:again", (), cursor)
                return
            here = FileMark(name, version, found.sha256, mark.row if same else 0)
            if comparison is not None:
                yield from self._chosen(body, here, found, refuse, comparison.choice())
            else:
                yield from self._deliveries(body, here, found, refuse)

    def _sound(
        self, content: FileIO, refuse: Refusal, comparison: Comparison | None
    ) -> tuple[BinaryIO, Scan]:
        """Give the part of a file that holds its rows, and what is in it. Raises: PermanentError."""
        body, announced = self.trailer.apart(content, refuse) if self.trailer else (content, None)
        look = None if comparison is None else self._shown_to(comparison)
        found = scan(Path(content.name), body, self.shape, refuse, look)
        if announced not in {None, found.rows}:
            problem = f"its last line announces {announced} rows, it holds {found.rows}"
            raise refuse("source.count", problem)
        return body, found

    def _shown_to(self, comparison: Comparison) -> Look:
        def look(header: tuple[str, ...], rows: Rows) -> None:
            columns = self.shape.columns or header
            comparison.rows(columns, list(map(cells_of(columns, header), rows)))

        return look

    def _deliveries(
        self, content: BinaryIO, mark: FileMark, found: Scan, refuse: Refusal
    ) -> Iterator[Delivery]:
        content.seek(0)
        row = mark.row
        for batch in batches(content, self.shape, found.header, row):
            number, row = row // MOST_RECORDS, row + len(batch.records)
            yield self._delivery(
                content, replace(mark, row=row), found, refuse, f"{number}", records=batch.records
            )

    def _chosen(
        self, content: BinaryIO, mark: FileMark, found: Scan, refuse: Refusal, choice: bytearray
    ) -> Iterator[Delivery]:
        """Give what was chosen; the rows left out are counted with the first delivery."""
        content.seek(0)
        unchanged = row = choice.count(LEFT_OUT)
        for batch in chosen(content, self.shape, found.header, choice) if row < found.rows else [_NOTHING]:
            row += len(batch.records)
            part = f"row {batch.start}"
            given = self._delivery(
                content, replace(mark, row=row), found, refuse, part, records=batch.records
            )
            yield replace(given, unchanged=unchanged)
            unchanged = 0

    def _delivery(
        self,
        content: BinaryIO,
        mark: FileMark,
        found: Scan,
        refuse: Refusal,
        part: str,
        *,
        records: tuple[SourceRecord, ...],
    ) -> Delivery:
        """Give some records of a file that is still the one scanned; `mark.row` counts those behind us."""
        if version_of(os.fstat(content.fileno())) != mark.version:
            text = f"{self.source}: {refuse.name} was written while it was read"
            raise TransientError(text, system=self.source, code="source.changing")
        last = mark.row == found.rows
        return Delivery(
            key=f"{found.sha256}:{part}",
            records=records,
            cursor=replace(mark, over=last).text(),
            picture=None if self.is_delta else refuse.name,
            last_of_picture=last and not self.is_delta,
            total_records=found.rows,
        )

    def _fresh(self, content: BinaryIO, refuse: Refusal) -> str:
        status = os.fstat(content.fileno())
        if status.st_size > self.max_bytes:
            raise refuse(
                "source.file_too_large", f"{status.st_size} bytes where {self.max_bytes} are allowed"
            )
        return version_of(status)


def csv_drop(
    options: Options, spool: Path, sleep: Callable[[float], None], internal: frozenset[str]
) -> CsvDrop:
    """Give the reader of a folder; `spool` is where fetched files stand. Raises: ConfigurationError."""
    folder = folder_of(options, spool, sleep)
    delta = is_delta(options)
    shape = CsvShape(
        encoding=options.one_of("encoding", ENCODINGS),
        delimiter=options.text("delimiter", ";"),
        columns=options.texts("columns"),
        internal=internal,
        final_line_end=options.switch("final_line_end", default=True),
        may_be_empty=delta,
    )
    if len(shape.delimiter) != 1 or shape.delimiter in '"\r\n\0':
        raise options.refusal("delimiter", "must be one character, not a quote or a line end")
    trailer = trailer_of(options, shape.encoding)
    return CsvDrop(options.source, folder, shape, max_bytes(options), trailer, delta)
