"""Records no rule could read: kept once, sealed, forgotten when read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import parked_records
from bridge.domain.synchronisation import ParkedRecord
from tests.adapters.store.samples import SOURCE
from tests.fakes.clock import START


def record(
    number: int, source_case_id: str | None = "PC-1", *, position: str = "row 1", source: str = SOURCE
) -> ParkedRecord:
    """Give a parked record; a higher number was parked later."""
    return ParkedRecord(
        id=f"k_{number}",
        source=source,
        source_case_id=source_case_id,
        position=position,
        cause_code="record.status_unmapped",
        mapping_key="status.words",
        explanation="urbanisme.yaml: row 1: status.words: « Refusé » is not mapped",
        parked_at=START + timedelta(minutes=number),
        body={"nom": "Élodie LEFÈVRE", "n": number, "vide": None},
    )


def ids(store: SqlStore, source: str | None = None) -> list[str]:
    """Give the ids of the parked records, oldest first."""
    with store.begin() as tx:
        return [each.id for each in tx.intake.parked(source)]


def test_a_parked_record_comes_back_whole(store: SqlStore) -> None:
    """An agent sees the record as it came, and it can be read again."""
    with store.begin() as tx:
        tx.intake.park([record(1)])

    with store.begin() as tx:
        assert tx.intake.parked() == (record(1),)


def test_the_body_is_sealed(store: SqlStore, store_engine: Engine) -> None:
    """A stolen database does not show the names a record held."""
    with store.begin() as tx:
        tx.intake.park([record(1)])

    with store_engine.connect() as connection:
        row = connection.execute(select(parked_records)).mappings().one()
    assert "LEFÈVRE" not in "".join(str(value) for value in row.values())
    assert row["sealed_body"].startswith("parked.")


def test_a_newer_record_of_the_case_replaces_the_older(store: SqlStore) -> None:
    """A record read every hour and never understood is one line for the agent, not a thousand."""
    with store.begin() as tx:
        tx.intake.park([record(1), record(2, "PC-2")])
    with store.begin() as tx:
        tx.intake.park([record(3), record(4)])
        tx.intake.park([])

    assert ids(store) == ["k_2", "k_4"]


def test_a_record_without_id_is_known_by_its_position(store: SqlStore) -> None:
    """Two nameless rows are two records; the same row again replaces its former self."""
    with store.begin() as tx:
        tx.intake.park([record(1, None), record(2, None, position="row 2"), record(3, "row 1")])
    with store.begin() as tx:
        tx.intake.park([record(4, None)])

    assert ids(store) == ["k_2", "k_3", "k_4"]


def test_a_record_read_since_is_forgotten(store: SqlStore) -> None:
    """What was corrected leaves the list, in its own source only."""
    with store.begin() as tx:
        tx.intake.park([record(1), record(2, "PC-2"), record(3, source="voirie")])
        tx.intake.unpark(SOURCE, ["PC-1", "PC-9"])

    assert ids(store) == ["k_2", "k_3"]
    assert ids(store, "voirie") == ["k_3"]
