"""Signing out over real HTTP: row A31 of the abuse table."""

from __future__ import annotations

import pytest
import requests

from tests.http.login.bridge_login import Bridge, code

OURS = "same-origin"


def test_leaving_goes_through_franceconnect_and_comes_home(bridge: Bridge, browser: requests.Session) -> None:
    """Our session is gone first, then FranceConnect's."""
    bridge.sign_in(browser)
    kept = browser.cookies["session"]
    out = bridge.post(browser, "/logout", Sec_Fetch_Site=OURS)
    assert out.status_code == 303
    assert out.headers["Location"].startswith(f"{bridge.stand_in.issuer}/session/end?id_token_hint=")
    assert "session" not in browser.cookies
    browser.cookies.set("session", kept)
    assert bridge.whoami(browser) is None
    back = bridge.get(browser, out.headers["Location"])
    assert back.headers["Location"].startswith(f"{bridge.url}/logout/callback?state=out")
    home = bridge.get(browser, back.headers["Location"])
    assert (home.status_code, home.headers["Location"]) == (303, "/?au-revoir=1")


def test_leaving_without_session_goes_home(bridge: Bridge, browser: requests.Session) -> None:
    """Pressing the button twice is no error."""
    answer = bridge.post(browser, "/logout", Sec_Fetch_Site=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": ""},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {},
        {"Referer": "http://127.0.0.1/"},
    ],
)
def test_a31_leaving_is_not_for_other_sites_to_ask(
    bridge: Bridge, browser: requests.Session, headers: dict[str, str]
) -> None:
    """A form elsewhere signs nobody out."""
    bridge.sign_in(browser)
    assert code(bridge.post(browser, "/logout", **headers)) == (403, "request.cross_site")
    assert bridge.whoami(browser) is not None


def test_a31_an_older_browser_says_where_it_comes_from(bridge: Bridge, browser: requests.Session) -> None:
    """Before Fetch Metadata there was `Origin`."""
    bridge.sign_in(browser)
    assert bridge.post(browser, "/logout", Origin=bridge.url).status_code == 303
    assert bridge.whoami(browser) is None


def test_a31_leaving_by_a_link_does_nothing(bridge: Bridge, browser: requests.Session) -> None:
    """An image on another page is a GET."""
    bridge.sign_in(browser)
    assert bridge.get(browser, "/logout").status_code == 405
    assert bridge.whoami(browser) is not None


def test_a31_a_return_nobody_asked_for_changes_nothing(bridge: Bridge, browser: requests.Session) -> None:
    """A forged state on the way back is ignored."""
    bridge.sign_in(browser)
    for query in ("", f"?state=out{'0' * 61}", "?state=undefined", "?state=a&state=b"):
        answer = bridge.get(browser, f"/logout/callback{query}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert bridge.whoami(browser) is not None
