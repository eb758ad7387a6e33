"""Turns a JSON value of a request into the value the org stores, or refuses it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

from sandbox.salesforce.errors import SalesforceError, malformed_json
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.schema.model import Field
from sandbox.salesforce.storage import SqlValue

_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]+")


def coerce(field: Field, value: object) -> SqlValue:
    """The stored form of a value.

    Raises: SalesforceError `JSON_PARSER_ERROR` for the wrong JSON type, or the field's own refusal.
    """
    if value is None:
        return _null(field)
    return _COERCIONS.get(field.type, _text)(field, value)


def format_datetime(moment: datetime) -> str:
    """A moment as the org stores and shows it: UTC, milliseconds, `+0000`."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def parse_datetime(value: str) -> datetime:
    """A moment from any ISO form; one without a zone is taken as UTC.

    Raises: ValueError.
    """
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _null(field: Field) -> SqlValue:
    if field.type == "boolean":
        raise SalesforceError(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            f"{field.label}: value not of required type: null",
            fields=[field.name],
        )
    return None


def _text(field: Field, value: object) -> SqlValue:
    if not isinstance(value, str):
        raise _wrong_json(field, value)
    kept = value.strip()
    size = len(kept.encode()) if field.byte_length else len(kept)
    if field.length and size > field.length:
        raise SalesforceError(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {kept} (max length={field.length})",
            fields=[field.name],
        )
    return kept or None


def _picklist(field: Field, value: object) -> SqlValue:
    kept = _text(field, value)
    if kept is None or not field.restricted_picklist:
        return kept
    for choice in field.picklist:
        if choice.value.lower() == str(kept).lower():
            return choice.value
    raise SalesforceError(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{field.label}: bad value for restricted picklist field: {kept}",
        fields=[field.name],
    )


def _email(field: Field, value: object) -> SqlValue:
    kept = _text(field, value)
    if kept is not None and not _EMAIL.fullmatch(str(kept)):
        raise SalesforceError(
            "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {kept}", fields=[field.name]
        )
    return kept


def _boolean(field: Field, value: object) -> SqlValue:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return int(value.lower() == "true")
    if not isinstance(value, bool):
        raise _wrong_json(field, value)
    return int(value)


def _number(field: Field, value: object) -> SqlValue:
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        raise _wrong_json(field, value) from None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise _wrong_json(field, value)
    whole_digits = (field.precision or 18) - field.scale
    if not math.isfinite(number) or abs(number) >= 10**whole_digits:
        raise SalesforceError(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {number}",
            fields=[field.name],
        )
    return round(number) if field.scale == 0 else round(number, field.scale)


def _date(field: Field, value: object) -> SqlValue:
    if not isinstance(value, str):
        raise _wrong_json(field, value)
    try:
        return date.fromisoformat(value[:10] if "T" in value else value).isoformat()
    except ValueError:
        raise _wrong_json(field, value) from None


def _datetime(field: Field, value: object) -> SqlValue:
    if not isinstance(value, str):
        raise _wrong_json(field, value)
    try:
        return format_datetime(parse_datetime(value))
    except (ValueError, OverflowError):
        raise _wrong_json(field, value) from None


def _reference(field: Field, value: object) -> SqlValue:
    if not isinstance(value, str):
        raise _wrong_json(field, value)
    if not value.strip():
        return None
    record_id = canonical_id(value.strip())
    if record_id is None:
        raise wrong_id(field, value)
    return record_id


def wrong_id(field: Field, value: str) -> SalesforceError:
    """The refusal of an id that is malformed or belongs to another object."""
    return SalesforceError(
        "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", fields=[field.name]
    )


def _wrong_json(field: Field, value: object) -> SalesforceError:
    token = {str: "VALUE_STRING", bool: f"VALUE_{str(value).upper()}", int: "VALUE_NUMBER_INT"}.get(
        type(value), "VALUE_NUMBER_FLOAT" if isinstance(value, float) else ""
    )
    shown = token or ("START_ARRAY" if isinstance(value, list) else "START_OBJECT")
    wanted = {"boolean", "date", "datetime", "int", "double", "currency", "percent"}
    kind = field.type if field.type in wanted else "string"
    return malformed_json(
        f"Cannot deserialize instance of {kind} from {shown} value {_shown(value)}"
        " or request may be missing a required field at [line:1, column:1]"
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "{"
    return "[" if isinstance(value, list) else str(value)


_COERCIONS: dict[str, Callable[[Field, object], SqlValue]] = {
    "boolean": _boolean,
    "int": _number,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "date": _date,
    "datetime": _datetime,
    "email": _email,
    "id": _reference,
    "picklist": _picklist,
    "reference": _reference,
}
