"""`bridge web` as a process of its own over a SQLite store; killed, or dying, where a test says."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.crash_points import VARIABLE
from run.children import Child, Children


@dataclass(kw_only=True)
class WebProcess:
    """The running process; its store and what it is told lie in `folder`."""

    folder: Path
    children: Children = field(repr=False)
    url: str
    environment: Mapping[str, str] = field(repr=False)
    web: Child | None = None

    def start(self) -> None:
        """Start it, as after a crash."""
        port = self.url.rsplit(":", 1)[-1]
        command = [sys.executable, "-m", "run", "web", "--port", port, "--workers", "1"]
        environment = dict(self.environment) | {VARIABLE: str(self.folder / "crash")}
        self.children.start_ready("web", command, environment)
        self.web = self.children._running[-1]

    def kill(self) -> None:
        """Kill its master and its worker, as `kill -9` does."""
        assert self.web is not None
        os.killpg(self.web.process.pid, signal.SIGKILL)
        self.web.process.wait()

    def crash_at(self, point: str) -> None:
        """Have whoever passes this point die there, once."""
        (self.folder / "crash").write_text(point)

    @property
    def crashed(self) -> bool:
        """Whether the point was reached, and the worker died there."""
        return not (self.folder / "crash").exists()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store itself."""
        with sqlite3.connect(self.folder / "bridge.db") as connection:
            return connection.execute(query).fetchall()
