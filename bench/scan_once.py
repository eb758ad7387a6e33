"""One reading of an extract in a process of its own: `product`, or `bare` with a file. Prints JSON."""

from __future__ import annotations

import csv
import json
import os
import sys
import time

from bench.machine import peak_mib


def main() -> None:
    """Read once, and say how long it took and how much memory it needed."""
    rows, seconds, found = _product() if sys.argv[1] == "product" else _bare(sys.argv[2])
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mib": peak_mib(), **found}))


def _product() -> tuple[int, float, dict[str, float]]:
    from bridge.settings import load_settings  # noqa: PLC0415 - its memory is not the bare reading's
    from bridge.wiring import build_services  # noqa: PLC0415 - the same
    from jobs.bell import SilentBell  # noqa: PLC0415 - the same

    services = build_services(load_settings(os.environ), SilentBell())
    started_mib = peak_mib()
    began = time.perf_counter()
    done = services.synchronise("urbanisme")
    seconds = time.perf_counter() - began
    if done.error_code:
        raise SystemExit(done.error_code)
    return done.read, seconds, {"changed": done.changed, "started_mib": started_mib}


def _bare(path: str) -> tuple[int, float, dict[str, float]]:
    started_mib = peak_mib()
    began = time.perf_counter()
    with open(path, encoding="cp1252", newline="") as lines:  # noqa: PTH123 - the plainest way there is
        rows = sum(1 for _ in csv.reader(lines, delimiter=";")) - 1
    return rows, time.perf_counter() - began, {"started_mib": started_mib}


if __name__ == "__main__":
    main()
