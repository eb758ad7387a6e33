"""Row A61 of the abuse table: what a client sends along comes back as it was."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlencode

import pytest
import requests

from tests.http.provider.reading import page_code
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider
from tests.servers.relying_party import (
    answer_of,
    asked,
    next_of,
)

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


@pytest.mark.parametrize("value", ["%FF", "a%00b", "%ED%A0%80"])
def test_a61_everything_but_state_is_text(provider: RunningProvider, value: str) -> None:
    """Refused in order, everywhere a client may send something: never an error of ours."""
    client, citizen = provider.client(), provider.citizen()
    query = urlencode(asked(client))
    for name in ("nonce", "login_hint"):
        told = answer_of(provider.get(citizen.browser, f"/oauth2/authorize?{query}&{name}={value}"))
        assert told["error"] == "invalid_request"
    nameless = urlencode(asked(client, client_id=None))
    answer = provider.get(citizen.browser, f"/oauth2/authorize?{nameless}&client_id={value}")
    assert page_code(answer) == (400, "portal.client")
    unaddressed = urlencode(asked(client, redirect_uri=None))
    answer = provider.get(citizen.browser, f"/oauth2/authorize?{unaddressed}&redirect_uri={value}")
    assert page_code(answer) == (400, "portal.redirect_uri")
    assert provider.get(citizen.browser, f"/oauth2/logout?id_token_hint={value}").status_code == 200
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for name in ("code", "client_id", "client_secret", "code_verifier", "refresh_token", "token"):
        for path in ("/oauth2/token", "/oauth2/revoke"):
            body = f"{urlencode(client.posted)}&grant_type=authorization_code&{name}={value}"
            answer = requests.post(provider.url + path, data=body, headers=form, timeout=TIMEOUT_S)
            assert answer.json()["error"] == "invalid_request"
    twice = f"{urlencode(client.posted)}&%22%C3%A9%5C=1&%22%C3%A9%5C=2"
    answer = requests.post(f"{provider.url}/oauth2/token", data=twice, headers=form, timeout=TIMEOUT_S)
    assert answer.json()["error"] == "invalid_request"
    basic = base64.b64encode(b"a\0:b\xff").decode()
    answer = provider.post("/oauth2/token", {"code": "a"}, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code in {401, 429}


def test_a61_state_may_be_absent_but_not_boundless(provider: RunningProvider) -> None:
    """8,192 characters are twice what was ever seen."""
    client, citizen = provider.client(), provider.citizen()
    assert "state" not in answer_of(provider.authorize(citizen.browser, client, state=None))
    assert "code" in answer_of(provider.authorize(citizen.browser, client, state="s" * 8_192))
    told = answer_of(provider.authorize(citizen.browser, client, state="s" * 8_193))
    assert told["error"] == "invalid_request"
