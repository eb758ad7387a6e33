"""The rules that link people, held to their numbers on a smaller invented town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.matching import decided
from bench.matching_library import MISSING, judged
from bench.matching_pairs import Pair, graded, pairs
from bench.matching_search import searched
from bench.matching_town import Block, CrmTown, crm_town
from bridge.domain.matching import Grade

PAIRS = 20_000


@pytest.fixture(scope="module")
def town() -> CrmTown:
    """Give the same town each time."""
    return crm_town(24_000, 6_500)


@pytest.fixture(scope="module")
def tried(town: CrmTown) -> list[Pair]:
    """Give 20,000 pairs of it: sign-ins with their own records, and with the easiest to mistake."""
    return pairs(town, Block(town.records), PAIRS)


def test_no_pair_of_two_people_is_ever_certain(tried: list[Pair]) -> None:
    """A wrong link is a breach: among 20,000 pairs the rule that links by itself makes none."""
    found: Any = graded(tried)
    assert found["pairs"] == PAIRS
    assert found["somebody_else"]["certain"] == 0
    assert found["same_person"]["certain"] > 500
    kin = [pair for pair in tried if not pair.is_same and pair.person.kin]
    assert len(kin) > 400
    taken = [pair for pair in kin if pair.compared().grade is Grade.PROBABLE]
    assert not [pair for pair in taken if pair.person.kin in {"twin", "father and son", "sibling"}]


def test_the_right_contact_comes_first(town: CrmTown) -> None:
    """Of those whose record allows it, nearly all are found, and first."""
    part = CrmTown(town.records, town.cases[:2_000], town.people)
    found: Any = decided(part, Block(town.records))
    assert found["wrong_links_without_proof"] == 0
    assert found["rank_where_the_record_allows"]["first"] >= 0.95
    assert found["rank_where_the_record_allows"]["first_five"] >= 0.98
    assert found["known_people"]["linked"] + found["known_people"]["offered"] >= 0.60
    assert found["newcomers"]["created"] >= 0.93
    assert found["candidates"]["most"] <= 10


@pytest.mark.slow
def test_three_questions_find_them_too(town: CrmTown, tmp_path: Path) -> None:
    """What the org is asked loses hardly anybody."""
    found: Any = searched(town, town.cases[:60], tmp_path)
    assert found["calls_per_person"] <= 3.1  # and one login
    assert found["wrong_links_without_proof"] == 0
    assert found["rank_where_the_record_allows"]["first"] >= 0.93


def test_without_the_library_the_bench_says_so(tried: list[Pair], tmp_path: Path) -> None:
    """The product's own environment does not hold it."""
    assert judged(tried[:10], tmp_path / "python") == {"library": MISSING}
