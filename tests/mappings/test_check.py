"""Mapping files checked offline, and against the fields of an org."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.usecases.translate_record import VOCABULARY
from mappings.check import against_describe, check_files
from mappings.loader import load_salesforce, packaged
from mappings.salesforce.model import FieldRule, SalesforceMapping
from sandbox.salesforce.schema.describe import describe
from sandbox.salesforce.schema.loading import load_schema
from tests.mappings.examples import SMALL, written


def test_everything_that_ships_is_right() -> None:
    """With no file named, every packaged mapping is checked and found sound."""
    assert check_files([], VOCABULARY) == []


def test_files_of_both_kinds_are_checked_by_what_they_are(tmp_path: Path) -> None:
    """A source and a Salesforce mapping are told apart by their content, each fault on its own line."""
    case = (packaged("salesforce") / "case.yaml").read_text(encoding="utf-8")
    paths = [
        written(tmp_path, SMALL.replace("absence: unknown", "absence: no")),
        written(tmp_path, case.replace("      unknown: Working\n", ""), "case.yaml"),
        written(tmp_path, "&a b", "odd.yaml"),
    ]
    phases = ", ".join(sorted(VOCABULARY.phases))
    assert check_files(paths, VOCABULARY) == [
        "small.yaml: absence: 'no' is not allowed; allowed: unchanged, gone, unknown",
        f"case.yaml: Status: must list each word once; differs: unknown; allowed: {phases}",
        "odd.yaml: line 1: anchors and aliases are not allowed",
    ]


def _describe(mapping: SalesforceMapping) -> dict[str, dict[str, Any]]:
    """Give what an org that has everything answers, by field name."""
    return {rule.target: _field(mapping, rule) for rule in mapping.fields}


def _field(mapping: SalesforceMapping, rule: FieldRule) -> dict[str, Any]:
    choices = rule.values or tuple((rule.table or {}).values())
    is_key = rule.target == mapping.external_id
    return {
        "name": rule.target,
        "type": "picklist" if choices else "string" if rule.max_length else "datetime",
        "length": rule.max_length or 0,
        "createable": True,
        "updateable": True,
        "externalId": is_key,
        "unique": is_key,
        "caseSensitive": is_key,
        "restrictedPicklist": True,
        "picklistValues": [{"value": choice, "active": True} for choice in choices],
    }


def _problems(name: str, target: str, changes: dict[str, object]) -> list[str]:
    mapping = load_salesforce(name)
    fields = _describe(mapping)
    fields[target] |= changes
    return against_describe(mapping, {"fields": list(fields.values())})


@pytest.mark.parametrize("name", ["contact", "case"])
def test_an_org_that_has_everything_passes(name: str) -> None:
    """Nothing is reported without a reason."""
    mapping = load_salesforce(name)
    assert against_describe(mapping, {"fields": list(_describe(mapping).values())}) == []


@pytest.mark.parametrize("name", ["contact", "case"])
def test_the_package_gives_an_org_everything(name: str) -> None:
    """Once the package is deployed, an org of standard fields passes the check."""
    mapping = load_salesforce(name)
    schema = load_schema([Path(__file__).parents[2] / "salesforce" / "force-app"])
    sobject = schema.find(mapping.object_name)
    assert sobject is not None
    assert against_describe(mapping, describe(sobject, schema, 60)) == []


@pytest.mark.parametrize(
    ("target", "changes", "problem"),
    [
        ("Phase__c", {"name": "Other__c"}, "Case has no such field"),
        ("Phase__c", {"updateable": False}, "this user cannot write it (updateable is false)"),
        ("Origin", {"createable": False}, "this user cannot write it (createable is false)"),
        ("Legacy_Label__c", {"length": 80}, "holds 80 characters, 255 are needed"),
        (
            "Source_Key__c",
            {"unique": False},
            "must be a unique, case-sensitive external id (unique is false)",
        ),
        (
            "Source_Key__c",
            {"externalId": False, "caseSensitive": False},
            "must be a unique, case-sensitive external id (externalId, caseSensitive is false)",
        ),
        (
            "Status",
            {"picklistValues": [{"value": "New", "active": True}, {"value": "Working", "active": False}]},
            "its picklist lacks: Closed, Working",
        ),
        (
            "Status_Since__c",
            {"type": "string", "length": 18},
            "needs max_length: the field holds 18 characters",
        ),
    ],
)
def test_what_the_org_lacks_is_named(target: str, changes: dict[str, object], problem: str) -> None:
    """An administrator reads file, field and what to change, before the first citizen does."""
    assert _problems("case", target, changes) == [f"case.yaml: {target}: {problem}"]


def test_an_agents_field_need_not_be_updateable() -> None:
    """What is written at creation only asks for no more than that right."""
    assert _problems("case", "Origin", {"updateable": False}) == []


def test_an_open_picklist_takes_any_word() -> None:
    """Only a restricted picklist refuses a value."""
    assert _problems("case", "Status", {"restrictedPicklist": False, "picklistValues": []}) == []
