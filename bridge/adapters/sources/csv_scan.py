"""The first pass over a dropped file: all of it is sound, or none of it is taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import structlog

from bridge.adapters.sources.csv_bytes import CheckedBytes, Chunks, Refusal, first_wrong_byte
from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.usecases.seldom_collected import seldom_collected

if TYPE_CHECKING:
    from _csv import Reader

log = structlog.get_logger("bridge.sources")


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How a source writes its files; `columns` are those a file must have, in any order.

    `internal` are others it is known to have; any further one is news, and told.
    `final_line_end` False takes a file whose last line has no end, which cannot be told from one cut there.
    One of changes alone `may_be_empty`.
    """

    encoding: str
    delimiter: str
    columns: tuple[str, ...] = ()
    internal: frozenset[str] = frozenset()
    final_line_end: bool = True
    may_be_empty: bool = False

    def rows(self, content: Chunks) -> Reader:
        """Give the rows as lists of texts; blank lines are empty lists."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        # Only a line feed ends a line here: the reader then refuses a lone carriage return by itself.
        text = io.TextIOWrapper(cast("BinaryIO", content), encoding, errors="strict", newline="\n")
        return csv.reader(text, delimiter=self.delimiter, strict=True)


@dataclass(frozen=True, slots=True)
class Scan:
    """A file found sound: SHA-256 of its bytes, its column names, its rows without the header."""

    sha256: str
    header: tuple[str, ...]
    rows: int


Rows = list[list[str]]
Look = Callable[[tuple[str, ...], Rows], None]
"""Shown the header with some rows of its width, in their order, blank lines left out."""


def scan(path: Path, content: BinaryIO, shape: CsvShape, refuse: Refusal, look: Look | None = None) -> Scan:
    """Read a file to its end, in little memory. `content` is unbuffered, at its start.

    Raises: PermanentError, with code `source.empty`, `.header`, `.file_truncated`, `.row`, `.csv`,
    `.encoding`, `.nul` or `.line_too_long`.
    """
    checked = CheckedBytes(content, refuse, shape.encoding)
    rows = shape.rows(checked)
    try:
        header = tuple(name.strip() for name in next(rows, ()))
        _check_header(header, shape, refuse)
        with seldom_collected():
            count = _count(rows, header, refuse, look)
    except UnicodeDecodeError:
        offset, line = first_wrong_byte(path, shape.encoding)
        problem = f"byte {offset} (line {line}) is not {shape.encoding}"
        raise refuse("source.encoding", problem) from None
    except csv.Error as error:
        raise _unreadable(error, rows.line_num, refuse) from None
    if shape.final_line_end and not checked.ends_a_line:
        raise refuse("source.file_truncated", f"it stops inside line {rows.line_num}, at byte {checked.size}")
    if count == 0 and not shape.may_be_empty:
        raise refuse("source.empty", "it has a header and no row")
    return Scan(checked.digest.hexdigest(), header, count)


def _check_header(header: tuple[str, ...], shape: CsvShape, refuse: Refusal) -> None:
    if not any(header):
        raise refuse("source.empty", "it has no header")
    missing = [name for name in shape.columns if name not in header]
    if missing:
        raise refuse("source.header", f"the column {', '.join(missing)} is missing")
    # Without a header the first line is about a person, so no name that was not asked for is shown.
    doubled = [place for place, name in enumerate(header, start=1) if header.count(name) > 1]
    if doubled:
        raise refuse(
            "source.header", f"columns {', '.join(map(str, doubled[:5]))} do not have names of their own"
        )
    if outside := sorted({*header} - {*shape.columns} - shape.internal) if shape.columns else []:
        log.info("unknown columns left outside", file=refuse.name, columns=outside)


def _count(rows: Reader, header: tuple[str, ...], refuse: Refusal, look: Look | None) -> int:
    count, width, line = 0, len(header), rows.line_num
    while True:
        some: list[list[str]] = []
        try:
            some.extend(islice(rows, MOST_RECORDS))
        finally:
            # What stands before an error comes first.
            if not set(map(len, some)) <= {width}:
                some = _sound(rows, some, width, line, refuse)
        if line == rows.line_num:
            return count
        line = rows.line_num
        count += len(some)
        if look:
            look(header, some)


def _sound(rows: Reader, some: list[list[str]], width: int, line: int, refuse: Refusal) -> list[list[str]]:
    """Give the rows without blank lines. Raises: PermanentError for one of another width."""
    following = chain(some, rows)
    for row in some:
        next(following)
        line += 1 + sum(cell.count("\n") for cell in row)
        if row and len(row) != width:
            code = "source.row" if len(row) > width or next(following, None) else "source.file_truncated"
            raise refuse(code, f"line {line} has {len(row)} fields where the header has {width}")
    return [row for row in some if row]


def _unreadable(error: csv.Error, line: int, refuse: Refusal) -> Exception:
    if "end of data" in str(error):
        return refuse("source.file_truncated", f"a quote is still open at its end, line {line}")
    return refuse("source.csv", f"quotes or line ends around line {line} do not make a row")
