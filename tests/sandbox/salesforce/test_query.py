"""SOQL: what a query gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce.wire import Wire


@pytest.fixture
def town(wire: Wire) -> Wire:
    """An Account, three Contacts and four Cases."""
    account = wire.create("Account", Name="Foyer Dupont")
    ada = wire.create(
        "Contact", LastName="Dupont", FirstName="Ada", Email="Ada@Example.org", AccountId=account
    )
    eve = wire.create("Contact", LastName="ÉLAN", FirstName="Ève", Birthdate="1990-02-03", DoNotCall=True)
    wire.create("Contact", LastName="100%_O'Brien\\", Title="")
    wire.create("Case", External_Key__c="A1", Subject="Acte", ContactId=ada, Source_Version__c=3)
    wire.clock.advance(days=-3)
    wire.create("Case", External_Key__c="A2", Subject="acte bis", ContactId=ada, Status="Closed")
    wire.clock.advance(days=-40)
    wire.create("Case", External_Key__c="B1", Subject="Voirie", ContactId=eve, Due_On__c="2026-11-24")
    wire.create("Case", External_Key__c="B2", Due_On__c="2026-12-01", Fee__c=12.5)
    wire.clock.advance(days=43)
    return wire


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Subject = 'ACTE'", "A1"),
        ("subject != 'acte'", "A2 B1 B2"),
        ("Subject <> 'acte'", "A2 B1 B2"),
        ("NOT Subject = 'acte'", "A2 B1 B2"),
        ("NOT (Subject = 'acte' OR Subject = null)", "A2 B1"),
        ("Subject = null", "B2"),
        ("Subject = ''", "B2"),
        ("Subject != NULL", "A1 A2 B1"),
        ("Subject LIKE 'acte%'", "A1 A2"),
        ("Subject LIKE '%i%'", "A2 B1"),
        ("Subject LIKE 'v_irie'", "B1"),
        ("NOT Subject LIKE 'acte%'", "B1 B2"),
        ("Subject > 'acte'", "A2 B1"),
        ("Subject IN ('acte', 'voirie')", "A1 B1"),
        ("Subject IN ('acte', null)", "A1 B2"),
        ("Subject NOT IN ('acte', 'voirie')", "A2 B2"),
        ("Subject NOT IN ('acte', null)", "A2 B1"),
        ("Status = 'Closed' AND IsClosed = true", "A2"),
        ("IsClosed = FALSE AND (Subject = 'acte' OR Subject = 'voirie')", "A1 B1"),
        ("Source_Version__c >= 3", "A1"),
        ("Source_Version__c = null AND Fee__c < 12.6", "B2"),
        ("Due_On__c = 2026-11-24", "B1"),
        ("Due_On__c > 2026-11-24", "B2"),
        ("Due_On__c = TODAY", "B1"),
        ("Due_On__c = NEXT_N_DAYS:7", "B2"),
        ("CreatedDate = TODAY", "A1"),
        ("CreatedDate = LAST_N_DAYS:5", "A1 A2"),
        ("CreatedDate < LAST_N_DAYS:5", "B1 B2"),
        ("CreatedDate = N_DAYS_AGO:3", "A2"),
        ("CreatedDate != THIS_YEAR", ""),
        ("CreatedDate = LAST_MONTH", "B1 B2"),
        ("CreatedDate > 2026-11-24T12:00:00+01:00", "A1"),
        ("CreatedDate > 2026-11-24T12:00:00Z", ""),
        ("CreatedDate >= 2026-11-24T12:00:00.000+0000", "A1"),
        ("Contact.LastName = 'dupont'", "A1 A2"),
        ("Contact.LastName != 'dupont'", "B1 B2"),
        ("Contact.LastName = 'élan'", "B1"),
        ("Contact.Account.Name LIKE 'foyer%'", "A1 A2"),
        ("Contact.DoNotCall = true", "B1"),
        ("Contact.Birthdate = 1990-02-03", "B1"),
        ("ContactId = null", "B2"),
        ("Contact.Name = null", "B2"),
        ("ContactEmail = 'ada@example.org'", "A1 A2"),
        ("Owner.Name = 'integration user'", "A1 A2 B1 B2"),
        ("CreatedBy.Username LIKE '%@ville.example' AND Case.Subject = 'acte'", "A1"),
        ("ContactId IN (SELECT Id FROM Contact WHERE LastName = 'Dupont')", "A1 A2"),
        ("ContactId NOT IN (SELECT Id FROM Contact WHERE LastName = 'Dupont')", "B1 B2"),
        ("Id IN (SELECT ParentId FROM CaseComment)", ""),
        ("Id NOT IN (SELECT ParentId FROM Case)", "A1 A2 B1 B2"),
    ],
)
def test_where(town: Wire, where: str, expected: str) -> None:
    """Conditions choose the records the org would, nulls and letter case included."""
    found = town.column(f"SELECT External_Key__c FROM Case WHERE {where} ORDER BY External_Key__c")
    assert " ".join(found) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (r"LastName = '100%_O\'Brien\\'", 1),
        (r"LastName LIKE '100\%\_O\'Brien%'", 1),
        (r"LastName LIKE '100\%\_X%'", 0),
        (r"LastName LIKE '%\\'", 1),
        (r"LastName = '\' OR LastName != \''", 0),
        (r"LastName = '\'; DROP TABLE Contact; --'", 0),
        (r"""LastName = '") OR 1=1 --'""", 0),
        ("LastName = '?'", 0),
        (r"LastName = 'x\' OR Name LIKE \'%'", 0),
        (r"LastName LIKE '\u0025'", None),
        ("LastName = '' OR LastName = 'dupont'", 1),
        ("Title = null", 3),
    ],
)
def test_text_stays_text(town: Wire, where: str, expected: int | None) -> None:
    """Quotes, wildcards and backslashes in a value never become part of the query."""
    answer = town.query(f"SELECT COUNT() FROM Contact WHERE {where}")
    if expected is None:
        assert answer.json()[0]["errorCode"] == "MALFORMED_QUERY"
    else:
        assert answer.json() == {"totalSize": expected, "done": True, "records": []}
    assert town.query("SELECT COUNT() FROM Contact").json()["totalSize"] == 3


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("ORDER BY Subject", "B2 A1 A2 B1"),
        ("ORDER BY Subject ASC NULLS LAST", "A1 A2 B1 B2"),
        ("ORDER BY Subject DESC", "B2 B1 A2 A1"),
        ("ORDER BY Subject DESC NULLS LAST", "B1 A2 A1 B2"),
        ("ORDER BY Contact.LastName NULLS LAST, External_Key__c DESC", "A2 A1 B1 B2"),
        ("ORDER BY External_Key__c LIMIT 2", "A1 A2"),
        ("ORDER BY External_Key__c LIMIT 2 OFFSET 1", "A2 B1"),
        ("ORDER BY External_Key__c OFFSET 3", "B2"),
        ("ORDER BY External_Key__c LIMIT 0", ""),
        ("ORDER BY Id FOR VIEW", "A1 A2 B1 B2"),
    ],
)
def test_order_and_limits(town: Wire, tail: str, expected: str) -> None:
    """Records come in the order asked, nulls first unless said otherwise."""
    assert " ".join(town.column(f"select External_Key__c from case {tail}")) == expected


def test_shape_of_records(town: Wire) -> None:
    """Parents nest with their own attributes, an absent one is null, names are the schema's."""
    rows = town.rows(
        "SELECT id, c.contact.lastname, Contact.Account.Name, Owner.Name FROM Case c"
        " WHERE External_Key__c IN ('A1', 'B2') ORDER BY External_Key__c"
    )
    first, last = rows
    assert list(first) == ["attributes", "Id", "Contact", "Owner"]
    assert first["Contact"]["LastName"] == "Dupont"
    assert first["Contact"]["attributes"]["url"].startswith("/services/data/v60.0/sobjects/Contact/003")
    assert first["Contact"]["Account"]["Name"] == "Foyer Dupont"
    assert first["Owner"]["attributes"]["type"] == "Name"
    assert last["Contact"] is None


def test_fields_prefixed_with_the_object(town: Wire) -> None:
    """`Contact.Id` is a field of the Contact itself, and only the selected fields come back."""
    rows = town.rows("SELECT Contact.Id, Contact.LastName FROM Contact WHERE Contact.FirstName = 'Ada'")
    assert [list(row) for row in rows] == [["attributes", "Id", "LastName"]]


def test_child_sub_query(town: Wire) -> None:
    """Children nest in a result of their own, filtered, ordered and limited for each parent."""
    soql = (
        "SELECT LastName, (SELECT External_Key__c FROM Cases WHERE Subject != null"
        " ORDER BY External_Key__c DESC LIMIT 1) FROM Contact ORDER BY LastName"
    )
    keys: list[Any] = [
        row["Cases"] and [child["External_Key__c"] for child in row["Cases"]["records"]]
        for row in town.rows(soql)
    ]
    assert keys == [None, ["A2"], ["B1"]]


def test_counts_and_groups(town: Wire) -> None:
    """Counting needs no records; groups are aggregate results with their names or expr0."""
    assert town.query("SELECT COUNT() FROM Case WHERE IsClosed = false").json() == {
        "totalSize": 3,
        "done": True,
        "records": [],
    }
    assert town.rows("SELECT COUNT(Id) FROM Case") == [
        {"attributes": {"type": "AggregateResult"}, "expr0": 4}
    ]
    grouped = town.rows(
        "SELECT Status, COUNT(Id) n, MAX(Fee__c) FROM Case GROUP BY Status ORDER BY COUNT(Id) DESC"
    )
    assert [(row["Status"], row["n"], row["expr0"]) for row in grouped] == [
        ("New", 3, 12.5),
        ("Closed", 1, None),
    ]
    by_parent = town.rows(
        "SELECT Contact.LastName, COUNT(Id) FROM Case WHERE ContactId != null GROUP BY Contact.LastName"
    )
    assert {(row["LastName"], row["expr0"]) for row in by_parent} == {("Dupont", 2), ("ÉLAN", 1)}


def test_org_row(wire: Wire) -> None:
    """The query a command-line client makes after signing in is answered."""
    row = wire.rows(
        "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType"
        " FROM Organization"
    )[0]
    assert (row["IsSandbox"], row["NamespacePrefix"]) == (True, None)


def test_description_of_columns(wire: Wire) -> None:
    """`columns=true` describes the columns instead of reading records."""
    params = {"q": "SELECT Id, Contact.LastName, IsClosed, Source_Version__c FROM Case", "columns": "true"}
    body = wire.get("query", params=params).json()
    assert (body["entityName"], body["keyPrefix"], body["idSelected"], body["groupBy"]) == (
        "Case",
        "500",
        True,
        False,
    )
    assert [column["columnName"] for column in body["columnMetadata"]] == [
        "Id",
        "Contact.LastName",
        "IsClosed",
        "Source_Version__c",
    ]
    assert [column["apexType"] for column in body["columnMetadata"]] == ["Id", "String", "Boolean", "Double"]
    nested = {"q": "SELECT Id, (SELECT Subject FROM Cases) FROM Contact", "columns": "true"}
    child = wire.get("query", params=nested).json()["columnMetadata"][1]
    assert (child["columnName"], child["joinColumns"][0]["columnName"]) == ("Cases", "Subject")
