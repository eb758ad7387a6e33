"""A family name, row by row: what registers write of one name, and what only resembles it."""

from __future__ import annotations

import time

import pytest

from bridge.domain.birth_names import birth_name


@pytest.mark.parametrize(
    ("certified", "usage", "known", "reason"),
    [
        ("DUBOIS", None, "Dubois", "equal"),
        ("LŒVENBRÜCK", None, "Loevenbruck", "equal"),
        ("MARTIN--DUPONT", None, "Martin Dupont", "equal"),
        ("MARTIN DUPONT", None, "Martin-Dupont", "equal"),
        ("D'URSEL", None, "d’Ursel", "equal"),
        ("DUBOIS", None, "DU\u200bBO\u00adIS", "equal"),
        ("DUBOIS", "MARTIN", "Martin", "usage_name"),
        ("DUBOIS", "LE GOFF", "Le Goff", "usage_name"),
        ("LE GOFF", None, "Legoff", "spacing"),
        ("D'URSEL", None, "Dursel", "spacing"),
        ("DE LA TOUR", None, "Latour", "different"),
        ("DE LA TOUR", None, "Tour", "particle"),
        ("TOUR", None, "de la Tour", "particle"),
        ("DUBOIS", "MARTIN", "Dubois Martin", "with_usage_name"),
        ("DUBOIS", "MARTIN", "Martin-Dubois", "with_usage_name"),
        ("MARTIN DUPONT", None, "Dupont Martin", "double_reversed"),
        ("MARTIN DUPONT", None, "Martin", "part_of_double"),
        ("MARTIN DUPONT", None, "Dupont", "part_of_double"),
        ("MARTIN", None, "Martin-Dupont", "part_of_double"),
        ("DUBOIS", None, "Dubois Martin", "part_of_double"),
        ("LE MARTIN", None, "Le Goff", "different"),
        ("LI WANG", None, "Li", "different"),
        ("DUBOIS", None, "Duboys", "slip"),
        ("DUBOIS", "MARTIN", "Martn", "slip"),
        ("MARTIN DUPONT", None, "Martin Dupond", "slip"),
        ("MARTIN", None, "МАRTIN", "look_alike"),
        ("DUBOIS", None, None, "unknown"),
        ("DUBOIS", None, " - ", "unknown"),
        (None, None, "Dubois", "unknown"),
        ("DUBOIS", None, "Martin", "different"),
        ("DE", None, "LA", "different"),
        ("DUBOIS", "MARTIN", "Petit", "different"),
    ],
)
def test_names(certified: str | None, usage: str | None, known: str | None, reason: str) -> None:
    """Each way of writing a name has its reason."""
    assert birth_name(certified, usage, known).reason == f"birth_name.{reason}"


def test_another_name_on_the_record_is_seen() -> None:
    """The certified name stands on the record as the name in use: an agent sees it."""
    found = birth_name("DUBOIS", None, "Martin", also_named=("Dubois",))
    assert found.reason == "birth_name.other_name"


def test_a26_no_name_makes_the_comparison_slow() -> None:
    """Ten thousand characters, accents piled up or words without end, are compared at once."""
    began = time.perf_counter()
    for flood in ("A" * 10_000, "E\u0301" * 10_000, "D'" * 5_000, "\u202e\x00" * 5_000, "MARTIN " * 1_500):
        birth_name(flood, flood[:-2], flood[1:])
    assert time.perf_counter() - began < 20
