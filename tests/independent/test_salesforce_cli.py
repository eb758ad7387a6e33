"""The Salesforce CLI as published, over TLS with the ready line's authority, where the docs leave off."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from tests.independent.node_clients import Cli
from tests.independent.stand_in_org import org, ready

__all__ = ["org", "ready"]
pytestmark = pytest.mark.xdist_group("salesforce-cli")
KEY = "FC_Subject__c"


@pytest.fixture(scope="module")
def attached(ready: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """The command, signed in to the org under the alias `town`."""
    cli = Cli(tmp_path_factory.mktemp("home"), ready)
    told = cli.result(
        "org", "login", "access-token", "--instance-url", ready["url"], "--no-prompt", "--alias", "town"
    )
    assert (told["username"], told["isSandbox"], told["isDevHub"]) == (ready["username"], True, False)
    return cli


@pytest.fixture
def sf(attached: Cli, org: dict[str, Any]) -> Cli:
    """It, on an org as on the first day."""
    assert org
    return attached


def test_a_record_is_made_changed_found_and_deleted(sf: Cli) -> None:
    """By key, as a developer at a terminal does; upsert goes by the general door."""
    made = sf.result("data", "create", "record", "-o", "town", "-s", "Contact", "-v", f"LastName=A {KEY}=k1")
    assert made["success"] is True
    path = f"/services/data/v62.0/sobjects/Contact/{KEY}/k1"
    answer = sf.result(
        "api", "request", "rest", path, "-o", "town", "-X", "PATCH", "--body", '{"LastName": "B"}'
    )
    assert (answer["statusCode"], answer["body"]["created"]) == (200, False)
    sf.result(
        "data", "update", "record", "-o", "town", "-s", "Contact", "-i", made["id"], "-v", "FirstName=Ada"
    )
    found = sf.result("data", "query", "-o", "town", "-q", f"SELECT Name FROM Contact WHERE {KEY} = 'k1'")
    assert found["records"][0]["Name"] == "Ada B"
    sf.result("data", "delete", "record", "-o", "town", "-s", "Contact", "-w", f"{KEY}=k1")


def test_bulk_upsert_and_export(sf: Cli) -> None:
    """A file in, a file out; a refused row makes the command fail, and the job can be asked why."""
    (sf.home / "in.csv").write_text(f"{KEY},LastName\nk1,A\nk2,É\n", encoding="utf-8")
    load = ("data", "upsert", "bulk", "-o", "town", "-s", "Contact", "-i", KEY, "--wait", "1", "-f")
    assert sf.result(*load, "in.csv")["jobInfo"]["numberRecordsProcessed"] == 2
    export = ("data", "export", "bulk", "-o", "town", "--wait", "1", "--output-file", "out.csv", "-q")
    assert sf.result(*export, "SELECT LastName FROM Contact ORDER BY LastName")["totalSize"] == 2
    with (sf.home / "out.csv").open(encoding="utf-8") as file:
        assert [row["LastName"] for row in csv.DictReader(file)] == ["A", "É"]
    (sf.home / "bad.csv").write_text(f"{KEY},LastName\nk3,\n", encoding="utf-8")
    refused = sf.run(*load, "bad.csv")
    assert (refused["name"], refused["data"]["state"]) == ("FailedRecordDetailsError", "JobComplete")


def test_describe_and_limits(sf: Cli) -> None:
    """The fields of our package, and what is left of the day."""
    described = sf.result("sobject", "describe", "-o", "town", "-s", "Contact")
    assert KEY in {field["name"] for field in described["fields"]}
    limits = {each["name"]: each["max"] for each in sf.result("org", "list", "limits", "-o", "town")}
    assert limits["DailyApiRequests"] == 100_000


def test_refusals_as_the_client_reports_them(sf: Cli) -> None:
    """An unknown field, and a record that is not there."""
    made = sf.run("data", "create", "record", "-o", "town", "-s", "Contact", "-v", "LastName=A Nonsense=1")
    assert (made["status"], made["name"]) == (1, "INVALID_FIELD")
    read = sf.run("data", "get", "record", "-o", "town", "-s", "Contact", "-i", "003000000000001AAA")
    assert (read["status"], read["code"]) == (1, "NOT_FOUND")
