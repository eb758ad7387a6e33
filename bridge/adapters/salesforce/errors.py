"""What each refusal of the org means for us, by its code, never by the class of the exception.

Texts of the org and of its client hold names and queries: only code, object, field names and the
platform's own fault number are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from simple_salesforce.exceptions import SalesforceError

from bridge.adapters.salesforce.config import SYSTEM
from bridge.errors import GoneError, PermanentError, RemoteError, TransientError

_BACK_OFF_S = 60.0
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,79}")
_FIELD = re.compile(r"[A-Za-z]\w{0,79}")
_UNKNOWN_FIELD = re.compile(r"(?:No such column '|does not exist or is not accessible: )([A-Za-z]\w{0,79})")
_ERROR_ID = re.compile(r"\b\d+-\d+ \(-?\d+\)")
CONCURRENT = "CONCURRENT_REQUESTS_LIMIT_EXCEEDED"
"""Ours: the org says it as REQUEST_LIMIT_EXCEEDED too, and tells the two apart in words only."""
_TEMPORARY_STATUSES = frozenset({406, 408, 420, 429})


class Reaction(StrEnum):
    """What a code calls for: try again, wait for budget, settle this record, or stop everything."""

    RETRY = "retry"
    BUDGET = "budget"
    RECORD = "record"
    CONNECTOR = "connector"


# Source: Salesforce, REST API status codes; the reaction is the product's choice.
REACTIONS: Mapping[str, Reaction] = {
    "UNABLE_TO_LOCK_ROW": Reaction.RETRY,
    "SERVER_UNAVAILABLE": Reaction.RETRY,
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": Reaction.RETRY,
    "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE": Reaction.RETRY,
    "UNKNOWN_EXCEPTION": Reaction.RETRY,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": Reaction.RETRY,
    "PROCESSING_HALTED": Reaction.RETRY,
    CONCURRENT: Reaction.RETRY,
    "REQUEST_LIMIT_EXCEEDED": Reaction.BUDGET,
    "DUPLICATE_VALUE": Reaction.RECORD,
    "DUPLICATE_EXTERNAL_ID": Reaction.RECORD,
    "DUPLICATES_DETECTED": Reaction.RECORD,
    "REQUIRED_FIELD_MISSING": Reaction.RECORD,
    "STRING_TOO_LONG": Reaction.RECORD,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": Reaction.RECORD,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": Reaction.RECORD,
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": Reaction.RECORD,
    "CANNOT_EXECUTE_FLOW_TRIGGER": Reaction.RECORD,
    "ENTITY_IS_DELETED": Reaction.RECORD,
    "INVALID_CROSS_REFERENCE_KEY": Reaction.RECORD,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": Reaction.RECORD,
    "MALFORMED_ID": Reaction.RECORD,
    "NOT_FOUND": Reaction.RECORD,
    "INVALID_FIELD": Reaction.CONNECTOR,
    "INVALID_FIELD_FOR_INSERT_UPDATE": Reaction.CONNECTOR,
    "INVALID_TYPE": Reaction.CONNECTOR,
    "INSUFFICIENT_ACCESS_OR_READONLY": Reaction.CONNECTOR,
    "INSUFFICIENT_ACCESS": Reaction.CONNECTOR,
    "INVALID_SESSION_ID": Reaction.CONNECTOR,
    "API_DISABLED_FOR_ORG": Reaction.CONNECTOR,
    "MALFORMED_QUERY": Reaction.CONNECTOR,
    "JSON_PARSER_ERROR": Reaction.CONNECTOR,
    "OPERATION_TOO_LARGE": Reaction.CONNECTOR,
    "QUERY_TIMEOUT": Reaction.CONNECTOR,
    "REQUEST_RUNNING_TOO_LONG": Reaction.CONNECTOR,
    "STORAGE_LIMIT_EXCEEDED": Reaction.CONNECTOR,
    "TXN_SECURITY_METERING_ERROR": Reaction.CONNECTOR,
    "UNSUPPORTED_API_VERSION": Reaction.CONNECTOR,
}
_AWAY = frozenset(
    {
        "HTTP_503",
        "SERVER_UNAVAILABLE",
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
        "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE",
    }
)
_GONE = frozenset({"ENTITY_IS_DELETED", "NOT_FOUND"})
_NESTED_LOCK = "UNABLE_TO_LOCK_ROW"
_NESTING = frozenset({"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error of the org without its text. `error_id` is the number its support asks for."""

    code: str
    fields: tuple[str, ...]
    reaction: Reaction
    error_id: str | None = None


def read_refusal(error: object, status: int = 400) -> Refusal:
    """Read one error object, `errorCode` at top level and `statusCode` in a collection."""
    known = error if isinstance(error, Mapping) else {}
    code = str(known.get("errorCode") or known.get("statusCode") or "")
    code = code if _CODE.fullmatch(code) else f"HTTP_{status}"
    text = str(known.get("message") or "")
    if code == "REQUEST_LIMIT_EXCEEDED" and "Concurrent" in text:
        code = CONCURRENT
    error_id = _ERROR_ID.search(text)
    return Refusal(
        code, _fields(known, text), _reaction(code, text, status), error_id[0] if error_id else None
    )


def _fields(error: Mapping[str, object], text: str) -> tuple[str, ...]:
    named = error.get("fields")
    names = named if isinstance(named, list) else []
    found = tuple(name for name in names if isinstance(name, str) and _FIELD.fullmatch(name))
    return found or tuple(_UNKNOWN_FIELD.findall(text))


def _reaction(code: str, text: str, status: int) -> Reaction:
    if code in _NESTING and _NESTED_LOCK in text:
        return Reaction.RETRY
    if code in REACTIONS:
        return REACTIONS[code]
    return Reaction.RETRY if status >= 500 or status in _TEMPORARY_STATUSES else Reaction.RECORD


def refusal_of(fault: Exception) -> Refusal:
    """Give what the org refused, from any exception of simple-salesforce."""
    if not isinstance(fault, SalesforceError):
        return Refusal("BULK_OPERATION_FAILED", (), Reaction.RECORD)
    if fault.status == 300:
        return Refusal("DUPLICATE_EXTERNAL_ID", (), Reaction.RECORD)
    content: object = fault.content
    return read_refusal(content[0] if isinstance(content, list) and content else content, fault.status)


def as_error(refusal: Refusal, subject: str) -> RemoteError:
    """Give the error to raise for a refusal of a whole call about `subject` (an object, never a record).

    A spent budget needs the time and is made by `ApiBudget.exhausted`.
    """
    told = ", ".join(refusal.fields)
    explanation = f"{subject}{f' ({told})' if told else ''}: {refusal.code}"
    if refusal.error_id:
        explanation += f", fault {refusal.error_id}"
    code = f"salesforce.{refusal.code.lower()}"
    if refusal.code in _GONE:
        return GoneError(explanation, system=SYSTEM, code=code)
    if refusal.reaction is Reaction.RETRY:
        wait_s = _BACK_OFF_S if refusal.code in _AWAY else None
        return TransientError(explanation, system=SYSTEM, code=code, retry_after_s=wait_s)
    return PermanentError(explanation, system=SYSTEM, code=code)
