"""What stopped is read again once a mapping is corrected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.status import Phase
from bridge.errors import TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.replay_parked import Replayed, ReplayParked
from mappings.model import SourceMapping
from tests.fakes.clock import FakeClock
from tests.usecases.people import PAUL, PSEUDONYMS
from tests.usecases.town import (
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
)

NEW_WORD = row(1, CD_ETAT="ZZZ", LB_ETAT="en zone grise")


@pytest.fixture
def absorb(sqlite_store: SqlStore, clock: FakeClock) -> AbsorbDelivery:
    """The use case on SQLite."""
    return AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)


@pytest.fixture
def corrected() -> SourceMapping:
    """The same file with one more word, its version as it was."""
    words = {**URBANISME.status.words, "ZZZ": URBANISME.status.words["CONSULT"]}
    return replace(URBANISME, status=replace(URBANISME.status, words=words))


def test_a_new_word_is_understood_after_the_mapping_is_corrected(
    absorb: AbsorbDelivery, sqlite_store: SqlStore, corrected: SourceMapping
) -> None:
    """The parked state reaches the citizen and Salesforce without a new delivery."""
    absorb(URBANISME, delivery(NEW_WORD))
    assert absorb.replay(corrected, parked(sqlite_store)) == 0
    assert case(sqlite_store).content.status.phase is Phase.AWAITING_THIRD_PARTY
    phases = [event.status.phase for event in timeline(sqlite_store)]
    assert phases == [Phase.UNKNOWN, Phase.AWAITING_THIRD_PARTY]
    assert parked(sqlite_store) == ()
    assert open_pushes(sqlite_store) == 1


def test_the_next_reading_after_a_replay_has_nothing_to_do(
    absorb: AbsorbDelivery, sqlite_store: SqlStore, corrected: SourceMapping
) -> None:
    """A replayed record is the record: read again from the file it is unchanged."""
    absorb(URBANISME, delivery(NEW_WORD))
    absorb.replay(corrected, parked(sqlite_store))
    assert absorb(corrected, delivery(NEW_WORD)).unchanged == 1


def test_what_is_still_unreadable_stays_parked(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """A replay against the same mapping changes nothing and says how many are left."""
    absorb(URBANISME, delivery(NEW_WORD, row(2, DT_DEPOT="31/02/2025"), row(3)))
    assert absorb.replay(URBANISME, parked(sqlite_store)) == 2
    assert causes(sqlite_store) == {"DP 1": "record.status_unmapped", "DP 2": "record.date"}
    assert numbers(sqlite_store) == ["DP 1", "DP 3"]
    assert case(sqlite_store).version == 1


def test_a_duplicate_is_not_believed_by_a_replay(absorb: AbsorbDelivery, sqlite_store: SqlStore) -> None:
    """No mapping tells which of two people a number belongs to, so neither gets it."""
    absorb(URBANISME, picture(row(1), row(1, PAUL)))
    assert absorb.replay(URBANISME, parked(sqlite_store)) == 1
    assert numbers(sqlite_store) == []
    assert causes(sqlite_store) == {"DP 1": "record.duplicate"}


def test_a_record_without_a_number_counts_as_still_parked(
    absorb: AbsorbDelivery, sqlite_store: SqlStore
) -> None:
    """An agent is not told that a nameless record was read."""
    absorb(URBANISME, delivery(row(" ")))
    assert absorb.replay(URBANISME, parked(sqlite_store)) == 1
    assert causes(sqlite_store) == {None: "record.id_missing"}


def test_a_replay_never_runs_beside_a_reading(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """An older record would overtake the news being read: it waits its turn."""
    replay = ReplayParked(
        sqlite_store, {"urbanisme": URBANISME}, AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    )
    with sqlite_store.sole("sync-urbanisme"), pytest.raises(TransientError) as caught:
        replay("urbanisme")
    assert caught.value.code == "sync.busy"


def test_a_replay_goes_by_pages_and_ends(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Records that stop again are looked at once, however many there are."""
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(*(row(number, CD_ETAT="NOUVEAU") for number in range(1_100))))
    replay = ReplayParked(sqlite_store, {"urbanisme": URBANISME}, absorb)
    assert replay("urbanisme") == Replayed(looked_at=1_100, still_parked=1_100)


def test_a_record_of_a_vanished_case_is_not_replayed(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """What the service stopped naming since is newer than the record that stopped."""
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1, CD_ETAT="NOUVEAU")))
    with sqlite_store.begin() as tx:
        tx.cases.mark_unreported("urbanisme", set(), clock.now())
    replay = ReplayParked(sqlite_store, {"urbanisme": URBANISME}, absorb)
    assert replay("urbanisme") == Replayed(looked_at=1, still_parked=1)
    assert case(sqlite_store).no_longer_reported_at == clock.now()
