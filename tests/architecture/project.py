"""The project's own files, as tests about its shape read them."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("bridge", "mappings", "webhooks", "jobs", "run", "sandbox")


@cache
def settings_of_the_project() -> dict[str, Any]:
    """Give pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def files() -> tuple[Path, ...]:
    """Give every file git would keep: those it tracks and those it would not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    named = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in named if path.is_file())


def text_of(*parts: str) -> str:
    """Give the text of a file."""
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")
