"""What no rule can read is parked with its cause; its neighbours are not held up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.status import Outcome, Phase, WaitingFor
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.fakes.clock import START, FakeClock
from tests.usecases.people import PAUL, PSEUDONYMS
from tests.usecases.town import (
    URBANISME,
    case,
    causes,
    delivery,
    numbers,
    parked,
    picture,
    row,
    timeline,
    writes,
)


@pytest.fixture
def absorb(sqlite_store: SqlStore, clock: FakeClock) -> AbsorbDelivery:
    """The use case on SQLite."""
    return AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)


def test_an_unknown_word_is_parked_and_shown_as_unknown(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """A word nobody mapped is never guessed: the citizen reads that we check, an agent reads which word."""
    absorb(URBANISME, delivery(row(1)))
    done = absorb(URBANISME, delivery(row(1, CD_ETAT="ZZZ", LB_ETAT="en zone grise"), row(2), key="d2"))
    assert (done.read, done.changed, done.unchanged, done.parked) == (2, 2, 0, 1)
    status = case(sqlite_store).content.status
    assert (status.phase, status.outcome, status.waiting_for) == (Phase.UNKNOWN, None, WaitingFor.UNKNOWN)
    assert (status.legacy_code, status.legacy_label) == ("ZZZ", "en zone grise")
    assert case(sqlite_store, 2).content.status.phase is Phase.IN_PROGRESS
    (record,) = parked(sqlite_store)
    assert (record.source_case_id, record.cause_code, record.mapping_key) == (
        "DP 1",
        "record.status_unmapped",
        "status.words",
    )
    assert "'ZZZ'" in record.explanation
    assert "INCNOT" in record.explanation


def test_a_word_that_is_known_again_unparks_the_record(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """The next readable state of a case clears what stopped before."""
    absorb(URBANISME, delivery(row(1, CD_ETAT="ZZZ")))
    absorb(URBANISME, delivery(row(1, CD_ETAT="ACC"), key="d2"))
    assert parked(sqlite_store) == ()
    assert case(sqlite_store).content.status.phase is Phase.DECIDED


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"DT_DEPOT": "31/02/2025"}, "record.date"),
        ({"DT_NAISS": "00/13/1962"}, "record.date"),
        ({"TYPE": "XX"}, "record.table"),
        ({"SEXE": "?"}, "record.table"),
    ],
)
def test_a_record_nobody_can_read_is_parked_and_its_neighbours_are_not(
    absorb: AbsorbDelivery, sqlite_store: SqlStore, changes: dict[str, Any], cause: str
) -> None:
    """One impossible value stops one record, which keeps what we knew before."""
    absorb(URBANISME, delivery(row(1)))
    done = absorb(URBANISME, delivery(row(1, **changes), row(2), row(3, **changes), key="d2"))
    assert (done.read, done.changed, done.unchanged, done.parked) == (3, 1, 0, 2)
    assert numbers(sqlite_store) == ["DP 1", "DP 2"]
    assert case(sqlite_store).version == 1
    assert causes(sqlite_store) == {"DP 1": cause, "DP 3": cause}


def test_a_record_that_is_unreadable_for_a_second_night_costs_nothing(
    absorb: AbsorbDelivery, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """What stopped yesterday and is the same today keeps the date on which it stopped."""
    absorb(URBANISME, delivery(row(1)))
    absorb(URBANISME, delivery(row(1, DT_DEPOT="31/02/2025"), key="d2"))
    clock.move(timedelta(days=1))
    with writes(sqlite_store._engine) as sent:
        done = absorb(URBANISME, delivery(row(1, DT_DEPOT="31/02/2025"), key="d3"))
    assert sent == []
    assert (done.unchanged, done.parked) == (1, 0)
    assert [record.parked_at for record in parked(sqlite_store)] == [START]


def test_a_record_mended_to_what_it_was_is_no_longer_parked(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """A date corrected back to the one we hold clears what stopped, though nothing else changed."""
    absorb(URBANISME, delivery(row(1)))
    absorb(URBANISME, delivery(row(1, DT_DEPOT="31/02/2025"), key="d2"))
    absorb(URBANISME, delivery(row(1), key="d3"))
    assert parked(sqlite_store) == ()
    assert (case(sqlite_store).version, len(timeline(sqlite_store))) == (1, 1)


def test_a_number_that_is_single_again_is_no_longer_parked(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """Once the office has corrected a doubled number, the case it always was goes on unharmed."""
    absorb(URBANISME, picture(row(1), name="1.csv"))
    absorb(URBANISME, picture(row(1), row(1, PAUL), name="2.csv"))
    assert causes(sqlite_store) == {"DP 1": "record.duplicate"}
    absorb(URBANISME, picture(row(1), name="3.csv"))
    assert parked(sqlite_store) == ()
    assert case(sqlite_store).version == 1


def test_an_explanation_names_no_person(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """What an agent reads says file, row and key; the record itself is sealed."""
    absorb(URBANISME, delivery(row(1, DT_NAISS="99/99/9999")))
    (record,) = parked(sqlite_store)
    assert record.explanation.startswith("urbanisme.yaml: row 2 (DP 1): record.person.birth_date: ")
    assert not any(word in record.explanation for word in ("DUBOIS", "Angela", "99/99/9999"))
    assert record.body["NOM"] == "DUBOIS"


def test_a_record_without_a_number_is_parked_under_its_place(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """What cannot be named is found by its row, and holds nobody up."""
    done = absorb(URBANISME, delivery(row(" "), row(2), row("x" * 81)))
    assert (done.ids, done.read, done.changed, done.unchanged, done.parked) == (
        frozenset({"DP 2"}),
        3,
        1,
        0,
        2,
    )
    assert {(p.source_case_id, p.position, p.cause_code) for p in parked(sqlite_store)} == {
        (None, "row 2", "record.id_missing"),
        (None, "row 4", "record.id_too_long"),
    }


def test_one_number_for_two_people_is_parked_twice_and_linked_to_nobody(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """Of two files under one number neither is believed, and an agent reads where both stand."""
    done = absorb(URBANISME, picture(row(1), row(2), row(1, PAUL)))
    assert (done.ids, done.read, done.changed, done.unchanged, done.parked) == (
        frozenset({"DP 1", "DP 2"}),
        3,
        1,
        0,
        2,
    )
    assert numbers(sqlite_store) == ["DP 2"]
    (record,) = parked(sqlite_store)
    assert (record.source_case_id, record.cause_code) == ("DP 1", "record.duplicate")
    assert record.position == "row 2, row 4"


def test_a_number_met_in_an_earlier_batch_of_the_picture_is_a_duplicate(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """The border between two batches hides no duplicate."""
    first = absorb(URBANISME, picture(row(1), last_of_picture=False, total_records=2, cursor="1"))
    done = absorb(URBANISME, picture(row(1, PAUL), cursor="2"), first.ids)
    assert (done.changed, done.unchanged, done.parked) == (0, 0, 1)
    assert causes(sqlite_store) == {"DP 1": "record.duplicate"}
    assert case(sqlite_store).version == 1


def test_outside_a_picture_the_last_word_counts(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """A stream of changes may name one case twice; the later one stands."""
    absorb(URBANISME, delivery(row(1), row(1, CD_ETAT="ACC")))
    assert case(sqlite_store).content.status.outcome is Outcome.ACCEPTED
    assert parked(sqlite_store) == ()
