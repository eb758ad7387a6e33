"""jsforce as published, over TLS with the authority of the ready line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.independent.node_clients import Jsforce, jsforce
from tests.independent.stand_in_org import org, ready

__all__ = ["org", "ready"]
pytestmark = pytest.mark.xdist_group("jsforce")
KEY = "FC_Subject__c"


@pytest.fixture(scope="module")
def running(ready: dict[str, Any]) -> Iterator[Jsforce]:
    """One process for all."""
    with jsforce(ready) as started:
        yield started


@pytest.fixture
def js(running: Jsforce, org: dict[str, Any]) -> Jsforce:
    """It, on an org as on the first day."""
    assert org
    return running


def test_it_signs_in_by_each_road(js: Jsforce, ready: dict[str, Any]) -> None:
    """A token, client credentials, and the password of old."""
    asked = js.call("identity")
    assert asked["username"] == ready["username"]
    assert js.call("authorize", {"grant_type": "client_credentials"})["user_id"] == asked["user_id"]
    assert js.call("login", ready["username"], ready["password"])["id"] == asked["user_id"]
    assert js.refused("login", ready["username"], "wrong")["message"].startswith("INVALID_LOGIN")


def test_a_user_s_approval_outlives_a_session(js: Jsforce, org: dict[str, Any]) -> None:
    """A code with PKCE gives a refresh token, with which the client renews an ended session by itself."""
    told = js.call("approve", "http://localhost:1717/OauthRedirect")
    assert told["found"] == 1
    assert told["renewed"].startswith(org["access_token"][:15])


def test_a_record_is_made_read_changed_upserted_and_deleted(js: Jsforce) -> None:
    """One at a time."""
    made = js.call("create", "Contact", {"LastName": "Dupont", KEY: "k1"})["id"]
    js.call("update", "Contact", {"Id": made, "FirstName": "Ada"})
    assert js.call("upsert", "Contact", {KEY: "k1", "LastName": "Durand"}, KEY)["created"] is False
    assert js.call("retrieve", "Contact", made)["Name"] == "Ada Durand"
    assert js.call("query", f"SELECT Id FROM Contact WHERE {KEY} = 'k1'")["records"][0]["Id"] == made
    assert js.call("destroy", "Contact", made)["success"] is True


def test_a_collection_is_upserted_record_by_record(js: Jsforce) -> None:
    """In order, the refused one with its reason."""
    records = [{KEY: "k1", "LastName": "A"}, {KEY: "k2", "LastName": ""}]
    first, second = js.call("upsert", "Contact", records, KEY, {"allOrNone": False})
    assert first["created"] is True
    assert second["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"


def test_bulk_upsert_with_its_results(js: Jsforce) -> None:
    """All three kinds of result, under the spelling of this client."""
    rows = [{KEY: "k1", "LastName": "É"}, {KEY: "k2", "LastName": ""}]
    results = js.call("load", "Contact", "upsert", rows, KEY)
    assert [row["LastName"] for row in results["successfulResults"]] == ["É"]
    assert results["failedResults"][0]["sf__Error"].startswith("REQUIRED_FIELD_MISSING:")
    assert results["unprocessedRecords"] == []


def test_bulk_query(js: Jsforce) -> None:
    """Records, not text."""
    js.call("create", "Contact", {"LastName": "À"})
    assert [row["LastName"] for row in js.call("bulkQuery", "SELECT LastName FROM Contact")] == ["À"]


def test_describe_and_limits(js: Jsforce) -> None:
    """The fields of our package, and what the day has left."""
    assert KEY in js.call("describe", "Contact")
    left = js.call("limits")
    assert js.call("used") == {"used": left["Max"] - left["Remaining"], "limit": left["Max"]}


def test_refusals_as_the_client_reports_them(js: Jsforce) -> None:
    """An unknown field, a record that is not there, bulk columns and queries that cannot be."""
    assert js.refused("create", "Contact", {"LastName": "A", "Nonsense": 1})["errorCode"] == "INVALID_FIELD"
    assert js.refused("retrieve", "Contact", "003000000000001AAA")["errorCode"] == "NOT_FOUND"
    failed = js.refused("load", "Contact", "insert", [{"Nonsense": "1"}], None)
    assert failed["message"].endswith("InvalidBatch : Field name not found : Nonsense")
    assert js.refused("bulkQuery", "SELECT COUNT() FROM Contact")["errorCode"] == "FEATURENOTENABLED"
