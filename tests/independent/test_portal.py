"""The stand-in org's Auth. Provider, configured as ours is shipped, signs a citizen in to the portal."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests

from bench.crowd import Place
from bridge.wiring import Services
from run.demo.portal import auth_provider, register_sandbox_portal
from tests.independent.walking import walk
from tests.servers.franceconnect import TIMEOUT_S


@pytest.fixture(scope="module")
def credentials(place: Place, services: Services) -> tuple[str, str]:
    """Register the org at the bridge, once."""
    return register_sandbox_portal(services, place.org["url"])


@pytest.fixture(params=[True, False], ids=["credentials in the header", "credentials in the body"])
def kickoff(request: pytest.FixtureRequest, place: Place, credentials: tuple[str, str]) -> str:
    """Deploy the Auth. Provider; give the address of the portal's button."""
    elements = auth_provider(place.bridge_url, *credentials)
    elements["sendClientCredentialsInHeader"] = request.param
    url = f"{place.org['url']}/sandbox/auth_providers/Bridge"
    deployed = requests.put(url, json=elements, timeout=TIMEOUT_S).json()
    return f"{deployed['ssoKickoffUrl']}?community={deployed['siteUrl']}"


def test_a_citizen_enters_the_portal_and_sees_their_requests(place: Place, kickoff: str) -> None:
    """One sign-in: the external user hangs on the Contact the bridge named, and the token opens the API."""
    with requests.Session() as browser:
        page = walk(browser, kickoff)
        assert (page.status_code, urlsplit(page.url).path) == (200, "/citoyens/s/"), page.text
        assert "Bonjour Angela DUBOIS" in page.text
        assert "Aucune demande." in page.text
        again = walk(browser, kickoff)
        assert "Bonjour Angela DUBOIS" in again.text
    headers = {"Authorization": f"Bearer {place.org['access_token']}"}
    query = {"q": "SELECT ContactId FROM User WHERE UserType = 'CspLitePortal'"}
    url = f"{place.org['instance_url']}/services/data/v62.0/query"
    users = requests.get(url, params=query, headers=headers, timeout=TIMEOUT_S).json()["records"]
    assert len(users) == 1
    assert users[0]["ContactId"].startswith("003")
