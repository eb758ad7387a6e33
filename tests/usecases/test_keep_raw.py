"""The raw record behind each case is kept for some days, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.keep_raw import DropRaw, KeepRaw
from bridge.usecases.ports import RawRecord
from bridge.usecases.record_print import RecordPrints, under
from mappings.model import SourceMapping
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, row, writes

SECRET = "1234 5678 9012 3456"


def absorbing(store: SqlStore, clock: FakeClock, days: int = 30) -> AbsorbDelivery:
    """Give the use case that keeps raw records so many days."""
    return AbsorbDelivery(store, PSEUDONYMS, clock, KeepRaw(days))


def kept(store: SqlStore) -> tuple[RawRecord, ...]:
    """Give the records kept of the planning office."""
    with store.read() as tx:
        return tx.raw_records.page("urbanisme", "", 100)


def dropping(store: SqlStore, clock: FakeClock, *mappings: SourceMapping, days: int = 30) -> DropRaw:
    """Give the sweep over these sources."""
    return DropRaw(store, {m.source: m for m in mappings}, KeepRaw(days), clock)


def test_the_latest_record_of_each_case_is_kept(store: SqlStore, clock: FakeClock) -> None:
    """What a case was read from is there to be read again by another mapping."""
    absorb = absorbing(store, clock)
    absorb(URBANISME, delivery(row(1), row(2)))
    absorb(URBANISME, delivery(row(2, CD_ETAT="ACC"), key="d2"))
    assert [dict(raw.values)["CD_ETAT"] for raw in kept(store)] == ["INST", "ACC"]


def test_an_unchanged_record_costs_no_write(store: SqlStore, store_engine: Engine, clock: FakeClock) -> None:
    """Keeping raw records does not make the nightly file dear."""
    absorb = absorbing(store, clock)
    absorb(URBANISME, delivery(row(1), row(2)))
    with writes(store_engine) as sent:
        absorb(URBANISME, delivery(row(1), row(2)))
    assert sent == []


def test_a_secret_is_not_kept(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Whoever has the encryption keys still has no receipt's secret, nor a print to guess it by."""
    absorbing(sqlite_store, clock)(URBANISME, delivery(row(1, CODE_SUIVI=SECRET)))
    [raw] = kept(sqlite_store)
    assert "CODE_SUIVI" not in raw.values
    assert "1234" not in repr(raw)
    assert raw.hides_secret
    bare = RecordPrints(replace(URBANISME, record=replace(URBANISME.record, receipt_secret=None)), PSEUDONYMS)
    assert raw.bare_print != under(bare.of(row(1, CODE_SUIVI=SECRET)), URBANISME.mapping_version)


def test_what_agents_write_for_each_other_is_not_kept(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """An internal column that a source gives all the same stays out of the store."""
    absorbing(sqlite_store, clock)(URBANISME, delivery(row(1, OBS="voisin difficile")))
    assert "OBS" not in kept(sqlite_store)[0].values


def test_a_record_that_stops_leaves_the_one_before(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """The case stays as it was, and so does the record it came from."""
    absorb = absorbing(sqlite_store, clock)
    absorb(URBANISME, delivery(row(1)))
    absorb(URBANISME, delivery(row(1, DT_ETAT="31/02/2025"), key="d2"))
    assert dict(kept(sqlite_store)[0].values)["DT_ETAT"] == "10/02/2025"


@pytest.mark.parametrize(("days", "own"), [(0, None), (30, 0), (0, 30)])
def test_nothing_is_kept_where_a_town_says_so(
    sqlite_store: SqlStore, clock: FakeClock, days: int, own: int | None
) -> None:
    """By the setting for all, or by the file of one source, which can only lower it."""
    absorbing(sqlite_store, clock, days)(replace(URBANISME, raw_days=own), delivery(row(1)))
    assert kept(sqlite_store) == ()


def test_records_go_when_their_days_are_over(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """A source's own number of days counts when it is the smaller one."""
    absorbing(sqlite_store, clock)(URBANISME, delivery(row(1)))
    sweep = dropping(sqlite_store, clock, replace(URBANISME, raw_days=7))
    clock.move(timedelta(days=6))
    assert sweep() == 0
    clock.move(timedelta(days=1))
    assert sweep() == 1
    assert kept(sqlite_store) == ()


def test_records_of_a_source_that_was_taken_away_go(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """No mapping will be applied to them any more."""
    absorbing(sqlite_store, clock)(URBANISME, delivery(row(1)))
    assert dropping(sqlite_store, clock)() == 1
