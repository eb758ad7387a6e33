"""Files dropped in a folder, each one a full picture of its day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from bridge.adapters.sources.csv_bytes import ENCODINGS, Refusal
from bridge.adapters.sources.csv_folder import Folder, version_of
from bridge.adapters.sources.csv_rows import batches
from bridge.adapters.sources.csv_scan import CsvShape, Scan, scan
from bridge.adapters.sources.cursors import MOST_RECORDS, read_cursor, write_cursor
from bridge.adapters.sources.options import Options
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, TransientError

OPTIONS = (
    "directory",
    "pattern",
    "marker",
    "encoding",
    "delimiter",
    "columns",
    "final_line_end",
    "max_megabytes",
)


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

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give the rows of each waiting file as one full picture. Raises: TransientError, PermanentError."""
        mark = _mark(cursor)
        refused: PermanentError | None = None
        for name in self.folder.waiting(mark.file):
            if name == mark.file and mark.over and self.folder.version(name) == mark.version:
                continue
            try:
                for delivery in self._file(name, mark):
                    yield delivery
                    mark = _mark(delivery.cursor)
            except PermanentError as error:
                refused = error
        if refused:
            raise refused

    def _file(self, name: str, mark: _Mark) -> Iterator[Delivery]:
        refuse = Refusal(self.source, name)
        with self.folder.open(name) as content:
            version = self._fresh(content, refuse)
            found = scan(self.folder.path / name, content, self.shape, refuse)
            same = found.sha256 == mark.sha256
            if same and mark.over:
                cursor = _Mark(name, version, found.sha256, mark.row, over=True).text()
                yield Delivery(f"{found.sha256}:again", (), cursor)
                return
            start = mark.row if same else 0
            content.seek(0)
            yield from self._deliveries(content, _Mark(name, version, found.sha256, start), found, refuse)

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
                picture=refuse.name,
                last_of_picture=last,
                total_records=found.rows,
            )

    def _fresh(self, content: BinaryIO, refuse: Refusal) -> str:
        status = os.fstat(content.fileno())
        if status.st_size > self.max_bytes:
            raise refuse(
                "source.file_too_large", f"{status.st_size} bytes where {self.max_bytes} are allowed"
            )
        return version_of(status)


def csv_drop(options: Options) -> CsvDrop:
    """Give the reader of a folder. Raises: ConfigurationError."""
    if options.given.get("marker") is None:
        raise options.refusal("marker", 'must be a text, "" when files are renamed into the folder')
    shape = CsvShape(
        encoding=options.one_of("encoding", ENCODINGS),
        delimiter=options.text("delimiter", ";"),
        columns=options.texts("columns"),
        final_line_end=options.switch("final_line_end", default=True),
    )
    if len(shape.delimiter) != 1 or shape.delimiter in '"\r\n\0':
        raise options.refusal("delimiter", "must be one character, not a quote or a line end")
    folder = Folder(
        options.source, Path(options.text("directory")), options.text("pattern"), options.text("marker", "")
    )
    return CsvDrop(
        options.source, folder, shape, options.number("max_megabytes", 4_096, at_most=1 << 20) << 20
    )
