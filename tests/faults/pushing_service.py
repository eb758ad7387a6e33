"""`bridge web` as a process of its own, with a planning office that pushes; killed where a test says."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from bridge.crash_points import VARIABLE
from bridge.settings import load_settings
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from run.children import Child, Children
from sandbox.town.pusher import Pusher
from tests.http.site import ENVIRONMENT
from tests.road.processes import free_port
from tests.usecases.pushing import SOURCE

SECRET = b"s" * 32


@dataclass
class PushingService:
    """The running door, who pushes at it, and its store."""

    folder: Path
    children: Children
    url: str
    environment: Mapping[str, str] = field(repr=False)
    web: Child | None = None

    @property
    def pusher(self) -> Pusher:
        """Give the planning office's system."""
        return Pusher(f"{self.url}/webhooks/sources/{SOURCE}", SECRET)

    def start(self) -> None:
        """Start the web process."""
        environment = dict(self.environment) | {VARIABLE: str(self.folder / "crash")}
        command = [
            sys.executable,
            "-m",
            "run",
            "web",
            "--port",
            self.url.rsplit(":", 1)[-1],
            "--workers",
            "1",
        ]
        self.children.start_ready("web", command, environment)
        self.web = self.children._running[-1]

    def kill(self) -> None:
        """Kill the web process, its master and its worker, as `kill -9` does."""
        assert self.web is not None
        os.killpg(self.web.process.pid, signal.SIGKILL)
        self.web.process.wait()

    def crash_at(self, point: str) -> None:
        """Have whoever passes this point die there, once."""
        (self.folder / "crash").write_text(point)

    def clean(self) -> None:
        """Have an empty store, and nobody about to die."""
        (self.folder / "crash").unlink(missing_ok=True)
        with sqlite3.connect(self.folder / "bridge.db") as connection:
            for table in ("inbox_cases", "inbox", "pushes", "case_events", "case_references"):
                connection.execute(f"DELETE FROM {table}")
            for table in ("case_person_keys", "cases"):
                connection.execute(f"DELETE FROM {table}")

    @property
    def crashed(self) -> bool:
        """Whether the point was reached, and the worker died there."""
        return not (self.folder / "crash").exists()

    @contextmanager
    def services(self, **changed: str) -> Iterator[Services]:
        """Give the services of another process of this installation."""
        built = build_services(load_settings(dict(self.environment) | changed), SilentBell())
        try:
            yield built
        finally:
            built.store._engine.dispose()  # type: ignore[attr-defined]  # the adapter has one

    def absorb(self) -> None:
        """Let a worker of the inbox do what is due."""
        with self.services() as services:
            services.absorb_inbox()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store itself."""
        with sqlite3.connect(self.folder / "bridge.db") as connection:
            return connection.execute(query).fetchall()


def pushing_settings(folder: Path) -> dict[str, str]:
    """Give the settings under which the planning office may push its records."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    written = (files("mappings") / "municipal" / "urbanisme.yaml").read_text()
    (sources / "urbanisme.yaml").write_text(f"{written}\nwebhook: records\n")
    return {
        "BRIDGE_SOURCES_DIR": str(sources),
        "BRIDGE_WEBHOOK_SECRETS": f"{SOURCE}:{SECRET.hex()}",
    }


@contextmanager
def pushing_service(folder: Path) -> Iterator[PushingService]:
    """Give the service, started, on a SQLite store."""
    with Children(folder / "log") as children:
        url = f"http://127.0.0.1:{free_port()}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        environment = plain | ENVIRONMENT
        environment |= {
            "BRIDGE_BASE_URL": url,
            "BRIDGE_SANDBOX": "true",
            "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        } | pushing_settings(folder)
        service = PushingService(folder, children, url, environment)
        service.start()
        yield service
