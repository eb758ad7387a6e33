"""The street requests as their city published them, counted without any code of the stand-in town."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
_ROOT = Path(__file__).parents[2]
FULL_YEAR = _ROOT.parent / "shared" / "data" / "boston-311-2015" / "requests.csv.gz"
_PACKAGED = _ROOT / "sandbox" / "town" / "data" / "street_requests.csv.gz"

FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2016, 1, 12)
"""The day of the latest closure: from here on nothing moves any more."""


@dataclass(frozen=True, slots=True)
class _Row:
    number: str
    opened_at: datetime
    closed_at: datetime | None


class Published:
    """One published file, and what it says of any evening."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_full_year = path == FULL_YEAR
        self._rows = tuple(_rows(path))

    @property
    def description(self) -> str:
        """Say which file this is, for whoever reads the outcome of the tests."""
        if self.is_full_year:
            return f"replayed: the full year of real street requests ({len(self._rows)})"
        return (
            f"replayed: ONLY THE PACKAGED SLICE ({len(self._rows)} requests); the full year: make test-year"
        )

    def standing_on(self, day: date) -> dict[str, str]:
        """Give `open` or `closed` for each request opened by the end of that day, by its number."""
        evening = datetime.combine(day, time(23, 59, 59), ZONE)
        return {
            row.number: "closed" if row.closed_at and row.closed_at <= evening else "open"
            for row in self._rows
            if row.opened_at <= evening
        }


def published() -> Published:
    """Give the full year when it is asked for, else the slice that travels with the project."""
    return Published(FULL_YEAR if is_full_year_asked() else _PACKAGED)


def is_full_year_asked() -> bool:
    """Whether `make test-year` asks for it. Raises: AssertionError when the file is not there."""
    if not os.environ.get("BRIDGE_TEST_FULL_YEAR"):
        return False
    assert FULL_YEAR.is_file(), "the full year of street requests does not lie beside the project"
    return True


def _rows(path: Path) -> Iterator[_Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            opened_at = _moment(row["OPEN_DT"])
            assert opened_at
            yield _Row(row["CASE_ENQUIRY_ID"], opened_at, _moment(row["CLOSED_DT"]))


def _moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE) if text else None
