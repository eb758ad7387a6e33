"""Several requests in one call: composite, where later ones build on earlier ones, and batch."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response

from sandbox.salesforce.errors import SalesforceError, malformed_json
from sandbox.salesforce.org import current_org
from sandbox.salesforce.references import fill_body, fill_url
from sandbox.salesforce.replies import json_object, json_reply
from sandbox.salesforce.subrequests import SubAnswer, run_subrequest
from sandbox.salesforce.versions import data_route

composite = Blueprint("composite", __name__)
MAX_SUBREQUESTS = 25
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-request as sent."""

    method: str
    url: str
    reference: str
    body: object
    headers: dict[str, str]


class _Undo(Exception):  # noqa: N818 - a signal to the transaction, not an error
    pass


@data_route(composite, "/composite", ["POST"])
def run_composite() -> Response:
    """`{compositeResponse: [{body, httpHeaders, httpStatusCode, referenceId}]}`, in the order sent."""
    body = json_object()
    parts = [_part(item) for item in _listed(body, "compositeRequest")]
    _check_references(parts)
    together = body.get("allOrNone") is True
    answers = _run_all_or_none(parts) if together else _run(parts, stop_at_failure=False)
    shown = [
        {
            "body": answer.body,
            "httpHeaders": answer.headers,
            "httpStatusCode": answer.status,
            "referenceId": part.reference,
        }
        for part, answer in zip(parts, answers, strict=True)
    ]
    return json_reply({"compositeResponse": shown})


@data_route(composite, "/composite/batch", ["POST"])
def run_batch() -> Response:
    """`{hasErrors, results: [{statusCode, result}]}`; the parts know nothing of each other."""
    body = json_object()
    halt = body.get("haltOnError") is True
    results: list[dict[str, object]] = []
    failed = False
    for item in _listed(body, "batchRequests"):
        if failed and halt:
            halted = SalesforceError(
                "BATCH_PROCESSING_HALTED", "Batch processing halted per request", status=412
            )
            results.append({"statusCode": 412, "result": [halted.as_error()]})
            continue
        url = "/services/data/" + str(item.get("url", "")).removeprefix("/services/data/").lstrip("/")
        answer = run_subrequest(_method(item), url, item.get("richInput"), {})
        failed = failed or answer.status >= 400
        results.append({"statusCode": answer.status, "result": answer.body})
    return json_reply({"hasErrors": failed, "results": results})


def _run_all_or_none(parts: list[Part]) -> list[SubAnswer]:
    answers: list[SubAnswer] = []
    try:
        with current_org().storage.transaction():
            answers = _run(parts, stop_at_failure=True)
            _undo_if_failed(answers)
    except _Undo:
        return [answer if answer.status >= 400 else _halted() for answer in answers]
    return answers


def _undo_if_failed(answers: list[SubAnswer]) -> None:
    if any(answer.status >= 400 for answer in answers):
        raise _Undo


def _run(parts: list[Part], *, stop_at_failure: bool) -> list[SubAnswer]:
    answers: list[SubAnswer] = []
    bodies: dict[str, object] = {}
    for part in parts:
        if stop_at_failure and any(answer.status >= 400 for answer in answers):
            answers.append(_halted())
            continue
        answer = _run_part(part, bodies)
        answers.append(answer)
        if answer.status < 400:
            bodies[part.reference] = answer.body
    return answers


def _run_part(part: Part, bodies: dict[str, object]) -> SubAnswer:
    try:
        url, body = fill_url(part.url, bodies), fill_body(part.body, bodies)
    except SalesforceError as error:
        return SubAnswer(400, {}, [error.as_error()])
    return run_subrequest(part.method, url, body, part.headers)


def _halted() -> SubAnswer:
    error = SalesforceError(
        "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.",
    )
    return SubAnswer(400, {}, [error.as_error()])


def _listed(body: dict[str, object], name: str) -> list[dict[str, object]]:
    items = body.get(name)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise malformed_json(f"The body needs {name}, an array of objects.")
    if len(items) > MAX_SUBREQUESTS:
        raise SalesforceError(
            "LIMIT_EXCEEDED", f"The composite request cannot have more than {MAX_SUBREQUESTS} subrequests."
        )
    return items


def _part(item: dict[str, object]) -> Part:
    url, reference, headers = item.get("url"), item.get("referenceId"), item.get("httpHeaders") or {}
    if not isinstance(url, str) or not isinstance(reference, str) or not isinstance(headers, dict):
        raise malformed_json("Each subrequest needs method, url and referenceId.")
    if not url.startswith("/services/data/v"):
        raise SalesforceError(
            "INVALID_INPUT", f"The url of a subrequest must start with /services/data/: {url}"
        )
    named = {str(name): str(value) for name, value in headers.items()}
    return Part(_method(item), url, reference, item.get("body"), named)


def _method(item: dict[str, object]) -> str:
    method = str(item.get("method", "")).upper()
    if method not in _METHODS:
        raise malformed_json(f"The method {method or '(none)'} is not one of a subrequest.")
    return method


def _check_references(parts: list[Part]) -> None:
    names = [part.reference.lower() for part in parts]
    if len(set(names)) != len(names):
        raise SalesforceError("INVALID_INPUT", "Duplicate reference id found in the composite request.")
