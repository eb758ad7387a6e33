"""Reads the standard objects that ship as data beside this file, and adds what packages bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from sandbox.salesforce.schema.model import Field, PicklistValue, Schema, SObject
from sandbox.salesforce.schema.package import Package, read_package

_STANDARD = ("Account", "Contact", "Case", "CaseComment", "User", "Organization")
_LENGTHS = {"id": 18, "reference": 18, "email": 80, "phone": 40, "url": 255, "picklist": 255, "textarea": 255}
_SNAKE = {
    "caseSensitive": "case_sensitive",
    "externalId": "external_id",
    "idLookup": "id_lookup",
    "nameField": "name_field",
    "autoNumber": "auto_number",
    "defaultedOnCreate": "defaulted_on_create",
    "byteLength": "byte_length",
    "restrictedPicklist": "restricted_picklist",
    "relationshipName": "relationship_name",
    "childRelationship": "child_relationship",
}


def load_schema(packages: Sequence[Path] = ()) -> Schema:
    """The standard objects with every custom field, custom object and value set found below `packages`."""
    package = read_package(packages)
    system = _system_fields()
    standard = [_standard_object(name, system, package) for name in _STANDARD]
    custom = [
        SObject(
            name=item.name,
            label=item.label,
            label_plural=item.label_plural,
            key_prefix=f"a{number:02d}",
            fields=(*system, item.name_field, *_owner(package.fields_of(item.name))),
            custom=True,
            rules=package.rules_of(item.name),
        )
        for number, item in enumerate(package.objects)
    ]
    return Schema.of([*standard, *custom])


def _standard_object(name: str, system: tuple[Field, ...], package: Package) -> SObject:
    data = _read(f"{name}.yaml")
    own = tuple(_field(item, package.value_sets.get(item["name"] + "@" + name)) for item in data["fields"])
    return SObject(
        name=name,
        label=data["label"],
        label_plural=data["labelPlural"],
        key_prefix=data["keyPrefix"],
        fields=(*system, *own, *package.fields_of(name)),
        createable=data.get("createable", True),
        updateable=data.get("updateable", True),
        deletable=data.get("deletable", True),
        rules=package.rules_of(name),
    )


def _system_fields() -> tuple[Field, ...]:
    return tuple(_field(item) for item in _read("system.yaml")["fields"])


def _owner(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields, after those of an owner; a record that cannot be without its parent has that one's."""
    if any(field.type == "reference" and not field.nillable for field in fields):
        return fields
    return (*(_field(item) for item in _read("system.yaml")["owned"]), *fields)


def _read(file: str) -> dict[str, Any]:
    text = resources.files("sandbox.salesforce.schema").joinpath("standard", file).read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def _field(data: Mapping[str, object], values: tuple[PicklistValue, ...] | None = None) -> Field:
    given = {_SNAKE.get(key, key): value for key, value in data.items()}
    given["picklist"] = values or tuple(_choice(item) for item in _as_list(given.get("picklist")))
    given["reference_to"] = tuple(str(item) for item in _as_list(given.pop("referenceTo", None)))
    if given["type"] == "boolean":
        given = {"nillable": False, "defaulted_on_create": True, "default": "false", **given}
    return Field(**{"length": _LENGTHS.get(str(given["type"]), 0), **given})  # type: ignore[arg-type]


def _choice(data: object) -> PicklistValue:
    if isinstance(data, Mapping):
        return PicklistValue(**{"label": data["value"], **data})
    return PicklistValue(str(data), str(data))


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
