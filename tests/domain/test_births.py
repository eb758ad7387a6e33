"""Dates, places and genders, row by row: what a register does not know is not a difference."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.births import birth_country, birth_date, birth_place, days_near, gender
from bridge.domain.communes import packaged
from bridge.domain.evidence import Likeness
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity, Precision, stated_date
from tests.domain.people import ABROAD, ANGELA, like

YEAR, MONTH = Precision.YEAR, Precision.MONTH


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (BirthDate("1962-08-24"), BirthDate("1962-08-24"), "equal"),
        (BirthDate("1962-01-01"), BirthDate("1962-01-01"), "equal"),
        (BirthDate("1962-01-01", YEAR), BirthDate("1962-08-24"), "year_only"),
        (BirthDate("1962-08-24"), BirthDate("1962-01-01", YEAR), "year_only"),
        (BirthDate("1962-01-01", YEAR), BirthDate("1962-01-01", YEAR), "year_only"),
        (BirthDate("1962-01-01", YEAR), BirthDate("1962-08-01", MONTH), "year_only"),
        (BirthDate("1962-08-01", MONTH), BirthDate("1962-08-24"), "month_only"),
        (BirthDate("1962-01-01"), BirthDate("1962-08-24"), "first_of_period"),
        (BirthDate("1962-08-01"), BirthDate("1962-08-24"), "first_of_period"),
        (BirthDate("1962-04-03"), BirthDate("1962-03-04"), "day_month_swapped"),
        (BirthDate("1962-08-24"), BirthDate("1962-08-25"), "slip"),
        (BirthDate("1962-08-24"), BirthDate("1962-06-24"), "slip"),
        (BirthDate("1962-08-21"), BirthDate("1962-08-12"), "slip"),
        (BirthDate("1962-08-24"), BirthDate("1963-08-24"), "slip"),
        (BirthDate("1962-08-24"), BirthDate("1992-08-24"), "other_year"),
        (BirthDate("1962-08-24"), BirthDate("1926-08-24"), "other_year"),
        (BirthDate("1962-08-24"), BirthDate("1963-08-25"), "different"),
        (BirthDate("1962-08-24"), BirthDate("1962-07-25"), "different"),
        (BirthDate("1962-01-01", YEAR), BirthDate("1963-08-24"), "different"),
        (BirthDate("1962-08-01", MONTH), BirthDate("1962-09-24"), "different"),
        (BirthDate("1962-08-24"), None, "unknown"),
        (None, BirthDate("1962-08-24"), "unknown"),
        (BirthDate("1962-8-24"), BirthDate("1962-08-24"), "different"),
    ],
)
def test_dates(one: BirthDate | None, other: BirthDate | None, reason: str) -> None:
    """Each way two dates compare has its reason."""
    assert birth_date(one, other).reason == f"birth_date.{reason}"


def test_a_first_of_january_nobody_vouches_for_is_a_year() -> None:
    """Registers write it for a day nobody knows."""
    assert stated_date("1962-01-01") == BirthDate("1962-01-01", YEAR)
    assert stated_date("1962-02-01") == BirthDate("1962-02-01")


@settings(max_examples=40)
@given(st.dates(date(1900, 1, 1), date(2024, 12, 31)).filter(lambda day: (day.month, day.day) != (1, 1)))
def test_the_days_near_are_those_the_rule_finds_near(day: date) -> None:
    """The search asks for every day a slip could have made, and for no other."""
    around = [day + timedelta(days=n) for n in range(-366, 367)]
    decades = [date(year, day.month, min(day.day, 28)) for year in range(day.year - 12, day.year + 13)]
    alike = {
        other
        for other in (*around, *decades)
        if birth_date(BirthDate(day.isoformat()), BirthDate(other.isoformat())).likeness
        in {Likeness.NEAR, Likeness.COMPATIBLE}
    }
    assert set(days_near(day)) >= alike
    assert {each for each in days_near(day) if each in {*around, *decades}} == alike


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (Gender.FEMALE, Gender.FEMALE, "equal"),
        (Gender.UNSPECIFIED, Gender.UNSPECIFIED, "equal"),
        (Gender.UNSPECIFIED, Gender.MALE, "unspecified"),
        (Gender.FEMALE, Gender.MALE, "different"),
        (Gender.FEMALE, None, "unknown"),
    ],
)
def test_genders(one: Gender | None, other: Gender | None, reason: str) -> None:
    """Only female and male contradict each other."""
    assert gender(one, other).reason == gender(other, one).reason == f"gender.{reason}"


ISSY_1955 = like(birth_date=BirthDate("1955-03-02"), birth_place="75040")


@pytest.mark.parametrize(
    ("certified", "known", "place", "country"),
    [
        (ANGELA, ANGELA, "equal", "equal"),
        (ISSY_1955, like(birth_place="92040"), "same_commune", "equal"),
        (like(birth_place="2A004"), like(birth_place="20004"), "same_commune", "equal"),
        (like(birth_place="78143"), like(birth_place="91143"), "same_commune", "equal"),
        (ANGELA, like(birth_place="75056"), "whole_city", "equal"),
        (like(birth_place="69383"), like(birth_place="69123"), "whole_city", "equal"),
        (like(birth_place="01003"), like(birth_place="01165"), "merged", "equal"),
        (
            like(birth_place="01003", birth_date=BirthDate("1990-01-02")),
            like(birth_place="01165"),
            "different",
            "equal",
        ),
        (ANGELA, like(birth_place="75108"), "different", "equal"),
        (ANGELA, like(birth_place=None), "unknown", "equal"),
        (ANGELA, like(birth_country=None), "equal", "implied"),
        (ANGELA, like(birth_place=None, birth_country=None), "unknown", "unknown"),
        (like(birth_place=None, birth_country=None), ANGELA, "unknown", "unknown"),
        (ABROAD, ABROAD, "abroad", "equal"),
        (ABROAD, like(ABROAD, birth_place="99109", birth_country=None), "abroad", "implied"),
        (ABROAD, like(ABROAD, birth_place="99109", birth_country=FRANCE), "abroad", "implied"),
        (ABROAD, like(ABROAD, birth_country="99352"), "unknown", "different"),
        (ABROAD, ANGELA, "unknown", "different"),
        (ANGELA, like(birth_place="99109", birth_country=None), "unknown", "different"),
        (ANGELA, like(birth_date=None, birth_place="75108"), "different", "equal"),
        (like(birth_date=None), like(birth_date=None, birth_place="75108"), "different", "equal"),
        (ANGELA, like(birth_place="Paris"), "different", "equal"),
    ],
)
def test_places(certified: PivotIdentity, known: PivotIdentity, place: str, country: str) -> None:
    """Born in France the commune counts, under every code it has had; abroad the country."""
    assert birth_place(certified, known, packaged()).reason == f"birth_place.{place}"
    assert birth_country(certified, known).reason == f"birth_country.{country}"
