"""The web process killed in the middle of a callback (F75)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.tables import identity_links, sessions
from run.ports import free_port
from tests.servers.bridge import TIMEOUT_S, environment_at, problem
from tests.servers.forged_franceconnect import (
    CLIENT_ID,
    CLIENT_SECRET,
    ForgedFranceConnect,
    forged,
    forged_franceconnect,
)
from tests.servers.org import StandInOrg, serving_org

CONTACTS = "SELECT Id FROM Contact WHERE FC_Subject__c != null"


@contextmanager
def web(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """Give the running web process, in a group of its own, that dies with the block."""
    command = [sys.executable, "-m", "run", "web", "--port", str(port), "--workers", "1"]
    settings = os.environ | environment
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["url"].endswith(str(port))
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill it with its workers, as a machine that loses power does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def started(url: str, browser: requests.Session, provider: ForgedFranceConnect) -> dict[str, str]:
    """Press the button, let the provider make the right tokens; give what the browser brings back."""
    answer = browser.get(f"{url}/login/franceconnect", timeout=TIMEOUT_S, allow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    provider.now = datetime.now(UTC)
    provider.send(forged(provider.claims(nonce=asked["nonce"][0]), provider.key))
    return {"code": "c0de", "state": asked["state"][0]}


def come_back(url: str, browser: requests.Session, query: dict[str, str]) -> requests.Response:
    """Bring it back."""
    address = f"{url}/login/franceconnect/callback"
    return browser.get(address, params=query, timeout=TIMEOUT_S, allow_redirects=False)


def rows(database_url: str) -> tuple[int, int]:
    """Give how many links and sessions are stored."""
    engine = create_store_engine(database_url)
    with engine.connect() as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (identity_links, sessions)
        ]
    engine.dispose()
    return found[0], found[1]


def stored_contacts(org: StandInOrg) -> int:
    """Give how many Contacts of the org bear an identity."""
    return len(org.records(CONTACTS))


def test_f75_a_callback_killed_after_the_exchange_leaves_nothing_and_is_started_again(
    tmp_path: Path,
) -> None:
    """The code is spent and no identity was read: no orphan link, Contact or session; the next try works."""
    port, database = free_port(), f"sqlite:///{tmp_path / 'bridge.db'}"
    url = f"http://127.0.0.1:{port}"
    now = datetime.now(UTC)
    with serving_org() as org, forged_franceconnect(now) as provider, requests.Session() as browser:
        changes = {
            "DATABASE_URL": database,
            "FRANCECONNECT_CLIENT_ID": CLIENT_ID,
            "FRANCECONNECT_CLIENT_SECRET": CLIENT_SECRET,
        }
        environment = environment_at(url, org, provider.issuer, changes)
        with web(environment, port) as process:
            query = started(url, browser, provider)
            provider.when_called = lambda path: kill(process) if path == "/userinfo" else None
            with pytest.raises(requests.ConnectionError):
                come_back(url, browser, query)
        provider.when_called = lambda _path: None
        assert (provider.calls["/token"], provider.calls["/userinfo"]) == (1, 1)
        assert rows(database) == (0, 0)
        assert stored_contacts(org) == 0
        with web(environment, port):
            assert problem(come_back(url, browser, query)) == (401, "login.state")
            assert come_back(url, browser, started(url, browser, provider)).status_code == 303
        assert rows(database) == (1, 1)
        assert stored_contacts(org) == 1
