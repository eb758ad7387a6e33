"""SOQL the org refuses, with its codes."""

from __future__ import annotations

from contextlib import suppress
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.queries import run_query
from tests.sandbox.salesforce.wire import Wire, refusal


@pytest.mark.parametrize(
    "soql",
    [
        "",
        "   ",
        "SELECT",
        "SELECT FROM Contact",
        "SELECT * FROM Contact",
        "SELECT Id Contact",
        "SELECT Id FROM Contact WHERE",
        "SELECT Id FROM Contact WHERE LastName = 'a",
        'SELECT Id FROM Contact WHERE LastName = "a"',
        "SELECT Id FROM Contact WHERE LastName == 'a'",
        "SELECT Id FROM Contact WHERE LastName = 'a' AND FirstName = 'b' OR FirstName = 'c'",
        "SELECT Id FROM Contact WHERE LastName IN ()",
        "SELECT Id FROM Contact WHERE LastName = 'a'; DELETE FROM Contact",
        "SELECT Id FROM Contact WHERE LastName = 'a' -- comment",
        "SELECT Id FROM Contact UNION SELECT Id FROM Case",
        "SELECT Id FROM Contact LIMIT x",
        "SELECT Id FROM Contact LIMIT -1",
        "SELECT Id FROM Contact LIMIT 99999999999999999999",
        "SELECT Id FROM Case WHERE CreatedDate > 0001-01-01T00:00:00+14:00",
        "SELECT Id FROM Contact LIMIT 1; DROP TABLE Contact",
        "SELECT Id, Id FROM Contact",
        "SELECT LastName n FROM Contact",
        "SELECT LastName, COUNT(Id) FROM Contact",
        "SELECT NOPE(Id) FROM Contact",
        "SELECT SUM(LastName) FROM Contact",
        "SELECT COUNT(Id), (SELECT Id FROM Cases) FROM Contact",
        "SELECT Id FROM Contact ORDER BY Description",
        "SELECT Id FROM Contact WHERE LastName > null",
        r"SELECT Id FROM Contact WHERE LastName = '\x'",
        "SELECT Id FROM Contact WHERE Birthdate = 2026-02-30",
        "SELECT Id FROM Contact WHERE LastName IN (SELECT Id FROM Case)",
        "SELECT Id FROM Contact WHERE Id IN (SELECT Subject FROM Case)",
        "SELECT Id FROM Contact WHERE " + "(" * 200 + "LastName = 'a'" + ")" * 200,
    ],
)
def test_malformed(wire: Wire, soql: str) -> None:
    """Text that is no SOQL is refused as such, and nothing of it is run."""
    assert refusal(wire.query(soql)) == (400, "MALFORMED_QUERY")


@pytest.mark.parametrize(
    ("soql", "code", "text"),
    [
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported."),
        (
            "SELECT Id FROM ScratchOrgInfo limit 1",
            "INVALID_TYPE",
            "sObject type 'ScratchOrgInfo' is not supported.",
        ),
        ("SELECT Id FROM sqlite_master", "INVALID_TYPE", "sObject type 'sqlite_master' is not supported."),
        ("SELECT rowid FROM Contact", "INVALID_FIELD", "No such column 'rowid' on entity 'Contact'."),
        (
            "SELECT Id FROM Contact WHERE Nope = 1",
            "INVALID_FIELD",
            "No such column 'Nope' on entity 'Contact'.",
        ),
        (
            "SELECT Id FROM Contact ORDER BY Nope",
            "INVALID_FIELD",
            "No such column 'Nope' on entity 'Contact'.",
        ),
        (
            "SELECT Nope.Name FROM Contact",
            "INVALID_FIELD",
            "Didn't understand relationship 'Nope' in field path.",
        ),
        (
            "SELECT Id, (SELECT Id FROM Nopes) FROM Contact",
            "INVALID_TYPE",
            "Didn't understand relationship 'Nopes'",
        ),
        (
            "SELECT Id FROM Case WHERE Description = 'a'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered",
        ),
        (
            "SELECT Id FROM Case WHERE CreatedDate > '2026-01-01'",
            "INVALID_FIELD",
            "field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Case WHERE IsClosed = 'true'",
            "INVALID_FIELD",
            "field 'IsClosed' must be of type boolean and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Case WHERE Subject = 5",
            "INVALID_FIELD",
            "field 'Subject' must be of type string and should be enclosed in quotes",
        ),
        ("SELECT Id FROM Case WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("SELECT Id FROM Case WHERE ContactId > '003Qk0000000001IAA'", "INVALID_FIELD", "invalid operator"),
        ("SELECT Id FROM Case WHERE IsClosed LIKE 'a'", "INVALID_FIELD", "invalid operator"),
        ("SELECT Id FROM Case WHERE Subject = TODAY", "INVALID_FIELD", "must not be a date"),
        (
            "SELECT Id FROM Case OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        (
            "SELECT Parent.Parent.Parent.Parent.Parent.Parent.Id FROM Case",
            "INVALID_FIELD",
            "Didn't understand",
        ),
    ],
)
def test_refused_names_and_values(wire: Wire, soql: str, code: str, text: str) -> None:
    """An unknown name or a value of the wrong kind is refused with the org's text."""
    answer = wire.query(soql)
    assert refusal(answer) == (400, code)
    assert text in answer.json()[0]["message"]


def test_message_points_at_the_name(wire: Wire) -> None:
    """The refusal of a name shows where it stands."""
    message = wire.query("SELECT Id, Nope FROM Contact").json()[0]["message"]
    assert message.startswith(
        "\nSELECT Id, Nope FROM Contact\n           ^\nERROR at Row:1:Column:12\nNo such column 'Nope'"
    )


def test_tooling_is_refused_quietly(wire: Wire) -> None:
    """Tooling queries answer a code and no page."""
    assert refusal(wire.query("SELECT Id FROM ApexClass", "tooling/query")) == (400, "INVALID_TYPE")


def test_uri_too_long(wire: Wire) -> None:
    """A query too long for a URI is cut off at 16 384 bytes; a long header likewise."""
    long = "SELECT Id FROM Contact WHERE LastName IN (" + ",".join(["'abcdefgh'"] * 2000) + ")"
    assert wire.query(long).status_code == 414
    assert wire.get("limits", headers={"X-Filler": "x" * 17_000}).status_code == 431


KEYWORDS = "SELECT FROM WHERE AND OR NOT IN LIKE ORDER BY GROUP LIMIT OFFSET NULLS FIRST ASC COUNT MAX"
NAMES = "Id LastName Contact Case Cases ContactId Contact.Account.Name IsClosed CreatedDate Source_Version__c"
VALUES = r"'a' '\\' '%' 1 -2.5 99999999999999999999 null TRUE TODAY LAST_N_DAYS:99999 2026-11-24T00:00:00Z"
WORDS = f"{KEYWORDS} {NAMES} {VALUES} ( ) , . = != < >= ; ?".split()
START = st.sampled_from(
    ["SELECT Id FROM Contact WHERE", "SELECT Id FROM Case WHERE", "SELECT COUNT() FROM Case", ""]
)


@given(START, st.lists(st.sampled_from(WORDS), max_size=14))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_breaks_the_org(wire: Wire, start: str, words: list[str]) -> None:
    """Any row of words is answered or refused; none reaches the database as text."""
    with suppress(SalesforceError):
        assert run_query(wire.org, " ".join([start, *words]), version=60, page_size=10)["done"] is True


@pytest.mark.parametrize("count", [1, 2, 600, 4000])
def test_very_long_conditions(wire: Wire, count: int) -> None:
    """Thousands of alternatives or negations are no deeper than a few."""
    case = wire.create("Case", Subject="s1")
    any_of = " OR ".join(f"Subject='s{number % 9}'" for number in range(min(count, 5000)))
    wanted = [case] if count > 1 else []
    for condition in (any_of, "NOT " * (count // 4 * 2) + f"({any_of})"):
        body = run_query(wire.org, f"SELECT Id FROM Case WHERE {condition}", version=60, page_size=10)
        assert [row["Id"] for row in cast("list[dict[str, object]]", body["records"])] == wanted
