"""Reading a whole extract in which nothing has changed, beside parsing the same file with `csv.reader`."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.fill import fill
from bench.progress import stage
from bench.town import write_again, write_extract
from bench.trial import Trial, trial

ROWS = 200_000
ROUNDS = 3
_FIRST_NIGHT = date(2015, 1, 1)


def measure(
    folder: Path, rows: int = ROWS, rounds: int = ROUNDS, *, filled: bool = False
) -> dict[str, object]:
    """Give rows a second and peak memory of both, measured in turn, and the ratio of their medians.

    Each night's file differs from the last one in a column that stays outside, so that each row is compared.
    With `filled` the store is told of the first one instead of reading it.
    """
    place = trial(folder)
    first: dict[str, Any] = {}
    with stage(f"full scan: first reading of {rows} rows"):
        file = _extract(place, 0, rows)
        if filled:
            fill(place, file)
        else:
            read = place.child("bench.scan_once", "product")
            first = {"first_reading": _summary([read]) | {"pace": read["pace"]}}
    product, bare = [], []
    for night in range(1, rounds + 1):
        with stage(f"full scan: night {night} of {rounds}"):
            file = _extract(place, night, rows)
            product.append(place.child("bench.scan_once", "product"))
            bare.append(place.child("bench.scan_once", "bare", str(file)))
    assert all(one["changed"] == 0 and one["rows"] == rows for one in product)
    ours, theirs = _summary(product), _summary(bare)
    return {
        "rows": rows,
        "file_mib": round(file.stat().st_size / 2**20, 1),
        **first,
        "unchanged": ours,
        "csv_reader": theirs,
        "ratio": round(ours["rows_per_s"] / theirs["rows_per_s"], 3),
        "ratio_of_cpu": round(ours["rows_per_cpu_s"] / theirs["rows_per_cpu_s"], 3),
    }


def _extract(place: Trial, night: int, rows: int) -> Path:
    """Write a night's file, and take the one before away: two are never needed."""
    file, former = (
        place.planning_folder / f"URBA_{_FIRST_NIGHT + timedelta(days=day):%Y%m%d}.csv"
        for day in (night, night - 1)
    )
    if former.exists():
        write_again(file, former, f"nuit {night - 1}", f"nuit {night}")
    else:
        write_extract(file, rows, remark=f"nuit {night}")
    return file


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "rows_per_s": round(median(run["rows"] / run["seconds"] for run in runs)),
        "rows_per_cpu_s": round(median(run["rows"] / run["cpu_s"] for run in runs)),
        "seconds": round(median(run["seconds"] for run in runs), 2),
        "memory_before_mib": min(run["started_mib"] for run in runs),
        "peak_mib": max(run["peak_mib"] for run in runs),
    }
