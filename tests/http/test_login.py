"""The login routes in front of the stand-in FranceConnect, over real HTTP, as a browser meets them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.wrappers import Response

from bridge.errors import ConfigurationError
from bridge.http.cookies import CookieJarPolicy
from tests.http.bridge_login import Bridge, running_bridge
from tests.servers.franceconnect import TIMEOUT_S, StandIn, stand_in_franceconnect

OURS = "same-origin"


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    """One stand-in for the module."""
    with stand_in_franceconnect() as running:
        yield running


@pytest.fixture
def bridge(stand_in: StandIn) -> Iterator[Bridge]:
    """Our routes, with empty caches and an empty store."""
    stand_in.order("reset")
    with running_bridge(stand_in) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A browser without cookies."""
    with requests.Session() as session:
        yield session


def code(answer: requests.Response) -> tuple[int, str]:
    """Give status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


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
    browser.cookies.update(kept)
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
    """The back button is harmless."""
    address = bridge.called_back_at(browser, "test")
    bridge.get(browser, address)
    assert code(bridge.get(browser, address)) == (401, "login.state")
    assert bridge.whoami(browser) is not None
    assert len(bridge.linker.people) == 1


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
    for query in ("next=//evil.test", "next=%2F%09%2Fevil.test", "next=/cases/a&next=//evil.test", ""):
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


REFUSALS = {
    "id_token_absent": (401, "login.id_token_missing"),  # A08
    "id_token_alg_none": (401, "login.alg"),  # A11, oidcc-client-test-idtoken-sig-none
    "id_token_hs256_secret": (401, "login.alg"),  # A12
    "id_token_other_alg": (401, "login.alg"),  # A13
    "id_token_unknown_kid": (401, "login.kid"),  # A16
    "id_token_forged": (401, "login.signature"),  # A15
    "wrong_iss": (401, "login.issuer"),  # A09, oidcc-client-test-invalid-iss
    "wrong_aud": (401, "login.audience"),  # A10, oidcc-client-test-invalid-aud
    "aud_list": (401, "login.audience"),  # A10
    "azp_other_aud": (401, "login.audience"),  # A10
    "nonce_absent": (401, "login.nonce"),  # A07
    "nonce_other": (401, "login.nonce"),  # A07, oidcc-client-test-nonce-invalid
    "expired": (401, "login.expired"),  # A19
    "far_exp": (401, "login.expired"),  # A19
    "iat_future": (401, "login.issued_at"),  # A20
    "iat_old": (401, "login.issued_at"),  # A20
    "acr_other": (403, "login.acr"),  # A22
    "acr_absent": (403, "login.acr"),  # A22
    "sub_empty": (401, "login.subject"),  # A23
    "userinfo_other_sub": (401, "login.userinfo"),  # A24, oidcc-client-test-userinfo-invalid-sub
    "userinfo_json": (401, "login.userinfo"),  # A25
    "userinfo_alg_none": (401, "login.userinfo"),  # A25
    "userinfo_forged": (401, "login.userinfo"),  # A25
    "userinfo_wrong_aud": (401, "login.userinfo"),  # A25
    "userinfo_wrong_iss": (401, "login.userinfo"),  # A25
    "userinfo_expired": (401, "login.userinfo"),  # A25
    "callback_wrong_iss": (401, "login.issuer"),  # A27
    "callback_other_state": (401, "login.state"),  # A01
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_each_spoiled_answer_is_refused_and_the_next_sign_in_succeeds(
    bridge: Bridge, browser: requests.Session, fault: str
) -> None:
    """The same road without the fault works, so the fault alone is what was refused."""
    bridge.stand_in.order("faults", tokens=[fault])
    assert code(bridge.sign_in(browser)) == REFUSALS[fault]
    assert bridge.whoami(browser) is None
    assert bridge.linker.people == []
    assert bridge.sign_in(browser).status_code == 303


def test_every_fault_of_the_stand_in_has_its_refusal(stand_in: StandIn) -> None:
    """A fault added there must be answered here."""
    listed = requests.get(f"{stand_in.url}/sandbox/faults", timeout=TIMEOUT_S).json()["tokens"]
    assert set(listed) == set(REFUSALS)


def test_f74_a_failing_token_endpoint_is_asked_once(bridge: Bridge, browser: requests.Session) -> None:
    """The fault lasts one call: a second one would have signed the citizen in."""
    address = bridge.called_back_at(browser, "test")
    bridge.stand_in.order("faults", endpoints={"token": {"status": 503, "count": 1}})
    assert code(bridge.get(browser, address)) == (503, "login.unavailable")
    assert code(bridge.get(browser, address)) == (401, "login.state")
    assert bridge.sign_in(browser).status_code == 303


def test_f74_an_expired_code_asks_to_start_again(bridge: Bridge, browser: requests.Session) -> None:
    """A code lives thirty seconds."""
    address = bridge.called_back_at(browser, "test")
    bridge.stand_in.order("clock", offset_s=31)
    assert code(bridge.get(browser, address)) == (401, "login.token")


def test_f76_keys_renewed_in_mid_sign_in_change_nothing(bridge: Bridge, browser: requests.Session) -> None:
    """The old keys are withdrawn between the citizen's answer and our exchange."""
    assert bridge.sign_in(browser).status_code == 303
    address = bridge.called_back_at(browser, "test")
    bridge.stand_in.order("keys/rotate", withdraw_previous=True)
    assert bridge.get(browser, address).status_code == 303


def test_f77_known_keys_serve_while_the_key_endpoint_is_down(
    bridge: Bridge, browser: requests.Session
) -> None:
    """An unknown key then is a page that says to try again."""
    assert bridge.sign_in(browser).status_code == 303
    bridge.stand_in.order("faults", endpoints={"jwks": {"status": 503, "count": 1}})
    assert bridge.sign_in(browser).status_code == 303
    bridge.stand_in.order("keys/rotate", withdraw_previous=True)
    assert code(bridge.sign_in(browser)) == (503, "login.unavailable")


def test_f78_a_failing_userinfo_links_nobody(bridge: Bridge, browser: requests.Session) -> None:
    """A good ID token alone is no identity."""
    bridge.stand_in.order("faults", endpoints={"userinfo": {"status": 503, "count": 1}})
    assert code(bridge.sign_in(browser)) == (503, "login.unavailable")
    assert bridge.linker.people == []
    assert bridge.whoami(browser) is None


def test_f73_franceconnect_down_at_the_button_is_a_page(bridge: Bridge, browser: requests.Session) -> None:
    """The first sign-in of a process needs the discovery document; the next try reads it."""
    bridge.stand_in.order("faults", endpoints={"discovery": {"status": 503, "count": 1}})
    assert code(bridge.get(browser, "/login/franceconnect")) == (503, "login.unavailable")
    assert bridge.sign_in(browser).status_code == 303


def test_f83_two_tabs_both_finish(bridge: Bridge, browser: requests.Session) -> None:
    """Two transactions in one browser do not step on each other."""
    first = bridge.called_back_at(browser, "test", "/cases/a")
    second = bridge.called_back_at(browser, "test", "/cases/b")
    assert bridge.get(browser, second).headers["Location"] == "/cases/b"
    assert bridge.get(browser, first).headers["Location"] == "/cases/a"


@pytest.mark.parametrize(
    ("offset_s", "expected"),
    [(25, None), (-25, None), (40, "login.issued_at"), (-85, None), (-100, "login.expired")],
)
def test_a_small_difference_of_clocks_is_allowed(
    bridge: Bridge, browser: requests.Session, offset_s: int, expected: str | None
) -> None:
    """Half a minute either way; a real deployment met tokens from the future."""
    bridge.stand_in.order("clock", offset_s=offset_s)
    answer = bridge.sign_in(browser)
    assert (answer.json()["code"] if answer.status_code != 303 else None) == expected


def test_giving_up_is_no_alarm(bridge: Bridge, browser: requests.Session) -> None:
    """The citizen changed their mind."""
    address = bridge.stand_in.given_up(browser, bridge.sent_to(browser))
    assert code(bridge.get(browser, address)) == (401, "login.denied")


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
    assert (home.status_code, home.headers["Location"]) == (303, "/")


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
