"""Rows A35 to A40, A52, A53, A58 and A61 of the abuse table: what a request at our provider may say."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

from tests.http.provider.reading import page_code
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import (
    ORG,
    RETURN,
    SITE_RETURN,
    VERIFIER,
    RunningProvider,
    answer_of,
    asked,
    challenge_of,
    next_of,
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
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
        {"code_challenge": "x" * 44},
        {"code_challenge": "é" * 43},
    ],
)
def test_a40_a_challenge_other_than_s256_is_refused(
    provider: RunningProvider, changes: dict[str, str | None]
) -> None:
    """Not absent, not plain, not malformed; where PKCE is switched off a half of it is refused too."""
    citizen = provider.citizen()
    clients = [provider.client()]
    if changes.get("code_challenge_method", "") is not None or changes.get("code_challenge", ""):
        clients.append(provider.client(pkce_required=False))
    for client in clients:
        told = answer_of(provider.authorize(citizen.browser, client, **changes))
        assert told["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("verifier", "error"),
    [
        (None, "invalid_grant"),
        ("w" * 43, "invalid_grant"),
        (challenge_of(VERIFIER), "invalid_grant"),
        ("short", "invalid_request"),
        ("v" * 129, "invalid_request"),
        ("é" * 43, "invalid_request"),
        ("v" * 200_000, "invalid_request"),
    ],
)
def test_a40_a_verifier_that_does_not_fit_is_refused(
    provider: RunningProvider, verifier: str | None, error: str
) -> None:
    """A code alone, or with another request's verifier, opens nothing."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.redeemed(client, provider.code(citizen, client), code_verifier=verifier)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a40_a_verifier_of_a_megabyte_is_not_even_read(provider: RunningProvider) -> None:
    """The limit of every body holds here too."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.redeemed(client, provider.code(citizen, client), code_verifier="v" * 1_048_576)
    assert (answer.status_code, answer.json()["code"]) == (413, "http.413")


def test_a40_without_pkce_is_a_switch_for_one_client_and_no_downgrade(provider: RunningProvider) -> None:
    """Such a client may leave PKCE out; if it announced it, it must keep to it, and the reverse."""
    client, citizen = provider.client(pkce_required=False), provider.citizen()
    bare = {"code_challenge": None, "code_challenge_method": None}
    plain = provider.redeemed(client, provider.code(citizen, client, **bare), code_verifier=None)
    assert plain.status_code == 200
    downgraded = provider.redeemed(client, provider.code(citizen, client), code_verifier=None)
    assert downgraded.json()["error"] == "invalid_grant"
    unannounced = provider.redeemed(client, provider.code(citizen, client, **bare))
    assert unannounced.json()["error"] == "invalid_grant"


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


STATES = {
    "as long as orgs send": "A-z_0.9~" * 512,
    "with signs": "a&b=c?d#e+f%20g /:@!$'()*,;[]{}|\\^`\"<>",
    "unicode": "Ça ira – 東京 🏛",
    "lines": "a\r\nSet-Cookie: b=c\r\n\r\n<script>",
    "tabs and blanks": " \t a ",
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a61_state_comes_back_as_it_was_sent(provider: RunningProvider, state: str) -> None:
    """At once with a session, and after a sign-in; with a code and with a refusal."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.authorize(citizen.browser, client, state=state)
    assert answer_of(answer)["state"] == state
    assert "\n" not in answer.headers["Location"]
    assert answer_of(provider.authorize(citizen.browser, client, state=state, scope="x"))["state"] == state
    browser = requests.Session()
    waiting = next_of(provider.authorize(browser, client, state=state))
    assert answer_of(provider.get(browser, f"{waiting}?renoncer=1"))["state"] == state


def test_a61_state_comes_back_byte_for_byte_even_when_it_is_no_text(provider: RunningProvider) -> None:
    """Bytes that are not UTF-8 are the client's affair."""
    client, citizen = provider.client(), provider.citizen()
    wanted = "%FF%FE%00a"
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked(client, state=None).items())
    answer = provider.get(citizen.browser, f"/oauth2/authorize?{query}&state={wanted}")
    assert f"&state={wanted}&" in answer.headers["Location"]


def test_a61_state_may_be_absent_but_not_boundless(provider: RunningProvider) -> None:
    """8,192 characters are twice what was ever seen."""
    client, citizen = provider.client(), provider.citizen()
    assert "state" not in answer_of(provider.authorize(citizen.browser, client, state=None))
    assert "code" in answer_of(provider.authorize(citizen.browser, client, state="s" * 8_192))
    told = answer_of(provider.authorize(citizen.browser, client, state="s" * 8_193))
    assert told["error"] == "invalid_request"
