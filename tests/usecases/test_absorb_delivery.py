"""A delivery becomes cases, timelines and pushes, or says exactly what stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.store import SqlStore
from bridge.domain.status import DatePrecision, Moment, Outcome, Phase, WaitingFor
from bridge.domain.synchronisation import Delivery, PushResult, PushState, SourceRecord
from bridge.usecases.absorb_delivery import AbsorbDelivery, Absorbed
from bridge.usecases.record_print import RecordPrints
from tests.domain.people import like
from tests.fakes.clock import START, FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import (
    DEMARCHES,
    URBANISME,
    case,
    delivery,
    numbers,
    open_pushes,
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
    assert done == Absorbed(
        ids=frozenset({"DP 1"}), nameless=frozenset(), read=1, changed=1, unchanged=0, parked=0
    )
    held = case(sqlite_store)
    status = held.content.status
    assert (held.version, held.content.procedure, held.content.title) == (1, "urb-dp", "Clôture")
    assert (status.phase, status.waiting_for) == (Phase.IN_PROGRESS, WaitingFor.TOWN)
    assert (status.legacy_code, status.legacy_label) == ("INST", "en cours d'instruction")
    assert status.mapping_version == "urbanisme@1"
    assert status.since == Moment(datetime(2025, 2, 9, 23, tzinfo=UTC), DatePrecision.DAY)
    assert [event.status.phase for event in timeline(sqlite_store)] == [Phase.IN_PROGRESS]
    assert open_pushes(sqlite_store) == 1


def test_an_unchanged_delivery_costs_nothing(store_engine: Engine, store: SqlStore, clock: FakeClock) -> None:
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
        results = [PushResult(push, PushState.APPLIED, salesforce_id="500") for push in claimed]
        tx.pushes.settle(results, START)


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
        """A record that breaks as it is read."""

        def get(self, key: str, default: object = None) -> object:
            raise RuntimeError("torn")

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
    print_of = RecordPrints(URBANISME, PSEUDONYMS).of
    plain = print_of({"A": "1"})
    assert len(plain) == 16
    assert plain == print_of({"A": "1"})
    others: list[dict[str, object]] = [{"A": "2"}, {"A": 1}, {"B": "1"}, {"A": "1", "B": ""}, {"A": "\ud800"}]
    assert len({plain, *(print_of(values) for values in others)}) == 6
    assert plain != RecordPrints(DEMARCHES, PSEUDONYMS).of({"A": "1"})


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
