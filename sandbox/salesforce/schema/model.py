"""Objects and fields as the org describes them; every name is looked up without regard to case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sandbox.salesforce.schema.validation_rule import ValidationRule

TEXT_TYPES = frozenset(
    {
        "string",
        "textarea",
        "email",
        "phone",
        "url",
        "picklist",
        "multipicklist",
        "combobox",
        "encryptedstring",
    }
)
ID_TYPES = frozenset({"id", "reference"})
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One choice; `closed` is meant for Case.Status alone."""

    value: str
    label: str
    default: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field with the properties a client reads in describe."""

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    unique: bool = False
    case_sensitive: bool = False
    external_id: bool = False
    id_lookup: bool = False
    name_field: bool = False
    auto_number: bool = False
    defaulted_on_create: bool = False
    default: str | None = None
    byte_length: bool = False
    picklist: tuple[PicklistValue, ...] = ()
    restricted_picklist: bool = False
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    child_relationship: str | None = None
    mirrors: str | None = None
    custom: bool = False

    @property
    def is_text(self) -> bool:
        """Whether values are text that people read (ids are not)."""
        return self.type in TEXT_TYPES

    @property
    def folds(self) -> bool:
        """Whether the org compares its values without regard to case."""
        return self.is_text and not self.case_sensitive

    @property
    def long_text(self) -> bool:
        """Whether it is a long text area, which cannot be filtered or sorted."""
        return self.type == "textarea" and self.length > 255

    @property
    def stored(self) -> bool:
        """Whether it has a column of its own (a mirror of a parent's field has none)."""
        return self.mirrors is None

    @property
    def required(self) -> bool:
        """Whether a record cannot be written without it."""
        return not self.nillable and self.createable and self.stored and self.type != "boolean"

    @property
    def preset(self) -> bool:
        """Whether a new record may get a value nobody gave; a boolean that is false needs none."""
        chosen = any(choice.default for choice in self.picklist)
        given = self.default is not None and self.default != "false"
        return self.stored and (self.auto_number or chosen or given)

    @property
    def upsert_key(self) -> bool:
        """Whether records may be addressed by it."""
        return self.external_id or self.id_lookup


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """How a parent names the children that point to it."""

    name: str
    child: str
    field: str


@dataclass(frozen=True, slots=True)
class SObject:
    """One object: its fields in order, by folded name, and by what each write asks of them."""

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: tuple[Field, ...]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    custom: bool = False
    rules: tuple[ValidationRule, ...] = ()
    _by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    _by_relationship: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    lookups: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    required: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    preset: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    not_createable: frozenset[str] = field(init=False, repr=False, compare=False)
    not_updateable: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folded = {item.name.lower(): item for item in self.fields}
        by_name = {**folded, **{item.name: item for item in self.fields}}
        relations = {item.relationship_name.lower(): item for item in self.fields if item.relationship_name}
        object.__setattr__(self, "_by_name", MappingProxyType(by_name))
        object.__setattr__(self, "_by_relationship", MappingProxyType(relations))
        for name, kept in (
            ("lookups", tuple(item for item in self.fields if item.type == "reference")),
            ("required", tuple(item for item in self.fields if item.required)),
            ("preset", tuple(item for item in self.fields if item.preset)),
            ("not_createable", frozenset(item.name for item in self.fields if not item.createable)),
            ("not_updateable", frozenset(item.name for item in self.fields if not item.updateable)),
        ):
            object.__setattr__(self, name, kept)

    def find(self, name: str) -> Field | None:
        """The field of that name, whatever its case."""
        return self._by_name.get(name) or self._by_name.get(name.lower())

    def parent(self, relationship: str) -> Field | None:
        """The lookup behind a relationship name such as `Contact` or `Dossier__r`."""
        return self._by_relationship.get(relationship.lower())


@dataclass(frozen=True, slots=True)
class Schema:
    """All objects of the org."""

    objects: Mapping[str, SObject]

    @classmethod
    def of(cls, objects: Iterable[SObject]) -> Schema:
        """A schema from its objects."""
        return cls(MappingProxyType({item.name.lower(): item for item in objects}))

    def find(self, name: str) -> SObject | None:
        """The object of that name, whatever its case."""
        return self.objects.get(name.lower())

    def by_prefix(self, prefix: str) -> SObject | None:
        """The object whose ids start so."""
        return next((item for item in self.objects.values() if item.key_prefix == prefix), None)

    def target(self, lookup: Field) -> SObject | None:
        """The object a lookup points to; of several, the first this org has."""
        return next((item for name in lookup.reference_to if (item := self.find(name))), None)

    def children(self, parent: SObject) -> tuple[ChildRelationship, ...]:
        """The child relationships of an object, in a stable order."""
        return tuple(
            ChildRelationship(field.child_relationship, child.name, field.name)
            for child in self.objects.values()
            for field in child.fields
            if field.child_relationship and parent.name in field.reference_to
        )
