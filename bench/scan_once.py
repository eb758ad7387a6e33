"""One reading of an extract in a process of its own: `product`, or `bare` with a file. Prints JSON."""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from typing import Any

from bench.machine import peak_mib
from bench.pace import Pace


def main() -> None:
    """Read once, and say how long it took and how much memory it needed."""
    rows, seconds, found = _product() if sys.argv[1] == "product" else _bare(sys.argv[2])
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mib": peak_mib(), **found}))


def _product() -> tuple[int, float, dict[str, Any]]:
    from bridge.settings import load_settings  # noqa: PLC0415 - its memory is not the bare reading's
    from bridge.wiring import build_services  # noqa: PLC0415 - the same
    from jobs.bell import SilentBell  # noqa: PLC0415 - the same
    from run.log_stream import log_as_json  # noqa: PLC0415 - the same

    log_as_json()
    services = build_services(load_settings(os.environ), SilentBell())
    started_mib = peak_mib()
    pace = Pace()
    began = time.perf_counter()
    done = services.synchronise("urbanisme", pace)
    seconds = time.perf_counter() - began
    if done.error_code:
        raise SystemExit(done.error_code)
    found = {"changed": done.changed, "started_mib": started_mib, "cpu_s": pace.cpu_s()}
    return done.read, seconds, found | {"pace": pace.by_size()}


def _bare(path: str) -> tuple[int, float, dict[str, Any]]:
    started_mib = peak_mib()
    pace = Pace()
    began = time.perf_counter()
    with open(path, encoding="cp1252", newline="") as lines:  # noqa: PTH123 - the plainest way there is
        rows = sum(1 for _ in csv.reader(lines, delimiter=";")) - 1
    return rows, time.perf_counter() - began, {"started_mib": started_mib, "cpu_s": pace.cpu_s()}


if __name__ == "__main__":
    main()
