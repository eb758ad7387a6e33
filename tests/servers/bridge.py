"""The whole application on a port of this machine, in front of a provider, and what browsers do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import Engine, Table, func, select

from bridge.adapters.store.store import SqlStore
from bridge.app import create_app
from bridge.settings import load_settings
from bridge.usecases.ports import Clock
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from tests.http.site import ENVIRONMENT
from tests.servers.loopback import serving
from tests.servers.org import StandInOrg

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TIMEOUT_S = 15
V2, PLUS = "franceconnect", "franceconnect-plus"
_CODE = re.compile(r": ([a-z]+\.[a-z0-9_]+)</p>")


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in under way: where the browser was sent, with what."""

    url: str
    state: str
    nonce: str


@dataclass
class RunningBridge:
    """The running application and what lies behind it."""

    url: str
    services: Services
    engine: Engine = field(repr=False)

    def start(self, browser: requests.Session, door: str = V2, **parameters: str) -> Started:
        """Press the button."""
        answer = self.get(browser, f"/login/{door}", params=parameters)
        assert answer.status_code == 303, answer.text
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        return Started(answer.headers["Location"], asked["state"][0], asked["nonce"][0])

    def come_back(self, browser: requests.Session, door: str = V2, **query: str) -> requests.Response:
        """Come back from the provider with these parameters."""
        return self.get(browser, f"/login/{door}/callback", params=query)

    def get(self, browser: requests.Session, address: str, **options: Any) -> requests.Response:
        """Ask for an address, or a path of ours, without following."""
        full = address if address.startswith("http") else self.url + address
        return browser.get(full, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def leave(self, browser: requests.Session, **headers: str) -> requests.Response:
        """Press the button that signs out."""
        named = {"Sec-Fetch-Site": "same-origin"} | headers
        return browser.post(f"{self.url}/logout", headers=named, timeout=TIMEOUT_S, allow_redirects=False)

    def is_signed_in(self, browser: requests.Session) -> bool:
        """Tell whether the API knows this browser."""
        return self.get(browser, "/api/v1/me").status_code == 200

    def count(self, table: Table) -> int:
        """Give how many rows a table has."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


def problem(answer: requests.Response) -> tuple[int, str]:
    """Give the status of a refusal and the code its page shows."""
    found = _CODE.search(answer.text)
    assert found, answer.text
    return answer.status_code, found[1]


def environment_at(url: str, org: StandInOrg, issuer: str, changes: Mapping[str, str]) -> dict[str, str]:
    """Give the settings of a bridge at this address, registered at this issuer."""
    return ENVIRONMENT | {
        "BRIDGE_SANDBOX": "true",
        "BRIDGE_BASE_URL": url,
        "BRIDGE_FRANCECONNECT_ISSUER": issuer,
        "BRIDGE_SALESFORCE_LOGIN_URL": org.ready["login_url"],
        "BRIDGE_SALESFORCE_CONSUMER_KEY": org.ready["consumer_key"],
        "BRIDGE_SALESFORCE_CONSUMER_SECRET": org.ready["consumer_secret"],
        **{f"BRIDGE_{name}": value for name, value in changes.items()},
    }


@contextmanager
def running_bridge(
    org: StandInOrg, issuer: str, changes: Mapping[str, str], clock: Clock | None = None
) -> Iterator[RunningBridge]:
    """Serve the application on an empty store; `changes` are settings without their prefix."""
    made: list[RunningBridge] = []

    def application(url: str) -> WSGIApplication:
        environment = environment_at(url, org, issuer, changes)
        services = build_services(load_settings(environment), SilentBell(), clock)
        assert isinstance(services.store, SqlStore)
        made.append(RunningBridge(url, services, services.store._engine))
        return create_app(services).wsgi_app

    with serving(application):
        yield made[0]
        made[0].engine.dispose()
