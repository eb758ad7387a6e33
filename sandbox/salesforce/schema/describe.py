"""Objects and fields as the describe resources show them."""

from __future__ import annotations

from sandbox.salesforce.schema.model import ID_TYPES, NUMBER_TYPES, Field, Schema, SObject

_SOAP = {
    "boolean": "xsd:boolean", "date": "xsd:date", "datetime": "xsd:dateTime", "id": "tns:ID",
    "int": "xsd:int", "reference": "tns:ID",
}  # fmt: skip


def describe_global(schema: Schema, version: int) -> dict[str, object]:
    """The list of objects."""
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [summary(item, version) for item in schema.objects.values()],
    }


def describe(sobject: SObject, schema: Schema, version: int) -> dict[str, object]:
    """Everything about one object."""
    return {
        **summary(sobject, version),
        "childRelationships": [
            {
                "cascadeDelete": False,
                "childSObject": item.child,
                "deprecatedAndHidden": False,
                "field": item.field,
                "relationshipName": item.name,
                "restrictedDelete": False,
            }
            for item in schema.children(sobject)
        ],
        "fields": [_field(item, schema) for item in sobject.fields],
        "recordTypeInfos": [],
    }


def summary(sobject: SObject, version: int) -> dict[str, object]:
    """One object in a few words."""
    path = f"/services/data/v{version}.0/sobjects/{sobject.name}"
    return {
        "activateable": False,
        "createable": sobject.createable,
        "custom": sobject.custom,
        "customSetting": False,
        "deletable": sobject.deletable,
        "deprecatedAndHidden": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "name": sobject.name,
        "queryable": True,
        "retrieveable": True,
        "updateable": sobject.updateable,
        "urls": {"sobject": path, "describe": f"{path}/describe", "rowTemplate": f"{path}/{{ID}}"},
    }


def _field(field: Field, schema: Schema) -> dict[str, object]:
    return {
        "aggregatable": not field.long_text,
        "autoNumber": field.auto_number,
        "byteLength": field.length if field.byte_length else field.length * 3,
        "calculated": False,
        "caseSensitive": field.case_sensitive,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": _default(field),
        "defaultedOnCreate": field.defaulted_on_create,
        "deprecatedAndHidden": False,
        "digits": field.precision if field.type == "int" else 0,
        "externalId": field.external_id,
        "filterable": not field.long_text,
        "groupable": not field.long_text and field.type not in {"datetime", "double", "currency", "percent"},
        "idLookup": field.id_lookup or field.external_id,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name_field,
        "nillable": field.nillable,
        "permissionable": field.nillable and field.createable,
        "picklistValues": [
            {
                "active": True,
                "defaultValue": item.default,
                "label": item.label,
                "validFor": None,
                "value": item.value,
            }
            for item in field.picklist
        ],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": field.precision,
        "referenceTo": [name for name in field.reference_to if schema.find(name)],
        "relationshipName": field.relationship_name,
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "soapType": _SOAP.get(field.type, "xsd:double" if field.type in NUMBER_TYPES else "xsd:string"),
        "sortable": not field.long_text,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
    }


def _default(field: Field) -> object:
    if field.type == "boolean":
        return field.default == "true"
    return None if field.auto_number or field.type in ID_TYPES else field.default
