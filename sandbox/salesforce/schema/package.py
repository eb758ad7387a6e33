"""Reads a deployable package in source format: fields, objects, validation rules, standard value sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from sandbox.salesforce.schema.custom_field import custom_field
from sandbox.salesforce.schema.elements import children, flag, text
from sandbox.salesforce.schema.model import Field, PicklistValue
from sandbox.salesforce.schema.validation_rule import ValidationRule, read_rule

_VALUE_SETS = {
    "CaseStatus": "Status@Case",
    "CaseOrigin": "Origin@Case",
    "CasePriority": "Priority@Case",
    "CaseReason": "Reason@Case",
    "CaseType": "Type@Case",
    "Salutation": "Salutation@Contact",
    "LeadSource": "LeadSource@Contact",
}


@dataclass(frozen=True, slots=True)
class CustomObject:
    """An object the package creates, with the field that names its records."""

    name: str
    label: str
    label_plural: str
    name_field: Field


@dataclass(frozen=True, slots=True)
class Package:
    """What the packages bring; value sets are keyed `<Field>@<Object>`."""

    objects: tuple[CustomObject, ...]
    fields: Mapping[str, tuple[Field, ...]]
    value_sets: Mapping[str, tuple[PicklistValue, ...]]
    rules: Mapping[str, tuple[ValidationRule, ...]]

    def fields_of(self, sobject: str) -> tuple[Field, ...]:
        """The custom fields of one object, in order of name."""
        return self.fields.get(sobject, ())

    def rules_of(self, sobject: str) -> tuple[ValidationRule, ...]:
        """The active validation rules of one object, in order of name."""
        return self.rules.get(sobject, ())


def read_package(roots: Sequence[Path]) -> Package:
    """Everything below the given folders; a field file of a standard field (no `__c`) is left aside.

    Raises: ValueError naming the file that cannot be read or asks for what the stand-in has not.
    """
    global_sets = {
        file.name.split(".")[0]: _choices(root, "customValue")
        for file, root in _files(roots, "globalValueSets/*.globalValueSet-meta.xml")
    }
    fields: dict[str, list[Field]] = {}
    for file, root in _files(roots, "objects/*/fields/*__c.field-meta.xml"):
        fields.setdefault(file.parent.parent.name, []).append(_custom_field(file, root, global_sets))
    objects = [
        _custom_object(file.parent.name, root)
        for file, root in _files(roots, "objects/*__c/*__c.object-meta.xml")
    ]
    value_sets = {
        _VALUE_SETS[name]: _choices(root, "standardValue")
        for file, root in _files(roots, "standardValueSets/*.standardValueSet-meta.xml")
        if (name := file.name.split(".")[0]) in _VALUE_SETS
    }
    return Package(
        tuple(objects), {name: tuple(found) for name, found in fields.items()}, value_sets, _rules(roots)
    )


def _rules(roots: Sequence[Path]) -> dict[str, tuple[ValidationRule, ...]]:
    rules: dict[str, tuple[ValidationRule, ...]] = {}
    for file, root in _files(roots, "objects/*/validationRules/*.validationRule-meta.xml"):
        try:
            rule = read_rule(root)
        except ValueError as error:
            raise ValueError(f"{file.name}: {error}") from error
        if rule is not None:
            rules[file.parent.parent.name] = (*rules.get(file.parent.parent.name, ()), rule)
    return rules


def _files(roots: Sequence[Path], pattern: str) -> Iterator[tuple[Path, ET.Element]]:
    for folder in roots:
        for file in sorted(folder.rglob(pattern)):
            try:
                yield file, ET.parse(file).getroot()  # noqa: S314 - our own package, never a visitor's file
            except ET.ParseError as error:
                raise ValueError(f"{file.name}: {error}") from error


def _custom_field(
    file: Path, root: ET.Element, global_sets: Mapping[str, tuple[PicklistValue, ...]]
) -> Field:
    try:
        return custom_field(root, global_sets)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{file.parent.parent.name}/{file.name}: {error}") from error


def _custom_object(name: str, root: ET.Element) -> CustomObject:
    label = text(root, "label") or name
    named = next(iter(children(root, "nameField")), None)
    auto = named is not None and text(named, "type") == "AutoNumber"
    name_field = Field(
        name="Name",
        label=(text(named, "label") if named is not None else None) or "Name",
        type="string",
        length=80,
        name_field=True,
        id_lookup=True,
        auto_number=auto,
        createable=not auto,
        updateable=not auto,
        defaulted_on_create=True,
        default=text(named, "displayFormat") if named is not None else None,
    )
    return CustomObject(name, label, text(root, "pluralLabel") or label, name_field)


def _choices(root: ET.Element, tag: str) -> tuple[PicklistValue, ...]:
    return tuple(
        PicklistValue(
            value=text(item, "fullName") or "",
            label=text(item, "label") or text(item, "fullName") or "",
            default=flag(item, "default"),
            closed=flag(item, "closed"),
        )
        for item in children(root, tag)
    )
