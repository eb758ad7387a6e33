"""Up to 200 records in one call, each answered on its own, in the order sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request

from sandbox.salesforce.errors import (
    SalesforceError,
    external_id_unknown,
    malformed_json,
    not_found,
    rolled_back,
)
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.org import current_org
from sandbox.salesforce.records.coercion import coerce
from sandbox.salesforce.records.deletion import delete
from sandbox.salesforce.records.drafts import Key, Outcome, Write
from sandbox.salesforce.records.writer import Options, write
from sandbox.salesforce.replies import json_object, json_reply
from sandbox.salesforce.resources import known_object
from sandbox.salesforce.schema.model import Field, SObject
from sandbox.salesforce.sobjects import CREATED_FLAG_VERSION, duplicates_allowed, writable_object
from sandbox.salesforce.soql.compiler import Context
from sandbox.salesforce.soql.run import read_page
from sandbox.salesforce.soql.selection import select_fields
from sandbox.salesforce.versions import api_version, data_route

collections = Blueprint("collections", __name__)
MAX_RECORDS = 200
Failure = SalesforceError | None


@data_route(collections, "/composite/sobjects", ["POST"])
def create_many() -> Response:
    """Creates records, of several objects if need be."""
    body = json_object()
    writes = [Write(_type_of(item), item) for item in _records(body)]
    return json_reply([_result(item) for item in _write(writes, body, api_version())])


@data_route(collections, "/composite/sobjects", ["PATCH"])
def update_many() -> Response:
    """Changes records named by `id`."""
    body = json_object()
    outcomes = _write_valid([_update(item) for item in _records(body)], body, api_version())
    return json_reply([_result(item) for item in outcomes])


@data_route(collections, "/composite/sobjects", ["DELETE"])
def delete_many() -> Response:
    """Deletes the records of `?ids=`."""
    ids = [item for item in request.args.get("ids", "").split(",") if item]
    _check_count(ids)
    all_or_none = request.args.get("allOrNone", "").lower() == "true"
    return json_reply([_result(item) for item in delete(current_org(), ids, all_or_none=all_or_none)])


@data_route(collections, "/composite/sobjects/<name>", ["POST"])
def read_many(name: str) -> Response:
    """Reads records by `{ids, fields}`; null stands for one that is not there."""
    sobject = known_object(name)
    body = json_object()
    ids, fields = body.get("ids"), body.get("fields")
    if not isinstance(ids, list) or not isinstance(fields, list):
        raise malformed_json("The body needs ids and fields, both arrays.")
    return json_reply(_read(sobject, [str(i) for i in ids], [str(f) for f in fields], api_version()))


@data_route(collections, "/composite/sobjects/<name>")
def read_many_by_url(name: str) -> Response:
    """The same, with `?ids=…&fields=…`."""
    sobject = known_object(name)
    ids, fields = (request.args.get(key, "").split(",") for key in ("ids", "fields"))
    return json_reply(_read(sobject, ids, fields, api_version()))


@data_route(collections, "/composite/sobjects/<name>/<field>", ["PATCH"])
def upsert_many(name: str, field: str) -> Response:
    """Creates or changes records of one object by an external id that each record holds."""
    sobject = writable_object(name)
    if api_version() < CREATED_FLAG_VERSION:
        raise not_found()
    key_field = sobject.find(field)
    if key_field is None or not key_field.upsert_key:
        raise external_id_unknown(field)
    body = json_object()
    records = _records(body)
    if any(_type_of(item) is not sobject for item in records):
        raise SalesforceError("INVALID_TYPE", f"All records of this call must be of type {sobject.name}.")
    outcomes = _write_valid([_upsert(sobject, key_field, item) for item in records], body, api_version())
    return json_reply([{**_result(item), "created": item.created} for item in outcomes])


def _records(body: dict[str, object]) -> list[dict[str, object]]:
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise malformed_json("The body needs records, an array of objects.")
    _check_count(records)
    return records


def _check_count(items: Sequence[object]) -> None:
    if len(items) > MAX_RECORDS:
        raise SalesforceError(
            "EXCEEDED_ID_LIMIT",
            f"record limit reached. cannot submit more than {MAX_RECORDS} records into this call",
        )


def _type_of(record: dict[str, object]) -> SObject:
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise SalesforceError("INVALID_TYPE", "Each record needs attributes with a type.")
    if current_org().schema.find(name) is None:
        raise SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return writable_object(name)


def _update(record: dict[str, object]) -> Write | Failure:
    sobject = _type_of(record)
    given = next((value for name, value in record.items() if name.lower() == "id"), None)
    record_id = canonical_id(given) if isinstance(given, str) else None
    if given is None:
        return SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
    if record_id is None or not record_id.startswith(sobject.key_prefix):
        return SalesforceError("MALFORMED_ID", f"Id: id value of incorrect type: {given}", fields=["Id"])
    body = {name: value for name, value in record.items() if name.lower() != "id"}
    return Write(sobject, body, record_id=record_id)


def _upsert(sobject: SObject, field: Field, record: dict[str, object]) -> Write | Failure:
    if field.name == "Id":
        named = any(name.lower() == "id" and value for name, value in record.items())
        bare = {name: value for name, value in record.items() if name.lower() != "id"}
        return _update(record) if named else Write(sobject, bare)
    if any(name.lower() == "id" for name in record):
        return SalesforceError(
            "INVALID_FIELD", "The Id field should not be specified in the sobject data.", fields=["Id"]
        )
    value = next((value for name, value in record.items() if name.lower() == field.name.lower()), None)
    if value is None or value == "":
        return SalesforceError("MISSING_ARGUMENT", f"{field.name} not specified", fields=[])
    try:
        key = Key(field, coerce(field, value))
    except SalesforceError as error:
        if error.code == "JSON_PARSER_ERROR":
            raise
        return error
    body = {name: kept for name, kept in record.items() if name.lower() != field.name.lower()}
    return Write(sobject, body, key=key)


def _write_valid(items: Sequence[Write | Failure], body: dict[str, object], version: int) -> list[Outcome]:
    """Write what is addressed well; with allOrNone one bad address stops everything."""
    writes = [item for item in items if isinstance(item, Write)]
    if len(writes) == len(items):
        return _write(writes, body, version)
    if body.get("allOrNone") is True:
        return [Outcome(error=rolled_back() if isinstance(item, Write) else item) for item in items]
    done = iter(_write(writes, body, version))
    return [next(done) if isinstance(item, Write) else Outcome(error=item) for item in items]


def _write(writes: Sequence[Write], body: dict[str, object], version: int) -> list[Outcome]:
    options = Options(
        version,
        all_or_none=body.get("allOrNone") is True,
        allow_duplicates=duplicates_allowed(version),
        collection=True,
    )
    return write(current_org(), writes, options)


def _read(sobject: SObject, ids: Sequence[str], fields: Sequence[str], version: int) -> list[object]:
    org = current_org()
    if len(ids) > 2000:
        raise SalesforceError("EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 2000 ids")
    known = [canonical_id(item) for item in ids]
    wanted = list(dict.fromkeys(item for item in known if item))
    records = read_page(
        org.storage.connection(),
        select_fields(sobject, fields),
        Context(org.schema, org.clock()),
        wanted,
        version=version,
    )
    by_id = {record["Id"]: record for record in records}
    return [by_id.get(item) for item in known]


def _result(outcome: Outcome) -> dict[str, object]:
    if outcome.error is not None:
        return {"success": False, "errors": [outcome.error.as_record_error()]}
    return {"id": outcome.id, "success": True, "errors": []}
