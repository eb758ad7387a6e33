"""Single records: create, read, change, delete, by id or by external id."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote

from flask import Blueprint, Response, request

from sandbox.salesforce.errors import SalesforceError, entity_is_deleted, external_id_unknown, not_found
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.records.coercion import parse_datetime
from sandbox.salesforce.records.deletion import delete
from sandbox.salesforce.records.drafts import Key, Outcome, Write, find_key
from sandbox.salesforce.records.lookups import rows_by_key
from sandbox.salesforce.records.writer import Options, write
from sandbox.salesforce.replies import empty_reply, json_object, json_reply, raw_segments
from sandbox.salesforce.resources import known_object
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.soql.compiler import Context
from sandbox.salesforce.soql.run import read_page
from sandbox.salesforce.soql.selection import select_fields
from sandbox.salesforce.versions import api_version, data_route

sobjects = Blueprint("sobjects", __name__)
CREATED_FLAG_VERSION = 46
DUPLICATE_HEADER_VERSION = 52


@data_route(sobjects, "/sobjects/<name>", ["POST"])
@data_route(sobjects, "/sobjects/<name>/Id", ["POST"])
def create(name: str) -> Response:
    """201 with the new id."""
    sobject = writable_object(name)
    outcome = _write_one(Write(sobject, json_object()), api_version())
    reply = json_reply({"id": outcome.id, "success": True, "errors": []}, 201)
    reply.headers["Location"] = f"/services/data/v{api_version()}.0/sobjects/{sobject.name}/{outcome.id}"
    return reply


@data_route(sobjects, "/sobjects/<name>/<record_id>")
def read(name: str, record_id: str) -> Response:
    """The record, with all fields or those of `?fields=`; 304 for who has it as it is."""
    sobject = known_object(name)
    known_id = _addressed(sobject, record_id)
    record = _read(sobject, known_id, api_version())
    changed = _changed_at(sobject, known_id)
    if request.if_modified_since and request.if_modified_since >= changed:
        return empty_reply(304)
    reply = json_reply(record)
    reply.last_modified = changed
    return reply


@data_route(sobjects, "/sobjects/<name>/<record_id>", ["PATCH"])
def update(name: str, record_id: str) -> Response:
    """204."""
    sobject = writable_object(name)
    body = json_object()
    if any(field.lower() == "id" for field in body):
        raise SalesforceError("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    known_id = _addressed(sobject, record_id)
    _check_present(current_org(), sobject, known_id)
    _write_one(Write(sobject, body, record_id=known_id), api_version())
    return empty_reply()


@data_route(sobjects, "/sobjects/<name>/<record_id>", ["DELETE"])
def remove(name: str, record_id: str) -> Response:
    """204; the record goes to the bin."""
    sobject = known_object(name)
    return _delete(sobject, _addressed(sobject, record_id))


@data_route(sobjects, "/sobjects/<name>/<field>/<path:_value>")
def read_by_key(name: str, field: str, _value: str) -> Response:
    """The record with that external id."""
    sobject = known_object(name)
    ids = _ids_of(sobject, _key_of(sobject, field))
    if len(ids) > 1:
        return _several(sobject, ids, api_version())
    return json_reply(_read(sobject, ids[0], api_version()))


@data_route(sobjects, "/sobjects/<name>/<field>/<path:_value>", ["PATCH"])
def upsert(name: str, field: str, _value: str) -> Response:
    """201 when it made the record; else 200 with a body, or 204 in older versions; 300 when several match."""
    sobject = writable_object(name)
    key = _key_of(sobject, field)
    if key.field.name == "Id":
        return update(name, str(key.value))
    update_only = request.args.get("updateOnly", "").lower() == "true"
    body = _without_key(json_object(), key)
    outcome = _write_one(Write(sobject, body, key=key), api_version(), update_only=update_only)
    if outcome.matches:
        return _several(sobject, list(outcome.matches), api_version())
    if not outcome.created and api_version() < CREATED_FLAG_VERSION:
        return empty_reply()
    answer: dict[str, object] = {"id": outcome.id, "success": True, "errors": []}
    if api_version() >= CREATED_FLAG_VERSION:
        answer["created"] = outcome.created
    return json_reply(answer, 201 if outcome.created else 200)


@data_route(sobjects, "/sobjects/<name>/<field>/<path:_value>", ["DELETE"])
def remove_by_key(name: str, field: str, _value: str) -> Response:
    """204; 300 when several match."""
    sobject = known_object(name)
    ids = _ids_of(sobject, _key_of(sobject, field))
    return _several(sobject, ids, api_version()) if len(ids) > 1 else _delete(sobject, ids[0])


def writable_object(name: str) -> SObject:
    """The object of that name, if records may be written.

    Raises: SalesforceError `NOT_FOUND` or `CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY`.
    """
    sobject = known_object(name)
    if not sobject.createable:
        raise SalesforceError(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"entity type cannot be inserted: {sobject.label}",
            fields=[],
        )
    return sobject


def duplicates_allowed(version: int) -> bool:
    """Whether the caller overrides alert rules, which versions before 52.0 cannot."""
    header = request.headers.get("Sforce-Duplicate-Rule-Header", "").replace(" ", "").lower()
    return version >= DUPLICATE_HEADER_VERSION and "allowsave=true" in header.replace(",", ";").split(";")


def _write_one(item: Write, version: int, *, update_only: bool = False) -> Outcome:
    options = Options(version, allow_duplicates=duplicates_allowed(version), update_only=update_only)
    outcome = write(current_org(), [item], options)[0]
    if outcome.error is not None and not outcome.matches:
        raise outcome.error
    return outcome


def _read(sobject: SObject, record_id: str, version: int) -> dict[str, object]:
    org = current_org()
    _check_present(org, sobject, record_id)
    names = [part.strip() for part in request.args.get("fields", "").split(",") if part.strip()]
    context = Context(org.schema, org.clock())
    query = select_fields(sobject, names)
    return read_page(org.storage.connection(), query, context, [record_id], version=version)[0]


def _check_present(org: Org, sobject: SObject, record_id: str) -> None:
    sql = f'SELECT "IsDeleted" FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - a name from the schema
    row = org.storage.connection().execute(sql, (record_id,)).fetchone()
    if row is None:
        raise not_found()
    if row[0]:
        raise entity_is_deleted()


def _changed_at(sobject: SObject, record_id: str) -> datetime:
    sql = f'SELECT "LastModifiedDate" FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - a name from the schema
    return parse_datetime(current_org().storage.connection().execute(sql, (record_id,)).fetchone()[0])


def _addressed(sobject: SObject, given: str) -> str:
    record_id = canonical_id(given)
    if record_id is None:
        raise external_id_unknown(given)
    if not record_id.startswith(sobject.key_prefix):
        raise not_found()
    return record_id


def _key_of(sobject: SObject, field: str) -> Key:
    segments = raw_segments()
    at = [segment.lower() for segment in segments].index("sobjects")
    if len(segments) != at + 4:
        raise not_found()
    return find_key(sobject, field, unquote(segments[at + 3]))


def _without_key(body: dict[str, object], key: Key) -> dict[str, object]:
    for name, value in body.items():
        if name.lower() == key.field.name.lower():
            if value != key.value:
                raise SalesforceError(
                    "INVALID_FIELD",
                    f"The {key.field.name} field should not be specified in the sobject data.",
                )
            return {other: kept for other, kept in body.items() if other != name}
    return body


def _ids_of(sobject: SObject, key: Key) -> list[str]:
    connection = current_org().storage.connection()
    rows = rows_by_key(connection, sobject, key.field, [key.compared]).get(key.compared, [])
    if not rows:
        raise not_found()
    return [str(row["Id"]) for row in rows]


def _several(sobject: SObject, ids: list[str], version: int) -> Response:
    return json_reply([f"/services/data/v{version}.0/sobjects/{sobject.name}/{i}" for i in ids], 300)


def _delete(sobject: SObject, record_id: str) -> Response:
    _check_present(current_org(), sobject, record_id)
    error = delete(current_org(), [record_id])[0].error
    if error is not None:
        raise error
    return empty_reply()
