"""Every refusal of the org becomes one of our errors, by its code, without its text."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from simple_salesforce import exceptions
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from bridge.adapters.salesforce.errors import REACTIONS, Reaction, as_error, read_refusal, refusal_of
from bridge.errors import GoneError, PermanentError, RemoteError, TransientError
from tests.adapters.salesforce.scripted_org import Answer, ScriptedOrg

NAME = "Lœvenbrück"
CLASSES = [kind for _, kind in inspect.getmembers(exceptions, inspect.isclass) if issubclass(kind, Exception)]


def _refused(status: int, content: object) -> SalesforceError:
    """Give what simple-salesforce raises; its own annotation says bytes, it puts the parsed JSON there."""
    kinds: dict[int, type[Any]] = {
        300: SalesforceMoreThanOneRecord,
        400: SalesforceMalformedRequest,
        403: SalesforceRefusedRequest,
        404: SalesforceResourceNotFound,
    }
    fault: SalesforceError = kinds.get(status, SalesforceGeneralError)("https://x/", status, "n", content)
    return fault


def _instance(kind: type[Any]) -> Exception:
    fault: Exception
    content: Any = [{"message": NAME}]
    if not issubclass(kind, SalesforceError):
        fault = kind(NAME)
    elif kind is exceptions.SalesforceAuthenticationFailed:
        fault = kind("INVALID", NAME)
    else:
        fault = kind(f"https://x/?q={NAME}", 500, NAME, content)
    return fault


@pytest.mark.parametrize("kind", CLASSES)
def test_every_exception_of_the_client_is_translated(scripted: ScriptedOrg, kind: type[Exception]) -> None:
    """No exception of simple-salesforce leaves this room, and none of its text does."""
    with (
        scripted.connection() as connection,
        pytest.raises(RemoteError) as caught,
        connection._refusals_translated("Contact"),
    ):
        raise _instance(kind)

    assert caught.value.system == "salesforce"
    assert NAME not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("code", sorted(REACTIONS))
def test_a_known_code_decides_whatever_the_status(code: str) -> None:
    """The reaction follows the code: a lock under 400 is tried again, a missing right under 503 is not."""
    reactions = {read_refusal({"errorCode": code}, status).reaction for status in (400, 403, 503)}

    assert reactions == {REACTIONS[code]}


LOCK_IN_FLOW = [{"errorCode": "CANNOT_EXECUTE_FLOW_TRIGGER", "message": "nested UNABLE_TO_LOCK_ROW"}]
TOO_MANY_AT_ONCE = [
    {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentPerOrgLongTxn Limit exceeded."}
]


@pytest.mark.parametrize(
    ("status", "content", "kind", "code", "retry_after_s"),
    [
        (400, [{"errorCode": "UNABLE_TO_LOCK_ROW"}], TransientError, "unable_to_lock_row", None),
        (400, LOCK_IN_FLOW, TransientError, "cannot_execute_flow_trigger", None),
        (403, TOO_MANY_AT_ONCE, TransientError, "concurrent_requests_limit_exceeded", None),
        (500, [{"errorCode": "SERVER_UNAVAILABLE"}], TransientError, "server_unavailable", 60.0),
        (503, "<html>", TransientError, "http_503", 60.0),
        (406, "", TransientError, "http_406", None),
        (420, "", TransientError, "http_420", None),
        (429, "", TransientError, "http_429", None),
        (500, [{"errorCode": "SOMETHING_NEW"}], TransientError, "something_new", None),
        (400, [{"errorCode": "SOMETHING_NEW"}], PermanentError, "something_new", None),
        (300, ["/a", "/b"], PermanentError, "duplicate_external_id", None),
        (404, [{"errorCode": "ENTITY_IS_DELETED"}], GoneError, "entity_is_deleted", None),
        (414, "<html>", PermanentError, "http_414", None),
    ],
)
def test_the_table_of_faults(
    status: int, content: object, kind: type[RemoteError], code: str, retry_after_s: float | None
) -> None:
    """Each signal leads to the reaction the fault table names, under a stable code."""
    error = as_error(refusal_of(_refused(status, content)), "Case")

    assert (type(error), error.code) == (kind, f"salesforce.{code}")
    assert getattr(error, "retry_after_s", None) == retry_after_s


def test_only_code_fields_and_fault_number_are_kept() -> None:
    """What a clerk or support needs stays; the value that was refused does not."""
    told = {
        "errorCode": "STRING_TOO_LONG",
        "message": f"Last Name: data value too large: {NAME} (max length=80)",
        "fields": ["LastName", f"not a field: {NAME}"],
    }
    unknown = {"errorCode": "UNKNOWN_EXCEPTION", "message": f"{NAME} ErrorId: 1208-27 (-19)"}

    assert str(as_error(read_refusal(told), "Contact")) == "Contact (LastName): STRING_TOO_LONG"
    assert str(as_error(read_refusal(unknown), "Case")) == "Case: UNKNOWN_EXCEPTION, fault 1208-27 (-19)"


@pytest.mark.parametrize("error", [None, "text", {}, {"errorCode": NAME}, {"errorCode": 7}, {"fields": "x"}])
def test_an_error_of_no_known_form_is_named_by_its_status(error: object) -> None:
    """An answer nobody foresaw still has a stable code."""
    refusal = read_refusal(error, 418)

    assert (refusal.code, refusal.fields, refusal.reaction) == ("HTTP_418", (), Reaction.RECORD)


def test_a_missing_column_is_named(scripted: ScriptedOrg) -> None:
    """A field the org does not have is told with its object, so that it can be added."""
    message = "No such column 'Phase__c' on sobject of type Case"
    scripted.answers = [Answer(400, [{"errorCode": "INVALID_FIELD", "message": message}])]
    with scripted.connection() as connection, pytest.raises(PermanentError) as caught:
        connection.write("PATCH", "sobjects/Case/1", {}, "Case")

    assert caught.value.explanation == "Case (Phase__c): INVALID_FIELD"
