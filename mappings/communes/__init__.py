"""Reads what became of the codes of communes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from importlib import resources


@dataclass(frozen=True, slots=True)
class CommuneChange:
    """One change: `renumbered`, `joined`, `left` or `district`; a district was never anything else."""

    change: str
    effective_on: date | None
    code: str
    other_code: str


def read_changes() -> tuple[CommuneChange, ...]:
    """Give every change of the packaged file. Source: INSEE, Code officiel géographique."""
    text = (resources.files(__name__) / "history.csv").read_text(encoding="ascii")
    return tuple(
        CommuneChange(
            change=row["change"],
            effective_on=date.fromisoformat(row["effective_on"]) if row["effective_on"] else None,
            code=row["code"],
            other_code=row["other_code"],
        )
        for row in csv.DictReader(text.splitlines())
    )
