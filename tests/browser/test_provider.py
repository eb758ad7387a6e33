"""The portal's road through our provider in Chromium, which holds every form to where its redirects end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import PASSWORD
from tests.servers.loopback import serving
from tests.servers.provider import RunningProvider, running_provider
from tests.servers.relying_party import Client, asked

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One running bridge for the module."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    """Give the address of a portal of another origin that shows what it is told."""

    def application(_address: str) -> WSGIApplication:
        app = Flask("portal")
        app.add_url_rule("/cb", "cb", lambda: f"<h1>{' '.join(sorted(request.args))}</h1>")
        app.add_url_rule("/bye", "bye", lambda: f"<h1>bye {request.args.get('state')}</h1>")
        app.add_url_rule("/favicon.ico", "icon", lambda: "")
        return app.wsgi_app

    with serving(application) as address:
        # Another site than the bridge's 127.0.0.1, as Salesforce is.
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def client(provider: RunningProvider, portal: str) -> Client:
    """Give the portal's registration."""
    client = Client("portal", None, f"{portal}/cb")
    provider.services.provider.clients.add(
        client.id,
        label="Espace citoyen",
        redirect_uris=[client.redirect_uri],
        post_logout_redirect_uris=[f"{portal}/bye"],
        is_public=True,
    )
    return client


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a fresh window."""
    context = chromium.new_context(locale="fr-FR")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def request_of(provider: RunningProvider, client: Client, **changes: str | None) -> str:
    """Give the address a portal sends its visitor to."""
    return f"{provider.url}/oauth2/authorize?{urlencode(asked(client, **changes))}"


def sign_in(page: Page, login: str) -> None:
    """Go through FranceConnect's two pages."""
    page.get_by_role("textbox", name="Identifiant").fill(login)
    page.get_by_role("textbox", name="Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("button", name="Continuer").click()


def test_a_portal_s_visitor_signs_in_and_leaves(
    provider: RunningProvider, client: Client, portal: str, page: Page
) -> None:
    """FranceConnect's form ends at the portal; the logout the portal asks for comes back to it."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(request_of(provider, client))
    sign_in(page, "test")
    expect(page.get_by_role("heading")).to_have_text("code iss state")
    code = parse_qs(urlsplit(page.url).query)["code"][0]
    given = {
        "id_token_hint": provider.redeemed(client, code).json()["id_token"],
        "post_logout_redirect_uri": f"{portal}/bye",
        "state": "s-1",
    }
    page.goto(request_of(provider, client))
    expect(page.get_by_role("heading")).to_have_text("code iss state")
    page.goto(f"{provider.url}/oauth2/logout?{urlencode(given)}")
    expect(page.get_by_role("heading")).to_have_text("bye s-1")
    page.goto(request_of(provider, client, prompt="none"))
    expect(page.get_by_role("heading")).to_have_text("error error_description iss state")
    assert complaints == [], "the browser found something to say about our own policy"


def test_somebody_else_who_signed_in_meanwhile_is_asked_and_goes_on(
    provider: RunningProvider, client: Client, page: Page
) -> None:
    """Our question's own form leads to another site: the page's policy lets it."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    asked_for: list[str] = []
    page.on("request", lambda sent: asked_for.append(sent.url))
    page.goto(request_of(provider, client))
    (waiting,) = [url for url in asked_for if "/login/franceconnect" in url]
    page.goto(f"{provider.url}/login/franceconnect")
    sign_in(page, "test_CORSE_2B")
    page.wait_for_url(f"{provider.url}/")
    page.goto(provider.url + parse_qs(urlsplit(waiting).query)["next"][0])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Continuer en tant que Luigi")
    page.get_by_role("button", name="Oui, continuer").click()
    expect(page.get_by_role("heading")).to_have_text("code iss state")
    page.goto(f"{provider.url}/oauth2/logout")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Voulez-vous vous déconnecter")
    page.locator("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("status")).to_contain_text("Votre session est fermée.")
    assert complaints == [], "the browser found something to say about our own policy"
