"""Reads one `<CustomField>` of a package into a field of the org."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from sandbox.salesforce.schema.elements import children, flag, text
from sandbox.salesforce.schema.model import Field, PicklistValue

_TYPES = {
    "AutoNumber": "string",
    "Checkbox": "boolean",
    "Currency": "currency",
    "Date": "date",
    "DateTime": "datetime",
    "Email": "email",
    "EncryptedText": "encryptedstring",
    "Html": "textarea",
    "LongTextArea": "textarea",
    "Lookup": "reference",
    "MasterDetail": "reference",
    "MultiselectPicklist": "multipicklist",
    "Number": "double",
    "Percent": "percent",
    "Phone": "phone",
    "Picklist": "picklist",
    "Text": "string",
    "TextArea": "textarea",
    "Url": "url",
}
_LENGTHS = {"email": 80, "phone": 40, "picklist": 255, "url": 255, "multipicklist": 4099, "reference": 18}


def custom_field(root: ET.Element, global_sets: Mapping[str, tuple[PicklistValue, ...]]) -> Field:
    """The field a `<CustomField>` element declares.

    Raises: ValueError for a formula or a type the stand-in has not.
    """
    name = text(root, "fullName") or ""
    kind = text(root, "type") or ""
    if not re.fullmatch(r"[A-Za-z]\w*__c", name, re.ASCII):
        raise ValueError(f"fullName {name!r} is no name of a custom field")
    if children(root, "formula"):
        raise ValueError(f"{name} is a formula, which the stand-in does not compute")
    if kind not in _TYPES:
        raise ValueError(f"{name} has the type {kind or '(none)'}, which the stand-in has not")
    auto = kind == "AutoNumber"
    type_ = _TYPES[kind]
    choices, restricted = _choices(root, global_sets)
    default = (
        "false" if kind == "Checkbox" and text(root, "defaultValue") is None else text(root, "defaultValue")
    )
    return Field(
        name=name,
        label=text(root, "label") or name,
        type=type_,
        length=_length(root, type_, auto=auto),
        precision=int(text(root, "precision") or 0),
        scale=int(text(root, "scale") or 0),
        nillable=not (flag(root, "required") or kind in {"MasterDetail", "Checkbox"}),
        createable=not auto,
        updateable=not auto and (kind != "MasterDetail" or flag(root, "reparentableMasterDetail")),
        unique=flag(root, "unique"),
        case_sensitive=flag(root, "caseSensitive"),
        external_id=flag(root, "externalId"),
        auto_number=auto,
        defaulted_on_create=auto or default is not None or any(item.default for item in choices),
        default=text(root, "displayFormat") if auto else default,
        picklist=choices,
        restricted_picklist=restricted,
        reference_to=tuple(item for item in [text(root, "referenceTo")] if item),
        relationship_name=name.removesuffix("__c") + "__r" if type_ == "reference" else None,
        child_relationship=_child_relationship(root),
        custom=True,
    )


def _length(root: ET.Element, type_: str, *, auto: bool) -> int:
    if auto:
        return 30
    return int(text(root, "length") or _LENGTHS.get(type_, 255 if type_ == "textarea" else 0))


def _child_relationship(root: ET.Element) -> str | None:
    name = text(root, "relationshipName")
    return f"{name}__r" if name else None


def _choices(
    root: ET.Element, global_sets: Mapping[str, tuple[PicklistValue, ...]]
) -> tuple[tuple[PicklistValue, ...], bool]:
    for value_set in children(root, "valueSet"):
        named = text(value_set, "valueSetName")
        if named is not None:
            return global_sets[named], True
        values = [
            value for item in children(value_set, "valueSetDefinition") for value in children(item, "value")
        ]
        return tuple(_choice(value) for value in values), flag(value_set, "restricted")
    return (), False


def _choice(element: ET.Element) -> PicklistValue:
    value = text(element, "fullName") or ""
    return PicklistValue(value, text(element, "label") or value, flag(element, "default"))
