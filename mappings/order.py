"""Where a record stands among those of its case, as its source counts or dates them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from mappings.model import SourceMapping
from mappings.reading import RecordReader
from mappings.rules import Rule

_LARGEST = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def record_order(mapping: SourceMapping, values: Mapping[str, object], position: str) -> int | None:
    """Give a number that grows with each newer record of a case; None when the source declares none.

    A date counts in microseconds. Raises: RecordError when the record's own is missing or is neither.
    """
    rule = mapping.order_by
    if rule is None:
        return None
    reader = RecordReader(mapping, values, position, datetime.now(UTC).date())
    if rule.date is None:
        return _number(reader, rule)
    moment = reader.moment(rule)
    if moment is None:
        raise reader.refusal(rule, "record.required", "the record has no value here")
    return (moment.at - _EPOCH) // (datetime.resolution)


def _number(reader: RecordReader, rule: Rule) -> int:
    text = reader.text(rule)
    if text is None:
        raise reader.refusal(rule, "record.required", "the record has no value here")
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) < _LARGEST):
        raise reader.refusal(rule, "record.type", "the value is no whole number")
    return int(text)
