"""The first row of an upload, made into what each cell below it means.

Source: Salesforce, Bulk API 2.0, Prepare CSV Files and Relationship Fields in a Header Row: an empty cell
leaves the field alone, `#N/A` empties it, `Relation.IndexedField` names a parent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.salesforce.bulk.csv_rows import CsvError
from sandbox.salesforce.bulk.job import Request
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.records.coercion import coerce
from sandbox.salesforce.records.drafts import Draft, Key, ParentKey, Write, checked
from sandbox.salesforce.schema.model import Field, Schema, SObject
from sandbox.salesforce.storage import SqlValue

NULL = "#N/A"
MOST_IN_HEADER = 32_000
_TRUE = frozenset({"true", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "no", "n", "off", "0"})


@dataclass(frozen=True, slots=True)
class Column:
    """A field to set; with `target` and `key` the parent's, whose record the lookup `field` shall name."""

    field: Field
    target: SObject | None = None
    key: Field | None = None

    def take(self, made: Draft, text: str, schema: Schema) -> None:
        """Put a cell that is not empty into the record.

        Raises: SalesforceError for a value the field cannot hold.
        """
        value = None if text == NULL else text
        if self.key is None or self.target is None or value is None:
            made.changes[self.field.name] = checked(self.field, typed(self.field, value), schema)
        else:
            made.parents.append(ParentKey(self.field, self.target, Key(self.key, typed(self.key, value))))


class Header:
    """How the rows of one upload become records of one object."""

    def __init__(self, names: Sequence[str], request: Request, schema: Schema) -> None:
        """Raises: CsvError for a column the object has not, or one that is missing."""
        found = schema.find(request.sobject)
        assert found is not None
        self.sobject = found
        self._schema = schema
        self._key = found.find(request.external_id) if request.external_id else None
        self._by_id = request.operation in {"update", "delete", "hardDelete"} or self._named_id()
        self._is_upsert = request.operation == "upsert"
        self._id_at = self._key_at = -1
        self._columns: list[tuple[int, Column]] = []
        if sum(map(len, names)) > MOST_IN_HEADER:
            raise CsvError("InvalidBatch : The header row is longer than 32000 characters")
        for at, name in enumerate(names):
            self._add(at, name)
        self._check(names, request.operation)

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
        given = cells[self._id_at] if self._id_at < len(cells) else ""
        if not given or given == NULL:
            raise SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
        found = canonical_id(given)
        if found is None or not found.startswith(self.sobject.key_prefix):
            raise SalesforceError("MALFORMED_ID", f"Id: id value of incorrect type: {given}", fields=["Id"])
        return found

    def _address(self, cells: Sequence[str]) -> Write:
        given = self._id_at >= 0 and cells[self._id_at : self._id_at + 1] not in ([""], [])
        if self._by_id:
            return Write(
                self.sobject, {}, record_id=self.record_id(cells) if given or not self._is_upsert else None
            )
        if given:
            raise SalesforceError(
                "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", fields=["Id"]
            )
        if self._key is None:
            return Write(self.sobject, {})
        value = cells[self._key_at] if self._key_at < len(cells) else ""
        if not value or value == NULL:
            raise SalesforceError(
                "MISSING_ARGUMENT", f"{self._key.name} not specified", fields=[self._key.name]
            )
        return Write(self.sobject, {}, key=Key(self._key, typed(self._key, value)))

    def _named_id(self) -> bool:
        return self._key is not None and self._key.name == "Id"

    def _add(self, at: int, name: str) -> None:
        column = self._column(name)
        if column is None:
            raise CsvError(f"InvalidBatch : Field name not found : {name}")
        if column.key is None and column.field.name == "Id":
            self._id_at = at
        elif column.key is None and self._key is not None and column.field.name == self._key.name:
            self._key_at = at
        else:
            self._columns.append((at, column))

    def _column(self, name: str) -> Column | None:
        relation, dot, indexed = name.partition(".")
        if not dot:
            field = self.sobject.find(name)
            return Column(field) if field else None
        kind, colon, relation_of_kind = relation.partition(":")
        lookup = self.sobject.parent(relation_of_kind if colon else relation)
        target = self._schema.find(kind) if colon else self._schema.target(lookup) if lookup else None
        key = target.find(indexed) if target else None
        if lookup is None or target is None or key is None or not key.upsert_key:
            return None
        return Column(lookup, target, key)

    def _check(self, names: Sequence[str], operation: str) -> None:
        if self._by_id and not self._is_upsert and self._id_at < 0:
            raise CsvError("InvalidBatch : Field name not found : Id")
        if operation in {"delete", "hardDelete"} and len(names) > 1:
            raise CsvError(f"InvalidBatch : The '{operation}' batch must contain only ids")
        if self._is_upsert and self._key is not None and not self._named_id() and self._key_at < 0:
            raise CsvError(f"InvalidBatch : Field name not found : {self._key.name}")


def typed(field: Field, text: str | None) -> SqlValue:
    """The stored form of a cell.

    Raises: SalesforceError `INVALID_TYPE_ON_FIELD_IN_RECORD`, or the field's own refusal.
    """
    if field.type == "boolean" and text is not None:
        word = text.lower()
        if word in _TRUE or word in _FALSE:
            return int(word in _TRUE)
    try:
        return coerce(field, text)
    except SalesforceError as error:
        if error.code != "JSON_PARSER_ERROR":
            raise
    raise SalesforceError(
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        f"{field.label}: value not of required type: {text}",
        fields=[field.name],
    )
