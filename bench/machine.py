"""What was measured on: numbers without a machine mean nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("flask", "gunicorn", "sqlalchemy", "simple-salesforce", "citizen-bridge")


def machine() -> dict[str, object]:
    """Give processor, cores, load of the last minute, and the versions that matter."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_1_min": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "versions": {name: version(name) for name in _PACKAGES},
    }


def peak_mib() -> float:
    """Give the most memory this process has held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count the parent too: the kernel keeps its peak across fork and exec.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return round(int(line.split()[1]) / 1024, 1)
    import resource  # noqa: PLC0415 - absent where the file above is absent too, except on macOS

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 1)


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    names = known.read_text().splitlines() if known.exists() else []
    return next((n.split(":", 1)[1].strip() for n in names if n.startswith("model name")), platform.machine())
