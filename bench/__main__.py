"""`python -m bench [part …]`: measure, and print one JSON document; progress goes to standard error."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import (
    burst,
    changed,
    dropped_xml,
    first_load,
    full_scan,
    initial_load,
    live,
    org_load,
    push,
    reconcile,
    sign_in,
    status_api,
    workers,
)
from bench.machine import machine

PARTS: dict[str, Callable[..., dict[str, object]]] = {
    "status_api": status_api.measure,
    "full_scan": full_scan.measure,
    "dropped_xml": dropped_xml.measure,
    "initial_load": initial_load.measure,
    "push": push.measure,
    "org_load": org_load.measure,
    "sign_in": sign_in.measure,
    "workers": workers.measure,
    "live": live.measure,
    "burst": burst.measure,
    "changed": changed.measure,
    "first_load": first_load.measure,
    "reconcile": reconcile.measure,
}
_WHEN_NAMED = {"changed", "first_load", "burst"}


def main() -> None:
    """Measure the parts named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="part",
        help=f"{', '.join(PARTS)}; all but {', '.join(sorted(_WHEN_NAMED))} when none is named",
    )
    parser.add_argument(
        "--rows", type=int, default=full_scan.ROWS, help="rows of the full scan, or of the initial load"
    )
    parser.add_argument("--rounds", type=int, default=full_scan.ROUNDS, help="nights of the full scan")
    parser.add_argument(
        "--filled", action="store_true", help="tell the store of the full scan's first night, do not read it"
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=org_load.SIZES,
        help="numbers of Cases the stand-in org is filled with",
    )
    parser.add_argument(
        "--database-url", default="", help="an empty PostgreSQL database for status_api and sign_in"
    )
    parser.add_argument("--cases", type=int, default=changed.TOTAL, help="cases of changed and first_load")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    options: dict[str, dict[str, Any]] = {
        "initial_load": {"rows": chosen.rows},
        "full_scan": {"rows": chosen.rows, "rounds": chosen.rounds, "filled": chosen.filled},
        "changed": {"total": chosen.cases},
        "first_load": {
            "sizes": [size for size in first_load.SIZES if size <= chosen.cases] or [chosen.cases]
        },
        "org_load": {"sizes": tuple(chosen.sizes)},
        "status_api": {"database_url": chosen.database_url},
        "sign_in": {"database_url": chosen.database_url},
    }
    began = time.monotonic()
    report: dict[str, object] = {"machine": machine()}
    for name in chosen.parts or [part for part in PARTS if part not in _WHEN_NAMED]:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
            report[name] = PARTS[name](Path(folder), **options.get(name, {}))
    report["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
