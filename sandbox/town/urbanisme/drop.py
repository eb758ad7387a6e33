"""Writes the nightly file, then its marker: the marker says the file is whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from sandbox.town.faults import Faults
from sandbox.town.records import Standing
from sandbox.town.urbanisme.files import PlanningFile
from sandbox.town.urbanisme.rows import COLUMNS, Row, extract
from sandbox.town.urbanisme.spoil import spoil_bytes, spoil_rows
from sandbox.town.urbanisme.states import LABELS


class PlanningDrop:
    """The planning office: one full picture of its files dropped for each day lived."""

    def __init__(self, files: Sequence[PlanningFile], folder: Path, faults: Faults) -> None:
        self._files = files
        self._faults = faults
        self._previous = b""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def move(self, day: date) -> None:
        """Drop the file of that day, with whatever fault is on."""
        rows = spoil_rows(extract(self._files, day), self._faults)
        content = encode(rows, "utf-8" if self._faults.number("csv_utf8") else "cp1252")
        if self._faults.number("csv_resent") and self._previous:
            content = self._previous
        self._previous = content
        half_written = bool(self._faults.number("csv_no_marker"))
        self._write(day, spoil_bytes(content, self._faults), marker=not half_written)
        if self._faults.number("csv_older_after"):
            older = day - timedelta(days=7)
            self._write(older, encode(extract(self._files, older), "cp1252"), marker=True)

    def empty(self) -> None:
        """Remove every file this office has dropped."""
        for path in self.folder.glob("URBA_*.csv*"):
            path.unlink()
        self._previous = b""

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The last step typed by that day, by file number."""
        return {
            file.number: Standing(step.code, LABELS[step.code], file.tracking_code)
            for file in self._files
            if (step := file.at(day))
        }

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: the office never deletes a file."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Numbers of the files of each person with a key."""
        owned: dict[str, list[str]] = {}
        for file in self._files:
            if file.person is not None and file.person.key:
                owned.setdefault(file.person.key, []).append(file.number)
        return owned

    def _write(self, day: date, content: bytes, *, marker: bool) -> None:
        path = self.folder / f"URBA_{day:%Y%m%d}.csv"
        ok = path.with_name(path.name + ".ok")
        # A marker left from an earlier drop must not vouch for the new bytes.
        ok.unlink(missing_ok=True)
        path.write_bytes(content)
        if marker:
            ok.touch()


def encode(rows: Sequence[Row], encoding: str) -> bytes:
    """The extract as bytes: header line, `;`, CRLF, quotes where needed."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
