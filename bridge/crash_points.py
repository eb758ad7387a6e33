"""Named places at which a test has the process killed, as `kill -9` would there. Inert everywhere else.

Armed by `BRIDGE_TEST_CRASH_AT=<name>@<file>` and in the sandbox only, which lives on a loopback address. The
file is taken away by the one who dies, so that a process started again goes on.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "BRIDGE_TEST_CRASH_AT"
_armed: dict[str, Path] = {}


def arm(environment: Mapping[str, str], *, sandbox: bool) -> None:
    """Say where this process dies, when a test asks for it; forget what was asked before."""
    _armed.clear()
    name, _, file = environment.get(VARIABLE, "").partition("@")
    if sandbox and name and file:
        _armed[name] = Path(file)


def crash_point(name: str) -> None:
    """Die here, if this is the place."""
    file = _armed.get(name)
    if file is None:
        return
    try:
        file.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
