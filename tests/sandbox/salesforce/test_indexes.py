"""Look-ups stay look-ups however many Cases there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.salesforce.ids import make_id
from sandbox.salesforce.soql.compiler import Context, compile_records
from sandbox.salesforce.soql.parser import parse
from tests.sandbox.salesforce.wire import Wire

CASES = 20_000


@pytest.fixture(scope="module")
def full(served: Wire) -> Iterator[Wire]:
    """A hundred Contacts and 20,000 Cases, put straight into the tables."""
    served.post("/sandbox/reset")
    storage = served.org.storage
    contacts = [(make_id("003", n), f"Nom{n}", f"sub-{n}", f"p{n}@example.org") for n in range(1, 101)]
    cases = (
        (
            make_id("500", n),
            f"{n:08d}",
            f"TS/{n}",
            contacts[n % 100][0],
            f"2026-11-24T{n % 24:02d}:00:00.000+0000",
        )
        for n in range(1, CASES + 1)
    )
    with storage.transaction() as connection:
        connection.executemany(
            'INSERT INTO "Contact" ("Id", "LastName", "FranceConnect_Sub__c", "Email") VALUES (?, ?, ?, ?)',
            contacts,
        )
        connection.executemany(
            'INSERT INTO "Case" ("Id", "CaseNumber", "External_Key__c", "ContactId", "SystemModstamp")'
            " VALUES (?, ?, ?, ?, ?)",
            cases,
        )
    yield served
    served.post("/sandbox/reset")


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id, Status FROM Case WHERE External_Key__c = 'ts/77'",
        "SELECT Id FROM Case WHERE External_Key__c IN ('TS/1', 'TS/2', 'TS/3')",
        "SELECT Id FROM Case WHERE External_Key__c LIKE 'TS/19%'",
        "SELECT Id FROM Case WHERE Id = '500Qk0000000001'",
        "SELECT Id FROM Case WHERE CaseNumber = '00000042'",
        "SELECT Id, Contact.LastName FROM Case WHERE ContactId = '003Qk0000000001' ORDER BY CreatedDate DESC",
        "SELECT Id, Contact.LastName FROM Case WHERE Contact.FranceConnect_Sub__c = 'sub-7'",
        "SELECT Id FROM Case WHERE ContactEmail = 'p7@example.org'",
        "SELECT Id FROM Case WHERE SystemModstamp > 2026-11-25T00:00:00Z ORDER BY SystemModstamp LIMIT 200",
        "SELECT Id FROM Contact WHERE Id IN (SELECT ContactId FROM Case WHERE External_Key__c = 'TS/5')",
        "SELECT Id FROM Contact WHERE Email = 'P7@example.org' AND LastName = 'nom7'",
    ],
)
def test_queries_search_and_never_scan(full: Wire, soql: str) -> None:
    """Every look-up by id, key, parent or change stamp goes through an index."""
    compiled = compile_records(parse(soql), Context(full.org.schema, datetime.now(UTC)))
    plan = [
        row[3]
        for row in full.org.storage.connection().execute(
            f"EXPLAIN QUERY PLAN {compiled.sql}", compiled.values
        )
    ]
    assert any(step.startswith("SEARCH t0 USING") for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan


def test_answers_among_many(full: Wire) -> None:
    """The look-ups find the right Case among 20,000, over HTTP."""
    assert full.rows("SELECT Id FROM Case WHERE External_Key__c = 'ts/19999'")[0]["Id"] == make_id(
        "500", 19_999
    )
    assert (
        full.query("SELECT COUNT() FROM Case WHERE Contact.FranceConnect_Sub__c = 'sub-7'").json()[
            "totalSize"
        ]
        == 200
    )
    assert full.query("SELECT Id FROM Case").json()["totalSize"] == CASES
