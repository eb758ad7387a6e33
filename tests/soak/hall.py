"""The product as an operator runs it, every process apart, under a supervisor that restarts what ends."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import requests
from requests.exceptions import RequestException

from bench.citizens import contact_in, signed_in
from bridge.settings import load_settings
from bridge.wiring import build_services
from jobs.bell import SilentBell
from run.children import Child, Children
from run.ports import free_port
from run.town_hall import StandIns, plain_environment, sandbox_environment
from sandbox.town.pusher import Pusher
from tests.soak.servers import Server, postgresql, redis
from tests.soak.towns import version_in

BRIDGE = (sys.executable, "-m", "run")
SECRET = "ab" * 32
_NOBODY = "http://127.0.0.1:9"
_TIMEOUT_S = 5
_READY_S = 120.0


@dataclass(slots=True)
class Hall:
    """What runs, and how it is reached."""

    folder: Path
    url: str
    org: Mapping[str, Any]
    database: Server
    redis: Server
    token: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    children: Children = field(repr=False)
    running: dict[str, tuple[tuple[str, ...], Child]] = field(default_factory=dict)
    restarts: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start every process of an installation, and their supervisor."""
        for number in range(2):
            self._start(f"worker-push-{number}", "worker", "push")
        self._start("worker-sync", "worker", "sync")
        self._start("worker-inbox", "worker", "inbox")
        self._start("sweeper", "sweeper")
        self.start_web("--workers", "1")
        threading.Thread(target=self._supervise, daemon=True).start()

    def start_web(self, *options: str, **environment: str) -> None:
        """Start the web process alone, and wait until it shows the citizen's requests."""
        self.environment = {**self.environment, **environment}
        self._start("web", "web", "--port", self.url.rsplit(":", 1)[-1], *options)
        until = time.monotonic() + _READY_S
        while self.shown() is None:
            assert time.monotonic() < until, self.running["web"][1].last_words()
            time.sleep(0.1)

    @property
    def cookie(self) -> dict[str, str]:
        """Give what the signed-in citizen's browser sends."""
        return {"Cookie": f"session={self.token}"}

    def hint(self, source: str) -> int:
        """Tell the product that a source moved, signed; give the status, 0 when nobody answered."""
        pusher = Pusher(f"{self.url}/webhooks/sources/{source}", bytes.fromhex(SECRET))
        try:
            return pusher.push(f"hint-{time.monotonic_ns()}", []).status_code
        except RequestException:
            return 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store's database itself."""
        url = self.environment["BRIDGE_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchall()

    def kill(self, name: str) -> None:
        """Kill a process and all of its group, as `kill -9` does; the supervisor starts it again."""
        _, child = self.running[name]
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Let nothing be restarted any more."""
        self._over.set()

    def shown(self) -> dict[str, int] | None:
        """Give the version of each request as the citizen's API shows it; None while it does not answer."""
        found: dict[str, int] = {}
        cursor = None
        while True:
            query = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            try:
                answer = requests.get(
                    f"{self.url}/api/v1/cases", params=query, headers=self.cookie, timeout=_TIMEOUT_S
                )
                page = answer.json() if answer.status_code == 200 else None
            except (RequestException, ValueError):
                return None
            if page is None:
                return None
            for case in page["cases"]:
                found[case["id"]] = version_in(case["status"]["legacy"]["label"])
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def org_rows(self, soql: str) -> list[dict[str, Any]]:
        """Ask the org, as another client, every page. Raises: RequestException while it does not answer."""
        path = f"/services/data/v62.0/query?q={quote(soql)}"
        headers = {"Authorization": f"Bearer {_access_token(self.org)}"}
        rows: list[dict[str, Any]] = []
        while path:
            answer = requests.get(self.org["url"] + path, headers=headers, timeout=_TIMEOUT_S)
            answer.raise_for_status()
            page = answer.json()
            rows += page["records"]
            path = page.get("nextRecordsUrl", "")
        return rows

    def switch(self, **faults: object) -> None:
        """Have the org fail."""
        requests.post(f"{self.org['url']}/sandbox/faults", json=faults, timeout=_TIMEOUT_S).raise_for_status()

    def heal(self) -> None:
        """Have the org work again."""
        requests.delete(f"{self.org['url']}/sandbox/faults", timeout=_TIMEOUT_S).raise_for_status()

    def _start(self, name: str, *arguments: str) -> None:
        child = self.children.start(name, [*BRIDGE, *arguments], self.environment)
        self.running[name] = (arguments, child)

    def _supervise(self) -> None:
        while not self._over.wait(0.2):
            for name, (arguments, child) in list(self.running.items()):
                if child.process.poll() is not None and not self._over.is_set():
                    self.restarts += 1
                    self._start(name, *arguments)


@contextmanager
def open_hall(folder: Path) -> Iterator[Hall]:
    """Give the product on PostgreSQL and Redis of its own beside a stand-in org; one citizen is signed in."""
    with ExitStack() as stack:
        short = Path(tempfile.mkdtemp(prefix="soak-"))
        stack.callback(shutil.rmtree, short, ignore_errors=True)
        database, database_url = postgresql(short)
        bells, redis_url = redis(short)
        for server in (database, bells):
            server.start()
            stack.callback(server.stop)
        children = stack.enter_context(Children(folder / "log"))
        plain = plain_environment()
        org = children.start_ready("salesforce", [*BRIDGE, "sandbox", "salesforce"], plain)
        url = f"http://127.0.0.1:{free_port()}"
        environment = plain | _settings(url, folder, org)
        environment |= {"BRIDGE_DATABASE_URL": database_url, "BRIDGE_REDIS_URL": redis_url}
        services = build_services(load_settings(environment), SilentBell())
        token = signed_in(services, 0, contact_id=contact_in(org))
        services.salesforce.close()
        services.store._engine.dispose()  # type: ignore[attr-defined]  # the adapter has one
        hall = Hall(folder, url, org, database, bells, token, environment, children)
        try:
            yield hall
        finally:
            hall.end()


def _settings(url: str, folder: Path, org: Mapping[str, Any]) -> dict[str, str]:
    silent = {"issuer": _NOBODY, "client_id": "none", "client_secret": "none"}
    (folder / "urbanisme").mkdir()
    town = {
        "day": "2025-01-01",
        "urbanisme_dir": str(folder / "urbanisme"),
        "etat_civil_database_url": f"sqlite:///{folder / 'registry.db'}",
        "demarches_url": _NOBODY,
        "demarches_token": "none",
        "demarches_number": 1,
        "voirie_url": _NOBODY,
    }
    sources = folder / "sources"
    sources.mkdir()
    packaged = Path(__file__).parents[2] / "mappings" / "municipal"
    for name in ("urbanisme", "etat-civil"):
        shutil.copy(packaged / f"{name}.yaml", sources)
    (folder / "guichet").mkdir()
    desk = (packaged / "urbanisme.yaml").read_text().replace("source: urbanisme", "source: guichet", 1)
    desk = desk.replace("BRIDGE_URBANISME_DIRECTORY", "BRIDGE_GUICHET_DIRECTORY")
    desk = desk.replace("    - CODE_SUIVI\n", "    - CODE_SUIVI\n    - RANG\n")
    (sources / "guichet.yaml").write_text(f"{desk}\nwebhook: records\norder_by: RANG\n")
    return sandbox_environment(url, folder, StandIns(silent, org, town)) | {
        "BRIDGE_SOURCES_DIR": str(sources),
        "BRIDGE_WEBHOOK_SECRETS": f"urbanisme:{SECRET} etat-civil:{SECRET} guichet:{SECRET}",
        "BRIDGE_GUICHET_DIRECTORY": str(folder / "guichet"),
    }


def _access_token(org: Mapping[str, Any]) -> str:
    """Sign in anew: the faults end sessions, and this reader's is one of them."""
    answer = requests.post(
        f"{org['login_url']}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(org["consumer_key"], org["consumer_secret"]),
        timeout=_TIMEOUT_S,
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])
