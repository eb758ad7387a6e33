"""A slip is a letter or two; what an eye confuses is not equal; no text makes it slow."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.spelling import is_slip, seen, slips

WORDS = st.text(alphabet="ABC", max_size=7)


def plainly(one: str, other: str) -> int:
    """Count slips in the slowest and plainest way."""

    @cache
    def count(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        changed = count(i - 1, j - 1) + (one[i - 1] != other[j - 1])
        best = min(count(i - 1, j) + 1, count(i, j - 1) + 1, changed)
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
            best = min(best, count(i - 2, j - 2) + 1)
        return best

    return count(len(one), len(other))


@given(WORDS, WORDS, st.integers(0, 4))
def test_slips_are_counted_as_the_plain_way_does(one: str, other: str, most: int) -> None:
    """The bounded count is the true one, or none when it is above the bound."""
    true = plainly(one, other)
    assert slips(one, other, most) == (true if true <= most else None)
    assert slips(one, other, most) == slips(other, one, most)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DUPONT", "DUPOND"),
        ("DUPONT", "DUPNOT"),
        ("DUPONT", "DUPONTT"),
        ("DUPONT", "DUONT"),
        ("LOEVENBRUCK", "LOVENBRUK"),
        ("NGUYEN", "NGUYENN"),
    ],
)
def test_a_slip(one: str, other: str) -> None:
    """A letter changed, lost, doubled or swapped; two of them in a long name."""
    assert is_slip(one, other)
    assert is_slip(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("DUPONT", "DUPONT"), ("LE", "LI"), ("ROY", "ROI"), ("MARTIN", "MORTEN"), ("PETIT", "MARTIN")],
)
def test_no_slip(one: str, other: str) -> None:
    """Short names have too many neighbours, and equal is not a slip."""
    assert not is_slip(one, other)


def test_what_looks_latin_is_read_as_an_eye_does() -> None:
    """Cyrillic and Greek capitals look like ours."""
    assert seen("МАРТIN") == "MAPTIN"
    assert seen("ΑΝΝΑ") == "ANNA"
    assert seen("DUBOIS") == "DUBOIS"


def test_a26_no_text_is_compared_for_long() -> None:
    """Texts longer than any name are not measured, and the longest names cost next to nothing."""
    began = time.perf_counter()
    assert slips("A" * 10_000, "B" * 10_000, 2) is None
    for _ in range(100):
        assert slips("AB" * 50, "BA" * 50, 2) is not None
    assert time.perf_counter() - began < 20
