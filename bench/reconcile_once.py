"""One comparison of store and org in a process of its own. Prints JSON."""

from __future__ import annotations

import json
import os
import sys
import time

from bench.machine import peak_mib
from bridge.settings import load_settings
from bridge.wiring import build_services
from jobs.bell import SilentBell
from run.log_stream import log_as_json


def main() -> None:
    """Compare once, and say how long it took, how much memory it needed and how many calls it made."""
    log_as_json()
    services = build_services(load_settings(os.environ), SilentBell())
    started_mib, began = peak_mib(), time.perf_counter()
    marks: dict[str, float] = {}

    def note(side: str, rows: int) -> None:
        marks[side] = round(time.perf_counter() - began, 1)
        if rows % 100_000 == 0:
            sys.stderr.write(f"{side} {rows} … ")

    done = services.reconcile(progress=note)
    report = services.report_seal.verified(done.report)
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - began, 1),
                "org_read_after_s": marks["org"],
                "store_read_after_s": marks["store"],
                "memory_before_mib": started_mib,
                "peak_mib": peak_mib(),
                "api_calls": report["api_calls"],
                **report["found"],
            }
        )
    )


if __name__ == "__main__":
    main()
