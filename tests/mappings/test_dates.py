"""The named date formats."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.dates import FORMATS, read_date

TODAY = date(2016, 1, 15)
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("form", "text", "known", "utc"),
    [
        ("iso_date", "2016-01-05", "day", "2016-01-04T23:00"),
        ("iso_date", "2016-01-05 00:00:00.000", "day", "2016-01-04T23:00"),
        ("french_date", "29/02/2012", "day", "2012-02-28T23:00"),
        ("french_date_time", "05/07/2015 14:30", "minute", "2015-07-05T12:30"),
        ("french_date_time", "05/07/2015 14:30:59", "minute", "2015-07-05T12:30:59"),
        ("iso_datetime", "2015-07-05 14:30:00", "minute", "2015-07-05T12:30"),
        ("iso_datetime", "2015-07-05T14:30:00.123456", "minute", "2015-07-05T12:30:00.123456"),
        ("iso_datetime", "2015-07-05T14:30:00Z", "minute", "2015-07-05T14:30"),
        ("w3c", "2015-07-05T14:30:00-04:00", "minute", "2015-07-05T18:30"),
        ("iso_datetime", "2015-10-25 02:30", "minute", "2015-10-25T00:30"),
        ("iso_datetime", "2015-03-29 02:30", "minute", "2015-03-29T01:30"),
    ],
)
def test_each_format_gives_the_instant_where_the_source_lives(
    form: str, text: str, known: str, utc: str
) -> None:
    """A local time is read in the town's zone: first passage of the hour that comes twice in October."""
    reading = read_date(text, form, TODAY)
    assert (reading.known, reading.in_utc(PARIS)) == (known, datetime.fromisoformat(utc).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("form", "text", "given_day", "known"),
    [
        ("french_partial_date", "24/08/1962", "1962-08-24", "day"),
        ("french_partial_date", "00/08/1962", "1962-08-01", "month"),
        ("french_partial_date", "00/00/1962", "1962-01-01", "year"),
        ("iso_partial_date", "1962-08-24", "1962-08-24", "day"),
        ("iso_partial_date", "1962-08", "1962-08-01", "month"),
        ("iso_partial_date", "1962-00-00", "1962-01-01", "year"),
        ("iso_partial_date", "1962", "1962-01-01", "year"),
    ],
)
def test_a_birth_date_may_be_known_in_part(form: str, text: str, given_day: str, known: str) -> None:
    """What nobody knows of a birth date is completed with 01 and said in the precision."""
    reading = read_date(text, form, TODAY)
    assert (reading.at.date().isoformat(), reading.known) == (given_day, known)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("french_date", "31/02/2015"),
        ("french_date", "29/02/2015"),
        ("french_date", "00/00/0000"),
        ("french_date", "00/05/2015"),
        ("french_date", "05/07/15"),
        ("french_date", "5/7/2015"),
        ("french_date", "2015-07-05"),
        ("french_date", "05/07/2015 "),
        ("french_date", "٠٥/٠٧/٢٠١٥"),
        ("french_date", "31/12/1899"),
        ("french_date", "16/01/2026"),
        ("french_date_time", "05/07/2015"),
        ("french_date_time", "05/07/2015 25:00"),
        ("french_partial_date", "12/00/1962"),
        ("french_partial_date", "00/00/0000"),
        ("iso_date", "2015-02-30"),
        ("iso_date", "20150205"),
        ("iso_date", "2015-W01-1"),
        ("iso_date", "2015-02-05 10:00"),
        ("iso_datetime", "2015-02-05"),
        ("iso_datetime", "2015-02-05T1000"),
        ("iso_datetime", "0000-00-00 00:00:00"),
        ("iso_partial_date", "62"),
        ("iso_partial_date", "1962-08-24-01"),
        ("w3c", "2015-07-05T14:30:00"),
        ("w3c", "0001-01-01T00:00:00+02:00"),
        ("w3c", "9999-12-31T23:59:59-05:00"),
        ("iso_datetime", "0001-01-01 00:00:00"),
        ("iso_partial_date", "0001"),
    ],
)
def test_a_date_that_cannot_be_is_refused_not_repaired(form: str, text: str) -> None:
    """Impossible days, short years, other shapes, before 1900 and over ten years ahead all stop."""
    with pytest.raises(ValueError, match=r".+"):
        read_date(text, form, TODAY)


@given(st.dates(date(1900, 1, 1), TODAY + timedelta(days=3650)))
def test_every_real_day_is_read_back(day: date) -> None:
    """Writing a day as French or ISO and reading it gives that day, in every zone rule since 1900."""
    assert read_date(f"{day:%d/%m/%Y}", "french_date", TODAY).day(PARIS) == day
    assert read_date(day.isoformat(), "iso_date", TODAY).day(PARIS) == day


@given(st.sampled_from(sorted(FORMATS)), st.text(max_size=24))
def test_no_text_breaks_a_format(form: str, text: str) -> None:
    """Whatever a source writes, a format reads it within bounds or refuses it with ValueError."""
    try:
        reading = read_date(text, form, TODAY)
    except ValueError:
        return
    assert date(1900, 1, 1) <= reading.at.date() <= date(2026, 1, 15)


def test_ten_years_after_a_leap_day_is_a_day() -> None:
    """On 29 February the bound falls on a day that exists."""
    assert read_date("28/02/2026", "french_date", date(2016, 2, 29)).known == "day"
