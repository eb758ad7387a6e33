"""The provider under its real server, in two processes: what holds in one must hold across both."""

from __future__ import annotations

import secrets
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from bridge.settings import load_settings
from bridge.usecases.ports import Session
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from run.children import Children
from run.ports import free_port
from run.town_hall import plain_environment
from tests.adapters.store.samples import add_link, link
from tests.http.site import ENVIRONMENT
from tests.servers.relying_party import RETURN, VERIFIER, Client, answer_of, asked, said

PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Give the services of two running web processes, over the database they share."""
    folder, port = tmp_path_factory.mktemp("web"), free_port()
    environment = ENVIRONMENT | {
        "BRIDGE_SANDBOX": "true",
        "BRIDGE_BASE_URL": f"http://127.0.0.1:{port}",
        "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        "BRIDGE_FRANCECONNECT_ISSUER": "http://127.0.0.1:9/api/v2",
        "BRIDGE_SALESFORCE_LOGIN_URL": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "run", "web", "--port", str(port), "--workers", "2"]
    built = build_services(load_settings(environment), SilentBell())
    with Children(folder / "log") as children:
        children.start_ready("web", command, {**_machine(), **environment})
        yield built


def _machine() -> dict[str, str]:
    """Give what a process needs of this machine, and no setting of somebody's bridge."""
    package = str(Path(__file__).parents[2])
    kept = plain_environment()
    return kept | {"PYTHONPATH": package}


def signed_in(services: Services) -> dict[str, str]:
    """Give the cookie of a citizen."""
    add_link(services.store, link(1))  # type: ignore[arg-type]  # the store it is made for
    token, now = secrets.token_urlsafe(32), services.clock.now()
    session = Session("s_1", "l_1", "subject-1", "franceconnect", "Camille DUPONT", "eidas1", now)
    with services.store.begin() as tx:
        tx.sign_ins.open_session(session, token, "sealed", now)
    return {"session": token}


def test_two_processes_are_one_provider(services: Services) -> None:
    """A long state passes the server; of fifty redemptions one succeeds; a new key shows in both."""
    provider = services.provider
    client = Client("portal", provider.clients.add("portal", label="Portail", redirect_uris=[RETURN]))
    address = f"{provider.issuer}/oauth2/authorize"
    state = "s" * 4_000
    sent = requests.get(
        address,
        params=asked(client, state=state),
        cookies=signed_in(services),
        timeout=PATIENCE_S,
        allow_redirects=False,
    )
    back = answer_of(sent)
    assert back["state"] == state
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": RETURN,
        "code_verifier": VERIFIER,
    }
    barrier = threading.Barrier(50)

    def redeem(_: int) -> requests.Response:
        barrier.wait(PATIENCE_S)
        return requests.post(
            f"{provider.issuer}/oauth2/token", data=form, auth=client.basic, timeout=PATIENCE_S
        )

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(redeem, range(50)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 49}
    (good,) = [answer.json() for answer in answers if answer.status_code == 200]
    before = said(good["id_token"])[0]["kid"]
    kid = provider.signer.rotate()
    for _ in range(8):
        keys = requests.get(f"{provider.issuer}/oauth2/jwks", timeout=PATIENCE_S).json()["keys"]
        assert [key["kid"] for key in keys] == [kid, before]


def test_an_address_of_a_megabyte_is_refused(services: Services) -> None:
    """The limit is wide, and there is one."""
    address = f"{services.provider.issuer}/oauth2/authorize"
    answer = requests.get(address, params={"state": "s" * 1_000_000}, timeout=PATIENCE_S)
    assert answer.status_code == 414
