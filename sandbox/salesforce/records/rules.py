"""What the org itself puts into a record: defaults, names, numbers, closing of Cases, and its rules."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.coercion import coerce, format_datetime
from sandbox.salesforce.records.drafts import Draft
from sandbox.salesforce.records.lookups import Parents
from sandbox.salesforce.schema.model import Field, SObject
from sandbox.salesforce.storage import SqlValue

_COUNTER = re.compile(r"\{(0+)\}")


def check_writable(item: Draft) -> None:
    """Refuse fields this user may not set.

    Raises: SalesforceError `INVALID_FIELD_FOR_INSERT_UPDATE`.
    """
    fixed = item.sobject.not_createable if item.old is None else item.sobject.not_updateable
    if not fixed.isdisjoint(item.changes):
        refused = [name for name in item.changes if name in fixed]
        raise SalesforceError(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security settings of"
            " this field and verify that it is read/write for your profile or permission set.",
            fields=refused,
        )


def check_required(item: Draft) -> None:
    """Refuse a record without the fields the org always wants.

    Raises: SalesforceError `REQUIRED_FIELD_MISSING`.
    """
    missing = [field.name for field in item.sobject.required if _is_missing(field, item)]
    if missing:
        raise SalesforceError(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", fields=missing
        )


def check_validation(item: Draft) -> None:
    """Refuse what a validation rule of the packages refuses.

    Raises: SalesforceError `FIELD_CUSTOM_VALIDATION_EXCEPTION`.
    """
    for rule in item.sobject.rules:
        if rule.refuses(item):
            raise SalesforceError(
                "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=[rule.field] if rule.field else []
            )


def fill_new(item: Draft, record_id: str, number: int, user_id: str, now: datetime) -> None:
    """Give a new record its id, defaults and system fields."""
    for field in item.sobject.preset:
        if item.changes.get(field.name) is None:
            value = _default(field, number, now)
            if value is not None:
                item.changes[field.name] = value
    stamp = stamp_of(now)
    item.changes.update(Id=record_id, IsDeleted=0, CreatedDate=stamp, CreatedById=user_id)
    if item.sobject.find("OwnerId") and item.changes.get("OwnerId") is None:
        item.changes["OwnerId"] = user_id


@lru_cache(maxsize=8)
def stamp_of(now: datetime) -> str:
    """The moment as the org stamps records: in whole seconds."""
    return format_datetime(now.replace(microsecond=0))


def fill_stamps(item: Draft, user_id: str, now: datetime) -> None:
    """Say who changed the record last, and when (whole seconds, as the org keeps them)."""
    stamp = stamp_of(now)
    item.changes.update(LastModifiedDate=stamp, LastModifiedById=user_id, SystemModstamp=stamp)


def derive(item: Draft, parents: Parents, now: datetime) -> None:
    """Set what follows from other fields: full names, the Account of a Case, whether it is closed."""
    if item.sobject.find("LastName"):
        parts = (item.value("FirstName"), item.value("LastName"))
        item.changes["Name"] = " ".join(str(part) for part in parts if part)
    if item.sobject.name == "Case":
        _derive_case(item, parents, now)


def _derive_case(item: Draft, parents: Parents, now: datetime) -> None:
    contact_id = item.changes.get("ContactId")
    if isinstance(contact_id, str) and "AccountId" not in item.changes:
        item.changes["AccountId"] = parents[contact_id]["AccountId"]
    closed = _closes(item.sobject, item.value("Status"))
    was_closed = bool(item.old and item.old["IsClosed"])
    item.changes["IsClosed"] = int(closed)
    if closed and not was_closed:
        item.changes["ClosedDate"] = stamp_of(now)
    elif was_closed and not closed:
        item.changes["ClosedDate"] = None


def _closes(case: SObject, status: SqlValue) -> bool:
    field = case.find("Status")
    choices = field.picklist if field else ()
    return any(choice.closed for choice in choices if choice.value == status)


def _is_missing(field: Field, item: Draft) -> bool:
    if field.name in item.changes:
        return item.changes[field.name] is None and not (item.old is None and field.defaulted_on_create)
    return item.old is None and not field.defaulted_on_create


def _default(field: Field, number: int, now: datetime) -> SqlValue:
    if field.auto_number:
        return _COUNTER.sub(lambda found: f"{number:0{len(found[1])}d}", field.default or "{00000000}")
    chosen = next((choice.value for choice in field.picklist if choice.default), None)
    if chosen is not None or field.default is None:
        return chosen
    formula = field.default.strip()
    if formula in {"TODAY()", "NOW()"}:
        return coerce(field, now.isoformat())
    return coerce(field, formula.strip("\"'"))
