"""Reads the rows of an upload by the rules of Bulk API 2.0, stricter than most CSV.

Source: Salesforce, Bulk API 2.0, Prepare CSV Files. The line ending must be the declared one; values are not
trimmed; a quote may stand only around a whole value, or doubled within it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sandbox.salesforce.bulk.job import DELIMITERS, LINE_ENDINGS, Request

MOST_CHARACTERS = 400_000
MOST_IN_FIELD = 32_000
Row = tuple[str, list[str]]
_TOO_LARGE = "InvalidBatch : Maximum size of a record or of one of its fields exceeded"
_UNESCAPED = (
    "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote"
)


class CsvError(Exception):
    """An upload that cannot be read; its text is the job's `errorMessage`."""


def read_rows(path: Path, request: Request) -> Iterator[Row]:
    """Each row as it was sent, without its line ending, and its cells.

    Raises: CsvError.
    """
    delimiter = DELIMITERS[request.delimiter]
    for row in read_texts(path, request):
        yield row, _cells(row, delimiter)


def read_texts(path: Path, request: Request) -> Iterator[str]:
    """Each row as it was sent, without its line ending; blank lines are left out.

    Raises: CsvError.
    """
    reader = _Reader(request)
    try:
        # With "\n" the file is cut there alone, so that a lone carriage return is seen.
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from filter(None, map(reader.row, reader.lines(file)))
    except UnicodeDecodeError:
        raise CsvError("ClientInputError : The CSV is not encoded in UTF-8") from None


class _Reader:
    def __init__(self, request: Request) -> None:
        self._ending = LINE_ENDINGS[request.line_ending]
        self._declared = request.line_ending
        self._delimiter = DELIMITERS[request.delimiter]
        mark = re.escape(self._delimiter)
        cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"\r\n{mark}]*)'
        self._row = re.compile(rf"{cell}(?:{mark}{cell})*")

    def lines(self, file: TextIO) -> Iterator[str]:
        """Lines of the file, those that a quoted line break joins in one."""
        for line in file:
            yield self._whole(line, file) if line.count('"') % 2 else line

    def row(self, line: str) -> str:
        """The line without its ending, if it is a row by the rules."""
        row = self._without_ending(line)
        if '"' in row:
            if not self._row.fullmatch(row):
                raise CsvError(_UNESCAPED)
        elif "\r" in row:
            raise self._wrong_ending()
        if len(row) > MOST_IN_FIELD:
            self._check_size(row)
        return row

    def _check_size(self, row: str) -> None:
        if len(row) > MOST_CHARACTERS or max(map(len, _cells(row, self._delimiter))) > MOST_IN_FIELD:
            raise CsvError(_TOO_LARGE)

    def _whole(self, line: str, file: TextIO) -> str:
        pieces, size, is_open = [line], len(line), True
        while is_open:
            more = file.readline()
            size += len(more)
            if not more or size > MOST_CHARACTERS:
                raise CsvError(_UNESCAPED)
            pieces.append(more)
            is_open = more.count('"') % 2 == 0
        return "".join(pieces)

    def _without_ending(self, line: str) -> str:
        if not line.endswith("\n"):
            return line
        row = line.removesuffix(self._ending)
        if row == line or (self._ending == "\n" and row.endswith("\r")):
            raise self._wrong_ending()
        return row

    def _wrong_ending(self) -> CsvError:
        text = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"
        return CsvError(f"{text} {self._declared}")


def _cells(row: str, delimiter: str) -> list[str]:
    if '"' not in row:
        return row.split(delimiter)
    try:
        return next(csv.reader([row], delimiter=delimiter, strict=True))
    except csv.Error:
        # The row is well formed by now: the reader has a limit of its own, far above the org's.
        raise CsvError(_TOO_LARGE) from None
