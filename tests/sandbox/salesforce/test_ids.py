"""Record ids keep their case through every form."""

from __future__ import annotations

import pytest

from sandbox.salesforce.ids import canonical_id, make_id, number_of, suffix


@pytest.mark.parametrize(
    ("id15", "expected"), [("a0BA0000000L2ZC", "MA0"), ("AaaAABbbBBCccCC", "ZZZ"), ("003000000000000", "AAA")]
)
def test_suffix_is_the_checksum_of_the_case(id15: str, expected: str) -> None:
    """The suffix agrees with published examples."""
    assert suffix(id15) == expected


@pytest.mark.parametrize("number", [1, 61, 62, 3843, 1_000_000])
def test_numbers_survive(number: int) -> None:
    """An id gives back the number it was made from, so that numbering goes on after a restart."""
    assert number_of(make_id("500", number)) == number


def test_ids_sort_by_number() -> None:
    """Later records have greater ids, so that rows are appended to the index."""
    made = [make_id("500", number) for number in range(1, 5000)]
    assert made == sorted(made)


def test_lower_cased_long_id_is_restored() -> None:
    """A tool that lost the case of an 18-character id still finds its record."""
    made = make_id("003", 12_345)
    assert canonical_id(made.lower()) == made
    assert canonical_id(made.upper()) == made
    assert canonical_id(made[:15]) == made


@pytest.mark.parametrize(
    "bad", ["", "003", "003Qk000000000é", "003Qk0000000001IA9", "003Qk000000000-", "x" * 17]
)
def test_what_is_no_id(bad: str) -> None:
    """Text that cannot be an id is told apart."""
    assert canonical_id(bad) is None
