"""Named places at which a test has the process killed, as `kill -9` would there. Inert everywhere else.

Armed by `BRIDGE_TEST_CRASH_FILE`, in the sandbox only, which lives on a loopback address. Whoever passes the
place whose name that file holds takes the file away and dies; a process started again goes on.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

PLACES = (
    "inbox.before_insert",
    "inbox.before_commit",
    "inbox.before_answer",
    "inbox.before_bell",
    "inbox.absorbing",
    "push.claimed",
    "push.before_call",
    "push.after_call",
    "push.before_result",
    "push.after_result",
    "picture.midway",
    "picture.judged",
    "sign_in.exchanged",
    "link.inserted",
    "portal.tokens_issued",
)
"""Every place there is; a test kills a process at each."""
VARIABLE = "BRIDGE_TEST_CRASH_FILE"
_armed: list[Path] = []


def arm(environment: Mapping[str, str], *, sandbox: bool) -> None:
    """Have this process look for the file, when a test asks for it; forget what was asked before."""
    _armed.clear()
    if sandbox and environment.get(VARIABLE):
        _armed.append(Path(environment[VARIABLE]))


def crash_point(name: str) -> None:
    """Die here, if this is the place."""
    for file in _armed:
        try:
            is_here = file.read_text() == name
            if is_here:
                file.unlink()
        except FileNotFoundError:
            continue
        if is_here:
            os.kill(os.getpid(), signal.SIGKILL)
