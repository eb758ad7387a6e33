"""simple-salesforce as published, over TLS with the authority of the ready line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.independent.stand_in_org import org, ready

__all__ = ["org", "ready"]
pytestmark = pytest.mark.xdist_group("simple-salesforce")
KEY = "FC_Subject__c"


def _first(error: Any) -> Any:
    """Give the refusal as the org sent it; the client's own type for it is too narrow."""
    return error.content[0]


@pytest.fixture
def sf(org: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client with a token; it polls bulk jobs at once instead of after five seconds."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", org["ca_file"])
    monkeypatch.setattr("simple_salesforce.bulk2._Bulk2Client.DEFAULT_WAIT_TIMEOUT_SECONDS", 20)
    monkeypatch.setattr("simple_salesforce.bulk2.sleep", lambda _: None)
    return Salesforce(instance_url=org["url"], session_id=org["access_token"], version="62.0")


def test_a_record_is_made_read_changed_upserted_and_deleted(sf: Any) -> None:
    """One at a time."""
    made = sf.Contact.create({"LastName": "Dupont", KEY: "k1"})["id"]
    assert sf.Contact.update(made, {"FirstName": "Ada"}) == 204
    assert sf.Contact.upsert(f"{KEY}/k1", {"LastName": "Durand"}) == 200
    assert sf.query(f"SELECT Name FROM Contact WHERE {KEY} = 'k1'")["records"][0]["Name"] == "Ada Durand"
    assert sf.Contact.delete(made) == 204


def test_a_collection_is_upserted(sf: Any) -> None:
    """By the general door, for want of a method of its own."""
    records = [{"attributes": {"type": "Contact"}, KEY: key, "LastName": key} for key in ("k1", "k2")]
    body = {"allOrNone": False, "records": records}
    results = sf.restful(f"composite/sobjects/Contact/{KEY}", method="PATCH", json=body)
    assert [result["created"] for result in results] == [True, True]


def test_bulk_upsert_with_its_results(sf: Any) -> None:
    """The summary counts; the refused row is fetched with its reason."""
    rows = [{KEY: "k1", "LastName": "A"}, {KEY: "k2", "LastName": "É"}, {KEY: "k3", "LastName": ""}]
    (summary,) = sf.bulk2.Contact.upsert(records=rows, external_id_field=KEY)
    assert (summary["numberRecordsTotal"], summary["numberRecordsFailed"]) == (3, 1)
    assert "REQUIRED_FIELD_MISSING:" in sf.bulk2.Contact.get_failed_records(summary["job_id"])
    everything = sf.bulk2.Contact.get_all_ingest_records(summary["job_id"])
    assert {row["LastName"] for row in everything["successfulRecords"]} == {"A", "É"}
    assert everything["unprocessedRecords"] == []


def test_bulk_query_and_download(sf: Any, tmp_path: Path) -> None:
    """In stretches as small as asked, accents kept."""
    for name in ("Àa", "B", "C"):
        sf.Contact.create({"LastName": name})
    soql = "SELECT LastName FROM Contact ORDER BY LastName"
    assert "".join(sf.bulk2.Contact.query(soql)).count("Àa") == 1
    assert len(list(sf.bulk2.Contact.query(soql, max_records=2))) == 2
    files = sf.bulk2.Contact.download(soql, path=str(tmp_path), max_records=2)
    assert sum(each["number_of_records"] for each in files) == 3


def test_describe_and_limits(sf: Any) -> None:
    """The fields of our package, and what is left of the day."""
    assert KEY in {field["name"] for field in sf.Contact.describe()["fields"]}
    assert sf.limits()["DailyApiRequests"]["Max"] == 100_000
    assert sf.api_usage["api-usage"].total == 100_000
    assert sf.is_sandbox() is True


def test_refusals_as_the_client_reports_them(sf: Any) -> None:
    """An unknown field, a record that is not there, a bulk column the object has not."""
    with pytest.raises(SalesforceMalformedRequest) as unknown:
        sf.Contact.create({"LastName": "A", "Nonsense": 1})
    assert _first(unknown.value)["errorCode"] == "INVALID_FIELD"
    with pytest.raises(SalesforceResourceNotFound) as missing:
        sf.Contact.get("003000000000001AAA")
    assert _first(missing.value)["errorCode"] == "NOT_FOUND"
    with pytest.raises(Exception, match="InvalidBatch : Field name not found : Nonsense"):
        sf.bulk2.Contact.insert(records=[{"Nonsense": "1"}])
