"""One record of a call on its way into the org: what was asked, what it became, how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.salesforce.errors import SalesforceError, external_id_unknown, malformed_json, no_such_column
from sandbox.salesforce.records.coercion import coerce, wrong_id
from sandbox.salesforce.schema.model import Field, Schema, SObject
from sandbox.salesforce.storage import SqlValue
from sandbox.salesforce.tables import fold

Row = dict[str, SqlValue]


@dataclass(frozen=True, slots=True)
class Key:
    """An upsert key and its value as given."""

    field: Field
    value: SqlValue

    @property
    def compared(self) -> SqlValue:
        """The value as the org compares it."""
        return fold(self.value) if self.field.folds and isinstance(self.value, str) else self.value


@dataclass(frozen=True, slots=True)
class Write:
    """A create (neither id nor key), an update (id) or an upsert (key) of one record."""

    sobject: SObject
    body: Mapping[str, object]
    record_id: str | None = None
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class ParentKey:
    """A parent named by its external id inside a body; `lookup` receives its record id."""

    lookup: Field
    target: SObject
    key: Key


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one record ended; `matches` holds the ids when a key fits several records."""

    id: str | None = None
    created: bool = False
    error: SalesforceError | None = None
    matches: Sequence[str] = ()


@dataclass(slots=True)
class Draft:
    """A write while it is being worked on; `old` is the stored row, None for a new record."""

    write: Write
    changes: Row = field(default_factory=dict)
    parents: list[ParentKey] = field(default_factory=list)
    old: Row | None = None
    error: SalesforceError | None = None
    matches: Sequence[str] = ()

    @property
    def sobject(self) -> SObject:
        """The object written to."""
        return self.write.sobject

    def value(self, name: str) -> SqlValue:
        """What the record will hold in that field."""
        if name in self.changes:
            return self.changes[name]
        return self.old.get(name) if self.old else None

    @property
    def is_new(self) -> bool:
        """Whether the record does not exist yet."""
        return self.old is None

    def prior(self, name: str) -> SqlValue:
        """What the record holds in that field before the write; for a new record, what it will hold."""
        return self.old.get(name) if self.old else self.changes.get(name)

    def given(self, name: str) -> bool:
        """Whether the record will be told a new value for that field."""
        return name in self.changes and (self.old is None or self.old.get(name) != self.changes[name])


def draft(write: Write, schema: Schema) -> Draft:
    """The body checked field by field; a refusal is kept in `error`.

    Raises: SalesforceError `JSON_PARSER_ERROR`, which refuses the whole call and not one record.
    """
    made = Draft(write)
    try:
        for name, value in write.body.items():
            if name != "attributes":
                _take(made, name, value, schema)
    except SalesforceError as error:
        if error.code == "JSON_PARSER_ERROR":
            raise
        made.error = error
    return made


def find_key(sobject: SObject, name: str, value: object) -> Key:
    """The upsert key of that name.

    Raises: SalesforceError `NOT_FOUND` when records cannot be addressed by it.
    """
    found = sobject.find(name)
    if found is None or not found.upsert_key:
        raise external_id_unknown(name)
    return Key(found, coerce(found, value))


def _take(made: Draft, name: str, value: object, schema: Schema) -> None:
    sobject = made.sobject
    found = sobject.find(name)
    if found is not None:
        made.changes[found.name] = checked(found, coerce(found, value), schema)
        return
    lookup = sobject.parent(name)
    if lookup is None or not isinstance(value, Mapping | None):
        raise no_such_column(name, sobject.name)
    if value is None:
        made.changes[lookup.name] = None
    else:
        made.parents.append(_parent_key(lookup, value, schema))


def checked(found: Field, value: SqlValue, schema: Schema) -> SqlValue:
    """The value, if it is no id of an object the lookup does not point to.

    Raises: SalesforceError `MALFORMED_ID`.
    """
    if found.type == "reference" and isinstance(value, str):
        targets = (schema.find(name) for name in found.reference_to)
        if value[:3] not in {target.key_prefix for target in targets if target}:
            raise wrong_id(found, value)
    return value


def _parent_key(lookup: Field, value: Mapping[str, object], schema: Schema) -> ParentKey:
    target = schema.target(lookup)
    names = [name for name in value if name != "attributes"]
    if target is None or len(names) != 1:
        raise malformed_json(f"The relationship {lookup.relationship_name} needs one external id field")
    found = target.find(names[0])
    if found is None or not found.upsert_key:
        raise SalesforceError(
            "INVALID_FIELD",
            f"Field name provided, {names[0]} is not an External ID or indexed field for {target.name}",
        )
    return ParentKey(lookup, target, Key(found, coerce(found, value[names[0]])))
