"""Several requests in one call."""

from __future__ import annotations

from typing import Any

from tests.sandbox.salesforce.wire import Wire, refusal

DATA = "/services/data/v60.0"


def part(method: str, path: str, reference: str, body: Any = None) -> dict[str, Any]:
    """A sub-request."""
    made = {"method": method, "url": f"{DATA}/{path}", "referenceId": reference}
    return made if body is None else {**made, "body": body}


def run(wire: Wire, *parts: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """A composite call that is expected to be answered part by part."""
    answer = wire.post("composite", {"compositeRequest": list(parts), **more})
    assert answer.status_code == 200, answer.text
    answers: list[dict[str, Any]] = answer.json()["compositeResponse"]
    return answers


def test_later_parts_use_earlier_answers(wire: Wire) -> None:
    """A Contact made in a part is the parent of the Case made in the next, found again by a query."""
    answers = run(
        wire,
        part("PATCH", "sobjects/Contact/FranceConnect_Sub__c/abc", "contact", {"LastName": "A"}),
        part("POST", "sobjects/Case", "case", {"ContactId": "@{contact.id}", "Subject": "de @{contact.id}"}),
        part("GET", "sobjects/Case/@{case.id}?fields=ContactId,Subject", "read"),
        part("GET", "query/?q=SELECT+Id+FROM+Contact+WHERE+Id='@{contact.id}'", "found"),
        part("GET", "sobjects/Contact/@{found.records[0].Id}", "again"),
    )
    assert [item["httpStatusCode"] for item in answers] == [201, 201, 200, 200, 200]
    assert [item["referenceId"] for item in answers] == ["contact", "case", "read", "found", "again"]
    contact = answers[0]["body"]["id"]
    assert answers[1]["httpHeaders"]["Location"].endswith(answers[1]["body"]["id"])
    assert answers[2]["body"]["ContactId"] == contact
    assert answers[2]["body"]["Subject"] == f"de {contact}"
    assert wire.stats()["api_usage"]["used"] == 1
    assert wire.stats()["calls"] == {"composite": 1}


def test_failure_without_all_or_none(wire: Wire) -> None:
    """A failed part takes those that refer to it with it, not the others."""
    answers = run(
        wire,
        part("POST", "sobjects/Contact", "contact", {}),
        part("POST", "sobjects/Case", "case", {"ContactId": "@{contact.id}"}),
        part("POST", "sobjects/Case", "other", {"Subject": "ok"}),
    )
    assert [item["httpStatusCode"] for item in answers] == [400, 400, 201]
    assert answers[0]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert answers[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert answers[1]["body"][0]["message"].startswith(
        "Invalid reference specified. No value for contact.id found in contact."
    )


def test_failure_with_all_or_none(wire: Wire) -> None:
    """With allOrNone nothing remains, nothing is counted, and the innocents are halted."""
    answers = run(
        wire,
        part("POST", "sobjects/Contact", "contact", {"LastName": "A"}),
        part("POST", "sobjects/Case", "case", {"Phase__c": "lost"}),
        part("POST", "sobjects/Case", "other", {}),
        allOrNone=True,
    )
    assert [item["body"][0]["errorCode"] for item in answers] == [
        "PROCESSING_HALTED",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "PROCESSING_HALTED",
    ]
    assert wire.rows("SELECT Id FROM Contact") == []
    assert wire.stats()["writes"] == {}


def test_all_or_none_that_holds(wire: Wire) -> None:
    """With allOrNone and no failure everything is stored and counted."""
    answers = run(
        wire,
        part("POST", "sobjects/Contact", "contact", {"LastName": "A"}),
        part("POST", "sobjects/Case", "case", {"ContactId": "@{contact.id}"}),
        part("DELETE", "sobjects/Case/@{case.id}", "gone"),
        allOrNone=True,
    )
    assert [item["httpStatusCode"] for item in answers] == [201, 201, 204]
    assert answers[2]["body"] is None
    assert wire.stats()["writes"] == {"Contact": {"created": 1}, "Case": {"created": 1, "deleted": 1}}


def test_refused_as_a_whole(wire: Wire) -> None:
    """Too many parts, a reference used twice or a foreign address refuse the call."""
    many = [part("GET", "limits", f"r{n}") for n in range(26)]
    assert refusal(wire.post("composite", {"compositeRequest": many})) == (400, "LIMIT_EXCEEDED")
    twice = [part("GET", "limits", "a"), part("GET", "limits", "A")]
    assert refusal(wire.post("composite", {"compositeRequest": twice})) == (400, "INVALID_INPUT")
    foreign = {**part("GET", "limits", "a"), "url": "https://example.org/"}
    assert refusal(wire.post("composite", {"compositeRequest": [foreign]})) == (400, "INVALID_INPUT")
    assert refusal(wire.post("composite", {})) == (400, "JSON_PARSER_ERROR")


def test_batch(wire: Wire) -> None:
    """Parts of a batch are independent; haltOnError stops after the first failure."""
    parts = [
        {"method": "POST", "url": "v60.0/sobjects/Case", "richInput": {"Subject": "a"}},
        {"method": "GET", "url": "v60.0/sobjects/Nope"},
        {"method": "GET", "url": "v60.0/query?q=SELECT+Subject+FROM+Case"},
    ]
    body = wire.post("composite/batch", {"batchRequests": parts}).json()
    assert body["hasErrors"] is True
    assert [item["statusCode"] for item in body["results"]] == [201, 404, 200]
    assert body["results"][2]["result"]["records"][0]["Subject"] == "a"
    halted = wire.post("composite/batch", {"batchRequests": parts, "haltOnError": True}).json()
    assert [item["statusCode"] for item in halted["results"]] == [201, 404, 412]
    assert halted["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
