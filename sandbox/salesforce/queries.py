"""The query resources: first page, next pages, and the description of columns one client asks for."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.salesforce.columns import describe_columns
from sandbox.salesforce.cursors import Cursor
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.replies import json_reply
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.compiler import Context
from sandbox.salesforce.soql.parser import QueryError, parse
from sandbox.salesforce.soql.run import read_groups, read_ids, read_page, read_records
from sandbox.salesforce.versions import api_version, data_route

queries = Blueprint("query", __name__)
FULL_PAGE = 2000
SMALL_PAGE = 200


@data_route(queries, "/query")
def query() -> Response:
    """The first page of a query."""
    return _answer(include_deleted=False)


@data_route(queries, "/queryAll")
def query_all() -> Response:
    """The same, with the records in the bin."""
    return _answer(include_deleted=True)


@data_route(queries, "/tooling/query")
def tooling_query() -> Response:
    """The refusal that keeps clients quiet: this org has no tooling objects."""
    raise SalesforceError("INVALID_TYPE", "sObject type is not supported by the tooling resource.")


@data_route(queries, "/query/<locator>")
@data_route(queries, "/queryAll/<locator>")
def next_page(locator: str) -> Response:
    """A later page, as `nextRecordsUrl` names it: `01g…-2000`."""
    org = current_org()
    cursor_id, _, position = locator.rpartition("-")
    cursor = org.cursors.find(cursor_id)
    if cursor is None or not position.isdigit() or int(position) >= cursor.size:
        raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return json_reply(_page(org, cursor, int(position), api_version()))


def run_query(
    org: Org, text: str, *, version: int, page_size: int, include_deleted: bool = False
) -> dict[str, object]:
    """The first page of a query: `{totalSize, done, records[, nextRecordsUrl]}`.

    Raises: SalesforceError for a query the org refuses.
    """
    parsed = parse(text)
    try:
        return _first_page(org, parsed, version, _fitting_size(org, parsed, page_size), include_deleted)
    except QueryError as error:
        raise error.in_text(text) from None


def _answer(*, include_deleted: bool) -> Response:
    text = request.args.get("q", "")
    if request.args.get("columns") == "true":
        return json_reply(_columns(text))
    body = run_query(
        current_org(), text, version=api_version(), page_size=_asked_size(), include_deleted=include_deleted
    )
    return json_reply(body)


def _columns(text: str) -> dict[str, object]:
    try:
        return describe_columns(parse(text), current_org().schema)
    except QueryError as error:
        raise error.in_text(text) from None


def _first_page(
    org: Org, parsed: ast.Query, version: int, size: int, include_deleted: bool
) -> dict[str, object]:
    connection = org.storage.connection()
    context = Context(org.schema, org.clock(), include_deleted)
    if parsed.aggregates:
        groups = read_groups(connection, parsed, context, most=size)
        if parsed.counts_only:
            return {"totalSize": groups[0]["expr0"], "done": True, "records": []}
        return {"totalSize": len(groups), "done": True, "records": groups}
    records = read_records(connection, parsed, context, version=version, most=size)
    if records is not None:
        return {"totalSize": len(records), "done": True, "records": records}
    ids = read_ids(connection, parsed, context)
    cursor = org.cursors.keep(parsed, ids, include_deleted=include_deleted, page_size=size)
    return _page(org, cursor, 0, version)


def _page(org: Org, cursor: Cursor, start: int, version: int) -> dict[str, object]:
    context = Context(org.schema, org.clock(), include_deleted=True)
    ids = org.cursors.page(cursor, start)
    records = read_page(org.storage.connection(), cursor.query, context, ids, version=version)
    body: dict[str, object] = {"totalSize": cursor.size, "done": start + len(ids) >= cursor.size}
    if not body["done"]:
        body["nextRecordsUrl"] = f"/services/data/v{version}.0/query/{cursor.id}-{start + len(ids)}"
    return {**body, "records": records}


def _asked_size() -> int:
    options = request.headers.get("Sforce-Query-Options", "").replace(" ", "").lower()
    asked = options.partition("batchsize=")[2]
    return min(max(int(asked), SMALL_PAGE), FULL_PAGE) if asked.isdigit() else FULL_PAGE


def _fitting_size(org: Org, parsed: ast.Query, asked: int) -> int:
    """What was asked; rows with two long texts of the town's own come 200 at a time."""
    sobject = org.schema.find(parsed.sobject)
    paths = [item.path.parts[-1] for item in parsed.items if isinstance(item, ast.FieldItem)]
    fields = [field for name in paths if sobject and (field := sobject.find(name))]
    wide = sum(field.long_text and field.custom for field in fields) >= 2
    return min(asked, org.cursors.page_size, SMALL_PAGE if wide else FULL_PAGE)
