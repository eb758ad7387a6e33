"""The CSV of an upload: the same values a call carries as JSON, written the way Bulk API 2.0 reads them.

What a JSON body leaves out is an empty cell and stays as it is; null is `#N/A` and empties the field.
Source: Salesforce, Bulk API 2.0, "Prepare CSV files".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from mappings.salesforce import SalesforceMapping

LINE_ENDING = "CRLF"
MOST_BYTES = 100_000_000
"""What the org takes in one upload, before it is encoded for the way."""
NULL = "#N/A"


class CsvSheet:
    """Rows in a file that goes with the process; columns in alphabetical order."""

    def __init__(self, file: IO[bytes], columns: Sequence[str], most_bytes: int = MOST_BYTES) -> None:
        self.file = file
        self.rows = 0
        self._columns = columns
        self._most_bytes = most_bytes
        self._bytes = file.write(_line(columns))

    def add(self, body: Mapping[str, object]) -> bool:
        """Add a record; False when it no longer fits, or holds a text that would be read as null."""
        if NULL in body.values():
            return False
        line = _line([cell(body[column]) if column in body else "" for column in self._columns])
        if self._bytes + len(line) > self._most_bytes:
            return False
        self._bytes += self.file.write(line)
        self.rows += 1
        return True


def columns_of(mapping: SalesforceMapping, *, creating: bool) -> list[str]:
    """Give the columns of an upload; what agents own is there with `creating` only."""
    return sorted(rule.target for rule in mapping.fields if creating or rule.owner == "source")


def cell(value: object) -> str:
    """Give a value of a JSON body as a cell."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@contextmanager
def empty_file() -> Iterator[IO[bytes]]:
    """Give a file without a name; nobody finds what it holds, not even after a crash."""
    with TemporaryFile() as file:
        yield file


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
