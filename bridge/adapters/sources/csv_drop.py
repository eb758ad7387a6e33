"""Files dropped in a folder, each one a full picture of its day, or what changed since the one before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from bridge.adapters.sources.csv_bytes import ENCODINGS, Refusal
from bridge.adapters.sources.csv_rows import batches
from bridge.adapters.sources.csv_scan import CsvShape, Scan, scan
from bridge.adapters.sources.csv_trailer import Trailer, trailer_of
from bridge.adapters.sources.cursors import MOST_RECORDS, read_cursor, write_cursor
from bridge.adapters.sources.folder_options import OPTIONS as FOLDER_OPTIONS
from bridge.adapters.sources.folder_options import folder_of, is_delta, max_bytes
from bridge.adapters.sources.folders import STOPS_ALL, Folder, version_of
from bridge.adapters.sources.options import Options
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, TransientError

OPTIONS = (*FOLDER_OPTIONS, "encoding", "delimiter", "columns", "final_line_end", "trailer", "picture")


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far the folder was read: this content of this file, so many rows; `over` once all are taken."""

    file: str = ""
    version: str = ""
    sha256: str = ""
    row: int = 0
    over: bool = False

    def text(self) -> str:
        return write_cursor(asdict(self))


def _mark(cursor: str | None) -> _Mark:
    match read_cursor(cursor):
        case {
            "file": str(file),
            "version": str(version),
            "sha256": str(sha256),
            "row": int(row),
            "over": bool(over),
        }:
            return _Mark(file, version, sha256, row, over)
    return _Mark()


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
        mark = _mark(cursor)
        refused: PermanentError | None = None
        for name in self.folder.waiting(mark.file, mark.version if mark.over else ""):
            try:
                for delivery in self._file(name, mark):
                    yield delivery
                    mark = _mark(delivery.cursor)
            except PermanentError as error:
                if error.code in STOPS_ALL:
                    raise
                refused = error
        if refused:
            raise refused

    def _file(self, name: str, mark: _Mark) -> Iterator[Delivery]:
        refuse = Refusal(self.source, name)
        with self.folder.open(name) as content:
            version = self._fresh(content, refuse)
            body, found = self._sound(content, refuse)
            same = found.sha256 == mark.sha256
            if (same and mark.over) or found.rows == 0:
                cursor = _Mark(name, version, found.sha256, found.rows, over=True).text()
                yield Delivery(f"{found.sha256}:again", (), cursor)
                return
            start = mark.row if same else 0
            body.seek(0)
            yield from self._deliveries(body, _Mark(name, version, found.sha256, start), found, refuse)

    def _sound(self, content: FileIO, refuse: Refusal) -> tuple[BinaryIO, Scan]:
        """Give the part that holds the rows, and what is in it. Raises: PermanentError."""
        body, announced = self.trailer.apart(content, refuse) if self.trailer else (content, None)
        found = scan(Path(content.name), body, self.shape, refuse)
        if announced not in {None, found.rows}:
            problem = f"its last line announces {announced} rows, it holds {found.rows}"
            raise refuse("source.count", problem)
        return body, found

    def _deliveries(self, content: BinaryIO, mark: _Mark, found: Scan, refuse: Refusal) -> Iterator[Delivery]:
        row = mark.row
        for records in batches(content, self.shape, found.header, row):
            if version_of(os.fstat(content.fileno())) != mark.version:
                text = f"{self.source}: {refuse.name} was written while it was read"
                raise TransientError(text, system=self.source, code="source.changing")
            number, row = row // MOST_RECORDS, row + len(records)
            last = row == found.rows
            yield Delivery(
                key=f"{found.sha256}:{number}",
                records=records,
                cursor=_Mark(mark.file, mark.version, mark.sha256, row, last).text(),
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


def csv_drop(options: Options, spool: Path, sleep: Callable[[float], None]) -> CsvDrop:
    """Give the reader of a folder; `spool` is where fetched files stand. Raises: ConfigurationError."""
    folder = folder_of(options, spool, sleep)
    delta = is_delta(options)
    shape = CsvShape(
        encoding=options.one_of("encoding", ENCODINGS),
        delimiter=options.text("delimiter", ";"),
        columns=options.texts("columns"),
        final_line_end=options.switch("final_line_end", default=True),
        may_be_empty=delta,
    )
    if len(shape.delimiter) != 1 or shape.delimiter in '"\r\n\0':
        raise options.refusal("delimiter", "must be one character, not a quote or a line end")
    trailer = trailer_of(options, shape.encoding)
    return CsvDrop(options.source, folder, shape, max_bytes(options), trailer, delta)
