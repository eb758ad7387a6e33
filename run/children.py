"""Starts processes that end with us, however we end."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, Self

from bridge.errors import ConfigurationError

_PR_SET_PDEATHSIG = 1
_STOP_S = 10.0


def _dying_with(parent: int) -> Callable[[], None]:
    """Give what a child runs first: Linux ends it when its parent dies, `kill -9` included.

    At once, for a worker asked politely would finish its job first; all that runs here survives a crash.
    """

    def prepare() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


@dataclass(frozen=True, slots=True)
class Child:
    """A running process and where its words go."""

    name: str
    process: subprocess.Popen[str]
    log_file: Path

    def stop(self) -> None:
        """Ask, wait, insist."""
        self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """Give the end of its log."""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-5:])


class Children:
    """Processes stopped in reverse order at the end of a `with`."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._stack = ExitStack()
        self._running: list[Child] = []

    def __enter__(self) -> Self:
        """Prepare the folder of logs."""
        self._log_dir.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them all, the last one first."""
        self._stack.close()

    def folder(self, prefix: str) -> Path:
        """Make a folder that goes once the processes started after it have stopped."""
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start a process whose every word goes to its log."""
        return self._start(name, command, environment, stdout=None)

    def _start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], stdout: int | None
    ) -> Child:
        """Start a process in a group of its own: a Ctrl-C is for us, and we stop it in order."""
        log_file = self._log_dir / f"{name}.log"
        log = self._stack.enter_context(log_file.open("w"))
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log if stdout is None else stdout,
            stderr=log,
            text=True,
            process_group=0,
            preexec_fn=_dying_with(os.getpid()),  # noqa: PLW1509 - prctl only, before any thread of the child
        )
        child = Child(name, process, log_file)
        self._stack.callback(child.stop)
        self._running.append(child)
        return child

    def start_ready(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], timeout_s: float = 30
    ) -> dict[str, Any]:
        """Start a process and give the JSON line it prints when ready.

        Raises: ConfigurationError with its last words when it ends, or stays silent too long.
        """
        child = self._start(name, command, environment, stdout=subprocess.PIPE)
        lines: Queue[str] = Queue()
        assert child.process.stdout is not None
        threading.Thread(target=_forward, args=(child.process.stdout, lines), daemon=True).start()
        try:
            line = lines.get(timeout=timeout_s)
        except Empty:
            line = ""
        try:
            ready = json.loads(line)
        except ValueError:
            raise ConfigurationError(f"{name} did not start:\n{child.last_words()}") from None
        return dict(ready)

    def process_id(self, name: str) -> int:
        """Give the id of the last process started under a name."""
        return next(child.process.pid for child in reversed(self._running) if child.name == name)

    def ended(self) -> Child | None:
        """Give a process that ended by itself."""
        return next((child for child in self._running if child.process.poll() is not None), None)


def _forward(stream: IO[str], lines: Queue[str]) -> None:
    """Pass the first line on, and keep the pipe empty afterwards so that the child never blocks."""
    with stream:
        lines.put(stream.readline())
        for _ in stream:
            continue
