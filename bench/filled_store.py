"""A store and an org with as many cases as wanted, in seconds: copies of one that went the whole road."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from bench.town import planning_rows
from bridge.domain.synchronisation import CallLane, Delivery, SourceRecord
from bridge.wiring import Services
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.tables import fold

SOURCE = "urbanisme"
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
_CASE, _NUMBER = "printf('c_%020d', i)", "printf('PC 092040 %010d', i)"
_COPIED: Mapping[str, Mapping[str, str]] = {
    "cases": {"id": _CASE, "source_case_id": _NUMBER},
    "case_references": {"case_id": _CASE, "value": _NUMBER},
    "case_events": {"case_id": _CASE, "id": "printf('e_%020d', i)"},
    "pushes": {"case_id": _CASE, "salesforce_id": "NULL"},
}
_STARTS_AT = 1_000_000


def tell_one(services: Services) -> None:
    """Let the source tell one case and carry it to the org: it is what is copied."""
    record = SourceRecord("row 2", dict(next(planning_rows(1))))
    services.absorb(services.mappings[SOURCE], Delivery("model", (record,), "model"))
    done = services.push_cases()
    assert done.applied == 1, done


def fill_store(services: Services, count: int, *, start: int = 0, is_known: bool = False) -> None:
    """Add that many cases with reference, entry and push, due as a backfill; not with `is_known`."""
    changed = {} if is_known else _due(CallLane.BACKFILL) | {"applied_version": "NULL", "told_version": "0"}
    with _opened(services) as database:
        (told,) = database.execute("SELECT id FROM cases ORDER BY rowid LIMIT 1").fetchone()
        for table, copied in _COPIED.items():
            values = {**copied, **(changed if table == "pushes" else {})}
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(f'"{name}"' for name in names)
            taken = ", ".join(values.get(name, f'm."{name}"') for name in names)
            model = f"(SELECT * FROM {table} WHERE {'id' if table == 'cases' else 'case_id'} = ?) m"
            copy = f"{_NUMBERS} INSERT INTO {table} ({columns}) SELECT {taken} FROM n, {model}"
            database.execute(copy, (start, start + count - 1, told))


def change(services: Services, count: int, title: str) -> None:
    """Give the first cases another title, as a reading that found one would."""
    due = _due(CallLane.SCHEDULED) | {"desired_version": "desired_version + 1"}
    with _opened(services) as database:
        some = f"BETWEEN '{case_id(0)}' AND '{case_id(count - 1)}'"
        database.execute(f"UPDATE cases SET title = ?, version = version + 1 WHERE id {some}", (title,))
        wanted = ", ".join(f"{name} = {value}" for name, value in due.items())
        database.execute(f"UPDATE pushes SET {wanted} WHERE case_id {some}")


def fill_org(file: Path, count: int) -> None:
    """Give the stand-in org copies of its one Case, under the keys of the copied cases."""
    with sqlite3.connect(file) as database:
        database.create_function("fold", 1, fold, deterministic=True)
        names = [row[1] for row in database.execute('PRAGMA table_info("Case")')]
        columns = ", ".join(f'"{name}"' for name in names)
        given = {"Id": "?", "Source_Key__c": "?"}
        taken = ", ".join(given.get(name, f'm."{name}"') for name in names)
        copy = f'INSERT INTO "Case" ({columns}) SELECT {taken} FROM (SELECT * FROM "Case" LIMIT 1) m'
        made = [(make_id("500", _STARTS_AT + n), f"{SOURCE}:{source_case_id(n)}") for n in range(count)]
        in_order = [pair if names.index("Id") < names.index("Source_Key__c") else pair[::-1] for pair in made]
        database.executemany(copy, in_order)
    database.close()


def case_id(number: int) -> str:
    """Give the id of a copied case."""
    return f"c_{number:020}"


def source_case_id(number: int) -> str:
    """Give its number in the source."""
    return f"PC 092040 {number:010}"


def _due(lane: CallLane) -> dict[str, str]:
    now = f"'{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    return {"state": "'due'", "due_at": now, "lane": str(lane.value), "attempts": "0"}


def _opened(services: Services) -> sqlite3.Connection:
    database = make_url(services.settings.database_url).database
    assert database is not None
    return sqlite3.connect(database)
