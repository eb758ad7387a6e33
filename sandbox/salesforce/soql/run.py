"""Runs queries: pages of records, groups, counts, and the sub-queries of a page."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.compiler import (
    ChildQuery,
    Context,
    compile_groups,
    compile_ids,
    compile_records,
)
from sandbox.salesforce.soql.shape import Record
from sandbox.salesforce.storage import SqlValue


def read_records(
    connection: sqlite3.Connection, query: ast.Query, context: Context, *, version: int, most: int
) -> list[Record] | None:
    """The records of a query, or None when there are more than `most`."""
    compiled = compile_records(query, context)
    rows = list(islice(connection.execute(compiled.sql, compiled.values), most + 1))
    if len(rows) > most:
        return None
    records = [compiled.shape.build(row, version) for row in rows]
    _add_children(connection, compiled.children, context, version, list(zip(rows, records, strict=True)))
    return records


def read_ids(connection: sqlite3.Connection, query: ast.Query, context: Context) -> Iterator[str]:
    """The ids of all records of a query, in its order."""
    sql, values = compile_ids(query, context)
    for row in connection.execute(sql, values):
        yield row[0]


def read_page(
    connection: sqlite3.Connection, query: ast.Query, context: Context, ids: Sequence[str], *, version: int
) -> list[Record]:
    """The records of a page already fixed as ids; one purged since is left out."""
    compiled = compile_records(query, context, among=ids)
    place = {record_id: index for index, record_id in enumerate(ids)}
    rows = sorted(connection.execute(compiled.sql, compiled.values), key=lambda row: place[row[0]])
    records = [compiled.shape.build(row, version) for row in rows]
    _add_children(connection, compiled.children, context, version, list(zip(rows, records, strict=True)))
    return records


def read_groups(
    connection: sqlite3.Connection, query: ast.Query, context: Context, *, most: int
) -> list[Record]:
    """The groups of a query, in one page.

    Raises: SalesforceError `EXCEEDED_ID_LIMIT` when they do not fit.
    """
    sql, values, groups = compile_groups(query, context)
    rows = list(islice(connection.execute(sql, values), most + 1))
    if len(rows) > most:
        raise SalesforceError(
            "EXCEEDED_ID_LIMIT",
            "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single"
            " batch",
        )
    return [groups.build(row) for row in rows]


def _add_children(
    connection: sqlite3.Connection,
    children: Sequence[ChildQuery],
    context: Context,
    version: int,
    parents: Sequence[tuple[Sequence[SqlValue], Record]],
) -> None:
    by_id = {str(row[0]): record for row, record in parents}
    for child in children:
        found = _children_of(connection, child, list(by_id), context, version) if by_id else {}
        for record_id, record in by_id.items():
            own = found.get(record_id)
            nested = {"totalSize": len(own), "done": True, "records": own} if own else None
            record[child.relationship.name] = nested


def _children_of(
    connection: sqlite3.Connection, child: ChildQuery, ids: Sequence[str], context: Context, version: int
) -> dict[str, list[Record]]:
    compiled = compile_records(child.query, context, among=ids, link=child.relationship.field)
    found: dict[str, list[Record]] = defaultdict(list)
    limit = child.query.limit
    for row in connection.execute(compiled.sql, compiled.values):
        own = found[str(row[compiled.link])]
        if limit is None or len(own) < limit:
            own.append(compiled.shape.build(row, version))
    return found
