"""A process and all its children held in mid-breath: connections stay open, nothing is answered."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE_S = 30.0


@contextmanager
def held(process: int) -> Iterator[None]:
    """Hold them until the end of the block, all of them by its first line.

    A signal that was sent is not yet obeyed, so each is waited for. The parent goes first: then it starts no
    more children.
    """
    stopped = [process]
    try:
        stop(process)
        for child in family(process):
            stopped.append(child)
            stop(child)
        yield
    finally:
        for number in stopped:
            send(number, signal.SIGCONT)


def stop(process: int) -> None:
    """Return once it has stopped, or is gone."""
    send(process, signal.SIGSTOP)
    until = time.monotonic() + _PATIENCE_S
    while _state(process) not in {"T", "Z", ""}:
        assert time.monotonic() < until, f"process {process} does not stop"
        time.sleep(0.001)


def family(parent: int) -> list[int]:
    """Give the processes below one, the nearest first."""
    found: list[int] = []
    waiting = [parent]
    while waiting:
        children = Path(f"/proc/{waiting.pop()}/task")
        below = [
            int(number)
            for task in (children.iterdir() if children.exists() else ())
            for number in _read(task / "children").split()
        ]
        found += below
        waiting += below
    return found


def send(process: int, what: int) -> None:
    """Send a signal to a process that may be gone."""
    try:
        os.kill(process, what)
    except ProcessLookupError:
        return


def _state(process: int) -> str:
    """Give the kernel's letter for it, which follows a name that may hold anything; none when it is gone."""
    return _read(Path(f"/proc/{process}/stat")).rpartition(")")[2].strip()[:1]


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
