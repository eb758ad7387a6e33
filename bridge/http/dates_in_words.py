"""Dates as people say them: `12 mars 2026`, `hier à 5 h 10`."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bridge.domain.status import DatePrecision, Moment
from bridge.http.page_words import NO_BREAK, say

TOWN_ZONE = ZoneInfo("Europe/Paris")
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def day_in_words(day: date, language: str) -> str:
    """Give a date in full, held together on one line."""
    words = format_date(day, format="long", locale=_LOCALES[language])
    if language == "fr" and day.day == 1:
        words = words.replace("1", "1er", 1)
    return words.replace(" ", NO_BREAK)


def hour_in_words(at: datetime, language: str) -> str:
    """Give an hour: `5 h 10` in French, `5:10` in English."""
    return (
        f"{at.hour}{NO_BREAK}h{NO_BREAK}{at.minute:02d}" if language == "fr" else f"{at.hour}:{at.minute:02d}"
    )


def when_in_words(at: datetime, now: datetime, language: str) -> str:
    """Give an instant as seen from now: today, yesterday, or the day."""
    local, today = at.astimezone(TOWN_ZONE), now.astimezone(TOWN_ZONE).date()
    time = hour_in_words(local, language)
    if local.date() == today:
        return say("today_at", language, time=time)
    if (today - local.date()).days == 1:
        return say("yesterday_at", language, time=time)
    return say("day_at", language, day=day_in_words(local.date(), language), time=time)


def moment_in_words(moment: Moment, timezone: str, language: str) -> str:
    """Give a day, and the hour only when the source knows it."""
    local = moment.at.astimezone(ZoneInfo(timezone))
    day = day_in_words(local.date(), language)
    if moment.precision is DatePrecision.DAY:
        return day
    return f"{day}, {hour_in_words(local, language)}"
