"""Discovery: versions, resources, describe."""

from __future__ import annotations

import re

import pytest
import requests

from tests.sandbox.salesforce.wire import Wire, refusal


def test_versions_need_no_token(wire: Wire) -> None:
    """Anyone may list the versions; their numbers have the one form a client accepts."""
    answer = requests.get(f"{wire.url}/services/data", timeout=10)
    versions = answer.json()
    assert all(re.fullmatch(r"[1-9]\d\.0", item["version"]) for item in versions)
    assert versions[-1] == {"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"}
    assert "Sforce-Limit-Info" not in answer.headers


def test_retired_and_unborn_versions(wire: Wire) -> None:
    """A retired version is gone, one to come is not found."""
    wire.version = 30
    assert refusal(wire.get("limits")) == (410, "UNSUPPORTED_API_VERSION")
    wire.version = 68
    assert refusal(wire.get("limits")) == (404, "NOT_FOUND")


def test_pretty_print(wire: Wire) -> None:
    """The header one client always sends indents the answer and changes nothing else."""
    plain, pretty = wire.get("limits/"), wire.get("limits", headers={"X-PrettyPrint": "1"})
    assert "\n" in pretty.text
    assert "\n" not in plain.text
    assert set(plain.json()) == set(pretty.json())


def test_describe(wire: Wire) -> None:
    """Describe tells what a client needs before it writes, custom fields included."""
    body = wire.get("sobjects/case/describe").json()
    fields = {item["name"]: item for item in body["fields"]}
    assert (body["name"], body["keyPrefix"]) == ("Case", "500")
    key = fields["External_Key__c"]
    assert (key["type"], key["length"], key["externalId"], key["unique"], key["caseSensitive"]) == (
        "string",
        120,
        True,
        True,
        False,
    )
    assert fields["ContactId"]["referenceTo"] == ["Contact"]
    assert fields["Applicant__c"]["relationshipName"] == "Applicant__r"
    assert [item["value"] for item in fields["Status"]["picklistValues"]] == [
        "New",
        "Working",
        "Waiting",
        "Closed",
    ]
    assert fields["Phase__c"]["restrictedPicklist"] is True
    assert fields["Tacit__c"]["defaultValue"] is True
    assert (fields["Subject"]["length"], fields["Description"]["length"]) == (255, 32000)
    assert (fields["CaseNumber"]["createable"], fields["IsClosed"]["updateable"]) == (False, False)
    assert fields["Description"]["filterable"] is False
    children = {
        item["relationshipName"]
        for item in wire.get("sobjects/Contact/describe").json()["childRelationships"]
    }
    assert children == {"Cases", "Applications__r"}
    contact = {item["name"]: item for item in wire.get("sobjects/Contact/describe").json()["fields"]}
    assert contact["FranceConnect_Sub__c"]["caseSensitive"] is True
    assert (contact["LastName"]["length"], contact["LastName"]["nillable"]) == (80, False)


def test_describe_not_modified(wire: Wire) -> None:
    """A client that read the description before is told nothing changed."""
    first = wire.get("sobjects/Case/describe")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert wire.get("sobjects/Case/describe", headers=since).status_code == 304
    old = {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
    assert wire.get("sobjects/Case/describe", headers=old).status_code == 200


def test_list_of_objects(wire: Wire) -> None:
    """All objects are listed, and each has a short form."""
    names = {item["name"] for item in wire.get("sobjects").json()["sobjects"]}
    assert names >= {"Account", "Contact", "Case", "CaseComment", "User", "Organization", "Case_Step__c"}
    assert wire.get("sobjects/Contact").json()["objectDescribe"]["keyPrefix"] == "003"


@pytest.mark.parametrize(
    "path", ["search/?q=x", "recent", "tabs", "theme", "quickActions", "tooling/sobjects"]
)
def test_resources_this_org_has_not(wire: Wire, path: str) -> None:
    """404 in the form every client reads: an array, never a page."""
    answer = wire.get(path)
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert refusal(answer) == (404, "NOT_FOUND")
