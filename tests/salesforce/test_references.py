"""What one file of the package says of another is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bridge.domain.portal import Scope
from bridge.http.provider.discovery_routes import metadata as metadata_of_the_bridge
from tests.salesforce.package import (
    CONNECTION,
    FORCE_APP,
    PROJECT,
    apex,
    custom_fields,
    metadata,
    text,
    texts,
)

FIELDS = custom_fields()
NAMES = {name for _, name in FIELDS}
OBJECTS = {sobject for sobject, _ in FIELDS}
RULES = [(path.parents[1].name, root) for path, root in metadata("objects/*/validationRules/*.xml")]
PERMISSIONS = {path.name.split(".")[0] for path, _ in metadata("customPermissions/*.xml")}
CLAIMS = metadata_of_the_bridge("https://suivi.ville.example")["claims_supported"]
SENTENCES = re.compile(r"'(?:[^'\\]|\\.)*'|/\*.*?\*/|//[^\n]*", re.DOTALL)


@pytest.mark.parametrize("name", sorted(apex()))
def test_apex_names_fields_that_exist(name: str) -> None:
    """Each custom name in a class is a field or an object of the package, on the object it is asked of."""
    code = SENTENCES.sub("''", apex()[name])
    used = set(re.findall(r"\b\w+__(?:c|mdt)\b", code))
    assert used <= NAMES | OBJECTS
    for columns, sobject in re.findall(r"SELECT([^\[\]]+?)FROM (\w+)", code):
        for field in re.findall(r"\b\w+__c\b", columns):
            assert (sobject, field) in FIELDS, f"{sobject}.{field}"
    assert {f"{used}__c" for used in re.findall(r"\b(\w+)__r\b", code)} <= NAMES


@pytest.mark.parametrize(("sobject", "rule"), RULES, ids=lambda value: getattr(value, "tag", value))
def test_validation_rules_name_fields_that_exist(sobject: str, rule: object) -> None:
    """A formula with a wrong name is refused at deployment."""
    formula = text(rule, "errorConditionFormula")  # type: ignore[arg-type]  # pytest knows no better
    shown = text(rule, "errorDisplayField")  # type: ignore[arg-type]  # as above
    for field in {*re.findall(r"\b\w+__c\b", formula), shown}:
        assert (sobject, field) in FIELDS
    assert set(re.findall(r"\$Permission\.(\w+)", formula)) <= PERMISSIONS


def test_the_rule_that_refuses_older_versions_is_in_force() -> None:
    """Without it a late writer could put an old status over a newer one, unseen."""
    [(sobject, rule)] = RULES
    assert (sobject, text(rule, "active"), text(rule, "errorDisplayField")) == (
        "Case",
        "true",
        "Source_Version__c",
    )


@pytest.mark.parametrize(
    "flow", [path for path, _ in metadata("flows/*.xml", CONNECTION)], ids=lambda p: p.stem
)
def test_a_flow_sends_a_message_that_exists(flow: Path) -> None:
    """Object, outbound message, field and permission of each flow are there, and each message has a flow."""
    [(_, root)] = metadata(f"flows/{flow.name}", CONNECTION)
    sobject, message = text(root, "actionCalls", "actionName").split(".")
    [(_, workflow)] = metadata(f"workflows/{sobject}.workflow-meta.xml", CONNECTION)
    assert texts(workflow, "outboundMessages", "fullName") == [message]
    assert text(root, "start", "object") == sobject
    assert (sobject, text(root, "start", "filters", "field")) in FIELDS
    for expression in texts(root, "formulas", "expression"):
        assert set(re.findall(r"\$Permission\.(\w+)", expression)) <= PERMISSIONS


def test_messages_go_to_the_door_of_the_bridge() -> None:
    """They name only the record; the door has the secret end, and no session of the org travels."""
    workflows = dict(metadata("workflows/*.xml", CONNECTION))
    assert len(workflows) == 2
    for root in workflows.values():
        assert texts(root, "outboundMessages", "endpointUrl") == [
            "@BRIDGE_URL@/webhooks/salesforce/@NOTIFICATION_TOKEN@"
        ]
        assert texts(root, "outboundMessages", "includeSessionId") == ["false"]
        assert texts(root, "outboundMessages", "fields") == ["Id", "SystemModstamp"]


def test_the_provider_is_the_bridge() -> None:
    """Endpoints, handler and the manners of the bridge's OpenID provider."""
    [(_, root)] = metadata("authproviders/Bridge.authprovider-meta.xml", CONNECTION)
    published = metadata_of_the_bridge("@BRIDGE_URL@")
    assert text(root, "authorizeUrl") == published["authorization_endpoint"]
    assert text(root, "tokenUrl") == published["token_endpoint"]
    assert text(root, "userInfoUrl") == published["userinfo_endpoint"]
    assert text(root, "idTokenIssuer") == published["issuer"]
    assert text(root, "registrationHandler") in apex()
    assert (text(root, "isPkceEnabled"), text(root, "sendAccessTokenInHeader")) == ("true", "true")
    assert text(root, "sendClientCredentialsInHeader") == "false"
    asked = text(root, "defaultScopes").split()
    assert set(asked) == set(Scope) - {Scope.CASES_WRITE}, "the portal reads, and writes nothing"
    guide = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"--scope (\S+)", guide) == asked, "what is asked is what is registered"
    assert 0 < len(text(root, "friendlyName")) <= 32


def test_the_handler_reads_claims_the_provider_gives() -> None:
    """The Contact is found by the claim contact_id, and by nothing else."""
    source = apex()["BridgeRegistrationHandler"]
    assert re.findall(r"attributeMap\.get\((\w+)\)", source) == ["CONTACT_CLAIM"]
    [claim] = re.findall(r"CONTACT_CLAIM = '(\w+)'", source)
    assert {claim, "sub", "given_name", "family_name"} <= set(CLAIMS)
    used = set(re.findall(r"\bdata\.(\w+)", source))
    assert used == {"attributeMap", "identifier", "firstName", "lastName"}
    assert not re.search(r"WHERE[^\]]*\bEmail\b", source)


def test_the_external_client_app_hangs_together() -> None:
    """Its five files name one app, and the permission set that lets the integration user in exists."""
    files = [
        ("externalClientApps", "eca"),
        ("extlClntAppOauthSettings", "ecaOauth"),
        ("extlClntAppGlobalOauthSets", "ecaGlblOauth"),
        ("extlClntAppOauthPolicies", "ecaOauthPlcy"),
        ("extlClntAppPolicies", "ecaPlcy"),
    ]
    roots = [next(metadata(f"{folder}/*.{suffix}-meta.xml", CONNECTION)) for folder, suffix in files]
    app = roots[0][0].name.split(".")[0]
    assert {text(root, "externalClientApplication") for _, root in roots[1:]} == {app}
    policy = roots[3][1]
    allowed = text(policy, "commaSeparatedPermissionSet")
    assert (FORCE_APP / "permissionsets" / f"{allowed}.permissionset-meta.xml").is_file()
    assert text(policy, "permittedUsersPolicyType") == "AdminApprovedPreAuthorized"


def test_settings_have_a_field_for_each_value() -> None:
    """The record the administrator fills in names fields that exist, all of them, and Apex reads each."""
    [(_, record)] = metadata("customMetadata/*.xml", CONNECTION)
    written = set(texts(record, "values", "field"))
    assert written == {name for sobject, name in FIELDS if sobject == "Bridge_Setting__mdt"}
    assert all(f"current?.{name}" in apex()["BridgeSettings"] for name in written)


def test_every_placeholder_is_asked_of_the_administrator() -> None:
    """The project file replaces exactly what the files leave open, and the guide explains each."""
    project = json.loads((PROJECT / "sfdx-project.json").read_text(encoding="utf-8"))
    asked = {one["stringToReplace"]: one["replaceWithEnv"] for one in project["replacements"]}
    files = [path.read_text(encoding="utf-8") for path in CONNECTION.rglob("*.xml")]
    assert set(asked) == {found for content in files for found in re.findall(r"@[A-Z_]+@", content)}
    guide = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert {name for name in asked.values() if f"`{name}`" not in guide} == set()


def test_the_component_calls_methods_that_exist() -> None:
    """Each Apex method a component imports is public, static, open to components, with those arguments."""
    imported = {
        found
        for path in FORCE_APP.glob("lwc/*/*.js")
        for found in re.findall(r'"@salesforce/apex/(\w+)\.(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert imported == {("CitizenRequests", "mine"), ("CitizenRequests", "timeline")}
    for class_name, method in imported:
        signature = rf"@AuraEnabled\s+public static [\w<>]+ {method}\(([^)]*)\)"
        assert re.search(signature, apex()[class_name]), f"{class_name}.{method}"


def test_each_class_says_whose_rights_it_goes_by() -> None:
    """No class leaves sharing to chance; those without it are listed."""
    for name, source in apex().items():
        if "trigger " in source or "@IsTest" in source:
            continue
        assert re.search(r"\b(with|without) sharing class\b", source), name
    without = {name for name, source in apex().items() if "without sharing class" in source}
    assert without == {"BridgeRegistrationHandler", "BridgeTokens", "CitizenAccounts"}


def test_each_class_has_its_meta_file_and_its_tests() -> None:
    """What is deployed to production needs its tests in the same package."""
    files = {path.name for path in FORCE_APP.glob("classes/*")}
    for name in apex():
        assert f"{name}.cls-meta.xml" in files or (FORCE_APP / f"triggers/{name}.trigger-meta.xml").is_file()
    tests = " ".join(source for source in apex().values() if "@IsTest" in source)
    tried = {"BridgeRegistrationHandler", "CitizenRequests", "BridgeStatusApi", "BridgeTokens"}
    assert all(name in tests for name in tried)
