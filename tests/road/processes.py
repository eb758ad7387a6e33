"""The product as a person starts it, in a session of its own, so that whatever outlives it is found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

from run.town_hall import plain_environment

_KILLED_AFTER_S = 60.0


class Command:
    """A running `bridge …`; every process it starts keeps its session, orphans included."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: Queue[str | None] = Queue()
        self._process = process
        self._reader = threading.Thread(target=self._forward, daemon=True)
        self._reader.start()

    def wait_for(self, words: str, timeout_s: float) -> list[str]:
        """Give the lines printed until one holds these words. Raises: AssertionError when it takes longer."""
        deadline = time.monotonic() + timeout_s
        printed: list[str] = []
        while not (printed and words in printed[-1]):
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"{words!r} was not printed in {timeout_s} s: {printed}") from None
            assert line is not None, f"it ended before it printed {words!r}: {printed}"
            printed.append(line)
        return printed

    def interrupt(self) -> None:
        """Press Ctrl-C: the terminal tells the foreground group."""
        os.killpg(self._process.pid, signal.SIGINT)

    def end(self, timeout_s: float) -> tuple[int, list[str]]:
        """Wait for the end; give the exit status and the lines not read yet."""
        status = self._process.wait(timeout_s)
        self._reader.join(timeout_s)
        return status, [line for line in self._lines.queue if line is not None]

    def survivors(self) -> list[int]:
        """Give the processes of this session that are still alive."""
        return [pid for pid, session in _sessions() if session == self._process.pid]

    def _forward(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


@contextmanager
def running(*arguments: str) -> Iterator[Command]:
    """Start `python -m run …`; what is still alive at the end of the block is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "run", *arguments],
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    command = Command(process)
    try:
        yield command
    finally:
        for pid in command.survivors():
            os.kill(pid, signal.SIGKILL)
        process.wait(_KILLED_AFTER_S)


def _sessions() -> Iterator[tuple[int, int]]:
    """Give process and session ids; a dead process whose parent has not looked yet is not alive."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _parent, _group, session, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if state != "Z":
            yield int(entry.name), int(session)
