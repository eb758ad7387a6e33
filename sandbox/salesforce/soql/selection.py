"""The query behind reads that name fields and ids instead of SOQL."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.salesforce.errors import no_such_column
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.soql.ast import FieldItem, Path, Query


def select_fields(sobject: SObject, names: Sequence[str]) -> Query:
    """A query of those fields, of all fields when none is named; the id always comes with named ones.

    Raises: SalesforceError `INVALID_FIELD`.
    """
    wanted: dict[str, None] = {}
    for name in names:
        field = sobject.find(name)
        if field is None:
            raise no_such_column(name, sobject.name)
        wanted[field.name] = None
    if wanted:
        wanted["Id"] = None
    chosen = list(wanted) or [field.name for field in sobject.fields]
    return Query(tuple(FieldItem(Path((name,))) for name in chosen), sobject.name)
