"""XML files dropped in a folder, each read a record at a time, whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import FileIO
from itertools import islice
from pathlib import Path

from bridge.adapters.sources.csv_bytes import Refusal
from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.adapters.sources.file_mark import FileMark
from bridge.adapters.sources.folder_options import OPTIONS as FOLDER_OPTIONS
from bridge.adapters.sources.folder_options import folder_of, is_delta, max_bytes
from bridge.adapters.sources.folders import Folder, version_of
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.waiting_files import read_waiting
from bridge.adapters.sources.xml_bytes import Hashed, encoding_of
from bridge.adapters.sources.xml_records import Records, XmlShape
from bridge.adapters.sources.xml_values import values_of
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import TransientError

OPTIONS = (*FOLDER_OPTIONS, "record", "count", "columns", "picture")
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_RECORD = re.compile(rf"{_NAME}(?:/{_NAME})+")
_COUNT = re.compile(rf"{_NAME}(?:/{_NAME})*/@?{_NAME}")


@dataclass(frozen=True, slots=True)
class _Sound:
    """A file found sound."""

    mark: FileMark
    records: int


@dataclass(frozen=True, slots=True)
class XmlDrop:
    """Reads every file newer than the last one taken, oldest first.

    A file is read twice: once to its end, for only then is it known to be whole; then for its records.
    A refused file keeps nothing back: newer ones are read, then its error is raised.
    """

    source: str
    folder: Folder
    shape: XmlShape
    max_bytes: int
    is_delta: bool

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give the records of each waiting file. Raises: TransientError, PermanentError."""
        return read_waiting(self.folder, cursor, self._file)

    def _file(self, name: str, mark: FileMark) -> Iterator[Delivery]:
        refuse = Refusal(self.source, name)
        with self.folder.open(name) as content:
            found = self._sound(name, content, refuse)
            same = found.mark.sha256 == mark.sha256
            if (same and mark.over) or found.records == 0:
                whole = replace(found.mark, row=found.records, over=True)
                yield Delivery(f"{whole.sha256}:again", (), whole.text())
                return
            start = mark.row if same else 0
            yield from self._deliveries(content, replace(found.mark, row=start), found.records, refuse)

    def _sound(self, name: str, content: FileIO, refuse: Refusal) -> _Sound:
        status = os.fstat(content.fileno())
        if status.st_size > self.max_bytes:
            problem = f"{status.st_size} bytes where {self.max_bytes} are allowed"
            raise refuse("source.file_too_large", problem)
        hashed = Hashed(content, encoding_of(content, refuse), refuse)
        records = Records(hashed, self.shape, refuse)
        count = sum(1 for _ in records)
        self._require_all(records.announced, count, refuse)
        return _Sound(FileMark(name, version_of(status), hashed.sha256.hexdigest()), count)

    def _require_all(self, announced: str | None, count: int, refuse: Refusal) -> None:
        if self.shape.count:
            written = (announced or "").strip()
            if not (written.isascii() and written.isdigit()):
                raise refuse("source.count", f"{'/'.join(self.shape.count)} announces no number of records")
            if int(written[:18]) != count:
                raise refuse("source.count", f"it announces {int(written[:18])} records, it holds {count}")
        if count == 0 and not self.shape.may_be_empty:
            raise refuse("source.empty", f"it has no {'/'.join(self.shape.record)}")

    def _deliveries(self, content: FileIO, mark: FileMark, total: int, refuse: Refusal) -> Iterator[Delivery]:
        row = mark.row
        content.seek(0)
        records = self._from(content, row, refuse)
        while batch := tuple(islice(records, MOST_RECORDS)):
            if version_of(os.fstat(content.fileno())) != mark.version:
                text = f"{self.source}: {refuse.name} was written while it was read"
                raise TransientError(text, system=self.source, code="source.changing")
            number, row = row // MOST_RECORDS, row + len(batch)
            yield Delivery(
                key=f"{mark.sha256}:{number}",
                records=batch,
                cursor=replace(mark, row=row, over=row == total).text(),
                picture=None if self.is_delta else refuse.name,
                last_of_picture=row == total and not self.is_delta,
                total_records=total,
            )

    def _from(self, content: FileIO, start: int, refuse: Refusal) -> Iterator[SourceRecord]:
        hashed = Hashed(content, "", refuse)
        for place, element in enumerate(Records(hashed, self.shape, refuse), start=1):
            if place > start:
                yield SourceRecord(f"élément {place}", values_of(element, self.shape.columns))


def xml_drop(options: Options, spool: Path, sleep: Callable[[float], None]) -> XmlDrop:
    """Give the reader of a folder; `spool` is where fetched files stand. Raises: ConfigurationError."""
    delta = is_delta(options)
    count = (
        options.matching("count", _COUNT, "a path, such as Envoi/Nombre or Envoi/@nombre")
        if (options.given.get("count") is not None)
        else ""
    )
    shape = XmlShape(
        record=tuple(options.matching("record", _RECORD, "a path from the root, Envoi/Dossier").split("/")),
        count=tuple(count.split("/")) if count else (),
        columns=options.texts("columns"),
        may_be_empty=delta,
    )
    folder = folder_of(options, spool, sleep)
    return XmlDrop(options.source, folder, shape, max_bytes(options), delta)
