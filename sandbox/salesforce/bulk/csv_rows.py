"""Reads the rows of an upload by the rules of Bulk API 2.0, stricter than most CSV.

Source: Salesforce, Bulk API 2.0, Prepare CSV Files. The line ending must be the declared one; values are not
trimmed; a quote may stand only around a whole value, or doubled within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sandbox.salesforce.bulk.job import DELIMITERS, LINE_ENDINGS, Request

MOST_CHARACTERS = 400_000
MOST_IN_FIELD = 32_000
Row = tuple[str, list[str]]
_UNESCAPED = (
    "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote"
)


class CsvError(Exception):
    """An upload that cannot be read; its text is the job's `errorMessage`."""


def read_rows(path: Path, request: Request) -> Iterator[Row]:
    """Each row as it was sent, without its line ending, and its cells; blank lines are left out.

    Raises: CsvError.
    """
    reader = _Reader(request)
    try:
        # With "\n" the file is cut there alone, so that a lone carriage return is seen.
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from reader.rows(file)
    except UnicodeDecodeError:
        raise CsvError("ClientInputError : The CSV is not encoded in UTF-8") from None


class _Reader:
    def __init__(self, request: Request) -> None:
        self._delimiter = DELIMITERS[request.delimiter]
        self._ending = LINE_ENDINGS[request.line_ending]
        self._declared = request.line_ending
        mark = re.escape(self._delimiter)
        self._cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"|([^"\r\n{mark}]*))({mark}|$)')

    def rows(self, file: TextIO) -> Iterator[Row]:
        delimiter = self._delimiter
        for line in file:
            if '"' in line:
                row = self._without_ending(self._whole(line, file))
                yield row, self._quoted_cells(row)
                continue
            row = self._without_ending(line)
            if "\r" in row:
                raise self._wrong_ending()
            if row:
                _check_size(row, cells := row.split(delimiter))
                yield row, cells

    def _whole(self, line: str, file: TextIO) -> str:
        """The line, with those that a quoted line break of it runs on to."""
        pieces, is_open, size = [line], line.count('"') % 2, len(line)
        while is_open:
            more = file.readline()
            size += len(more)
            if not more or size > MOST_CHARACTERS:
                raise CsvError(_UNESCAPED)
            pieces.append(more)
            is_open = (is_open + more.count('"')) % 2
        return "".join(pieces)

    def _without_ending(self, line: str) -> str:
        if not line.endswith("\n"):
            return line
        row = line.removesuffix(self._ending)
        if row == line or (self._ending == "\n" and row.endswith("\r")):
            raise self._wrong_ending()
        return row

    def _quoted_cells(self, row: str) -> list[str]:
        cells: list[str] = []
        at = 0
        while True:
            found = self._cell.match(row, at)
            if found is None:
                raise CsvError(_UNESCAPED)
            quoted, bare, mark = found.groups()
            cells.append(bare if quoted is None else quoted.replace('""', '"'))
            at = found.end()
            if not mark:
                _check_size(row, cells)
                return cells

    def _wrong_ending(self) -> CsvError:
        text = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"
        return CsvError(f"{text} {self._declared}")


def _check_size(row: str, cells: list[str]) -> None:
    if len(row) <= MOST_IN_FIELD:
        return
    if len(row) > MOST_CHARACTERS or any(len(cell) > MOST_IN_FIELD for cell in cells):
        raise CsvError("InvalidBatch : Maximum size of a record or of one of its fields exceeded")
