"""What a client says when it creates an ingest job."""

from __future__ import annotations

from sandbox.salesforce.bulk.job import DELIMITERS, INGEST, LINE_ENDINGS, Request
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import current_org
from sandbox.salesforce.versions import api_version

_OPERATIONS = frozenset({"insert", "update", "upsert", "delete", "hardDelete"})


def asked_job(body: dict[str, object]) -> Request:
    """The job a body asks for.

    Raises: SalesforceError for what Bulk API has not, or when the day's batches are used up.
    """
    current_org().limits.check_batches()
    operation = str(body.get("operation"))
    if operation not in _OPERATIONS:
        raise _invalid(f"Unknown operation: {operation}")
    sobject = current_org().schema.find(str(body.get("object")))
    if sobject is None or not sobject.createable:
        raise SalesforceError(
            "INVALIDENTITY", f"Entity '{body.get('object')}' is not supported by the Bulk API."
        )
    key = str(body.get("externalIdFieldName") or "")
    if operation == "upsert":
        key = _key_name(sobject.name, key)
    return Request(
        INGEST,
        operation,
        sobject.name,
        api_version(),
        delimiter=_choice(body, "columnDelimiter", DELIMITERS, "COMMA"),
        line_ending=_choice(body, "lineEnding", LINE_ENDINGS, "LF"),
        external_id=key or None,
        assignment_rule=str(body["assignmentRuleId"]) if body.get("assignmentRuleId") else None,
    )


def _key_name(name: str, key: str) -> str:
    sobject = current_org().schema.find(name)
    if not key:
        raise _invalid(f"External ID was blank for {name}. An External ID must be specified for upsert.")
    found = sobject.find(key) if sobject else None
    if found is None or not found.upsert_key:
        raise _invalid(
            f"Field name provided, {key} does not match an External ID, Salesforce Id, or indexed"
            f" field for {name}"
        )
    return found.name


def _choice(body: dict[str, object], name: str, known: dict[str, str], default: str) -> str:
    given = str(body.get(name) or default)
    if given not in known:
        raise _invalid(f"Unknown {name}: {given}")
    if name == "columnDelimiter" and body.get("contentType", "CSV") != "CSV":
        raise _invalid(f"Unsupported content type: {body['contentType']}")
    return given


def _invalid(message: str) -> SalesforceError:
    return SalesforceError("INVALIDJOB", message)
