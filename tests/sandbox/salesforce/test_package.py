"""Reading a package, and keeping an org in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.salesforce.app import build
from sandbox.salesforce.schema.loading import load_schema
from tests.sandbox.salesforce.conftest import PACKAGE

FIELD = (
    '<?xml version="1.0" encoding="UTF-8"?><CustomField xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<fullName>{name}</fullName><label>L</label>{rest}</CustomField>"
)


def write_field(root: Path, name: str, rest: str) -> None:
    """A field file of Case."""
    folder = root / "objects" / "Case" / "fields"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.field-meta.xml").write_text(FIELD.format(name=name, rest=rest))


def test_package_fields_have_their_properties() -> None:
    """Type, length, keys, defaults and choices of a field file reach the schema."""
    case = load_schema([PACKAGE]).objects["case"]
    version, phase, key = (case.find(n) for n in ("source_version__c", "Phase__c", "External_Key__c"))
    assert version is not None
    assert (version.type, version.precision, version.scale) == ("double", 18, 0)
    assert phase is not None
    assert [(item.value, item.label) for item in phase.picklist] == [
        ("received", "Reçue"),
        ("closed", "Close"),
    ]
    assert key is not None
    assert (key.unique, key.case_sensitive, key.external_id, key.length) == (True, False, True, 120)


def test_no_package() -> None:
    """Without a package the org has its standard objects alone."""
    case = load_schema().objects["case"]
    assert not any(field.custom for field in case.fields)


@pytest.mark.parametrize(
    ("name", "rest", "problem"),
    [
        ("A__c", "<type>Text</type><length>5</length><formula>1</formula>", "formula"),
        ("A__c", "<type>Location</type>", "Location"),
        ("A__c", "<type>Text</type", "A__c.field-meta.xml"),
        ('A"; DROP__c', "<type>Text</type>", "no name of a custom field"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, rest: str, problem: str) -> None:
    """A file that cannot be read, or asks for what the stand-in has not, is named at the start."""
    write_field(tmp_path, name, rest)
    with pytest.raises(ValueError, match=problem):
        load_schema([tmp_path])


def test_global_value_set(tmp_path: Path) -> None:
    """A picklist may take its choices from a global value set, which is always restricted."""
    folder = tmp_path / "globalValueSets"
    folder.mkdir()
    (folder / "Phases.globalValueSet-meta.xml").write_text(
        '<GlobalValueSet xmlns="http://soap.sforce.com/2006/04/metadata"><customValue><fullName>a</fullName>'
        "<default>true</default><label>A</label></customValue></GlobalValueSet>"
    )
    write_field(
        tmp_path, "P__c", "<type>Picklist</type><valueSet><valueSetName>Phases</valueSetName></valueSet>"
    )
    field = load_schema([tmp_path]).objects["case"].find("P__c")
    assert field is not None
    assert (field.restricted_picklist, [item.value for item in field.picklist]) == (True, ["a"])


def test_file_outlives_the_application(tmp_path: Path) -> None:
    """An org kept in a file goes on where it stopped, also when a later package adds a field."""
    file = tmp_path / "org.sqlite3"
    for expected, packages in (("00000001", []), ("00000002", [PACKAGE])):
        app, ready = build("http://127.0.0.1:1", packages=packages, database=file)
        client, headers = app.test_client(), {"Authorization": f"Bearer {ready['access_token']}"}
        made = client.post("/services/data/v60.0/sobjects/Case", json={}, headers=headers)
        record = client.get(made.headers["Location"], headers=headers).get_json()
        assert record["CaseNumber"] == expected
        app.extensions["salesforce_org"].storage.close()
    assert record["Phase__c"] == "received"
