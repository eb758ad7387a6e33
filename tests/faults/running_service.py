"""`bridge web` as a process of its own between the stand-ins of FranceConnect and of the org, over HTTP."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from bridge.settings import load_settings
from bridge.usecases.follow_contacts import FollowSummary
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from run.children import Children
from run.ports import free_port
from run.town_hall import StandIns, plain_environment, sandbox_environment
from tests.faults.web_process import WebProcess
from tests.servers.franceconnect import StandIn, stand_in_franceconnect
from tests.servers.org import StandInOrg, serving_org

NOTIFICATION_TOKEN = "n" * 40
CLIENT = {"client_id": "commune-essai", "client_secret": "secret-essai-" + "0" * 51}
TOWN = {
    "urbanisme_dir": "nowhere",
    "etat_civil_database_url": "sqlite://",
    "demarches_url": "http://127.0.0.1:9",
    "demarches_token": "token",
    "demarches_number": 1,
    "voirie_url": "http://127.0.0.1:9",
    "day": "2025-03-03",
}


@dataclass(kw_only=True)
class Service(WebProcess):
    """The running service, who signs people in, and the org behind."""

    france_connect: StandIn
    org: StandInOrg
    _services: Services | None = field(default=None, repr=False)

    def called_back_at(self, browser: requests.Session, login: str = "test") -> str:
        """Go from the button through FranceConnect's pages; give the address of the callback."""
        answer = self.get(browser, "/login/franceconnect")
        assert answer.status_code == 303, answer.text
        return self.france_connect.answered(browser, answer.headers["Location"], login)

    def sign_in(self, browser: requests.Session, login: str = "test") -> requests.Response:
        """Sign in all the way; give our answer to the callback."""
        return self.get(browser, self.called_back_at(browser, login))

    def home(self, browser: requests.Session) -> str:
        """Give the citizen's page."""
        return self.get(browser, "/").text

    def get(self, browser: requests.Session, address: str) -> requests.Response:
        """Ask for an address, or a path of ours, without following."""
        full = address if address.startswith("http") else self.url + address
        return browser.get(full, timeout=30, allow_redirects=False)

    def command(self, *arguments: str) -> str:
        """Run `bridge …` to its end; give what it printed."""
        command = [sys.executable, "-m", "run", *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout

    def follow(self) -> FollowSummary:
        """Look at the org's Contacts now, as the sweeper does when it is time."""
        if self._services is None:
            self._services = build_services(load_settings(self.environment), SilentBell())
        return self._services.follow_contacts(at_once=True)

    def close(self) -> None:
        """Give back what this very process holds."""
        if self._services is not None:
            self._services.salesforce.close()
            self._services.store._engine.dispose()  # type: ignore[attr-defined]  # the adapter has one

    def contacts(self) -> list[dict[str, Any]]:
        """Give the Contacts of the org that are there."""
        return self.org.records("SELECT Id, LastName, FC_Subject__c FROM Contact ORDER BY CreatedDate, Id")

    def clean(self) -> None:
        """Have an org and a store without people, and FranceConnect as it was."""
        self.org.reset()
        self.org.clock.set(datetime.now(UTC))
        self.france_connect.order("reset")
        self.france_connect.order("clients", **CLIENT, **self._addresses())
        with sqlite3.connect(self.folder / "bridge.db") as connection:
            for table in ("link_person_keys", "link_reviews", "contact_notices", "contact_merges"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("UPDATE cases SET link_id = NULL")
            for table in ("identity_links", "contact_feeds", "sessions"):
                connection.execute(f"DELETE FROM {table}")

    def _addresses(self) -> dict[str, list[str]]:
        return {
            "redirect_uris": [f"{self.url}/login/franceconnect/callback"],
            "post_logout_redirect_uris": [f"{self.url}/logout/callback"],
        }


@contextmanager
def running_service(folder: Path, **changed: str) -> Iterator[Service]:
    """Give the service, started, with an empty store on SQLite; `changed` are more settings."""
    with (
        stand_in_franceconnect() as france_connect,
        serving_org() as org,
        Children(folder / "log") as children,
    ):
        org.clock.set(datetime.now(UTC))
        url = f"http://127.0.0.1:{free_port()}"
        provider = {"issuer": france_connect.issuer, **CLIENT}
        plain = plain_environment()
        environment = plain | sandbox_environment(url, folder, StandIns(provider, org.ready, TOWN))
        environment["BRIDGE_SALESFORCE_NOTIFICATION_TOKEN"] = NOTIFICATION_TOKEN
        service = Service(
            folder=folder,
            children=children,
            url=url,
            environment=environment | changed,
            france_connect=france_connect,
            org=org,
        )
        service.start()
        try:
            yield service
        finally:
            service.close()
