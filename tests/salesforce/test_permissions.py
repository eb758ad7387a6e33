"""Each permission set opens what its people need, and not one field more."""

from __future__ import annotations

import re

import pytest

from bridge.adapters.salesforce.contact_queries import PHONES
from bridge.adapters.salesforce.contact_values import BIRTHDATE
from mappings.loader import load_salesforce
from tests.salesforce.package import FORCE_APP, apex, custom_fields, metadata, text, texts

ALWAYS_OPEN = {
    "Contact.LastName": "part of the name, which has no permission of its own",
    "Contact.FirstName": "part of the name, which has no permission of its own",
    "Case.Status": "a required field, which has no permission of its own",
    "Case_Event__c.Case__c": "a master-detail field, which has no permission of its own",
}
READ_ONLY = {
    f"Contact.{BIRTHDATE}": "the town's own birth date: compared when a person is looked for, never written",
} | {f"Contact.{phone}": "where a one-time code is sent, never written" for phone in PHONES}
MAPPED = {
    f"{mapping.object_name}.{rule.target}"
    for mapping in map(load_salesforce, ("contact", "case", "case_event"))
    for rule in mapping.fields
}
CUSTOM = {f"{sobject}.{name}" for sobject, name in custom_fields() if not sobject.endswith("__mdt")}
SETS = {path.name.split(".")[0]: root for path, root in metadata("permissionsets/*.xml")}


def fields(name: str) -> dict[str, tuple[bool, bool]]:
    """Give readable and editable of each field a permission set names."""
    return {
        text(one, "field"): (text(one, "readable") == "true", text(one, "editable") == "true")
        for one in SETS[name].iter()
        if one.tag.endswith("}fieldPermissions")
    }


def test_the_integration_writes_the_mapped_fields_and_no_other() -> None:
    """Each field of the mappings may be written, each field we only read may be read; nothing else."""
    written = dict.fromkeys(MAPPED - set(ALWAYS_OPEN), (True, True))
    assert fields("Citizen_Bridge_Integration") == written | dict.fromkeys(READ_ONLY, (True, False))


def test_what_is_always_open_is_mapped() -> None:
    """The list of exceptions holds nothing that is not used."""
    assert set(ALWAYS_OPEN) <= MAPPED
    assert not set(READ_ONLY) & MAPPED


def test_agents_read_every_field_of_ours_and_write_none() -> None:
    """Only the bridge writes what the bridge owns."""
    assert fields("Citizen_Bridge_Agent") == dict.fromkeys(CUSTOM - set(ALWAYS_OPEN), (True, False))


@pytest.mark.parametrize("name", SETS)
def test_nobody_deletes_or_sees_more_by_a_permission_set(name: str) -> None:
    """Nobody deletes a record, changes all of them, or sees fields that are not there."""
    for rights in SETS[name].iter():
        if rights.tag.endswith("}objectPermissions"):
            assert (text(rights, "allowDelete"), text(rights, "modifyAllRecords")) == ("false", "false")
            sees_all = text(rights, "viewAllRecords") == "true"
            assert not sees_all or name == "Citizen_Bridge_Integration"
    known = CUSTOM | {field for field in MAPPED if not field.endswith("__c")} | set(READ_ONLY)
    assert set(fields(name)) <= known


def test_a_citizen_reads_what_the_component_shows() -> None:
    """Every field the controller asks for in the user's own name is open to portal users, and no other."""
    source = apex()["CitizenRequests"]
    queries = re.findall(r"SELECT(.+?)FROM (\w+)\s+WHERE(.+?)WITH USER_MODE", source, re.DOTALL)
    asked = {
        f"{sobject}.{name}"
        for columns, sobject, conditions in queries
        for name in re.findall(r"\b(?!Id\b)\w+", columns) + re.findall(r"\b(\w+__c)\b", conditions)
    }
    assert len(queries) == 2
    open_to_them = fields("Citizen_Bridge_Portal")
    assert asked - set(ALWAYS_OPEN) <= set(open_to_them)
    shown = {name for name in open_to_them if name.rpartition(".")[2] in source}
    assert set(open_to_them) == shown
    assert not any(editable for _, editable in open_to_them.values())


def test_only_the_integration_enters_by_the_api_alone() -> None:
    """Its user has the API and nothing but the API; no other set gives a right of the whole org."""
    rights = {name: texts(root, "userPermissions", "name") for name, root in SETS.items()}
    assert rights.pop("Citizen_Bridge_Integration") == ["ApiEnabled", "ApiUserOnly"]
    assert not any(rights.values())


def test_classes_and_permissions_named_are_there() -> None:
    """A permission set that names what does not exist cannot be deployed."""
    classes = {path.name.split(".")[0] for path in FORCE_APP.glob("classes/*.cls")}
    permissions = {path.name.split(".")[0] for path, _ in metadata("customPermissions/*.xml")}
    named = [name for root in SETS.values() for name in texts(root, "customPermissions", "name")]
    assert sorted(named) == sorted(permissions), "each custom permission is given by one set"
    for root in SETS.values():
        assert set(texts(root, "classAccesses", "apexClass")) <= classes


# Salesforce refuses a right on the second object to whoever has none on the first.
NEEDS = [("Account", "Contact"), ("Account", "Case"), ("Contact", "Case"), ("Case", "Case_Event__c")]


@pytest.mark.parametrize("name", sorted(SETS))
@pytest.mark.parametrize("right", ["allowRead", "viewAllRecords"])
def test_a_right_comes_with_those_it_needs(name: str, right: str) -> None:
    """Whoever sees timelines sees Cases, and so on up to the Account; else the set cannot be deployed."""
    given = {
        text(rights, "object")
        for rights in SETS[name].iter()
        if rights.tag.endswith("}objectPermissions") and text(rights, right) == "true"
    }
    assert not [first for first, second in NEEDS if second in given and first not in given]
