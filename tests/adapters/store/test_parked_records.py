"""Records no rule could read: kept once, sealed, forgotten when read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import parked_records
from bridge.domain.case import CaseKey
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
    """A record read every hour and never understood is one line for the agent, since the first hour."""
    with store.begin() as tx:
        tx.intake.park([record(1), record(2, "PC-2")])
    with store.begin() as tx:
        tx.intake.park([record(3), record(4)])
        tx.intake.park([])

    with store.begin() as tx:
        newer, other = tx.intake.parked()
    assert (newer.id, newer.parked_at, newer.body["n"]) == ("k_1", record(1).parked_at, 4)
    assert other.id == "k_2"


def test_parked_records_come_in_pages(store: SqlStore) -> None:
    """Thousands of stopped records are looked at without holding them all."""
    with store.begin() as tx:
        tx.intake.park([record(number, f"PC-{number % 3}-{number}") for number in range(5)])

    pages = []
    after = None
    while True:
        with store.read() as tx:
            page = tx.intake.parked(SOURCE, after, 2)
        if not page:
            break
        pages.append([each.id for each in page])
        after = page[-1]
    assert pages == [["k_0", "k_1"], ["k_2", "k_3"], ["k_4"]]


def test_half_a_character_is_sealed_too(store: SqlStore) -> None:
    """A record cut in the middle of an emoji stops no delivery."""
    broken = replace(record(1), body={"note": "\ud83d"})
    with store.begin() as tx:
        tx.intake.park([broken])
    with store.read() as tx:
        assert tx.intake.parked() == (broken,)


def test_what_a_whole_picture_names_no_more_is_forgotten(store: SqlStore) -> None:
    """A record that got its number, or left the service's file, waits for nobody any more."""
    with store.begin() as tx:
        tx.intake.park(
            [record(1, "PC-1"), record(2, "PC-2"), record(3, None), record(4, None, position="row 9")]
        )
        tx.intake.park([record(5, "PC-1", source="etat-civil")])
        tx.intake.forget_absent(SOURCE, {"PC-1"}, {"row 9"})

    assert ids(store) == ["k_1", "k_4", "k_5"]


def test_the_cases_a_record_stopped_for_are_known(store: SqlStore) -> None:
    """A citizen is told that the news of such a case are old."""
    stopped, other = CaseKey(SOURCE, "PC-1"), CaseKey("etat-civil", "PC-1")
    with store.begin() as tx:
        tx.intake.park([record(1, "PC-1"), record(2, None)])
        assert tx.intake.parked_among([stopped, other, CaseKey(SOURCE, "PC-3")]) == {stopped}


def test_a_record_without_id_is_known_by_its_position(store: SqlStore) -> None:
    """Two nameless rows are two records; the same row again replaces its former self."""
    with store.begin() as tx:
        tx.intake.park([record(1, None), record(2, None, position="row 2"), record(3, "row 1")])
    with store.begin() as tx:
        tx.intake.park([record(4, None)])

    assert ids(store) == ["k_1", "k_2", "k_3"]


def test_a_record_read_since_is_forgotten(store: SqlStore) -> None:
    """What was corrected leaves the list, in its own source only."""
    with store.begin() as tx:
        tx.intake.park([record(1), record(2, "PC-2"), record(3, source="voirie")])
        tx.intake.unpark(SOURCE, ["PC-1", "PC-9"])

    assert ids(store) == ["k_2", "k_3"]
    assert ids(store, "voirie") == ["k_3"]
