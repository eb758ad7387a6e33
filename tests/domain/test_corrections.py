"""One person before and after a correction of civil status, and two people who are only alike."""

from __future__ import annotations

import pytest

from bridge.domain.corrections import one_correction_apart
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from tests.domain.people import ABROAD, ANGELA, like


@pytest.mark.parametrize(
    ("held", "is_alike"),
    [
        (ANGELA, True),
        (like(family_name="DUBOIT"), True),
        (like(family_name="Dubois"), True),
        (like(given_names=("Angela",), family_name="DUBOIT"), True),
        (like(given_names=("Paul",), gender=Gender.MALE), True),
        (like(birth_date=BirthDate("1962-08-23")), True),
        (like(birth_place="75108"), True),
        (ABROAD, True),
        (like(family_name="DUBOIT", birth_date=BirthDate("1962-08-23")), False),
        (like(given_names=("Paul",), birth_place="75108"), False),
        (like(birth_place=None), False),
        (like(birth_date=BirthDate("1962-01-01", Precision.YEAR)), False),
    ],
    ids=[
        "same",
        "name",
        "spelling",
        "shorter list and name",
        "given names and gender",
        "date",
        "place",
        "country",
        "name and date",
        "given names and place",
        "unknown place",
        "presumed date",
    ],
)
def test_one_correction_and_no_more(held: PivotIdentity, is_alike: bool) -> None:
    """Both ways give the same answer."""
    assert one_correction_apart(ANGELA, held) is is_alike
    assert one_correction_apart(held, ANGELA) is is_alike
