"""A first reading under the profiler, in a process of its own. Prints each stage's share as JSON."""

from __future__ import annotations

import cProfile
import json
import os
import pstats

from bridge.settings import load_settings
from bridge.wiring import build_services
from jobs.bell import SilentBell
from run.log_stream import log_as_json

_STAGES = {
    "compare": (("csv_scan.py", "scan"), ("compare_picture.py", "choice")),
    "map": (("records.py", "map_record"),),
    "person_keys": (("secrets.py", "case_keys"),),
    "save": (("case_saving.py", "save_cases"),),
    "commit": (("~", "<method 'commit' of 'sqlite3.Connection' objects>"),),
}
_STATEMENTS = ("execute", "executemany", "fetchall")


def main() -> None:
    """Read once; shares are of the whole, `save_statements` is a part of `save` and of what it looks up."""
    log_as_json()
    services = build_services(load_settings(os.environ), SilentBell())
    profile = cProfile.Profile()
    profile.runcall(services.synchronise, "urbanisme")
    stats = pstats.Stats(profile)
    times = {(path.rsplit("/", 1)[-1], name): row for (path, _, name), row in stats.stats.items()}  # type: ignore[attr-defined]
    shares = {stage: sum(times[one][3] for one in found) for stage, found in _STAGES.items()}
    shares["save_statements"] = sum(
        times["~", f"<method '{name}' of 'sqlite3.Cursor' objects>"][2] for name in _STATEMENTS
    )
    print(json.dumps({stage: round(spent / stats.total_tt, 3) for stage, spent in shares.items()}))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
