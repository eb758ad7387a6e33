"""The named date formats a mapping may ask for; an impossible date is refused, never repaired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

EARLIEST = date(1900, 1, 1)
YEARS_AHEAD = 10

Known = Literal["day", "month", "year", "minute"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as written: `at` has a zone only when the text has one; `known` is the finest part given."""

    at: datetime
    known: Known

    def in_utc(self, zone: ZoneInfo) -> datetime:
        """Give the instant in UTC.

        A local time of the autumn hour that comes twice is its first passage; one of the spring hour
        that never comes is the same number of minutes after the change.
        """
        local = self.at if self.at.tzinfo else self.at.replace(tzinfo=zone, fold=0)
        return local.astimezone(UTC)

    def day(self, zone: ZoneInfo) -> date:
        """Give the calendar day where the source lives."""
        return self.at.astimezone(zone).date() if self.at.tzinfo else self.at.date()


def read_date(text: str, form: str, today: date) -> Reading:
    """Give the date a text writes in a named format.

    Raises: ValueError for another shape, a day that does not exist, one before 1900 or over ten years ahead.
    """
    reading = FORMATS[form](text)
    if not EARLIEST <= reading.at.date() <= _ahead(today):
        raise ValueError("out of range")
    return reading


def _ahead(today: date) -> date:
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year + YEARS_AHEAD, day=day)


def _iso_date(text: str) -> Reading:
    """YYYY-MM-DD, or the same with a midnight a database added."""
    day, _, clock = text.replace("T", " ").partition(" ")
    if clock.strip("0:.") or len(day) != 10:
        raise ValueError("not YYYY-MM-DD")
    return Reading(_midnight(*_numbers(day, "-", (4, 2, 2))), "day")


def _iso_datetime(text: str) -> Reading:
    """YYYY-MM-DD hh:mm[:ss[.fff]][zone], with T or a space."""
    if text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in {"T", " "} or text[13:14] != ":":
        raise ValueError("not YYYY-MM-DD hh:mm")
    return Reading(datetime.fromisoformat(text), "minute")


def _w3c(text: str) -> Reading:
    """The same, with its zone: the W3C profile of ISO 8601."""
    reading = _iso_datetime(text)
    if reading.at.tzinfo is None:
        raise ValueError("no time zone")
    return reading


def _french_date(text: str) -> Reading:
    day, month, year = _numbers(text, "/", (2, 2, 4))
    return Reading(_midnight(year, month, day), "day")


def _french_date_time(text: str) -> Reading:
    """dd/mm/yyyy hh:mm[:ss]."""
    written, _, clock = text.partition(" ")
    widths = (2, 2, 2) if clock.count(":") == 2 else (2, 2)
    hour, minute, second = (*_numbers(clock, ":", widths), 0)[:3]
    at = datetime.combine(_french_date(written).at.date(), time(hour, minute, second))
    return Reading(at, "minute")


def _french_partial_date(text: str) -> Reading:
    """dd/mm/yyyy where 00 stands for a day, or a day and month, nobody knows."""
    day, month, year = _numbers(text, "/", (2, 2, 4))
    return _partial(year, month, day)


def _iso_partial_date(text: str) -> Reading:
    """YYYY, YYYY-MM or YYYY-MM-DD, where 00 also stands for what nobody knows."""
    parts = text.split("-")
    year, month, day = (*_numbers(text, "-", (4, 2, 2)[: len(parts)]), 0, 0)[:3]
    return _partial(year, month, day)


def _partial(year: int, month: int, day: int) -> Reading:
    if day and not month:
        raise ValueError("a day without a month")
    known: Known = "day" if day else "month" if month else "year"
    return Reading(_midnight(year, month or 1, day or 1), known)


def _midnight(year: int, month: int, day: int) -> datetime:
    return datetime.combine(date(year, month, day), time())


def _numbers(text: str, separator: str, widths: tuple[int, ...]) -> tuple[int, ...]:
    parts = text.split(separator)
    written = len(parts) == len(widths) and all(
        len(part) == width and part.isascii() and part.isdigit()
        for part, width in zip(parts, widths, strict=True)
    )
    if not written:
        raise ValueError("another shape")
    return tuple(int(part) for part in parts)


FORMATS: dict[str, Callable[[str], Reading]] = {
    "iso_date": _iso_date,
    "iso_datetime": _iso_datetime,
    "w3c": _w3c,
    "french_date": _french_date,
    "french_date_time": _french_date_time,
}
PARTIAL_FORMATS: dict[str, Callable[[str], Reading]] = {
    "french_partial_date": _french_partial_date,
    "iso_partial_date": _iso_partial_date,
}
"""Only for a birth date: the other dates of a record are known or they are not."""
FORMATS |= PARTIAL_FORMATS
