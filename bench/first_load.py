"""The first load of a town's cases into the stand-in org, ten times more each time."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests

from bench.filled_store import fill_store, tell_one
from bench.progress import stage
from bench.stop_watch import Spent, timed
from bench.trial import trial
from bridge.wiring import Services
from run.children import Children
from run.town_hall import plain_environment

SIZES = (10_000, 100_000, 1_000_000)
_TIMEOUT_S = 60
_FREE_CALLS = {"login", "control", "viewer", "bulk-control"}


def measure(folder: Path, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Give rows/s of loading up to each size, timelines included, with the seconds of each stage.

    The org keeps what it has: each step adds the difference to the size before it.
    """
    with Children(folder / "log") as children:
        command = [sys.executable, "-m", "run", "sandbox", "salesforce"]
        org = children.start_ready("salesforce", command, plain_environment())
        with trial(folder, org=org).services() as services:
            tell_one(services)
            loads: dict[str, object] = {}
            before = 0
            for size in sizes:
                fill_store(services, size - before, start=before)
                with stage(f"first_load: {size - before} cases"):
                    loads[f"up_to_{size}"] = run_lane(services, org, size - before)
                before = size
            return loads


def run_lane(
    services: Services, org: Mapping[str, Any], rows: int, *, by_jobs: bool = True
) -> dict[str, object]:
    """Let one worker carry what is due; give calls and seconds, by stage."""
    spent: Spent = defaultdict(float)
    push = services.push_cases if by_jobs else replace(services.push_cases, bulk=None)
    calls, began, applied = calls_of(org), time.perf_counter(), 0
    while applied < rows:
        done = timed(push, spent)(patience_s=600)
        assert done.error_code is None, done
        applied += done.applied
    seconds = time.perf_counter() - began
    made = calls_of(org) - calls
    spent["store_and_the_rest"] = seconds - sum(spent.values())
    return {
        "rows": rows,
        "seconds": round(seconds, 1),
        "rows_per_s": round(rows / seconds, 1),
        "api_calls": made.total(),
        "calls_by_kind": dict(made),
        "stages_s": {name: round(value, 1) for name, value in spent.items()},
    }


def calls_of(org: Mapping[str, Any]) -> Counter[str]:
    """Give the calls the org has counted, by kind."""
    stats = requests.get(f"{org['url']}/sandbox/stats", timeout=_TIMEOUT_S).json()
    return Counter({kind: n for kind, n in stats["calls"].items() if kind not in _FREE_CALLS})
