"""Rows A35 to A39, A52 to A54 and A58 of the abuse table: what a request at our provider may say."""

from __future__ import annotations

import pytest
import requests

from tests.http.provider.reading import page_code
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider
from tests.servers.relying_party import (
    ORG,
    RETURN,
    SITE_RETURN,
    answer_of,
    asked,
    said,
)

NEAR_MISSES = [
    f"{RETURN}/",
    f"{RETURN}?a=b",
    f"{RETURN}#a",
    f"{RETURN}?",
    RETURN.replace("https://", "HTTPS://"),
    RETURN.replace("ville", "Ville"),
    RETURN.replace("Bridge", "bridge"),
    RETURN.replace(".test/", ".test:443/"),
    RETURN.replace(".test/", ".test:8443/"),
    RETURN.replace("authcallback", "x/../authcallback"),
    RETURN.replace("authcallback", "%61uthcallback"),
    RETURN.replace("https://", "https://evil."),
    RETURN.replace("https://", "https://evil.test@"),
    RETURN.replace(ORG, f"{ORG}.evil.test"),
    RETURN.replace("https://", "http://"),
    RETURN.replace(ORG, "https://[::1]"),
    RETURN.replace(ORG, "http://localhost"),
    RETURN.replace(ORG, "http://127.0.0.1"),
    f" {RETURN}",
    f"{RETURN} ",
    f"{RETURN}\r\nX-Evil: 1",
    f"{RETURN}\\",
    "https:ville.my.salesforce.test/services/authcallback/Bridge",
    "javascript:alert(1)",
    "//evil.test/",
    "",
    None,
]


@pytest.mark.parametrize("redirect_uri", NEAR_MISSES)
def test_a35_a_return_address_that_is_not_registered_to_the_letter_leads_nowhere(
    provider: RunningProvider, redirect_uri: str | None
) -> None:
    """The citizen, signed in or not, stays on a page of ours that echoes nothing."""
    client, citizen = provider.client(), provider.citizen()
    for browser in (citizen.browser, requests.Session()):
        answer = provider.authorize(browser, client, redirect_uri=redirect_uri)
        assert page_code(answer) == (400, "portal.redirect_uri")
        assert "evil" not in answer.text


def test_a35_each_registered_return_address_is_served(provider: RunningProvider) -> None:
    """An org has one for itself and one for each site."""
    client, citizen = provider.client(), provider.citizen()
    for redirect_uri in (RETURN, SITE_RETURN):
        answer = provider.authorize(citizen.browser, client, redirect_uri=redirect_uri)
        assert "code" in answer_of(answer, redirect_uri)


@pytest.mark.parametrize(
    "client_id", ["nobody", "", None, "PORTAL", "p_1", "l_1", "client-1 ", "' OR 1=1 --"]
)
def test_a36_an_unknown_client_leads_nowhere(provider: RunningProvider, client_id: str | None) -> None:
    """Not even to an address another client registered; nor does a person's id pass for a client's."""
    client, citizen = provider.client(), provider.citizen()
    subject = f"p_{citizen.number}"
    for name in (client_id, subject):
        answer = provider.authorize(citizen.browser, client, client_id=name)
        assert page_code(answer) == (400, "portal.client")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a37_an_address_said_twice_leads_nowhere(provider: RunningProvider, name: str) -> None:
    """Two readers could take different ones."""
    client, citizen = provider.client(), provider.citizen()
    parameters = [*asked(client).items(), (name, asked(client)[name])]
    answer = provider.get(citizen.browser, "/oauth2/authorize", params=parameters)
    assert page_code(answer)[0] == 400


@pytest.mark.parametrize(
    "name", ["scope", "code_challenge", "code_challenge_method", "response_type", "nonce", "state"]
)
def test_a37_a_parameter_said_twice_is_refused(provider: RunningProvider, name: str) -> None:
    """The client learns of its mistake at its own address."""
    client, citizen = provider.client(), provider.citizen()
    given = {**asked(client), "nonce": "n"}
    answer = provider.get(citizen.browser, "/oauth2/authorize", params=[*given.items(), (name, given[name])])
    told = answer_of(answer)
    assert told["error"] == "invalid_request"
    assert told.get("state") == (None if name == "state" else "state-1")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"nonce": "n" * 1_025}, "invalid_request"),
        ({"login_hint": "n" * 2_049}, "invalid_request"),
    ],
)
def test_a38_what_we_do_not_speak_is_refused_in_oauth_s_words(
    provider: RunningProvider, changes: dict[str, str | None], error: str
) -> None:
    """One flow, one way back."""
    client, citizen = provider.client(), provider.citizen()
    told = answer_of(provider.authorize(citizen.browser, client, **changes))
    assert told["error"] == error
    assert (told["state"], told["iss"]) == ("state-1", provider.url)
    assert "code" not in told


def test_a39_a_scope_that_was_not_given_is_not_granted(provider: RunningProvider) -> None:
    """Asking for more gives no more: the answer names what was granted."""
    client, citizen = provider.client(scopes=("openid", "profile")), provider.citizen()
    tokens = provider.tokens(citizen, client, scope="openid admin cases:read contact offline_access *")
    assert tokens["scope"] == "openid"
    assert "refresh_token" not in tokens
    assert said(tokens["access_token"])[1]["scope"] == "openid"
    assert set(provider.userinfo(tokens["access_token"]).json()) == {"sub", "acr", "auth_time"}
    assert provider.api(tokens["access_token"]).status_code == 403


@pytest.mark.parametrize("scope", [None, "", "profile", "admin", "OPENID", "openid,profile"])
def test_a39_without_openid_nothing_is_granted(provider: RunningProvider, scope: str | None) -> None:
    """We are an OpenID provider and nothing else."""
    client, citizen = provider.client(), provider.citizen()
    assert answer_of(provider.authorize(citizen.browser, client, scope=scope))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        ("request_uri", "http://127.0.0.1:9/secret", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
        ("claims", '{"userinfo":{"email":null}}', "invalid_request"),
    ],
)
def test_a52_what_could_make_us_fetch_or_trust_is_refused_by_name(
    provider: RunningProvider, name: str, value: str, error: str
) -> None:
    """Nothing is fetched: the refusal comes before any look at the value."""
    client, citizen = provider.client(), provider.citizen()
    assert answer_of(provider.authorize(citizen.browser, client, **{name: value}))["error"] == error


def test_a52_ten_thousand_parameters_are_refused(provider: RunningProvider) -> None:
    """Reading them costs nothing much either."""
    client = provider.client()
    body = "&".join(f"a{n}=1" for n in range(10_000))
    answer = requests.post(
        f"{provider.url}/oauth2/authorize",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=TIMEOUT_S,
    )
    assert page_code(answer) == (400, "portal.client")
    assert client.id not in answer.text


def test_a53_the_authorization_endpoint_is_in_no_frame_and_of_no_other_origin(
    provider: RunningProvider,
) -> None:
    """Neither its pages nor its redirects may be read or framed elsewhere."""
    client, citizen = provider.client(), provider.citizen()
    origin = {"Origin": ORG, "Access-Control-Request-Method": "GET"}
    for query in (asked(client), {}):
        for method in ("GET", "OPTIONS"):
            answer = citizen.browser.request(
                method,
                f"{provider.url}/oauth2/authorize",
                params=query,
                headers=origin,
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a54_no_answer_makes_the_browser_repeat_a_form(provider: RunningProvider) -> None:
    """303 after GET and POST alike, so that credentials never travel on."""
    client, citizen = provider.client(), provider.citizen()
    for answer in (
        provider.authorize(citizen.browser, client),
        provider.authorize(requests.Session(), client),
        citizen.browser.post(
            f"{provider.url}/oauth2/authorize", data=asked(client), timeout=TIMEOUT_S, allow_redirects=False
        ),
        citizen.browser.post(
            f"{provider.url}/oauth2/logout", data={"state": "a"}, timeout=TIMEOUT_S, allow_redirects=False
        ),
    ):
        assert answer.status_code == 303


def test_a58_answers_on_the_way_are_kept_by_nobody(provider: RunningProvider) -> None:
    """Redirects with codes, tokens, userinfo and refusals alike."""
    client, citizen = provider.client(), provider.citizen()
    tokens = provider.tokens(citizen, client)
    for answer in (
        provider.authorize(citizen.browser, client),
        provider.authorize(citizen.browser, client, scope="x"),
        provider.authorize(requests.Session(), client),
        provider.redeemed(client, provider.code(citizen, client)),
        provider.redeemed(client, "unknown"),
        provider.userinfo(tokens["access_token"]),
        provider.userinfo("unknown"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
