"""The id of a flat row is the one its record would have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mappings.errors import RecordError
from mappings.model import SourceMapping
from mappings.records import record_id
from mappings.row_ids import row_ids
from mappings.rules import Rule
from tests.mappings.examples import packaged_sources

URBANISME = packaged_sources()["urbanisme"]
CELLS = ["PC 1", " pc   1 ", "", "  ", "x" * 80, "x" * 81, "dp\u00a0é", "a\x00b", "E\u0301"]


def by_record(mapping: SourceMapping, cell: str) -> str | None:
    """Give what the reading of a whole record gives."""
    try:
        return record_id(mapping, {"TYPE": "DP", "NUM_DOSSIER": cell}, "")
    except RecordError:
        return None


@pytest.mark.parametrize(
    "rule",
    [
        URBANISME.record.id,
        replace(URBANISME.record.id, empty_if=frozenset({"PC 1"})),
        replace(URBANISME.record.id, table={"PC 1": "one"}),
        replace(URBANISME.record.id, path=("OTHER",)),
        replace(URBANISME.record.id, path=("NUM_DOSSIER", "inner")),
        replace(URBANISME.record.id, constant="always"),
        replace(URBANISME.record.id, if_empty="none"),
    ],
    ids=["plain", "empty words", "table", "absent column", "nested", "constant", "filled"],
)
def test_many_rows_are_named_as_one_record_is(rule: Rule) -> None:
    """The quick way and the way of a record agree on every cell, and on what is refused."""
    mapping = replace(URBANISME, record=replace(URBANISME.record, id=rule))
    rows = [("DP", cell) for cell in CELLS]
    found = row_ids(mapping, ("TYPE", "NUM_DOSSIER"), rows)
    assert found == [by_record(mapping, cell) for cell in CELLS]
