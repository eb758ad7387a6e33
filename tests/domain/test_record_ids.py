"""Salesforce ids in any of their forms are one id (A103)."""

from __future__ import annotations

import pytest

from bridge.domain.record_ids import record_id

WHOLE = "003Qk000000001AIAQ"


@pytest.mark.parametrize("given", [WHOLE, WHOLE[:15], WHOLE.lower(), WHOLE.upper()])
def test_a103_every_form_is_the_same_id(given: str) -> None:
    """Fifteen characters, eighteen, and eighteen whose capitals were lost on the way."""
    assert record_id(given) == WHOLE


@pytest.mark.parametrize(
    "given", ["", "003", WHOLE[:16], WHOLE[:15] + "AAA", WHOLE + "A", "003Qk00000000'A", "003Qk0000000é1A"]
)
def test_what_is_no_id_is_none(given: str) -> None:
    """A wrong length, letter or checksum is refused."""
    assert record_id(given) is None
