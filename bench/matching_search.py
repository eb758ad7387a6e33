"""The same town inside the stand-in org, searched by the adapter over real HTTP."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.crm_records import Record
from bench.matching_score import Score
from bench.matching_town import Case, CrmTown
from bridge.adapters.clock import SystemClock
from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.domain.matching import decide
from mappings.loader import load_salesforce
from run.children import Children
from run.town_hall import plain_environment
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.schema.loading import load_schema
from sandbox.salesforce.storage import Storage

_PACKAGE = Path(__file__).parents[1] / "salesforce" / "force-app" / "main" / "default"
_STAMP = "2025-01-01T00:00:00.000+0000"
_INDEXES = (
    'CREATE INDEX bench_day ON "Contact" ("Birthdate")',
    'CREATE INDEX bench_certified_day ON "Contact" (fold("FC_Birth_Date__c"))',
    'CREATE INDEX bench_name ON "Contact" (fold("LastName"))',
)
"""What an administrator asks of Salesforce for these fields; without them the stand-in reads every row."""


def searched(town: CrmTown, cases: Sequence[Case], folder: Path) -> dict[str, object]:
    """Decide these sign-ins on what three queries find; give the score, and what the search cost."""
    database = folder / "org.sqlite3"
    _fill(database, town.records)
    command = [sys.executable, "-m", "run", "sandbox", "salesforce", "--database", str(database)]
    with Children(folder / "log") as children:
        ready = children.start_ready("salesforce", command, plain_environment())
        with _connected(ready) as connection:
            return _decided(town, cases, connection)


def _decided(town: CrmTown, cases: Sequence[Case], connection: SalesforceConnection) -> dict[str, object]:
    contacts = SalesforceContacts(connection, load_salesforce("contact"))
    score, took = Score(town), []
    for case in cases:
        certified, usage = case.person.identity, case.person.certified_usage_name
        began = time.perf_counter()
        found = contacts.candidates(certified, usage)
        took.append(time.perf_counter() - began)
        score.add(case, decide(certified, usage, found))
    took.sort()
    return {
        "calls_per_person": round(connection.calls_made / len(cases), 2),
        "search_ms": {"median": _ms(took[len(took) // 2]), "p99": _ms(took[len(took) * 99 // 100])},
        **score.report(),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _fill(database: Path, records: Sequence[Record]) -> None:
    storage = Storage(database, load_schema([_PACKAGE]))
    columns = ["Id", "CreatedDate", "SystemModstamp", "LastModifiedDate", *_fields(records)]
    marks = ", ".join("?" * len(columns))
    quoted = ", ".join(f'"{column}"' for column in columns)
    with storage.transaction() as connection:
        connection.executemany(
            f'INSERT INTO "Contact" ({quoted}) VALUES ({marks})',
            (_row(record, columns) for record in records),
        )
        for statement in (*_INDEXES, "ANALYZE"):
            connection.execute(statement)
    storage.close()


def _fields(records: Sequence[Record]) -> list[str]:
    return sorted({name for record in records for name in record.fields})


def _row(record: Record, columns: Sequence[str]) -> list[str | None]:
    own = {**record.fields, "Id": make_id("003", record.number)}
    stamps = dict.fromkeys(columns[1:4], _STAMP)
    return [(stamps | own).get(column) for column in columns]


@contextmanager
def _connected(ready: Mapping[str, Any]) -> Iterator[SalesforceConnection]:
    names = ("login_url", "consumer_key", "consumer_secret")
    connection = SalesforceConnection(
        SalesforceConfig(**{name: ready[name] for name in names}), SystemClock()
    )
    try:
        yield connection
    finally:
        connection.close()
