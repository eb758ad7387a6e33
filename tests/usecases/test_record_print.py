"""A print changes with what a record says, and tells nothing of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.usecases.record_print import RecordPrints
from tests.usecases.people import PSEUDONYMS, ROTATED
from tests.usecases.town import DEMARCHES, URBANISME

COLUMNS = ("A", "B")
CELLS = st.text(max_size=4) | st.sampled_from(["\x1f", "a\x1fb", "", "\x1e"])
ROWS = st.tuples(CELLS, CELLS)


@given(ROWS, ROWS)
def test_two_rows_have_one_print_when_they_say_the_same(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Also with what separates cells inside of them; a row and its record have the same print."""
    prints = RecordPrints(URBANISME, PSEUDONYMS)
    first, second = prints.of_rows(COLUMNS, [one, other])
    assert (first == second) == (one == other)
    assert prints.of(dict(zip(COLUMNS, one, strict=True))) == first


def test_a_print_is_made_under_our_key_where_records_hold_a_secret() -> None:
    """The words of a receipt cannot be tried out against a stolen store; another key makes other prints."""
    values = {"CODE_SUIVI": "X7-Q2"}
    assert URBANISME.record.receipt_secret is not None
    assert RecordPrints(URBANISME, PSEUDONYMS).of(values) != RecordPrints(URBANISME, ROTATED).of(values)
    assert DEMARCHES.record.receipt_secret is None
    assert RecordPrints(DEMARCHES, PSEUDONYMS).of(values) == RecordPrints(DEMARCHES, ROTATED).of(values)
