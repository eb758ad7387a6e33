"""The only clock of the town: a current day, lived to its last second."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")

DEFAULT_DAY = date(2015, 12, 1)
FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2016, 1, 31)


class DayError(ValueError):
    """The town cannot be moved to that day."""


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a local day, aware."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def read_day(text: object) -> date:
    """A day the town can live, from ISO text.

    Raises: DayError when it is not a date or lies outside the town's life.
    """
    try:
        day = date.fromisoformat(str(text))
    except ValueError as error:
        raise DayError("day must be written YYYY-MM-DD") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DayError(f"the town lives from {FIRST_DAY} to {LAST_DAY}")
    return day
