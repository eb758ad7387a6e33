"""`bridge web` as a process of its own, with a planning office that pushes; killed where a test says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bridge.settings import load_settings
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from run.children import Children
from run.ports import free_port
from run.town_hall import plain_environment
from sandbox.town.pusher import Pusher
from tests.faults.web_process import WebProcess
from tests.http.site import ENVIRONMENT
from tests.usecases.pushing import SOURCE

SECRET = b"s" * 32


@dataclass(kw_only=True)
class PushingService(WebProcess):
    """The running door, who pushes at it, and its store."""

    @property
    def pusher(self) -> Pusher:
        """Give the planning office's system."""
        return Pusher(f"{self.url}/webhooks/sources/{SOURCE}", SECRET)

    def clean(self) -> None:
        """Have an empty store, and nobody about to die."""
        (self.folder / "crash").unlink(missing_ok=True)
        with sqlite3.connect(self.folder / "bridge.db") as connection:
            for table in ("inbox_cases", "inbox", "pushes", "case_events", "case_references"):
                connection.execute(f"DELETE FROM {table}")
            for table in ("case_person_keys", "cases"):
                connection.execute(f"DELETE FROM {table}")

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
        plain = plain_environment()
        environment = plain | ENVIRONMENT
        environment |= {
            "BRIDGE_BASE_URL": url,
            "BRIDGE_SANDBOX": "true",
            "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        } | pushing_settings(folder)
        service = PushingService(folder=folder, children=children, url=url, environment=environment)
        service.start()
        yield service
