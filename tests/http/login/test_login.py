"""Signing in over real HTTP, as a browser meets it: rows A01 to A06, A28, A29, A33 and A34."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.wrappers import Response

from bridge.errors import ConfigurationError
from bridge.http.cookies import CookieJarPolicy
from tests.http.login.bridge_login import Bridge, code
from tests.servers.franceconnect import TIMEOUT_S

OURS = "same-origin"


def test_a_citizen_signs_in_and_lands_where_they_wanted(bridge: Bridge, browser: requests.Session) -> None:
    """From the button, through FranceConnect's pages, to the page that was asked for."""
    answer = bridge.sign_in(browser, wanted="/demandes/c_1?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/demandes/c_1?lang=en")
    session = bridge.whoami(browser)
    assert session is not None
    assert session["name"] == "Angela DUBOIS"


def test_no_answer_is_kept_or_tells_where_it_came_from(bridge: Bridge, browser: requests.Session) -> None:
    """Addresses here carry codes and states."""
    answers = [
        bridge.get(browser, "/login/franceconnect"),
        bridge.get(browser, "/login/franceconnect/callback"),
        bridge.sign_in(browser),
        bridge.post(browser, "/logout", Sec_Fetch_Site=OURS),
        bridge.post(browser, "/logout", Sec_Fetch_Site="cross-site"),
        bridge.get(browser, "/logout/callback"),
    ]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_cookies_are_for_the_server_alone(bridge: Bridge, browser: requests.Session) -> None:
    """No script reads them and no other site sends them with a form."""
    started = bridge.get(browser, "/login/franceconnect").headers["Set-Cookie"]
    finished = bridge.sign_in(browser).headers["Set-Cookie"]
    assert started.startswith("sign-in=")
    assert started.endswith("; Max-Age=600; HttpOnly; Path=/; SameSite=Lax")
    assert finished.startswith("session=")
    assert finished.endswith("; HttpOnly; Path=/; SameSite=Lax")
    assert "Max-Age" not in finished


def test_cookies_are_host_bound_and_secure_under_https() -> None:
    """A sub-domain cannot plant a cookie under this name."""
    policy, response = CookieJarPolicy("https://demarches.ville.example"), Response()
    policy.give_session(response, "t")
    policy.give_browser(response, "b")
    policy.forget_session(response)
    session, browser, forgotten = response.headers.getlist("Set-Cookie")
    assert session == "__Host-session=t; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert browser.startswith("__Host-sign-in=b; ")
    assert browser.endswith("Max-Age=600; Secure; HttpOnly; Path=/; SameSite=Lax")
    assert forgotten.startswith("__Host-session=; ")
    assert "Max-Age=0; Secure; HttpOnly; Path=/" in forgotten


@pytest.mark.parametrize(
    "address", ["http://ville.example", "http://10.0.0.1:8000", "ftp://localhost", "ville.example"]
)
def test_cookies_without_https_are_for_this_machine_only(address: str) -> None:
    """A town that forgets https does not start."""
    with pytest.raises(ConfigurationError, match="BRIDGE_BASE_URL"):
        CookieJarPolicy(address)


def test_a01_a_callback_without_or_with_an_unknown_state_is_refused(
    bridge: Bridge, browser: requests.Session
) -> None:
    """FranceConnect's own `undefined` included."""
    bridge.sent_to(browser)
    for query in ("", "?code=a", "?code=a&state=", "?code=a&state=undefined", f"?code=a&state={'0' * 64}"):
        assert code(bridge.get(browser, f"/login/franceconnect/callback{query}")) == (401, "login.state")


def test_a02_the_answer_in_another_browser_is_refused(bridge: Bridge, browser: requests.Session) -> None:
    """A link sent by an attacker signs nobody in as the attacker."""
    address = bridge.called_back_at(browser, "test")
    with requests.Session() as victim:
        assert code(bridge.get(victim, address)) == (401, "login.state")
        bridge.sent_to(victim)
        assert code(bridge.get(victim, address)) == (401, "login.state")
        assert bridge.whoami(victim) is None
    assert bridge.linker.people == []


def test_a03_a_used_state_does_not_come_back_with_old_cookies(
    bridge: Bridge, browser: requests.Session
) -> None:
    """Restoring a cookie jar restores no transaction."""
    address = bridge.called_back_at(browser, "test")
    kept = browser.cookies.copy()
    bridge.get(browser, address)
    browser.cookies = kept
    assert code(bridge.get(browser, address)) == (401, "login.state")


def test_a04_signing_in_gives_a_new_session_and_ends_the_old_one(
    bridge: Bridge, browser: requests.Session
) -> None:
    """A session an attacker fixed before is dead after."""
    bridge.sign_in(browser)
    fixed = browser.cookies["session"]
    bridge.sign_in(browser, "test_CORSE_2A")
    assert browser.cookies["session"] != fixed
    with requests.Session() as attacker:
        attacker.cookies.set("session", fixed)
        assert bridge.whoami(attacker) is None


def test_a05_a_code_of_another_transaction_is_refused(bridge: Bridge, browser: requests.Session) -> None:
    """A stolen code under one's own state meets the wrong nonce."""
    with requests.Session() as victim:
        stolen = parse_qs(urlsplit(bridge.called_back_at(victim, "test")).query)["code"][0]
    state = parse_qs(urlsplit(bridge.called_back_at(browser, "test_CORSE_2A")).query)["state"][0]
    answer = bridge.get(browser, f"/login/franceconnect/callback?code={stolen}&state={state}")
    assert code(answer) == (401, "login.nonce")
    assert bridge.whoami(browser) is None


def test_a06_a_reload_of_the_callback_ends_no_session(bridge: Bridge, browser: requests.Session) -> None:
    """The back button is harmless, and whoever is signed in already simply goes home."""
    address = bridge.called_back_at(browser, "test", "/demandes/c_1")
    bridge.get(browser, address)
    for again in (address, f"{address}&state=a"):
        answer = bridge.get(browser, again)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert bridge.whoami(browser) is not None
    assert len(bridge.linker.people) == 1


def test_a06_another_refusal_is_told_to_who_is_signed_in_too(
    bridge: Bridge, browser: requests.Session
) -> None:
    """Only the stale answer is passed over."""
    bridge.sign_in(browser)
    address = bridge.stand_in.given_up(browser, bridge.sent_to(browser))
    assert code(bridge.get(browser, address)) == (401, "login.denied")


def test_a28_an_error_with_markup_is_answered_in_our_own_words(
    bridge: Bridge, browser: requests.Session
) -> None:
    """The description goes nowhere."""
    for error, expected in (("access_denied", (401, "login.denied")), ("<b>x</b>", (502, "login.provider"))):
        state = parse_qs(urlsplit(bridge.sent_to(browser)).query)["state"][0]
        answer = bridge.get(
            browser,
            "/login/franceconnect/callback",
            params={"error": error, "error_description": "<script>alert(1)</script>", "state": state},
        )
        assert code(answer) == expected
        assert "<" not in answer.text


def test_a29_a_next_elsewhere_or_said_twice_leads_home(bridge: Bridge, browser: requests.Session) -> None:
    """The whole corpus is replayed on the use case; here the way through HTTP."""
    for query in ("next=//evil.test", "next=%2F%09%2Fevil.test", "next=/demandes/a&next=/demandes/b", ""):
        sent = bridge.get(browser, f"/login/franceconnect?{query}").headers["Location"]
        answer = bridge.get(browser, bridge.stand_in.answered(browser, sent, "test"))
        assert answer.headers["Location"] == "/"


def test_a33_the_callback_by_post_is_refused(bridge: Bridge, browser: requests.Session) -> None:
    """FranceConnect sends browsers back by GET."""
    address = bridge.called_back_at(browser, "test")
    answer = browser.post(address, timeout=TIMEOUT_S, allow_redirects=False)
    assert answer.status_code == 405
    assert bridge.get(browser, address).status_code == 303


@pytest.mark.parametrize("name", ["code", "state", "error", "iss"])
def test_a33_a_parameter_said_twice_is_refused(bridge: Bridge, browser: requests.Session, name: str) -> None:
    """Two readers could take different ones."""
    address = bridge.called_back_at(browser, "test")
    value = parse_qs(urlsplit(address).query).get(name, ["access_denied"])[0]
    twice = f"{address}&{name}={value}" if name != "error" else f"{address}&error=a&error=b"
    assert code(bridge.get(browser, twice)) == (401, "login.state")


def test_a34_the_host_header_changes_no_address(bridge: Bridge, browser: requests.Session) -> None:
    """Addresses come from the configuration."""
    answer = bridge.get(browser, "/login/franceconnect", headers={"Host": "evil.test"})
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{bridge.url}/login/franceconnect/callback"]
