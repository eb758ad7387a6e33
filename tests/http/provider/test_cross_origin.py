"""Which pages of other sites may call the provider and the API: those of public clients, with a token."""

from __future__ import annotations

import pytest
import requests

from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider
from tests.servers.relying_party import Client, bearer

PAGE = "https://assistant.ville.test"
PATHS = ["/oauth2/token", "/oauth2/revoke", "/oauth2/userinfo", "/api/v1/me"]


@pytest.fixture(scope="module")
def app(provider: RunningProvider) -> Client:
    """Give a public client whose page lives on another origin."""
    found = provider.client(is_public=True, redirect_uris=(f"{PAGE}/cb", "fr.ville.app:/cb"))
    return Client(found.id, None, f"{PAGE}/cb")


def named(answer: requests.Response) -> str | None:
    """Give the origin an answer lets in."""
    assert "Access-Control-Allow-Credentials" not in answer.headers
    return answer.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("path", PATHS)
def test_a_public_client_s_page_is_heard(provider: RunningProvider, app: Client, path: str) -> None:
    """Asked first, as browsers do, and in the answer itself."""
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    preflight = requests.options(provider.url + path, headers=asked, timeout=TIMEOUT_S)
    assert named(preflight) == PAGE
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    answer = requests.request("GET", provider.url + path, headers={"Origin": PAGE}, timeout=TIMEOUT_S)
    assert named(answer) == PAGE
    assert "Origin" in answer.headers["Vary"]


def test_its_page_redeems_and_reads(provider: RunningProvider, app: Client) -> None:
    """Without secret, by PKCE, across origins."""
    answer = provider.authorize(provider.citizen().browser, app)
    code = answer.headers["Location"].partition("code=")[2][:43]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": app.redirect_uri,
        "code_verifier": "verifier-of-this-test-" + "0" * 30,
        "client_id": app.id,
    }
    tokens = provider.post("/oauth2/token", form, headers={"Origin": PAGE})
    assert (tokens.status_code, named(tokens)) == (200, PAGE)
    headers = {**bearer(tokens.json()["access_token"]), "Origin": PAGE}
    me = requests.get(f"{provider.url}/api/v1/me", headers=headers, timeout=TIMEOUT_S)
    assert (me.status_code, named(me)) == (200, PAGE)


@pytest.mark.parametrize("path", [*PATHS, "/oauth2/authorize", "/", "/oauth2/logout"])
@pytest.mark.parametrize(
    "origin",
    [
        "null",
        f"{PAGE}.evil.test",
        "http://assistant.ville.test",
        f"{PAGE}:8443",
        "fr.ville.app:",
        "https://a.test",
    ],
)
def test_a71_no_other_page_is_heard(provider: RunningProvider, app: Client, path: str, origin: str) -> None:
    """To the letter; a portal with a secret calls from its server and needs none of it."""
    provider.client(redirect_uris=("https://a.test/cb",))
    for method in ("GET", "OPTIONS"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        answer = requests.request(method, provider.url + path, headers=asked, timeout=TIMEOUT_S)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a53_the_pages_on_the_way_are_read_by_no_other_page(provider: RunningProvider, app: Client) -> None:
    """Not even by a registered one."""
    for path in ("/oauth2/authorize", "/oauth2/logout", "/", "/login/franceconnect"):
        answer = requests.get(
            provider.url + path, headers={"Origin": PAGE}, timeout=TIMEOUT_S, allow_redirects=False
        )
        assert named(answer) is None
