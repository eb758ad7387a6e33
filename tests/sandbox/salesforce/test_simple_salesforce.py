"""The real simple-salesforce client, unmodified, against the stand-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_external_id, format_soql

from tests.sandbox.salesforce.wire import NOON, Wire

SUB = "FranceConnect_Sub__c"


class PlainHttp(HTTPAdapter):
    """Sends to plain HTTP what the client insists on calling https."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self._target = target

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Rewrite the address, keep everything else."""
        assert request.url is not None
        request.url = self._target + "/" + request.url.split("/", 3)[3]
        return super().send(request, *args, **kwargs)


def session_to(wire: Wire, prefix: str) -> requests.Session:
    """A session whose calls to `prefix` reach the stand-in."""
    session = requests.Session()
    session.mount(prefix, PlainHttp(wire.url))
    return session


def body_of(error: Any) -> Any:
    """The refusal as the org sent it; the client's own type for it is too narrow."""
    return error.content


@pytest.fixture
def sf(wire: Wire) -> Any:
    """The client in direct mode; its own types do not say that objects can be called."""
    session = session_to(wire, wire.url.replace("http:", "https:"))
    return Salesforce(instance_url=wire.url, session_id=wire.token, session=session, version="60.0")


def test_create_read_update_delete(sf: Any) -> None:
    """The record methods work."""
    made = sf.Contact.create({"LastName": "Dupont"})["id"]
    assert sf.Contact.update(made, {"FirstName": "Ada"}) == 204
    assert sf.Contact.get(made)["Name"] == "Ada Dupont"
    assert sf.Contact.delete(made) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Contact.get(made)


def test_upsert_and_read_by_key(sf: Any) -> None:
    """Upsert answers 201 then 200, with any text as key."""
    path = format_external_id(SUB, "a/b?ü")
    assert sf.Contact.upsert(path, {"LastName": "A"}) == 201
    assert sf.Contact.upsert(path, {"LastName": "B"}) == 200
    assert sf.Contact.get_by_custom_id(SUB, "a/b?ü")["LastName"] == "B"


def test_query_all_pages(sf: Any) -> None:
    """Paging follows nextRecordsUrl through 2,100 records."""
    for start in range(0, 2100, 150):
        records = [
            {"attributes": {"type": "Case"}, "External_Key__c": str(number)}
            for number in range(start, start + 150)
        ]
        results = sf.restful(
            "composite/sobjects/Case/External_Key__c", method="PATCH", json={"records": records}
        )
        assert all(item["success"] for item in results)
    everything = sf.query_all("SELECT Id FROM Case")
    assert (everything["totalSize"], len(everything["records"])) == (2100, 2100)
    assert sf.query("SELECT COUNT() FROM Case")["totalSize"] == 2100


def test_what_was_deleted_and_merged_can_be_asked_for(sf: Any, wire: Wire) -> None:
    """The client's own `deleted`, `updated` and `query_all(include_deleted=True)` work."""
    kept, deleted, loser = (sf.Contact.create({"LastName": name})["id"] for name in "KDL")
    sf.Contact.delete(deleted)
    wire.post("/sandbox/merge", {"winner": kept, "losers": [loser]})
    wire.clock.advance(minutes=2)
    start, end = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    found = sf.Contact.deleted(start, end)
    assert [row["id"] for row in found["deletedRecords"]] == [deleted, loser]
    assert sf.Contact.updated(start, end)["ids"] == [kept]
    query = "SELECT Id, MasterRecordId FROM Contact WHERE MasterRecordId != null"
    rows = sf.query_all(query, include_deleted=True)["records"]
    assert [(row["Id"], row["MasterRecordId"]) for row in rows] == [(loser, kept)]
    assert sf.query_all(query)["records"] == []


def test_quoted_values(sf: Any) -> None:
    """What the client quotes, the org reads back."""
    name = 'O\'Brien \\ "x" 100%_'
    sf.Contact.create({"LastName": name})
    assert sf.query(format_soql("SELECT Id FROM Contact WHERE LastName = {}", name))["totalSize"] == 1
    assert (
        sf.query(format_soql("SELECT Id FROM Contact WHERE LastName LIKE '{:like}%'", name))["totalSize"] == 1
    )
    assert sf.query(format_soql("SELECT Id FROM Contact WHERE LastName IN {}", [name, "b"]))["totalSize"] == 1


def test_describe_limits_and_sandbox(sf: Any) -> None:
    """Describe, limits, the usage header and the sandbox question are answered."""
    assert sf.Case.describe()["keyPrefix"] == "500"
    assert sf.limits()["DailyApiRequests"]["Max"] == 100_000
    assert sf.api_usage["api-usage"].used == 2
    assert sf.is_sandbox() is True


def test_refusals_become_its_exceptions(sf: Any, wire: Wire) -> None:
    """Each refusal reaches the caller as the client's own exception with the org's body."""
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.Contact.create({})
    assert body_of(refused.value)[0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    for name in ("A", "B"):
        sf.Contact.create({"LastName": name, "Legacy_Key__c": "K"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.Contact.upsert("Legacy_Key__c/K", {"Title": "x"})
    wire.fault(daily_limit_max=0)
    with pytest.raises(SalesforceRefusedRequest):
        sf.limits()
    wire.fault(expire_tokens="once")
    with pytest.raises(SalesforceExpiredSession):
        sf.limits()


def test_logs_in_by_itself(wire: Wire) -> None:
    """Client credentials to a My Domain host give a working client, which logs in again after a 401."""
    client: Any = Salesforce(
        consumer_key=str(wire.ready["consumer_key"]),
        consumer_secret=str(wire.ready["consumer_secret"]),
        domain="ville.my",
        session=session_to(wire, "https://"),
        version="60.0",
    )
    wire.fault(expire_tokens="once")
    assert client.limits()["DailyApiRequests"]["Max"] == 100_000
    assert wire.stats()["calls"]["login"] == 2


def test_jwt_bearer_login(wire: Wire, private_key: rsa.RSAPrivateKey) -> None:
    """The client's own assertion, with `exp` as text, is accepted."""
    wire.clock.now = datetime.now(UTC)  # the client reads the real clock
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    client = Salesforce(
        username=str(wire.ready["username"]),
        consumer_key=str(wire.ready["consumer_key"]),
        privatekey=pem.decode(),
        session=session_to(wire, "https://"),
        version="60.0",
    )
    assert client.query("SELECT Id FROM User")["totalSize"] == 2
