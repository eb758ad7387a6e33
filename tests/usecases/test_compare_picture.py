"""Which rows of a full picture are worth being made records, and which cases it names no more."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.errors import PermanentError
from bridge.usecases import compare_picture
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.compare_picture import PictureComparison
from bridge.usecases.ports import GIVEN, LEFT_OUT, TOGETHER
from bridge.usecases.record_print import RecordPrints
from tests.fakes.clock import FakeClock
from tests.usecases.people import PAUL, PSEUDONYMS
from tests.usecases.town import URBANISME, picture, row

Row = dict[str, object]


@pytest.fixture
def store(sqlite_store: SqlStore, clock: FakeClock) -> SqlStore:
    """Give a store that knows files 1 to 3, and stopped at file 4."""
    rows = [row(1), row(2), row(3), row(4, DT_DEPOT="31/02/2025")]
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, picture(*rows))
    return sqlite_store


def compared(store: SqlStore, *rows: Row) -> tuple[PictureComparison, list[int]]:
    """Give a comparison that was shown these rows one by one, and its choice."""
    comparison = PictureComparison(URBANISME, RecordPrints(URBANISME, PSEUDONYMS), store)
    for values in rows:
        comparison.rows(tuple(values), [tuple(map(str, values.values()))])
    return comparison, list(comparison.choice())


def test_only_what_is_new_or_changed_is_given(store: SqlStore) -> None:
    """A row equal to the one last absorbed is left out, wherever it stands."""
    comparison, choice = compared(store, row(3), row(2, CD_ETAT="ACC"), row(1), row(9))
    assert choice == [LEFT_OUT, GIVEN, LEFT_OUT, GIVEN]
    assert len(comparison) == 4
    assert comparison.misses_any
    assert "DP 4" not in comparison


def test_rows_that_share_a_number_belong_together(store: SqlStore) -> None:
    """Also when one of them is what it was yesterday, and when both say the same."""
    _, choice = compared(store, row(1), row(2), row(1, PAUL), row(9), row(9), row("dp  2"))
    assert choice == [TOGETHER] * 6


def test_a_row_without_a_number_is_given(store: SqlStore) -> None:
    """It names nobody, so it makes nobody absent or present: it is parked under its place."""
    comparison, choice = compared(store, row(" "), row("x" * 81), row(1))
    assert choice == [GIVEN, GIVEN, LEFT_OUT]
    assert len(comparison) == 1


def test_a_stopped_record_without_a_case_is_read_again(store: SqlStore) -> None:
    """Its correction must be seen, and its absence lets it be forgotten."""
    comparison, choice = compared(store, row(4, DT_DEPOT="31/02/2025"), row(1), row(2), row(3))
    assert choice == [GIVEN, LEFT_OUT, LEFT_OUT, LEFT_OUT]
    assert not comparison.misses_any


def test_records_that_are_no_table_are_compared_alike(store: SqlStore) -> None:
    """A picture of another transport gives the same choice for the same values."""
    comparison = PictureComparison(URBANISME, RecordPrints(URBANISME, PSEUDONYMS), store)
    comparison.records([row(1), row(2, OBJET="Mur"), row("")])
    assert list(comparison.choice()) == [LEFT_OUT, GIVEN, GIVEN]


def test_many_rows_go_through_a_file_and_come_out_the_same(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What did not stay in memory is compared like what did."""
    monkeypatch.setattr("bridge.usecases.spill._WAITING_BYTES", 64)
    rows: Sequence[Row] = [row(number % 40) for number in range(50)]
    comparison, choice = compared(store, *rows)
    assert [number for number, chosen in enumerate(choice) if chosen == TOGETHER] == [
        *range(10),
        *range(40, 50),
    ]
    assert choice[10:40] == [GIVEN] * 30
    assert len(comparison) == 40


def test_a_picture_whose_numbers_are_no_numbers_is_refused(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column filled with one word would park the whole town."""
    monkeypatch.setattr(compare_picture, "MOST_DOUBLES", 3)
    with pytest.raises(PermanentError) as caught:
        compared(store, *(row(1) for _ in range(4)))
    assert caught.value.code == "source.duplicates"
