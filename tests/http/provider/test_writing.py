"""Routes of the API that change something: a cookie needs our own page, a token needs the scope."""

from __future__ import annotations

import pytest
from flask import request

from bridge.http.access import Access, open_to
from bridge.http.same_origin import require_same_origin
from bridge.usecases.provider import Provider
from tests.http.answers import refusal
from tests.http.site import BASE_URL, Browser, Site
from tests.servers.relying_party import RETURN, VERIFIER, Client, asked

CHANGE = "/api/v1/change"


@pytest.fixture
def site(site: Site) -> Site:
    """Give the application with one more route, which changes something for a citizen."""

    @open_to(Access.CITIZEN)
    def change() -> str:
        require_same_origin(request, BASE_URL)
        return "changed"

    site.app.add_url_rule(CHANGE, "change", change, methods=["POST"])
    return site


@pytest.fixture
def browser(site: Site) -> Browser:
    """Give a signed-in citizen's browser."""
    browser = site.citizen(1)
    browser.document = None  # the route of this test is in no document
    return browser


def token(provider: Provider, browser: Browser, scope: str) -> str:
    """Give an access token for this citizen."""
    secret = provider.clients.add("app", label="a", redirect_uris=[RETURN], scopes=["openid", scope])
    sent = browser.get("/oauth2/authorize", query_string=asked(Client("app", secret)))
    form = {
        "grant_type": "authorization_code",
        "code": sent.headers["Location"].partition("code=")[2][:43],
        "redirect_uri": RETURN,
        "code_verifier": VERIFIER,
        "client_id": "app",
        "client_secret": secret,
    }
    answer = browser.post("/oauth2/token", data=form)
    return str(answer.get_json()["access_token"])


def test_a_token_that_may_write_needs_no_page_of_ours(site: Site, browser: Browser) -> None:
    """No browser carries it there on its own."""
    brought = {"Authorization": f"Bearer {token(site.services.provider, browser, 'cases:write')}"}
    answer = site.app.test_client().post(CHANGE, headers=brought, base_url=BASE_URL)
    assert (answer.status_code, answer.text) == (200, "changed")


def test_a_token_that_may_read_does_not_write(site: Site, browser: Browser) -> None:
    """The header names the scope it lacks."""
    brought = {"Authorization": f"Bearer {token(site.services.provider, browser, 'cases:read')}"}
    answer = site.app.test_client().post(CHANGE, headers=brought, base_url=BASE_URL)
    assert refusal(answer) == (403, "token.scope")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="cases:write"'


def test_a_cookie_still_needs_a_page_of_ours(browser: Browser) -> None:
    """A token beside it that is no bearer's changes nothing."""
    for headers in ({}, {"Authorization": "Basic YTpi"}):
        assert refusal(browser.post(CHANGE, headers=headers)) == (403, "request.cross_site")
    assert browser.post(CHANGE, headers={"Sec-Fetch-Site": "same-origin"}).text == "changed"
