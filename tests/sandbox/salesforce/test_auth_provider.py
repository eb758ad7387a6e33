"""The org signs citizens in at an OpenID provider: what it sends, what it takes, what it refuses."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from flask import Flask, Response, jsonify, request

from tests.sandbox.salesforce.wire import Wire
from tests.servers.loopback import serving

KEY, SECRET = "portal", "s" * 100
TIMEOUT_S = 10


@dataclass
class ScriptedProvider:
    """A provider that answers as told and keeps what it was asked."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo_type: str = "application/json"
    tokens: dict[str, Any] = field(default_factory=lambda: {"access_token": "at-1", "token_type": "Bearer"})
    asked: list[dict[str, Any]] = field(default_factory=list)

    def app(self, url: str) -> Flask:
        """Give the application; authorize is never called, for the test is the browser."""
        self.url = url
        app = Flask("scripted-provider")

        @app.post("/token")
        def token() -> Response:
            self.asked.append({"form": dict(request.form), "basic": request.authorization})
            return jsonify(self.tokens)

        @app.get("/userinfo")
        def userinfo() -> Response:
            self.asked.append({"query": dict(request.args), "header": request.headers.get("Authorization")})
            answer = jsonify(self.claims)
            answer.content_type = self.userinfo_type
            return answer

        return app


@dataclass
class Portal:
    """The org with one Auth. Provider deployed, and a browser that walks through it."""

    wire: Wire
    provider: ScriptedProvider
    site: str = ""

    def deploy(self, **elements: Any) -> None:
        """Deploy the provider anew."""
        plain = {
            "friendlyName": "Mairie",
            "consumerKey": KEY,
            "consumerSecret": SECRET,
            "authorizeUrl": f"{self.provider.url}/authorize",
            "tokenUrl": f"{self.provider.url}/token",
            "userInfoUrl": f"{self.provider.url}/userinfo",
            "defaultScopes": "openid profile",
        }
        url = f"{self.wire.url}/sandbox/auth_providers/Bridge"
        answer = requests.put(url, json=plain | elements, timeout=TIMEOUT_S)
        assert answer.status_code == 200, answer.text
        self.site = answer.json()["siteUrl"]

    def start(self, browser: requests.Session, kind: str = "sso", **query: str) -> dict[str, str]:
        """Give the query the browser is sent to the provider with."""
        asked = {"community": self.site, "startURL": "/citoyens/s/"} | query
        url = f"{self.wire.url}/services/auth/{kind}/Bridge"
        answer = browser.get(url, params=asked, allow_redirects=False, timeout=TIMEOUT_S)
        assert answer.headers["Location"].startswith(f"{self.provider.url}/authorize?")
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query, strict_parsing=True))

    def come_back(self, browser: requests.Session, state: str, code: str = "c-1") -> requests.Response:
        """Bring the provider's answer; give the page it ends at."""
        url = f"{self.wire.url}/services/authcallback/Bridge"
        return browser.get(url, params={"state": state, "code": code}, timeout=TIMEOUT_S)

    def sign_in(self, kind: str = "sso", **query: str) -> requests.Response:
        """Walk the whole way; give the page it ends at."""
        browser = requests.Session()
        return self.come_back(browser, self.start(browser, kind, **query)["state"])


@pytest.fixture
def portal(wire: Wire) -> Iterator[Portal]:
    """Give the org with a provider whose citizen has a Contact."""
    provider = ScriptedProvider()
    with serving(provider.app):
        contact = wire.post("/services/data/v60.0/sobjects/Contact", json={"LastName": "DUBOIS"}).json()["id"]
        provider.claims = {
            "sub": "p_1",
            "family_name": "DUBOIS",
            "given_name": "Angela",
            "contact_id": contact,
        }
        found = Portal(wire, provider)
        found.deploy()
        yield found


def error_of(page: requests.Response) -> tuple[str, str]:
    """Give what the platform's error page tells."""
    assert urlsplit(page.url).path == "/_nc_external/identity/sso/ui/AuthorizationError"
    query = parse_qs(urlsplit(page.url).query)
    return query["ErrorCode"][0], query["ErrorDescription"][0]


def test_what_the_browser_brings_to_the_provider(portal: Portal) -> None:
    """Code flow, the exact callback, a state hundreds of characters long, and no nonce."""
    query = portal.start(requests.Session())
    state = query.pop("state")
    assert len(state) > 255
    assert query == {
        "response_type": "code",
        "client_id": KEY,
        "redirect_uri": f"{portal.wire.url}/services/authcallback/Bridge",
        "scope": "openid profile",
    }


def test_pkce_when_it_is_enabled(portal: Portal) -> None:
    """The verifier at the token endpoint is the one the S256 challenge was made of."""
    portal.deploy(isPkceEnabled=True)
    browser = requests.Session()
    query = portal.start(browser)
    assert query["code_challenge_method"] == "S256"
    portal.come_back(browser, query["state"])
    verifier = portal.provider.asked[0]["form"]["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == query["code_challenge"]


@pytest.mark.parametrize("in_header", [False, True])
def test_credentials_in_the_body_or_in_the_header(portal: Portal, in_header: bool) -> None:
    """One or the other, never both."""
    portal.deploy(sendClientCredentialsInHeader=in_header)
    portal.sign_in()
    asked = portal.provider.asked[0]
    assert ("client_secret" in asked["form"]) is not in_header
    assert (asked["basic"] is not None) is in_header
    assert asked["form"]["redirect_uri"] == f"{portal.wire.url}/services/authcallback/Bridge"


@pytest.mark.parametrize("in_header", [False, True])
def test_the_access_token_in_the_query_or_in_the_header(portal: Portal, in_header: bool) -> None:
    """The platform's default puts it into the address; an option puts it where it belongs."""
    portal.deploy(sendAccessTokenInHeader=in_header)
    portal.sign_in()
    asked = portal.provider.asked[1]
    assert asked["query"] == ({} if in_header else {"access_token": "at-1"})
    assert asked["header"] == ("Bearer at-1" if in_header else None)


def test_the_first_sign_in_makes_one_user_on_the_contact(portal: Portal) -> None:
    """The external user hangs on the Contact the provider names; the second sign-in is the same user."""
    for _ in range(2):
        page = portal.sign_in()
        assert page.status_code == 200
        assert urlsplit(page.url).path == "/citoyens/s/"
        assert "Bonjour Angela DUBOIS" in page.text
    query = "SELECT Username, ContactId FROM User WHERE UserType = 'CspLitePortal'"
    records = portal.wire.get("/services/data/v60.0/query", params={"q": query}).json()["records"]
    assert [(row["Username"], row["ContactId"]) for row in records] == [
        ("p_1@citoyens.ville.example", portal.provider.claims["contact_id"])
    ]


def test_a_contact_has_one_user(portal: Portal) -> None:
    """Another person of the provider cannot take the Contact of the first."""
    portal.sign_in()
    portal.provider.claims["sub"] = "p_2"
    assert error_of(portal.sign_in()) == (
        "REGISTRATION_HANDLER_ERROR",
        "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT",
    )


@pytest.mark.parametrize("contact", [None, "", "003", "0030000000000zzAAA", "someone@example.org"])
def test_a_person_without_contact_is_refused(portal: Portal, contact: str | None) -> None:
    """The handler looks for nobody by name or e-mail."""
    portal.provider.claims["contact_id"] = contact
    assert error_of(portal.sign_in())[0] == "REGISTRATION_HANDLER_ERROR"


def test_a_signed_userinfo_is_not_understood(portal: Portal) -> None:
    """What FranceConnect answers is the reason there is a bridge."""
    portal.provider.userinfo_type = "application/jwt"
    assert error_of(portal.sign_in()) == ("USERINFO_ERROR", "the response is not JSON")


def test_the_issuer_of_the_id_token_is_compared(portal: Portal) -> None:
    """When a Token Issuer is set, and an ID token came."""
    portal.deploy(idTokenIssuer="https://right.example")
    payload = base64.urlsafe_b64encode(b'{"iss": "https://wrong.example"}').rstrip(b"=").decode()
    portal.provider.tokens["id_token"] = f"e30.{payload}.c2ln"
    assert error_of(portal.sign_in())[0] == "ID_TOKEN_ERROR"


def test_a_state_is_used_once_in_its_own_browser(portal: Portal) -> None:
    """Neither a second time, nor by somebody else."""
    browser = requests.Session()
    state = portal.start(browser)["state"]
    assert error_of(portal.come_back(requests.Session(), state))[0] == "STATE_ERROR"
    assert portal.come_back(browser, state).status_code == 200
    assert error_of(portal.come_back(browser, state))[0] == "STATE_ERROR"


def test_without_a_site_an_external_user_has_no_place(portal: Portal) -> None:
    """The address must be the site's to the letter."""
    assert error_of(portal.sign_in(community=""))[0] == "NO_COMMUNITY"
    assert error_of(portal.sign_in(community=f"{portal.site}/"))[0] == "NO_COMMUNITY"


def test_the_test_address_shows_what_came(portal: Portal) -> None:
    """Every claim, and no user is made."""
    page = portal.sign_in("test")
    assert "attributeMap" in page.text
    assert str(portal.provider.claims["contact_id"]) in page.text


def test_what_the_platform_does_not_deploy(portal: Portal) -> None:
    """Lengths and elements are those of the metadata type."""
    url = f"{portal.wire.url}/sandbox/auth_providers/Bridge"
    for elements in ({"consumerSecret": "s" * 101}, {"jwksUrl": "https://x"}, {"isPkceEnabled": "yes"}):
        plain = dict.fromkeys(
            ("friendlyName", "consumerKey", "consumerSecret", "authorizeUrl", "tokenUrl", "userInfoUrl"), "x"
        )
        assert requests.put(url, json=plain | elements, timeout=TIMEOUT_S).status_code == 400
