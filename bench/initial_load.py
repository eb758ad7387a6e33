"""The first reading of a town: rows a second while the store grows, and where the time goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.progress import stage
from bench.town import write_extract
from bench.trial import trial

ROWS = 100_000
SAMPLE = 10_000


def measure(folder: Path, rows: int = ROWS) -> dict[str, object]:
    """Give the pace of a first reading, and its stages as shares of a smaller one under a profiler."""
    with stage(f"initial load: {rows} rows"):
        whole = _read(folder / "whole", rows, "bench.scan_once")
    with stage(f"initial load: {SAMPLE} rows, profiled"):
        sample = _read(folder / "sample", SAMPLE, "bench.load_stages")
    return {
        "rows": rows,
        "rows_per_s": round(rows / whole["seconds"]),
        "rows_per_cpu_s": round(rows / whole["cpu_s"]),
        "peak_mib": whole["peak_mib"],
        "pace": whole["pace"],
        "stages": sample,
    }


def _read(folder: Path, rows: int, module: str) -> dict[str, Any]:
    place = trial(folder)
    write_extract(place.planning_folder / "URBA_20150101.csv", rows)
    return place.child(module, "product")
