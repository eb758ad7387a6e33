"""The queries a bulk job refuses before it begins.

Source: Salesforce, Bulk API 2.0, Create a Query Job: no GROUP BY, OFFSET, TYPEOF, aggregate functions, nor
sub-queries on child relationships.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.compiler import Context, compile_records
from sandbox.salesforce.soql.parser import QueryError, parse

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_CSV = "not supported in Bulk V2 Query with CSV content type"


def readable_query(org: Org, text: str) -> ast.Query:
    """The query parsed.

    Raises: SalesforceError for one that cannot be read, names what the org has not, or is not for bulk.
    """
    parsed = parse(text)
    refused = _refused(parsed)
    if refused:
        raise SalesforceError("FEATURENOTENABLED", f"{refused} {_CSV}")
    if org.schema.find(parsed.sobject) is None:
        raise SalesforceError("INVALIDENTITY", f"Entity '{parsed.sobject}' is not supported by the Bulk API.")
    try:
        compile_records(parsed, Context(org.schema, org.clock()))
    except QueryError as error:
        raise error.in_text(text) from None
    return parsed


def _refused(parsed: ast.Query) -> str:
    if any(isinstance(item, ast.ChildItem) for item in parsed.items):
        return "Aggregate Relationships"
    if parsed.group_by:
        return "GROUP BY"
    if parsed.aggregates:
        return "Aggregate functions"
    return "OFFSET" if parsed.offset else ""
