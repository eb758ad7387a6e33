"""A year of real street requests, each with the moment it opened and the moment it closed."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.town.clock import NEW_YORK

PACKAGED = Path(__file__).parent.parent / "data" / "street_requests.csv.gz"
NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class StreetRequest:
    """One request as its city published it; times are aware, America/New_York."""

    number: str
    opened_at: datetime
    target_at: datetime | None
    closed_at: datetime | None
    closure_reason: str
    title: str
    agency: str
    service_name: str
    service_code: str
    neighborhood: str

    def closed_by(self, moment: datetime) -> bool:
        """Whether it was closed at that moment; one real row closes before it opens."""
        return self.closed_at is not None and self.closed_at <= moment

    def updated_at(self, moment: datetime) -> datetime:
        """The last thing that happened to it, as known at that moment."""
        if self.closed_at is None or self.closed_at > moment:
            return self.opened_at
        return max(self.opened_at, self.closed_at)


def slug(name: str) -> str:
    """The code of a service, from its name."""
    return NOT_A_WORD.sub("-", name.lower()).strip("-")


def read_requests(path: Path = PACKAGED) -> Iterator[StreetRequest]:
    """Requests in the file's order. UTF-8, comma, gzip; columns as in the data's README."""
    codes: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            opened_at = _moment(row["OPEN_DT"])
            assert opened_at is not None
            name = row["TYPE"]
            yield StreetRequest(
                number=row["CASE_ENQUIRY_ID"],
                opened_at=opened_at,
                target_at=_moment(row["TARGET_DT"]),
                closed_at=_moment(row["CLOSED_DT"]),
                closure_reason=row["CLOSURE_REASON"],
                title=row["CASE_TITLE"],
                agency=row["SUBJECT"],
                service_name=name,
                service_code=codes.setdefault(name, slug(name)),
                neighborhood=row["neighborhood"],
            )


def _moment(text: str) -> datetime | None:
    # `MM/DD/YYYY hh:mm:ss AM`, cut by hand: strptime takes a second for a year of rows.
    if not text:
        return None
    hour = int(text[11:13]) % 12 + (12 if text[20:22] == "PM" else 0)
    return datetime(
        int(text[6:10]),
        int(text[0:2]),
        int(text[3:5]),
        hour,
        int(text[14:16]),
        int(text[17:19]),
        tzinfo=NEW_YORK,
    )
