"""A store that knows an extract already, filled in minutes where ten million first readings take hours."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench.trial import Trial
from mappings.row_ids import row_ids

_SOURCE = "urbanisme"
_MOMENT = "2025-01-01 00:00:00.000000"
_SAME = {
    "source": _SOURCE,
    "procedure": "urb-dp",
    "title": "",
    "phase": "in_progress",
    "waiting_for": "town",
    "tacit": 0,
    "legacy_code": "INST",
    "legacy_label": "",
    "mapping_version": "urbanisme@1",
    "version": 1,
    "observed_at": _MOMENT,
    "changed_at": _MOMENT,
    "contact_withdrawn": 0,
}


def fill(place: Trial, extract: Path) -> None:
    """Note the ids and prints of an extract as cases; only what a comparison reads is true of them."""
    with place.services():
        pass  # the tables are made
    names = ("id", "source_case_id", "fingerprint", *_SAME)
    marks = ", ".join("?" * len(names))
    with sqlite3.connect(place.folder / "bridge.db") as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for rows in _rows(place, extract):
            connection.executemany(f"INSERT INTO cases ({', '.join(names)}) VALUES ({marks})", rows)
            connection.commit()


def _rows(place: Trial, extract: Path) -> Iterator[list[tuple[object, ...]]]:
    with place.services() as services, extract.open(encoding="cp1252", newline="") as lines:
        mapping = services.mappings[_SOURCE]
        prints, same = services.absorb.prints(mapping), tuple(_SAME.values())
        rows = csv.reader(lines, delimiter=";")
        header = next(rows)
        wanted = mapping.transport["columns"]
        assert isinstance(wanted, list | tuple)
        columns = tuple(map(str, wanted))
        places = [header.index(name) for name in columns]
        while some := [[row[place] for place in places] for row in islice(rows, 10_000)]:
            ids = row_ids(mapping, columns, some)
            found = zip(ids, prints.of_rows(columns, some), strict=True)
            yield [(f"c_{number}", number, known, *same) for number, known in found]
