"""The ids of many flat rows at once, for those who compare a million of them."""

from __future__ import annotations

from collections.abc import Sequence

from mappings.errors import RecordError
from mappings.model import SourceMapping
from mappings.normalizers import text_of
from mappings.reading import cleaned
from mappings.records import ID_LENGTH, record_id


def row_ids(
    mapping: SourceMapping, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[str | None]:
    """Give what `record_id` gives for each row, and None where it refuses one."""
    rule = mapping.record.id
    plain = rule.constant is None and rule.table is None and rule.if_empty is None
    if not plain or len(rule.path) != 1 or rule.path[0] not in columns:
        return [_slowly(mapping, columns, row) for row in rows]
    place = columns.index(rule.path[0])
    found = (cleaned(rule, text_of(row[place])) for row in rows)
    return [text if text and len(text) <= ID_LENGTH else None for text in found]


def _slowly(mapping: SourceMapping, columns: Sequence[str], row: Sequence[str]) -> str | None:
    try:
        return record_id(mapping, dict(zip(columns, row, strict=True)), "")
    except RecordError:
        return None
