"""A corrected mapping is applied to the records that were kept, and nothing else moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import case_receipts, cases
from bridge.domain.status import Phase
from bridge.domain.synchronisation import CallLane, PushResult, PushState
from bridge.errors import ConfigurationError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.keep_raw import KeepRaw
from bridge.usecases.remap_report import RemapReport
from bridge.usecases.remap_source import RemapSource
from bridge.usecases.replay_parked import ReplayParked
from mappings.model import SourceMapping
from mappings.rules import Rule
from tests.adapters.store.samples import LEASE
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import (
    URBANISME,
    FakeBell,
    case,
    causes,
    delivery,
    open_pushes,
    picture,
    row,
    timeline,
    writes,
)

WORDS = URBANISME.status.words
CORRECTED = replace(
    URBANISME,
    version=2,
    status=replace(URBANISME.status, words={**WORDS, "INST": WORDS["CONSULT"], "ZZZ": WORDS["CONSULT"]}),
)
"""Says that a file in instruction waits for somebody else, and knows one word more."""
SECRET = "1234 5678 9012 3456"


@dataclass
class Office:
    """The planning office, read with raw records kept for thirty days."""

    store: SqlStore
    clock: FakeClock
    bell: FakeBell = field(default_factory=FakeBell)

    def __post_init__(self) -> None:
        self.absorb = AbsorbDelivery(self.store, PSEUDONYMS, self.clock, KeepRaw(30))

    def remapping(self, mapping: SourceMapping = CORRECTED) -> RemapSource:
        """Give the use case under a mapping."""
        sources = {"urbanisme": mapping}
        replay = ReplayParked(self.store, sources, self.absorb)
        return RemapSource(self.store, sources, self.absorb, replay, self.clock, self.bell)

    def remap(self, mapping: SourceMapping = CORRECTED) -> RemapReport:
        """Apply a mapping."""
        return self.remapping(mapping)("urbanisme")

    def settle(self) -> None:
        """Have the org take everything that waits for it."""
        with self.store.begin() as tx:
            pushes = tx.pushes.claim(200, timedelta(minutes=2), self.clock.now())
            done = [PushResult(p, PushState.APPLIED, f"500{p.case_id}", is_told=True) for p in pushes]
            tx.pushes.settle(done, self.clock.now())


@pytest.fixture
def office(sqlite_store: SqlStore, clock: FakeClock) -> Office:
    """Give the office on SQLite."""
    return Office(sqlite_store, clock)


def test_only_what_changes_is_pushed(store: SqlStore, clock: FakeClock) -> None:
    """The other cases move to the new edition without a call to the org and without an entry."""
    office = Office(store, clock)
    office.absorb(URBANISME, delivery(row(1), row(2, CD_ETAT="ACC"), row(3)))
    office.settle()
    report = office.remap()
    assert (report.changed, report.noted, report.without_record) == (2, 1, 0)
    assert (report.before, report.after) == (
        {"in_progress": 2, "decided": 1},
        {"awaiting_third_party": 2, "decided": 1},
    )
    assert open_pushes(store) == 2
    with store.begin() as tx:
        assert {p.lane for p in tx.pushes.claim(9, LEASE, clock.now())} == {CallLane.BACKFILL}
    assert case(store).content.status.phase is Phase.AWAITING_THIRD_PARTY
    assert {case(store, n).content.status.mapping_version for n in (1, 2, 3)} == {"urbanisme@2"}
    assert (len(timeline(store, 1)), len(timeline(store, 2))) == (2, 1)
    assert office.bell.rung == ["push"]


def test_the_next_reading_writes_nothing(store: SqlStore, store_engine: Engine, clock: FakeClock) -> None:
    """A remap leaves each case under the print that its unchanged record has under the new edition."""
    office = Office(store, clock)
    rows = (row(1, CODE_SUIVI=SECRET), row(2, CD_ETAT="ACC"))
    office.absorb(URBANISME, delivery(*rows))
    office.remap()
    with writes(store_engine) as sent:
        assert office.absorb(CORRECTED, delivery(*rows)).unchanged == 2
    assert sent == []


def test_a_look_writes_nothing(store: SqlStore, store_engine: Engine, clock: FakeClock) -> None:
    """The counts come before the decision."""
    office = Office(store, clock)
    office.absorb(URBANISME, delivery(row(1), row(2, CD_ETAT="ZZZ")))
    with writes(store_engine) as sent:
        report = office.remapping().look("urbanisme")
    assert (report.changed, sent) == (2, [])
    assert causes(store) == {"DP 2": "record.status_unmapped"}


def test_a_second_remap_finds_nothing_to_do(office: Office) -> None:
    """Running it again is harmless."""
    office.absorb(URBANISME, delivery(row(1), row(2)))
    office.remap()
    again = office.remap()
    assert (again.looked_at, again.changed, again.noted) == (2, 0, 0)


def test_a_stopped_remap_goes_on_where_it_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page wrote is kept, and found unchanged by the next run."""
    monkeypatch.setattr("bridge.usecases.remap_source.PAGE", 2)
    office.absorb(URBANISME, delivery(*(row(n) for n in range(5))))

    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.remapping()("urbanisme", stop)
    assert office.remap().changed == 3


def test_a_case_whose_record_is_gone_is_counted(office: Office) -> None:
    """It waits for the next reading, and the operator is told."""
    office.absorb(URBANISME, delivery(row(1), row(2)))
    with office.store.begin() as tx:
        tx.raw_records.drop("urbanisme", office.clock.now(), 1)
    report = office.remap()
    assert (report.looked_at, report.without_record) == (1, 1)


def test_a_receipt_opens_after_a_remap_and_bears_the_new_number(office: Office) -> None:
    """The secret is not there to be read again; its hash stays, and follows the number on the letter."""
    office.absorb(URBANISME, delivery(row(1, CODE_SUIVI=SECRET, OBJET="DP 99")))
    [reference] = URBANISME.record.references
    other = replace(reference, value=Rule("record.references[0].number", path=("OBJET",)))
    office.remap(replace(CORRECTED, record=replace(CORRECTED.record, references=(other,))))
    with office.store._engine.connect() as connection:
        [receipt] = connection.execute(select(case_receipts)).mappings()
    assert receipt["number"] == "DP99"
    assert PSEUDONYMS.is_secret(receipt["secret_hash"], "receipt", "urbanisme:DP 1", "1234567890123456")


def test_a_parked_record_is_read_again(office: Office) -> None:
    """A word the table now has is read, and its record is kept like the others."""
    office.absorb(URBANISME, delivery(row(1, CD_ETAT="ZZZ")))
    report = office.remap()
    assert (report.replayed, causes(office.store)) == (1, {})
    assert case(office.store).content.status.phase is Phase.AWAITING_THIRD_PARTY


def test_a_newer_record_that_stopped_is_still_seen(office: Office) -> None:
    """The case takes the corrected meaning of the record before; the stopped one is parked as it was."""
    office.absorb(URBANISME, delivery(row(1)))
    stopped = delivery(row(1, DT_ETAT="31/02/2025"), key="d2")
    office.absorb(URBANISME, stopped)
    assert office.remap().changed == 1
    assert causes(office.store) == {"DP 1": "record.date"}
    assert office.absorb(CORRECTED, delivery(row(1, DT_ETAT="11/02/2025"), key="d3")).changed == 1


def test_a_record_older_than_its_case_changes_nothing(office: Office) -> None:
    """When keeping was off for a while, what is left from before may not bring an old state back."""
    office.absorb(URBANISME, delivery(row(1)))
    forgetful = AbsorbDelivery(office.store, PSEUDONYMS, office.clock)
    forgetful(URBANISME, delivery(row(1, CD_ETAT="ACC"), key="d2"))
    report = office.remap()
    assert (report.outdated, report.changed, report.noted) == (1, 0, 0)
    assert case(office.store).content.status.phase is Phase.DECIDED


def test_a_case_no_longer_reported_stays_so(office: Office) -> None:
    """A remap is no news of the source."""
    office.absorb(URBANISME, picture(row(1), row(2)))
    with office.store.begin() as tx:
        tx.cases.mark_unreported("urbanisme", {"DP 1"}, office.clock.now())
    assert office.remap().gone == 1
    assert case(office.store, 2).no_longer_reported_at


def test_what_the_mapping_cannot_read_stays_and_is_told(office: Office) -> None:
    """A correction that loses a word spoils no case: it is named with file, record and key."""
    office.absorb(URBANISME, delivery(row(1), row(2, CD_ETAT="ACC")))
    fewer = {code: meanings for code, meanings in WORDS.items() if code != "ACC"}
    report = office.remap(replace(CORRECTED, status=replace(CORRECTED.status, words=fewer)))
    assert (report.unreadable, [error.key for error in report.errors]) == (1, ["status.words"])
    assert case(office.store, 2).content.status.phase is Phase.DECIDED


def test_another_rule_for_the_number_moves_no_case(office: Office) -> None:
    """Only a whole reading can tell which number is which."""
    office.absorb(URBANISME, delivery(row(1)))
    other = replace(CORRECTED.record, id=Rule("record.id", path=("OBJET",)))
    assert office.remap(replace(CORRECTED, record=other)).renumbered == 1
    with office.store._engine.connect() as connection:
        assert connection.execute(select(cases.c.source_case_id)).scalars().all() == ["DP 1"]


def test_a_meaning_changed_under_the_same_version_is_told(office: Office) -> None:
    """Records that were not kept would stay under the old meaning without anybody knowing."""
    office.absorb(URBANISME, delivery(row(1)))
    assert office.remap(replace(CORRECTED, version=1)).same_edition == 1


def test_it_never_runs_beside_a_reading(office: Office) -> None:
    """An older record may not overtake a newer one."""
    with office.store.sole("sync-urbanisme"), pytest.raises(TransientError) as refused:
        office.remap()
    assert refused.value.code == "sync.busy"


def test_an_unknown_source_is_refused(office: Office) -> None:
    """With the names there are."""
    with pytest.raises(ConfigurationError, match="known: urbanisme"):
        office.remapping().look("urbanism")
