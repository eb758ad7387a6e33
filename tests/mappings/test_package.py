"""The package an administrator deploys cannot drift from the mappings."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bridge.domain.identity import Gender, Precision
from bridge.domain.status import DatePrecision, Outcome, Phase, WaitingFor
from mappings.loader import load_salesforce
from mappings.salesforce.model import FieldRule

ROOT = Path(__file__).parents[2] / "salesforce"
OBJECTS = ROOT / "force-app" / "main" / "default" / "objects"
NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
RULES = [
    (mapping.object_name, mapping.external_id, rule)
    for mapping in map(load_salesforce, ("contact", "case", "case_event"))
    for rule in mapping.fields
    if rule.target.endswith("__c")
]
TYPES = {
    "Tacit__c": "Checkbox",
    "Status_Since__c": "DateTime",
    "Observed_At__c": "DateTime",
    "No_Longer_Reported_At__c": "DateTime",
    "FC_Certified_At__c": "DateTime",
    "Next_Due_On__c": "Date",
    "Source_Version__c": "Number",
    "Public_Note__c": "LongTextArea",
    "Moved_Back__c": "Checkbox",
    "Occurred_At__c": "DateTime",
    "Received_At__c": "DateTime",
    "Case__c": "MasterDetail",
}
ORG_ONLY = {
    "Bridge_Setting__mdt": "what the administrator tells the package of this org; the bridge never reads it"
}
"""Objects whose fields no mapping fills, with the reason."""
SEARCHED = {"FC_Birth_Date__c"}
"""Fields that are an external id only for the platform to index them."""
FILES = sorted(OBJECTS.glob("*/fields/*.field-meta.xml"))


def _field(sobject: str, name: str) -> ET.Element:
    return ET.parse(OBJECTS / sobject / "fields" / f"{name}.field-meta.xml").getroot()


def _text(field: ET.Element, tag: str) -> str | None:
    return field.findtext(f"{NAMESPACE}{tag}")


def test_the_package_has_exactly_the_fields_of_the_mappings() -> None:
    """No field is missing, and none is left over from an older mapping."""
    packaged = {(path.parent.parent.name, path.name.removesuffix(".field-meta.xml")) for path in FILES}
    mapped = {(sobject, rule.target) for sobject, _, rule in RULES}
    assert {(sobject, field) for sobject, field in packaged if sobject not in ORG_ONLY} == mapped
    assert set(ORG_ONLY) <= {sobject for sobject, _ in packaged}


@pytest.mark.parametrize(("sobject", "key", "rule"), RULES, ids=lambda value: getattr(value, "target", ""))
def test_a_field_holds_what_the_mapping_sends(sobject: str, key: str, rule: FieldRule) -> None:
    """Type, length, picklist and uniqueness are those the mapping counts on."""
    field = _field(sobject, rule.target)
    assert field.tag == f"{NAMESPACE}CustomField"
    assert _text(field, "fullName") == rule.target
    assert _text(field, "type") == TYPES.get(rule.target, "Picklist" if rule.values else "Text")
    assert _text(field, "required") in {"false", None}
    if rule.max_length is not None:
        assert int(_text(field, "length") or 0) >= rule.max_length
    is_key = rule.target == key
    for tag in ("unique", "caseSensitive"):
        assert (_text(field, tag) == "true") is is_key, tag
    assert (_text(field, "externalId") == "true") is (is_key or rule.target in SEARCHED)


@pytest.mark.parametrize(
    ("sobject", "name", "words"),
    [
        ("Case", "Phase__c", Phase),
        ("Case", "Outcome__c", Outcome),
        ("Case", "Waiting_For__c", WaitingFor),
        ("Case_Event__c", "Phase__c", Phase),
        ("Case_Event__c", "Outcome__c", Outcome),
        ("Case_Event__c", "Waiting_For__c", WaitingFor),
        ("Case_Event__c", "Occurred_Precision__c", DatePrecision),
        ("Contact", "FC_Gender__c", Gender),
        ("Contact", "FC_Birth_Date_Precision__c", Precision),
    ],
)
def test_a_picklist_has_exactly_our_words(sobject: str, name: str, words: type[Phase]) -> None:
    """A restricted picklist refuses a word it lacks: it has all of ours, and so has the mapping."""
    field = _field(sobject, name)
    found = [value.text for value in field.iter(f"{NAMESPACE}fullName")][1:]
    assert sorted(map(str, found)) == sorted(words)
    assert field.findtext(f"{NAMESPACE}valueSet/{NAMESPACE}restricted") == "true"
    rule = next(rule for owner, _, rule in RULES if (owner, rule.target) == (sobject, name))
    assert sorted(rule.values) == sorted(words)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.split(".")[0])
def test_an_agent_reads_what_each_field_is_for(path: Path) -> None:
    """Each field has a label that fits the platform's 40 characters and a description."""
    field = ET.parse(path).getroot()
    assert 0 < len(_text(field, "label") or "") <= 40
    assert 0 < len(_text(field, "description") or "") <= 1000


def test_the_project_file_names_the_package_that_is_there() -> None:
    """The deployment tool finds the folder."""
    project = json.loads((ROOT / "sfdx-project.json").read_text(encoding="utf-8"))
    assert [(ROOT / item["path"]).is_dir() for item in project["packageDirectories"]] == [True, True]
    assert project["sourceApiVersion"] == "62.0"
