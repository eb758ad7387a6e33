"""One column of an upload: the field it sets, or the parent it names."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.coercion import coerce
from sandbox.salesforce.records.drafts import Draft, Key, ParentKey, checked
from sandbox.salesforce.schema.model import Field, Schema, SObject
from sandbox.salesforce.storage import SqlValue

NULL = "#N/A"
_TRUE = frozenset({"true", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "no", "n", "off", "0"})


@dataclass(frozen=True, slots=True)
class Column:
    """A field to set; with `target` and `key` the parent's, whose record the lookup `field` shall name."""

    field: Field
    target: SObject | None = None
    key: Field | None = None

    def sets(self, field: Field | None) -> bool:
        """Whether it is that field of the record itself."""
        return self.key is None and field is not None and self.field.name == field.name

    def take(self, made: Draft, text: str, schema: Schema) -> None:
        """Put a cell that is not empty into the record.

        Raises: SalesforceError for a value the field cannot hold.
        """
        value = None if text == NULL else text
        if self.key is None or self.target is None or value is None:
            made.changes[self.field.name] = checked(self.field, typed(self.field, value), schema)
        else:
            made.parents.append(ParentKey(self.field, self.target, Key(self.key, typed(self.key, value))))


def find_column(sobject: SObject, name: str, schema: Schema) -> Column | None:
    """The column a header names as `Field`, `Relation.Key` or `Object:Relation.Key`, if there is one."""
    relation, dot, indexed = name.partition(".")
    if not dot:
        field = sobject.find(name)
        return Column(field) if field else None
    kind, colon, own = relation.rpartition(":")
    lookup = sobject.parent(own)
    if lookup is None:
        return None
    target = schema.find(kind) if colon else schema.target(lookup)
    key = target.find(indexed) if target and target.name in lookup.reference_to else None
    return Column(lookup, target, key) if key and key.upsert_key else None


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
