"""Reads a Salesforce mapping file, strictly."""

from __future__ import annotations

from mappings.salesforce.model import OWNERS, FieldRule, Owner, SalesforceMapping
from mappings.section import Section, kind

LONGEST_TEXT = 131_072
CONTACT_VALUES = (
    "subject_hash",
    "birth_name",
    "given_names",
    "first_given_name",
    "birth_date",
    "birth_date_precision",
    "gender",
    "birth_place",
    "birth_country",
    "usage_name",
    "level",
    "certified_at",
    "last_name",
    "email",
)
CASE_VALUES = (
    "external_id",
    "source",
    "reference",
    "procedure",
    "title",
    "status.phase",
    "status.outcome",
    "status.waiting_for",
    "status.tacit",
    "status.since",
    "status.legacy_code",
    "status.legacy_label",
    "public_note",
    "next.due_on",
    "mapping_version",
    "version",
    "observed_at",
    "no_longer_reported_at",
    "contact_id",
)
EVENT_VALUES = (
    "event_key",
    "case_salesforce_id",
    "status.phase",
    "status.outcome",
    "status.waiting_for",
    "status.tacit",
    "status.legacy_label",
    "occurred_at",
    "occurred_precision",
    "received_at",
    "public_note",
    "moved_back",
)
VALUES = {"Contact": CONTACT_VALUES, "Case": CASE_VALUES, "Case_Event__c": EVENT_VALUES}
"""What the bridge gives for each object it writes."""


def read_salesforce(top: Section, file: str) -> SalesforceMapping:
    """Give the mapping; what is wrong goes to the section's report, which the caller settles."""
    name = top.text("object", allowed=list(VALUES))
    external_id = top.text("external_id")
    fields = _fields(top, VALUES.get(name, ()))
    targets = [field.target for field in fields]
    for target in sorted({target for target in targets if targets.count(target) > 1}):
        top.add("fields", f"{target!r} is filled twice")
    by_target = {field.target: field for field in fields}
    if external_id and external_id not in by_target:
        top.add("external_id", f"{external_id!r} is not among the targets", targets)
    elif external_id and not by_target[external_id].required:
        top.add("external_id", f"{external_id!r} must be `required: true`")
    top.close()
    return SalesforceMapping(file, name, external_id, fields)


def _fields(top: Section, values: tuple[str, ...]) -> tuple[FieldRule, ...]:
    items = top.raw("fields")
    if not isinstance(items, list) or not items:
        top.add("fields", f"must be a list, not {kind(items)}")
        return ()
    return tuple(
        _field(Section(top.report, f"fields[{number}]", item), values) for number, item in enumerate(items)
    )


def _field(section: Section, values: tuple[str, ...]) -> FieldRule:
    rule = FieldRule(
        target=section.text("target"),
        owner=_owner(section),
        source=section.text_or("source", allowed=values),
        value=section.text_or("value"),
        max_length=int(section.number("max_length", 1, LONGEST_TEXT)) if section.has("max_length") else None,
        required=section.flag("required"),
        omit_empty=section.flag("omit_empty"),
        table=section.table("table") if section.has("table") else None,
        values=section.texts("values"),
    )
    if section.has("source") is section.has("value"):
        section.report.add(section.key, "needs exactly one of the two", ["source", "value"])
    section.close()
    return rule


def _owner(section: Section) -> Owner:
    written = section.text("owner", allowed=OWNERS)
    return next((owner for owner in OWNERS if owner == written), "source")
