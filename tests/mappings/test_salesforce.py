"""The JSON body Salesforce receives."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.status import Phase
from mappings.errors import MappingError, PayloadError
from mappings.loader import load_salesforce
from mappings.salesforce import payload
from mappings.salesforce.outgoing import cut
from mappings.salesforce.reading import CASE_VALUES
from tests.mappings.examples import written

AT = datetime(2016, 1, 4, 23, 0, tzinfo=UTC)
CASE: Mapping[str, object] = {
    "external_id": "urbanisme:DP 092040 15 00031",
    "source": "urbanisme",
    "reference": "DP 092040 15 00031",
    "procedure": "urb-dp",
    "title": "Abri de jardin",
    "status.phase": Phase.ACTION_REQUIRED,
    "status.outcome": None,
    "status.waiting_for": "citizen",
    "status.tacit": False,
    "status.since": AT,
    "status.legacy_code": "INCNOT",
    "status.legacy_label": "incomplétude notifiée",
    "public_note": None,
    "next.due_on": date(2016, 3, 8),
    "mapping_version": "urbanisme@1",
    "version": 7,
    "observed_at": AT.astimezone(timezone(timedelta(hours=1))),
    "no_longer_reported_at": None,
    "contact_id": None,
}
CONTACT: Mapping[str, object] = {
    "subject_hash": "k1:abc",
    "birth_name": "DUBOIS",
    "given_names": ("Angela", "Claire", "Louise"),
    "first_given_name": "Angela",
    "birth_date": "1962-08-24",
    "birth_date_precision": "day",
    "gender": "female",
    "birth_place": "75107",
    "birth_country": "99100",
    "usage_name": None,
    "level": "eidas1",
    "certified_at": AT,
    "last_name": "DUBOIS",
    "email": "angela@example.org",
}


def test_a_case_is_written_whole() -> None:
    """Texts, moments in UTC, days, numbers; what is no longer true is emptied, save the Contact."""
    body = payload(load_salesforce("case"), CASE)
    assert json.loads(json.dumps(body)) == {
        "Source_Key__c": "urbanisme:DP 092040 15 00031",
        "Source__c": "urbanisme",
        "Reference__c": "DP 092040 15 00031",
        "Procedure__c": "urb-dp",
        "Subject": "Abri de jardin",
        "Phase__c": "action_required",
        "Outcome__c": None,
        "Waiting_For__c": "citizen",
        "Tacit__c": False,
        "Status_Since__c": "2016-01-04T23:00:00Z",
        "Legacy_Code__c": "INCNOT",
        "Legacy_Label__c": "incomplétude notifiée",
        "Public_Note__c": None,
        "Next_Due_On__c": "2016-03-08",
        "Mapping_Version__c": "urbanisme@1",
        "Source_Version__c": 7,
        "Observed_At__c": "2016-01-04T23:00:00Z",
        "No_Longer_Reported_At__c": None,
        "Status": "Working",
    }


def test_what_agents_own_is_written_at_creation_only() -> None:
    """An update never takes back the origin, the name or the e-mail someone corrected."""
    case, contact = load_salesforce("case"), load_salesforce("contact")
    assert payload(case, CASE, creating=True)["Origin"] == "Web"
    assert "Origin" not in payload(case, CASE)
    made, kept = payload(contact, CONTACT, creating=True), payload(contact, CONTACT)
    assert made.keys() - kept.keys() == {"LastName", "FirstName", "Email"}
    assert (made["LastName"], made["FirstName"], made["Email"]) == ("DUBOIS", "Angela", "angela@example.org")
    assert made["FC_Given_Names__c"] == "Angela, Claire, Louise"


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_standard_status(phase: Phase) -> None:
    """Reports and queues that know only the standard field stay right."""
    ends = {Phase.RECEIVED: "New", Phase.DECIDED: "Closed", Phase.CLOSED: "Closed"}
    body = payload(load_salesforce("case"), {**CASE, "status.phase": phase})
    assert body["Status"] == ends.get(phase, "Working")


def test_a_linked_case_names_its_contact() -> None:
    """The Contact is written when known."""
    assert payload(load_salesforce("case"), {**CASE, "contact_id": "003x"})["ContactId"] == "003x"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"external_id": "x" * 121}, "Source_Key__c: the key is longer than 120 characters"),
        ({"external_id": None}, "Source_Key__c: needs external_id, which is not known"),
        ({"status.phase": "lost"}, "Status: the value of status.phase is not in the table"),
        ({"observed_at": AT.replace(tzinfo=None)}, "Observed_At__c: observed_at has no time zone"),
        ({"version": object()}, "Source_Version__c: version cannot be written: object"),
    ],
)
def test_an_unusable_value_is_named_and_never_shown(changes: dict[str, object], text: str) -> None:
    """The error says file, field and source; a key is refused, never cut, for two cut keys could be one."""
    with pytest.raises(PayloadError) as refusal:
        payload(load_salesforce("case"), {**CASE, **changes})
    assert str(refusal.value) == f"case.yaml: {text}"


def test_a_contact_is_never_made_without_its_name() -> None:
    """The one field Salesforce always asks of a Contact is missed before the call, not by it."""
    with pytest.raises(PayloadError) as refusal:
        payload(load_salesforce("contact"), {**CONTACT, "last_name": ""}, creating=True)
    assert str(refusal.value) == "contact.yaml: LastName: needs last_name, which is not known"


def test_a_value_the_bridge_does_not_give_is_left_alone() -> None:
    """A partial write touches only what it names."""
    assert payload(load_salesforce("case"), {"external_id": "a:1", "version": 2}) == {
        "Source_Key__c": "a:1",
        "Source_Version__c": 2,
    }


@pytest.mark.parametrize(
    ("text", "length", "kept"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("ab cd", 3, "ab"),
        ("ae\u0301x", 2, "a"),
        ("a\U0001f600b", 2, "a"),
        ("a\U0001f600b", 3, "a\U0001f600"),
        ("a\U0001f468\u200d\U0001f469", 4, "a"),
        ("é" * 300, 255, "é" * 255),
    ],
)
def test_a_long_text_is_cut_between_characters(text: str, length: int, kept: str) -> None:
    """Neither half an emoji nor a letter without its accent is left at the end."""
    assert cut(text, length) == kept


@given(st.text(), st.integers(1, 20))
def test_a_cut_text_always_fits_and_begins_the_same(text: str, length: int) -> None:
    """Salesforce counts UTF-16 units, and never receives more than the field holds."""
    kept = cut(text, length)
    assert len(kept.encode("utf-16-le", "surrogatepass")) // 2 <= length
    assert text.startswith(kept)
    assert not text[len(kept) :] or not unicodedata.combining(text[len(kept)]) or kept == ""


FIELD_KEYS = "max_length, omit_empty, owner, required, source, table, target, value, values"
FIELD = "  - {target: A__c, source: external_id, max_length: 10, required: true, owner: source}\n"


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            "source: nope, owner: source",
            f"fields[1].source: 'nope' is not allowed; allowed: {', '.join(CASE_VALUES)}",
        ),
        (
            "source: title, owner: us",
            "fields[1].owner: 'us' is not allowed; allowed: source, agents, citizen",
        ),
        ("owner: source", "fields[1]: needs exactly one of the two; allowed: source, value"),
        (
            "source: title, owner: source, lenght: 3",
            f"fields[1].lenght: unknown key; allowed: {FIELD_KEYS}",
        ),
        (
            "source: title, owner: source, max_length: big",
            "fields[1].max_length: must be a whole number from 1 to 131072",
        ),
        ("target: A__c, source: title, owner: source", "fields[1].target: is written twice"),
    ],
)
def test_a_fault_in_a_salesforce_mapping_is_named(tmp_path: Path, field: str, message: str) -> None:
    """The same strictness as for sources: file, key, allowed values."""
    text = f"object: Case\nexternal_id: A__c\nfields:\n{FIELD}  - {{target: B__c, {field}}}\n"
    written(tmp_path, text, "case.yaml")
    with pytest.raises(MappingError) as refusal:
        load_salesforce("case", tmp_path)
    assert f"case.yaml: {message}" in str(refusal.value).splitlines()


def test_a_field_filled_twice_is_refused(tmp_path: Path) -> None:
    """Two sources for one field would silently leave one out."""
    text = f"object: Case\nexternal_id: A__c\nfields:\n{FIELD}{FIELD}"
    written(tmp_path, text, "case.yaml")
    with pytest.raises(MappingError) as refusal:
        load_salesforce("case", tmp_path)
    assert str(refusal.value) == "case.yaml: fields: 'A__c' is filled twice"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("B__c", "case.yaml: external_id: 'B__c' is not among the targets; allowed: A__c"),
        ("A__c", "case.yaml: external_id: 'A__c' must be `required: true`"),
    ],
)
def test_an_upsert_must_have_its_key(tmp_path: Path, key: str, message: str) -> None:
    """A record without its key would be created again at each write."""
    field = FIELD.replace("required: true, ", "")
    written(tmp_path, f"object: Case\nexternal_id: {key}\nfields:\n{field}", "case.yaml")
    with pytest.raises(MappingError) as refusal:
        load_salesforce("case", tmp_path)
    assert str(refusal.value) == message
