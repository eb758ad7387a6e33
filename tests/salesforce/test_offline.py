"""Salesforce's own libraries find no fault in the package, and would find one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.salesforce.package import NAMESPACE, PROJECT, node

pytestmark = pytest.mark.slow
CHECK = str(PROJECT / "scripts" / "check.mjs")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = f'xmlns="{NAMESPACE.strip("{}")}"'
FIELD = (
    f"{HEAD}<CustomField {XMLNS}><fullName>{{name}}</fullName><label>L</label>{{rest}}"
    "<type>{type}</type></CustomField>"
)
META = f"{HEAD}<ApexClass {XMLNS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
BROKEN_COMPONENT = """import { LightningElement } from "lwc";
export default class Broken extends LightningElement {
    constructor() { this.x = window.eval("1"); }
}
"""
OTHER_PROVIDER = (
    f"{HEAD}<AuthProvider {XMLNS}><friendlyName>x</friendlyName>"
    "<providerType>OpenIdConect</providerType></AuthProvider>"
)
FIELDS = "force-app/main/default/objects/Case/fields/"
# What each file has wrong, and the words that must name it.
PLANTED = {
    f"{FIELDS}Torn__c.field-meta.xml": (f"{HEAD}<CustomField {XMLNS}><label>L</CustomField>", "line 2"),
    f"{FIELDS}Stray__c.field-meta.xml": (
        FIELD.format(name="Stray__c", type="Date", rest="<colour>red</colour>"),
        "CustomField.colour is no element",
    ),
    f"{FIELDS}Kind__c.field-meta.xml": (
        FIELD.format(name="Kind__c", type="Tixt", rest=""),
        'may not be "Tixt"',
    ),
    f"{FIELDS}Flag__c.field-meta.xml": (
        FIELD.format(name="Flag__c", type="Date", rest="<required>maybe</required>"),
        "must be true or false",
    ),
    f"{FIELDS}Twice__c.field-meta.xml": (
        FIELD.format(name="Twice__c", type="Date", rest="<label>M</label>"),
        "label is written twice",
    ),
    f"{FIELDS}Space__c.field-meta.xml": (
        FIELD.format(name="Space__c", type="Date", rest="").replace("2006/04", "2066/04"),
        "its namespace must be",
    ),
    "force-app/main/default/permissionsets/Thin.permissionset-meta.xml": (
        f"{HEAD}<PermissionSet {XMLNS}><description>d</description></PermissionSet>",
        "PermissionSet lacks label",
    ),
    "force-app/main/default/authproviders/Other.authprovider-meta.xml": (
        OTHER_PROVIDER,
        'may not be "OpenIdConect"',
    ),
    "force-app/main/default/classes/Broken.cls": (
        "public class Broken { void a() { List<Case> x = [SELECT FROM Case]; } }",
        "line 1, column",
    ),
    "force-app/main/default/classes/Broken.cls-meta.xml": (META, ""),
    "force-app/main/default/lwc/broken/broken.js": (
        BROKEN_COMPONENT,
        "line 3",
    ),
    "force-app/main/default/lwc/broken/broken.js-meta.xml": (
        f"{HEAD}<LightningComponentBundle {XMLNS}><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "",
    ),
    "force-app/main/default/flows/Wrong.flo-meta.xml": (
        f"{HEAD}<Flow {XMLNS}><label>x</label></Flow>",
        "Could not infer a metadata type",
    ),
}
FORGOTTEN = (
    f"{HEAD}<RemoteSiteSetting {XMLNS}><disableProtocolSecurity>false</disableProtocolSecurity>"
    "<isActive>true</isActive><url>@FORGOTTEN@</url></RemoteSiteSetting>"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the project in which files of every kind are broken."""
    folder = _copied(tmp_path_factory.mktemp("org"))
    for name, (content, _) in PLANTED.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder


def _copied(parent: Path) -> Path:
    left_out = shutil.ignore_patterns("node_modules", "scripts", "__tests__")
    return Path(shutil.copytree(PROJECT, parent / "salesforce", ignore=left_out))


def test_the_package_has_no_fault_that_can_be_found_without_an_org() -> None:
    """Metadata, Apex, components and conversion pass the checks of Salesforce's own libraries."""
    done = node(CHECK)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_broken_file_of_each_kind_is_refused(project: Path) -> None:
    """Every planted fault is named with its file: the check can fail."""
    done = node(CHECK, str(project))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    unnamed = {
        name: words
        for name, (_, words) in PLANTED.items()
        if words and not any(Path(name).name in line and words in line for line in lines)
    }
    assert unnamed == {}, done.stdout + done.stderr


def test_a_placeholder_nobody_fills_in_is_refused(tmp_path: Path) -> None:
    """A value the project file does not ask for would be deployed as its placeholder."""
    project = _copied(tmp_path)
    (project / "connection/main/default/remoteSiteSettings/Left.remoteSite-meta.xml").write_text(FORGOTTEN)
    done = node(CHECK, str(project))
    assert done.stdout == "remoteSiteSettings/Left.remoteSite: @FORGOTTEN@ is filled in by no replacement\n"


def test_the_components_do_what_their_tests_say() -> None:
    """Each Jest test passes, none is skipped, and they are all there."""
    done = node("node_modules/@salesforce/sfdx-lwc-jest/bin/sfdx-lwc-jest", "--", "--json", "--silent")
    report = json.loads(done.stdout[done.stdout.index("{") :])
    failed = [
        f"{test['fullName']}: {test['failureMessages'][0][:300]}"
        for suite in report["testResults"]
        for test in suite["assertionResults"]
        if test["status"] != "passed"
    ]
    assert failed == []
    assert report["success"], done.stderr[-2000:]
    assert report["numPassedTests"] >= 50
    assert report["numFailedTestSuites"] == 0
