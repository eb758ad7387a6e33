"""Makes the JSON body Salesforce receives for one record."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime

from mappings.errors import PayloadError
from mappings.salesforce.model import FieldRule, SalesforceMapping

_JOINER = "\N{ZERO WIDTH JOINER}"


def payload(
    mapping: SalesforceMapping, values: Mapping[str, object], *, creating: bool = False
) -> dict[str, object]:
    """Give field names and values ready for JSON: dates as YYYY-MM-DD, moments in UTC, texts cut to length.

    A value the caller does not give is left out; None empties the field. What agents or the citizen own
    is there only with `creating`. Raises: PayloadError.
    """
    body: dict[str, object] = {}
    for rule in mapping.fields:
        if rule.owner != "source" and not creating:
            continue
        given = rule.source is None or rule.source in values
        value = _value(mapping, rule, values) if given else None
        if rule.required and value is None:
            raise PayloadError(mapping.file, rule.target, f"needs {rule.source}, which is not known")
        if value is not None or (given and not rule.omit_empty):
            body[rule.target] = value
    return body


def cut(text: str, length: int) -> str:
    """Give at most `length` UTF-16 units of a text, never half of what a reader sees as one character."""
    end = min(len(text), length)
    while _units(text[:end]) > length:
        end -= 1
    while 0 < end < len(text) and (_continues(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return text[:end].rstrip()


def _continues(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in {_JOINER, "\ufe0f"}


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _value(mapping: SalesforceMapping, rule: FieldRule, values: Mapping[str, object]) -> object:
    found = rule.value if rule.source is None else values[rule.source]
    if rule.table is not None and found is not None:
        if str(found) not in rule.table:
            raise PayloadError(mapping.file, rule.target, f"the value of {rule.source} is not in the table")
        return rule.table[str(found)]
    if isinstance(found, (tuple, list)):
        found = ", ".join(map(str, found))
    if isinstance(found, str):
        return _text(mapping, rule, str(found))
    return _plain(mapping, rule, found)


def _text(mapping: SalesforceMapping, rule: FieldRule, text: str) -> str | None:
    """Give the plain text; a key is never cut, for two cut keys could be one."""
    if rule.max_length is None or _units(text) <= rule.max_length:
        return text or None
    if rule.target == mapping.external_id:
        raise PayloadError(mapping.file, rule.target, f"the key is longer than {rule.max_length} characters")
    return cut(text, rule.max_length)


def _plain(mapping: SalesforceMapping, rule: FieldRule, value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise PayloadError(mapping.file, rule.target, f"{rule.source} has no time zone")
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise PayloadError(mapping.file, rule.target, f"{rule.source} cannot be written: {type(value).__name__}")
