"""The first row of an upload, made into what each cell below it means.

Source: Salesforce, Bulk API 2.0, Prepare CSV Files and Relationship Fields in a Header Row: an empty cell
leaves the field alone, `#N/A` empties it, `Relation.IndexedField` names a parent.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.salesforce.bulk.columns import NULL, Column, find_column, typed
from sandbox.salesforce.bulk.csv_rows import CsvError
from sandbox.salesforce.bulk.job import Request
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.records.drafts import Draft, Key, Write
from sandbox.salesforce.schema.model import Schema

MOST_IN_HEADER = 32_000
_DELETIONS = frozenset({"delete", "hardDelete"})


class Header:
    """How the rows of one upload become records of one object."""

    def __init__(self, names: Sequence[str], request: Request, schema: Schema) -> None:
        """Raises: CsvError for a column the object has not, or one that is missing."""
        found = schema.find(request.sobject)
        assert found is not None
        self.sobject = found
        self._schema = schema
        self._operation = request.operation
        key = found.find(request.external_id) if request.external_id else None
        self._key = None if key is None or key.name == "Id" else key
        self._upserts_by_id = key is not None and key.name == "Id"
        self._id_at = self._key_at = -1
        self._columns: list[tuple[int, Column]] = []
        if sum(map(len, names)) > MOST_IN_HEADER:
            raise CsvError("InvalidBatch : The header row is longer than 32000 characters")
        for at, name in enumerate(names):
            self._add(at, name)
        self._check(len(names))

    def draft(self, cells: Sequence[str]) -> Draft:
        """The record of a row; what is wrong with it is kept in `error`."""
        try:
            made = Draft(self._address(cells))
        except SalesforceError as error:
            return Draft(Write(self.sobject, {}), error=error)
        try:
            for at, column in self._columns:
                if at < len(cells) and (text := cells[at]):
                    column.take(made, text, self._schema)
        except SalesforceError as error:
            made.error = error
        return made

    def record_id(self, cells: Sequence[str]) -> str:
        """The id a row names.

        Raises: SalesforceError `MISSING_ARGUMENT` or `MALFORMED_ID`.
        """
        given = _cell(cells, self._id_at)
        if not given:
            raise SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
        found = canonical_id(given)
        if found is None or not found.startswith(self.sobject.key_prefix):
            raise SalesforceError("MALFORMED_ID", f"Id: id value of incorrect type: {given}", fields=["Id"])
        return found

    def _address(self, cells: Sequence[str]) -> Write:
        """Which record a row is about: by its id, by a key, or a new one."""
        named = _cell(cells, self._id_at)
        if self._operation == "update" or (self._upserts_by_id and named):
            return Write(self.sobject, {}, record_id=self.record_id(cells))
        if named:
            text = f"cannot specify Id in an {self._operation} call"
            raise SalesforceError("INVALID_FIELD_FOR_INSERT_UPDATE", text, fields=["Id"])
        if self._key is None:
            return Write(self.sobject, {})
        value = _cell(cells, self._key_at)
        if not value:
            name = self._key.name
            raise SalesforceError("MISSING_ARGUMENT", f"{name} not specified", fields=[name])
        return Write(self.sobject, {}, key=Key(self._key, typed(self._key, value)))

    def _add(self, at: int, name: str) -> None:
        column = find_column(self.sobject, name, self._schema)
        if column is None:
            raise _no_such_column(name)
        if column.sets(self.sobject.find("Id")):
            self._id_at = at
        elif column.sets(self._key):
            self._key_at = at
        else:
            self._columns.append((at, column))

    def _check(self, count: int) -> None:
        if self._operation in _DELETIONS | {"update"} and self._id_at < 0:
            raise _no_such_column("Id")
        if self._operation in _DELETIONS and count > 1:
            raise CsvError(f"InvalidBatch : The '{self._operation}' batch must contain only ids")
        if self._key is not None and self._key_at < 0:
            raise _no_such_column(self._key.name)


def _cell(cells: Sequence[str], at: int) -> str:
    """The text of a cell that says something; rows may be shorter than their header."""
    text = cells[at] if 0 <= at < len(cells) else ""
    return "" if text == NULL else text


def _no_such_column(name: str) -> CsvError:
    return CsvError(f"InvalidBatch : Field name not found : {name}")
