"""Apache's own OpenID module signs a citizen in at the bridge: discovery, keys, tokens, userinfo, its way."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import requests

from bench.crowd import Place
from bridge.domain.portal import Scope
from bridge.wiring import Services
from run.ports import free_port
from tests.independent.walking import walk
from tests.servers.apache import NoApacheError, apache_relying_party
from tests.servers.franceconnect import TIMEOUT_S

SCOPES = (Scope.OPENID, Scope.PROFILE, Scope.CONTACT, Scope.CASES_READ)


@pytest.fixture(params=["client_secret_basic", "client_secret_post"])
def site(request: pytest.FixtureRequest, place: Place, services: Services) -> Iterator[str]:
    """Give Apache's site, registered at the bridge; without Apache skipped, or failed where CI is set."""
    port, method = free_port(), str(request.param)
    client_id = f"apache-{port}"
    secret = services.provider.clients.add(
        client_id,
        label="Site Apache",
        redirect_uris=(f"http://127.0.0.1:{port}/espace/retour",),
        post_logout_redirect_uris=(),
        scopes=SCOPES,
    )
    assert secret
    try:
        with apache_relying_party(
            port,
            issuer=place.bridge_url,
            client_id=client_id,
            client_secret=secret,
            scope=" ".join(SCOPES),
            auth_method=method,
        ) as url:
            yield url
    except NoApacheError as error:
        told = f"no independent relying party is tested: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)


def test_an_independent_relying_party_completes_the_flow(place: Place, site: str) -> None:
    """It verifies our signature, nonce and PKCE by its own code, and its token opens the status API."""
    with requests.Session() as browser:
        page = walk(browser, f"{site}/espace/")
    assert (page.status_code, page.text.strip()) == (200, "<p>Bienvenue</p>")
    told = page.headers
    assert told["X-Remote-User"].startswith("p_")
    assert told["X-Contact-Id"].startswith("003")
    assert told["X-Family-Name"] == "DUBOIS"
    assert told["X-Acr"] == "eidas1"
    bearer = {"Authorization": f"Bearer {told['X-Access-Token']}"}
    answer = requests.get(f"{place.bridge_url}/api/v1/me", headers=bearer, timeout=TIMEOUT_S)
    assert (answer.status_code, answer.json()["state"]) == (200, "linked")
