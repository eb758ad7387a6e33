"""The ways a nightly file goes wrong, each switched on by its fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.town.faults import Faults
from sandbox.town.urbanisme.rows import Row

# Which row is hit: fixed, so that a test can tell it.
HIT = 3


def spoil_rows(rows: list[Row], faults: Faults) -> list[Row]:
    """The rows with the faults that are on; the caller's rows are left alone."""
    for name, spoil in _ROW_FAULTS.items():
        if faults.number(name) and len(rows) > HIT + 1:
            rows = spoil(rows)
    return rows


def spoil_bytes(content: bytes, faults: Faults) -> bytes:
    """The file cut in the middle of a row when it is truncated or still being written."""
    if faults.number("csv_truncated"):
        return content[: content.rindex(b"\r\n", 0, -2) + 20]
    if faults.number("csv_no_marker"):
        return content[: len(content) // 2]
    return content


def _shrunk(rows: Sequence[Row]) -> list[Row]:
    return [row for place, row in enumerate(rows) if place % 5 not in {1, 3}]


def _with(rows: Sequence[Row], **cells: str) -> list[Row]:
    return [*rows[:HIT], rows[HIT] | cells, *rows[HIT + 1 :]]


def _duplicate(rows: Sequence[Row]) -> list[Row]:
    return _with(rows, NUM_DOSSIER=rows[HIT + 1]["NUM_DOSSIER"])


_ROW_FAULTS: dict[str, Callable[[Sequence[Row]], list[Row]]] = {
    "csv_shrunk": _shrunk,
    "csv_bad_date": lambda rows: _with(rows, DT_ETAT="31/02/2015"),
    "csv_unknown_code": lambda rows: _with(rows, CD_ETAT="ZZTOP", LB_ETAT="en cours de validité"),
    "csv_duplicate": _duplicate,
}
