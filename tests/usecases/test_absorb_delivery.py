"""A delivery becomes cases, timelines and pushes, or says exactly what stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.store import SqlStore
from bridge.domain.status import DatePrecision, Moment, Outcome, Phase, WaitingFor
from bridge.domain.synchronisation import Delivery, PushResult, PushState, SourceRecord
from bridge.usecases.absorb_delivery import AbsorbDelivery, Absorbed, fingerprint
from tests.domain.people import like
from tests.fakes.clock import START, FakeClock
from tests.usecases.people import PAUL, PSEUDONYMS
from tests.usecases.town import (
    DEMARCHES,
    URBANISME,
    case,
    causes,
    delivery,
    numbers,
    open_pushes,
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


def test_a_record_becomes_a_case_with_its_first_event_and_a_push(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """What the office wrote is what we hold, with the word it used and the mapping that read it."""
    done = absorb(URBANISME, delivery(row(1)))
    assert done == Absorbed(ids=frozenset({"DP 1"}), read=1, changed=1, unchanged=0, parked=0)
    held = case(sqlite_store)
    status = held.content.status
    assert (held.version, held.content.procedure, held.content.title) == (1, "urb-dp", "Clôture")
    assert (status.phase, status.waiting_for) == (Phase.IN_PROGRESS, WaitingFor.TOWN)
    assert (status.legacy_code, status.legacy_label) == ("INST", "en cours d'instruction")
    assert status.mapping_version == "urbanisme@1"
    assert status.since == Moment(datetime(2025, 2, 9, 23, tzinfo=UTC), DatePrecision.DAY)
    assert [event.status.phase for event in timeline(sqlite_store)] == [Phase.IN_PROGRESS]
    assert open_pushes(sqlite_store) == 1


def test_an_unchanged_delivery_costs_no_write(store_engine: Engine, store: SqlStore, clock: FakeClock) -> None:
    """The same night's file read again writes no row at all, in no table, on either database."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    rows = [row(number) for number in range(50)]
    absorb(URBANISME, picture(*rows))
    clock.move(timedelta(hours=1))
    with writes(store_engine) as sent:
        done = absorb(URBANISME, picture(*rows))
    assert sent == []
    assert (done.read, done.changed, done.unchanged, done.parked) == (50, 0, 50, 0)


def test_one_change_among_many_touches_one_case(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """Forty-nine unchanged neighbours keep their version and cost no push."""
    absorb(URBANISME, picture(*(row(number) for number in range(5))))
    _settle_all(sqlite_store)
    changed = row(3, CD_ETAT="ACC", DT_ETAT="20/02/2025")
    done = absorb(URBANISME, picture(*(row(n) for n in (0, 1, 2, 4)), changed, name="next.csv"))
    assert (done.read, done.changed, done.unchanged) == (5, 1, 4)
    assert [case(sqlite_store, number).version for number in range(5)] == [1, 1, 1, 2, 1]
    assert open_pushes(sqlite_store) == 1
    assert [event.status.outcome for event in timeline(sqlite_store, 3)] == [None, Outcome.ACCEPTED]


def _settle_all(store: SqlStore) -> None:
    with store.begin() as tx:
        claimed = tx.pushes.claim(200, timedelta(seconds=120), START)
        tx.pushes.settle([PushResult(push, PushState.APPLIED, salesforce_id="500") for push in claimed], START)


def test_the_same_delivery_twice_is_absorbed_once(store: SqlStore, clock: FakeClock) -> None:
    """A sender that repeats itself adds no event and no version."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1)))
    again = absorb(URBANISME, delivery(row(1)))
    assert (again.changed, again.unchanged) == (0, 1)
    assert (case(store).version, len(timeline(store))) == (1, 1)


def test_older_content_goes_back_and_says_so(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """A status that goes back is told as going back; nothing of the history is lost."""
    absorb(URBANISME, delivery(row(1, CD_ETAT="ACC"), key="d1"))
    absorb(URBANISME, delivery(row(1), key="d2"))
    events = timeline(sqlite_store)
    assert [(event.status.phase, event.moved_back) for event in events] == [
        (Phase.DECIDED, False),
        (Phase.IN_PROGRESS, True),
    ]
    assert case(sqlite_store).version == 2


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
    absorb: AbsorbDelivery, sqlite_store: SqlStore, changes: dict[str, object], cause: str
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
    assert (done.ids, done.read, done.changed, done.unchanged, done.parked) == ({"DP 2"}, 3, 1, 0, 2)
    assert {(p.source_case_id, p.position, p.cause_code) for p in parked(sqlite_store)} == {
        (None, "row 2", "record.id_missing"),
        (None, "row 4", "record.id_too_long"),
    }


def test_one_number_for_two_people_is_parked_twice_and_linked_to_nobody(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """Of two files under one number neither is believed, and an agent reads where both stand."""
    done = absorb(URBANISME, picture(row(1), row(2), row(1, PAUL)))
    assert (done.ids, done.read, done.changed, done.unchanged, done.parked) == ({"DP 1", "DP 2"}, 3, 1, 0, 2)
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


def test_a_purge_keeps_the_decision(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """A file deleted after its decision stays decided, with the word that came last beside it."""
    absorb(DEMARCHES, delivery(_online("accepte")))
    absorb(DEMARCHES, delivery(_online("supprime"), key="d2"))
    status = case(sqlite_store, "12", "demarches").content.status
    assert (status.phase, status.outcome, status.legacy_code) == (
        Phase.DECIDED,
        Outcome.ACCEPTED,
        "supprime",
    )


def test_a_purge_before_any_decision_is_an_end_without_one(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """Nothing was decided, so nothing is kept."""
    absorb(DEMARCHES, delivery(_online("en_instruction")))
    absorb(DEMARCHES, delivery(_online("supprime"), key="d2"))
    status = case(sqlite_store, "12", "demarches").content.status
    assert (status.phase, status.outcome) == (Phase.CLOSED, Outcome.CLOSED_WITHOUT_DECISION)


def _online(state: str) -> dict[str, object]:
    moment = "2025-02-03T10:00:00+01:00"
    return {
        "number": 12,
        "state": state,
        "dateDepot": moment,
        "dateDerniereModification": moment,
        "datePassageEnInstruction": moment,
        "dateTraitement": moment,
        "deletedAt": moment,
    }


def test_the_next_step_reaches_the_case(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """What the citizen must send, and until when, comes with the status and goes with it."""
    asked = row(1, CD_ETAT="INCNOT", PIECES_MANQUANTES="Plan ; Photo", DT_LIMITE="01/04/2025")
    absorb(URBANISME, delivery(asked))
    step = case(sqlite_store).content.next_step
    assert step is not None
    assert (step.action, step.items, step.due_on) == ("send_documents", ("Plan", "Photo"), date(2025, 4, 1))
    absorb(URBANISME, delivery(row(1, DT_LIMITE="01/06/2025"), key="d2"))
    held = case(sqlite_store).content
    assert (held.next_step, held.silence_on) == (None, date(2025, 6, 1))


def test_a_new_edition_of_the_mapping_reads_everything_again_and_is_no_news(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """A corrected mapping reaches old cases by itself; the citizen's timeline does not repeat itself."""
    absorb(URBANISME, delivery(row(1)))
    done = absorb(replace(URBANISME, version=2), delivery(row(1)))
    assert done.changed == 1
    assert case(sqlite_store).content.status.mapping_version == "urbanisme@2"
    assert len(timeline(sqlite_store)) == 1


def test_a_delivery_is_kept_whole_or_not_at_all(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """An error half-way leaves neither cases nor a cursor, so that the next try reads it all."""

    class Torn(dict[str, object]):
        """A record that breaks when it is read a second time."""

        reads = 0

        def __getitem__(self, key: str) -> object:
            if key == "OBJET":
                raise RuntimeError("torn")
            return super().__getitem__(key)

        def get(self, key: str, default: object = None) -> object:
            return self[key] if key in self else default

    records = (SourceRecord("row 2", row(1)), SourceRecord("row 3", Torn(row(2))))
    with pytest.raises(RuntimeError, match="torn"):
        absorb(URBANISME, Delivery("d1", records, cursor="after"))
    assert numbers(sqlite_store) == []
    with sqlite_store.begin() as tx:
        assert tx.intake.cursor("urbanisme") is None


def test_a_moved_cursor_is_kept_even_when_nothing_changed(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """An empty look still goes on from where it ended."""
    absorb(URBANISME, delivery(row(1), cursor="a"))
    done = absorb(URBANISME, delivery(key="empty", cursor="b"))
    assert (done.read, done.changed) == (0, 0)
    with sqlite_store.begin() as tx:
        assert tx.intake.cursor("urbanisme") == "b"


def test_a_fingerprint_changes_with_the_record_and_with_the_mapping() -> None:
    """Equal values have equal prints, whatever text they hold; a type is part of a value."""
    plain = fingerprint(URBANISME, {"A": "1"})
    assert len(plain) == 16
    assert plain == fingerprint(URBANISME, {"A": "1"})
    others = [{"A": "2"}, {"A": 1}, {"B": "1"}, {"A": "1", "B": ""}, {"A": "\ud800"}]
    assert len({plain, *(fingerprint(URBANISME, values) for values in others)}) == 6
    assert plain != fingerprint(DEMARCHES, {"A": "1"})


def test_a_case_without_a_person_says_nothing_of_one(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """A record that leaves the six fields empty has no key, and no link."""
    nobody = like(
        family_name=None,
        given_names=(),
        birth_date=None,
        gender=None,
        birth_place=None,
        birth_country=None,
    )
    absorb(URBANISME, delivery(row(1, nobody)))
    assert case(sqlite_store).link_id is None
