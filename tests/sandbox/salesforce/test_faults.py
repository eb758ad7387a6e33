"""Faults on demand do what they say, and stop when told."""

from __future__ import annotations

import time

import pytest
import requests

from tests.sandbox.salesforce.wire import Wire, refusal

KEY = "External_Key__c"


def test_maintenance_page(wire: Wire) -> None:
    """503 answers an HTML page for the number of calls asked, and costs no budget."""
    wire.fault(status=503, calls=2)
    for _ in range(2):
        answer = wire.get("limits")
        assert answer.status_code == 503
        assert answer.headers["Content-Type"].startswith("text/html")
    assert wire.get("limits").status_code == 200
    assert wire.stats()["statuses"] == {"503": 2, "200": 1}
    assert wire.stats()["api_usage"]["used"] == 1


@pytest.mark.parametrize("status", [406, 420, 429])
def test_statuses_without_a_body(wire: Wire, status: int) -> None:
    """The edge's own refusals carry nothing."""
    wire.fault(status=status, calls=1)
    assert (wire.get("limits").status_code, wire.get("limits").status_code) == (status, 200)


def test_maintenance_covers_logins(wire: Wire) -> None:
    """While the org is down nobody gets a token either."""
    wire.fault(status=503, calls=1)
    basic = (str(wire.ready["consumer_key"]), str(wire.ready["consumer_secret"]))
    for expected in (503, 200):
        answer = requests.post(
            f"{wire.url}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=basic,
            timeout=10,
        )
        assert answer.status_code == expected


def test_platform_fault(wire: Wire) -> None:
    """500 answers UNKNOWN_EXCEPTION."""
    wire.fault(status=500, calls=-1)
    assert refusal(wire.get("limits")) == (500, "UNKNOWN_EXCEPTION")
    assert wire.delete("/sandbox/faults").json()["status"] == 0
    assert wire.get("limits").status_code == 200


def test_daily_limit(wire: Wire) -> None:
    """Every data call counts once, a collection too; the first beyond the budget is refused with 403."""
    wire.fault(daily_limit_max=10, daily_limit_used=8)
    wire.upsert_many("Case", KEY, [{KEY: str(n)} for n in range(5)])
    last = wire.get("limits")
    assert last.headers["Sforce-Limit-Info"] == "api-usage=10/10"
    assert last.json()["DailyApiRequests"] == {"Max": 10, "Remaining": 0}
    refused = wire.get("limits")
    assert refusal(refused) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert refused.json()[0]["message"] == "TotalRequests Limit exceeded."
    assert "Sforce-Limit-Info" not in wire.get("/services/data").headers


def test_limit_header_with_more_segments(wire: Wire) -> None:
    """The header may go on after the usage, which breaks clients that anchor its end."""
    wire.fault(limit_segments=True)
    assert wire.get("limits").headers["Sforce-Limit-Info"].startswith("api-usage=1/100000; api-bursts=")


def test_row_locks_repeat_with_their_seed(wire: Wire) -> None:
    """Locks strike some records, the same ones for the same seed, and none of them is written."""
    records = [{KEY: str(n)} for n in range(100)]
    outcomes = []
    for _ in range(2):
        wire.post("/sandbox/reset")
        wire.fault(lock_rate=0.2, seed=7)
        outcomes.append([item["success"] for item in wire.upsert_many("Case", KEY, records)])
    assert outcomes[0] == outcomes[1]
    assert 5 < outcomes[0].count(False) < 40
    assert wire.stats()["writes"]["Case"]["created"] == outcomes[0].count(True)
    wire.fault(lock_rate=1.0)
    answer = wire.post("sobjects/Case", {})
    assert refusal(answer) == (400, "UNABLE_TO_LOCK_ROW")
    assert answer.json()[0]["message"] == "unable to obtain exclusive access to this record"


def test_parent_locked_by_another_call(wire: Wire) -> None:
    """Two calls that touch children of one Contact within the window collide; one call alone does not."""
    contact = wire.create("Contact", LastName="A")
    wire.fault(parent_lock_s=5.0)
    pair = wire.upsert_many("Case", KEY, [{KEY: "1", "ContactId": contact}, {KEY: "2", "ContactId": contact}])
    assert [item["success"] for item in pair] == [True, True]
    assert refusal(wire.post("sobjects/Case", {"ContactId": contact})) == (400, "UNABLE_TO_LOCK_ROW")
    assert wire.post("sobjects/Case", {}).status_code == 201
    wire.clock.advance(seconds=6)
    assert wire.post("sobjects/Case", {"ContactId": contact}).status_code == 201


def test_first_records_fail(wire: Wire) -> None:
    """The first K records of each collection fail with the chosen code, the others pass."""
    wire.fault(fail_first=2, fail_code="CANNOT_EXECUTE_FLOW_TRIGGER")
    results = wire.upsert_many("Case", KEY, [{KEY: str(n)} for n in range(4)])
    assert [item["success"] for item in results] == [False, False, True, True]
    assert results[0]["errors"][0]["statusCode"] == "CANNOT_EXECUTE_FLOW_TRIGGER"
    assert wire.post("sobjects/Case", {}).status_code == 201


def test_dropped_after_the_write(wire: Wire) -> None:
    """The connection breaks without an answer, yet the record is there: the ambiguous write."""
    wire.fault(after_write="drop", write_calls=1)
    with pytest.raises(requests.ConnectionError):
        wire.upsert("Case", KEY, "1", {})
    assert wire.upsert("Case", KEY, "1", {}).json()["created"] is False


def test_dropped_before_the_write(wire: Wire) -> None:
    """The connection breaks and nothing was written."""
    wire.fault(before_write="drop", write_calls=1)
    with pytest.raises(requests.ConnectionError):
        wire.upsert("Case", KEY, "1", {})
    assert wire.upsert("Case", KEY, "1", {}).json()["created"] is True


def test_held_after_the_write(wire: Wire) -> None:
    """The answer comes later than the client waits, the record is there."""
    wire.fault(after_write="hold", hold_s=2.0, write_calls=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{wire.url}/services/data/v60.0/sobjects/Case",
            json={},
            headers={"Authorization": f"Bearer {wire.token}"},
            timeout=1.0,
        )
    assert wire.query("SELECT COUNT() FROM Case").json()["totalSize"] == 1


def test_latency(wire: Wire) -> None:
    """Every data call takes at least the time asked."""
    wire.fault(latency_s=0.1)
    started = time.perf_counter()
    wire.get("limits")
    assert time.perf_counter() - started >= 0.1


@pytest.mark.parametrize(
    "body", [{"nope": 1}, {"calls": "2"}, {"lock_rate": True}, [1], {"after_write": None}]
)
def test_unknown_switch(wire: Wire, body: object) -> None:
    """A misspelt switch or a value of the wrong kind is refused, so that no test runs without its fault."""
    assert wire.post("/sandbox/faults", body).status_code == 400


def test_counters_and_reset(wire: Wire) -> None:
    """Calls are counted by kind, writes by object; a reset empties the org and revives the first token."""
    wire.create("Case")
    wire.rows("SELECT Id FROM Case")
    wire.fault(expire_tokens="once")
    wire.get("limits")
    counters = wire.stats()
    assert counters["calls"] == {"sobjects": 1, "query": 1, "resources": 1}
    assert counters["writes"] == {"Case": {"created": 1}}
    assert counters["api_usage"] == {"used": 2, "max": 100_000}
    wire.post("/sandbox/reset")
    assert wire.stats() == {
        "calls": {},
        "statuses": {},
        "writes": {},
        "api_usage": {"used": 0, "max": 100_000},
    }
    assert wire.rows("SELECT Id FROM Case") == []
    assert wire.column("SELECT Name FROM Organization") == ["Ville de démonstration"]
