"""Raw records: one a case, sealed, dropped when their days are over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.secrets import FernetVault
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import raw_records
from bridge.usecases.ports import RawRecord
from tests.fakes.clock import START

PRINT = bytes(range(16))
VALUES = {"NOM": "DUBOIS", "N": 1, "V": None, "L": ["é", {"a": "\ud800"}]}
ONE = RawRecord("DP 1", "ligne 2", VALUES, PRINT, hides_secret=True)
TWO = RawRecord("DP 2", "ligne 3", {"NOM": "MARTIN"}, PRINT)


def keep(store: SqlStore, *records: RawRecord, source: str = "urbanisme", days: int = 0) -> None:
    """Keep these records so many days after the start."""
    with store.begin() as tx:
        tx.raw_records.keep(source, records, START + timedelta(days=days))


def kept(store: SqlStore, after: str = "", source: str = "urbanisme") -> tuple[RawRecord, ...]:
    """Give what is kept of a source."""
    with store.read() as tx:
        return tx.raw_records.page(source, after, 10)


def test_a_record_comes_back_as_it_was(store: SqlStore) -> None:
    """Value by value and in order, so that its print can be computed again."""
    keep(store, TWO, ONE)
    assert kept(store) == (ONE, TWO)
    assert list(kept(store)[0].values) == list(ONE.values)
    assert kept(store, after="DP 1") == (TWO,)
    assert kept(store, source="voirie") == ()


def test_the_next_record_takes_the_place(store: SqlStore) -> None:
    """One row a case, whatever the number of readings; in one batch the last one counts."""
    keep(store, ONE)
    keep(store, TWO, RawRecord("DP 1", "ligne 8", {}, PRINT), RawRecord("DP 1", "ligne 9", {}, PRINT))
    assert [record.position for record in kept(store)] == ["ligne 9", "ligne 3"]


def test_nothing_of_a_person_can_be_read_in_the_table(store_engine: Engine) -> None:
    """Under the real vault, the row holds no value and no column name of the record."""
    store = SqlStore(store_engine, FernetVault([b"k" * 32]))
    keep(store, ONE)
    with store_engine.connect() as connection:
        [row] = connection.execute(select(raw_records)).mappings()
    assert b"DUBOIS" not in row["sealed_body"]
    assert b"NOM" not in row["sealed_body"]
    assert kept(store) == (ONE,)


def test_old_records_are_dropped_a_few_at_a_time(store: SqlStore) -> None:
    """The oldest first, never more than asked for, never those of another source."""
    keep(store, *(RawRecord(f"DP {n}", "", {}, PRINT) for n in range(5)))
    keep(store, RawRecord("DP 9", "", {}, PRINT), days=2)
    keep(store, ONE, source="voirie")
    day_one = START + timedelta(days=1)
    with store.begin() as tx:
        assert tx.raw_records.sources() == {"urbanisme", "voirie"}
        assert tx.raw_records.drop("urbanisme", day_one, 3) == 3
        assert tx.raw_records.drop("urbanisme", day_one, 3) == 2
        assert tx.raw_records.drop("urbanisme", day_one, 3) == 0
        assert (tx.raw_records.count("urbanisme"), tx.raw_records.count("voirie")) == (1, 1)


def test_no_record_no_source(store: SqlStore) -> None:
    """An empty table has no source to sweep."""
    with store.read() as tx:
        assert tx.raw_records.sources() == frozenset()
