"""What a code, a secret and a number can look like, and which doubts a proof may settle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.matching import Grade
from bridge.domain.proof import new_code, provable_contact, typed_code
from bridge.domain.receipt import new_secret, number_letters, secret_letters
from bridge.domain.review import LinkReview, ReviewKind, ReviewState
from tests.fakes.clock import START

PROVABLE = LinkReview("r_1", ReviewKind.IDENTITY, "v1:who", ("003A",), (), START, Grade.PROBABLE)


def test_a_code_is_eight_digits_of_chance() -> None:
    """Leading zeros stay, and no two of a hundred are alike."""
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(typed_code(code) == code for code in codes)


def test_a_secret_is_sixteen_digits_in_groups() -> None:
    """As it is printed, and as it is typed."""
    secret = new_secret()
    assert [len(group) for group in secret.split(" ")] == [4, 4, 4, 4]
    assert secret_letters(secret) == secret.replace(" ", "")


@given(st.text())
def test_whatever_is_typed_is_a_code_or_nothing(text: str) -> None:
    """No text breaks the reading of a code, a number or a secret, and what comes out is plain."""
    code = typed_code(text)
    assert code is None or (len(code) == 8 and code.isascii() and code.isdigit())
    assert len(number_letters(text)) <= 1_000
    secret = secret_letters(text)
    assert secret is None or len(secret) >= 8


@pytest.mark.parametrize("typed", ["DP 092040 15 00031", "dp09204015 00031", " Dp.092040-15/00031 "])
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    """Spaces, dots and capitals are no part of it."""
    assert number_letters(typed) == "DP0920401500031"


def test_a_proof_settles_one_kind_of_doubt() -> None:
    """One probable Contact, about who somebody is, and nobody has decided anything."""
    assert provable_contact(PROVABLE) == "003A"
    assert provable_contact(replace(PROVABLE, state=ReviewState.ASKED)) == "003A"
    for other in (
        *(replace(PROVABLE, grade=grade) for grade in (*set(Grade) - {Grade.PROBABLE}, None)),
        *(replace(PROVABLE, kind=kind) for kind in set(ReviewKind) - {ReviewKind.IDENTITY}),
        replace(PROVABLE, state=ReviewState.PROPOSED),
        replace(PROVABLE, state=ReviewState.DECIDED),
        replace(PROVABLE, candidate_ids=()),
        replace(PROVABLE, candidate_ids=("003A", "003B")),
        None,
    ):
        assert provable_contact(other) is None
