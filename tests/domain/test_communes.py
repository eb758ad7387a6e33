"""The codes of communes: one commune under two codes, and communes that joined or parted."""

from __future__ import annotations

from datetime import date

import pytest

from bridge.domain.communes import Communes, packaged
from mappings.communes import CommuneChange, read_changes

BORN = date(1960, 5, 5)


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("75040", "92040"),
        ("78001", "91001"),
        ("20004", "2A004"),
        ("20033", "2B033"),
        ("01132", "69274"),
        ("91143", "78143"),
        ("44060", "49382"),
    ],
)
def test_a_commune_keeps_its_place_when_its_code_changes(former: str, today: str) -> None:
    """Départements were divided; the commune is the same."""
    assert packaged().canonical(former) == packaged().canonical(today) == today


def test_no_code_ever_meant_two_communes() -> None:
    """A former code is never today's code of another commune, so one code stands for one place."""
    assert packaged().renumbered.keys() & set(packaged().renumbered.values()) == set()
    assert len(set(packaged().renumbered.values())) >= len(packaged().renumbered) - 2


def test_a_code_is_read_whatever_its_capitals() -> None:
    """Towns write Corsica in both ways."""
    assert packaged().canonical(" 2a004 ") == "2A004"


def test_joining_counts_for_births_before_it() -> None:
    """Who was born in Amareins before 1974 may be filed under the commune it joined; nobody after."""
    communes = packaged()
    assert communes.were_joined_after(BORN, "01003", "01165")
    assert communes.were_joined_after(BORN, "01165", "01003")
    assert not communes.were_joined_after(date(1990, 1, 1), "01003", "01165")


def test_two_parts_of_one_commune_stay_two_places() -> None:
    """Both joined a third one; neither is the other."""
    assert not packaged().were_joined_after(BORN, "01003", "01070")


def test_a_commune_that_parted_counts_for_births_before_it() -> None:
    """Who was born before the separation may be filed under either."""
    left = CommuneChange("left", date(1980, 1, 1), "NEW", "OLD")
    communes = Communes.of([left])
    assert communes.were_joined_after(BORN, "OLD", "NEW")
    assert not communes.were_joined_after(date(1985, 1, 1), "OLD", "NEW")


def test_joins_follow_each_other_in_time() -> None:
    """A joined B and later B joined C: a birth before both may be filed under C; a circle ends."""
    changes = [
        CommuneChange("joined", date(1970, 1, 1), "A", "B"),
        CommuneChange("joined", date(1980, 1, 1), "B", "C"),
        CommuneChange("joined", date(1990, 1, 1), "C", "B"),
    ]
    communes = Communes.of(changes)
    assert communes.were_joined_after(BORN, "A", "C")
    assert not communes.were_joined_after(date(1975, 1, 1), "A", "C")


def test_an_empty_table_knows_no_change() -> None:
    """Codes are then compared as written."""
    assert Communes().canonical("75040") == "75040"
    assert not Communes().were_joined_after(BORN, "01003", "01165")
    assert not Communes().is_city_of("75107", "75056")


def test_the_packaged_file_is_whole() -> None:
    """Every row has its kind, its codes and, but for districts, its day."""
    changes = read_changes()
    assert len(changes) == 4606
    assert {change.change for change in changes} == {"renumbered", "joined", "left", "district"}
    assert all(len(change.code) == len(change.other_code) == 5 for change in changes)
    assert all((change.effective_on is None) is (change.change == "district") for change in changes)
