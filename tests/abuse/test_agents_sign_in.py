"""Attacks on the agents' door, row by row of the abuse table, over real HTTP and with both providers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bridge.domain.agent import Role
from bridge.http.access import Access
from bridge.http.cookies import CookieJarPolicy
from tests.http.agents.console import SAME_ORIGIN, Console, Providers, refusal, running_console
from tests.servers.franceconnect import stand_in_franceconnect
from tests.servers.proconnect import ADMINISTRATOR, READER, REVIEWER, stand_in_proconnect

CALLBACK = "/agents/login/callback"
CITIZENS = "/login/franceconnect/callback"


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    """Both stand-ins, for the module."""
    with stand_in_franceconnect() as citizens, stand_in_proconnect() as agents:
        yield Providers(citizens, agents)


@pytest.fixture
def console(providers: Providers) -> Iterator[Console]:
    """The application, with three invited agents."""
    for provider in (providers.citizens, providers.agents):
        provider.order("reset")
    with running_console(providers) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A browser without cookies."""
    with requests.Session() as session:
        yield session


def answer_of(address: str) -> dict[str, str]:
    """Give the parameters of a callback's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a01_a_callback_without_or_with_an_unknown_or_used_state(
    console: Console, browser: requests.Session
) -> None:
    """Nothing is asked of ProConnect for it, and nobody is in."""
    address = console.called_back_at(browser)
    for query in ("", "?code=a", "?code=a&state=", "?code=a&state=undefined", f"?code=a&state={'0' * 64}"):
        assert refusal(console.get(browser, CALLBACK + query)) == (401, "login.state")
    kept = browser.cookies.copy()
    assert console.get(browser, address).status_code == 303
    browser.cookies = kept
    assert refusal(console.get(browser, address)) == (401, "login.state")


def test_a01_a_sign_in_that_took_ten_minutes(console: Console, browser: requests.Session) -> None:
    """It starts again."""
    address = console.called_back_at(browser)
    console.clock.move(timedelta(minutes=10))
    assert refusal(console.get(browser, address)) == (401, "login.state")


def test_a02_the_answer_in_another_browser(console: Console, browser: requests.Session) -> None:
    """A link sent by an attacker signs no agent in as the attacker."""
    address = console.called_back_at(browser, REVIEWER)
    with requests.Session() as victim:
        assert refusal(console.get(victim, address)) == (401, "login.state")
        console.sent_to(victim)
        assert refusal(console.get(victim, address)) == (401, "login.state")
        assert not console.is_in(victim)


def test_a04_a_session_fixed_before(console: Console, browser: requests.Session) -> None:
    """Each sign-in gives a new session, and the old one is dead; a made-up one never lived."""
    browser.cookies.set("agent", "a" * 43)
    console.sign_in(browser)
    first = str(browser.cookies.get("agent", domain="127.0.0.1"))
    assert first != "a" * 43
    browser.cookies.clear()
    browser.cookies.set("agent", first)
    console.sign_in(browser, ADMINISTRATOR)
    with requests.Session() as attacker:
        attacker.cookies.set("agent", first)
        assert not console.is_in(attacker)


def test_a05_a_code_of_another_sign_in(console: Console, browser: requests.Session) -> None:
    """PKCE at the provider: a stolen code is worth nothing without its own verifier."""
    with requests.Session() as victim:
        stolen = answer_of(console.called_back_at(victim, ADMINISTRATOR))["code"]
    state = answer_of(console.called_back_at(browser))["state"]
    assert refusal(console.get(browser, f"{CALLBACK}?code={stolen}&state={state}")) == (401, "login.token")
    assert not console.is_in(browser)


@pytest.mark.parametrize("fault", ["nonce_absent", "nonce_other"])
def test_a07_an_id_token_that_answers_another_sign_in(
    console: Console, browser: requests.Session, fault: str
) -> None:
    """The nonce is compared although PKCE is used too."""
    console.providers.agents.order("faults", tokens=[fault])
    assert refusal(console.sign_in(browser)) == (401, "login.nonce")


def test_a27_an_answer_of_franceconnect_at_proconnect_s_callback(
    console: Console, browser: requests.Session
) -> None:
    """Everything about it is genuine, and the same browser started it: it is still the other door's."""
    sent = console.get(browser, "/login/franceconnect").headers["Location"]
    address = console.providers.citizens.answered(browser, sent, "test")
    moved = f"{CALLBACK}?{urlsplit(address).query}"
    assert refusal(console.get(browser, moved)) == (401, "login.state")
    assert console.get(browser, address).status_code == 303


def test_a27_an_answer_of_proconnect_at_franceconnect_s_callback(
    console: Console, browser: requests.Session
) -> None:
    """The reverse: nobody becomes a citizen by an agent's account, and the agent's sign-in still works."""
    address = console.called_back_at(browser)
    moved = console.get(browser, f"{CITIZENS}?{urlsplit(address).query}")
    assert moved.status_code == 401
    assert "login.state" in moved.text
    assert console.get(browser, address).status_code == 303


def test_a27_a_code_of_one_provider_under_a_state_of_the_other(
    console: Console, browser: requests.Session
) -> None:
    """The issuer that comes with it tells; without it the provider does not know the code."""
    state = answer_of(console.called_back_at(browser))["state"]
    sent = console.get(browser, "/login/franceconnect").headers["Location"]
    theirs = answer_of(console.providers.citizens.answered(browser, sent, "test"))
    mixed = f"{CALLBACK}?code={theirs['code']}&state={state}&iss={theirs['iss']}"
    assert refusal(console.get(browser, mixed)) == (401, "login.issuer")
    again = answer_of(console.called_back_at(browser))["state"]
    assert refusal(console.get(browser, f"{CALLBACK}?code={theirs['code']}&state={again}")) == (
        401,
        "login.token",
    )


def test_a27_a_state_of_signing_out_signs_nobody_in_or_out_elsewhere(
    console: Console, browser: requests.Session
) -> None:
    """The two kinds of state never serve for each other, nor at the other door."""
    console.sign_in(browser)
    out = console.post(browser, "/agents/logout", Sec_Fetch_Site=SAME_ORIGIN).headers["Location"]
    state = answer_of(out)["state"]
    assert refusal(console.get(browser, f"{CALLBACK}?code=a&state={state}")) == (401, "login.state")
    assert console.get(browser, f"/logout/callback?state={state}").headers["Location"] == "/"
    back = console.get(browser, f"/agents/logout/callback?state={state}")
    assert back.headers["Location"] == "/agents/login?au-revoir=1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {},
    ],
)
def test_a31_leaving_is_not_for_other_sites_to_ask(
    console: Console, browser: requests.Session, headers: dict[str, str]
) -> None:
    """A form elsewhere signs no agent out, and a link cannot."""
    console.sign_in(browser)
    assert refusal(console.post(browser, "/agents/logout", **headers)) == (403, "request.cross_site")
    assert console.get(browser, "/agents/logout").status_code == 405
    assert console.is_in(browser)


@pytest.mark.parametrize("query", ["", "?state=", "?state=undefined", f"?state=out{'0' * 61}"])
def test_a31_a_forged_return_from_signing_out(
    console: Console, browser: requests.Session, query: str
) -> None:
    """It leads to the door and ends nothing."""
    console.sign_in(browser)
    answer = console.get(browser, f"/agents/logout/callback{query}")
    assert answer.headers["Location"] == "/agents/login"
    assert console.is_in(browser)


def test_a33_a_callback_by_post_or_with_a_parameter_twice(
    console: Console, browser: requests.Session
) -> None:
    """Said twice it could mean one thing to us and another to the provider; the sign-in is not used up."""
    address = console.called_back_at(browser)
    path = f"{CALLBACK}?{urlsplit(address).query}"
    assert console.post(browser, path).status_code == 405
    for name in ("code", "state", "iss", "error"):
        doubled = console.get(browser, f"{path}&{name}=a&{name}=b")
        assert refusal(doubled) == (401, "login.state")
    assert console.get(browser, address).status_code == 303


def test_a123_a_citizen_s_session_opens_nothing_of_the_console(
    console: Console, browser: requests.Session
) -> None:
    """Nor does it when its token is offered as an agent's."""
    assert console.citizen_signs_in(browser).status_code == 303
    assert console.get(browser, "/api/v1/me").status_code == 200
    for role in (Access.READER, Access.REVIEWER, Access.ADMINISTRATOR):
        assert console.get(browser, f"/agents/{role}").headers["Location"].startswith("/agents/login?")
        assert refusal(console.post(browser, f"/agents/{role}")) == (401, "agent.session_required")
    browser.cookies.set("agent", browser.cookies["session"])
    assert not console.is_in(browser)


def test_a123_an_agent_s_session_opens_nothing_of_the_citizen_s(
    console: Console, browser: requests.Session
) -> None:
    """Whatever the role; nor when its token is offered as a citizen's."""
    console.sign_in(browser, ADMINISTRATOR)
    for _ in range(2):
        assert console.get(browser, "/api/v1/me").status_code == 401
        assert console.get(browser, "/api/v1/cases").status_code == 401
        assert console.get(browser, "/demandes/c_1").status_code == 401
        browser.cookies.set("session", browser.cookies["agent"])


@pytest.mark.parametrize(
    ("email", "opens"),
    [
        (READER, {Access.READER}),
        (REVIEWER, {Access.READER, Access.REVIEWER}),
        (ADMINISTRATOR, {Access.READER, Access.REVIEWER, Access.ADMINISTRATOR}),
    ],
)
def test_a123_a_role_opens_its_own_and_no_more(
    console: Console, browser: requests.Session, email: str, opens: set[Access]
) -> None:
    """For reading and for changing alike."""
    console.sign_in(browser, email)
    for access in (Access.READER, Access.REVIEWER, Access.ADMINISTRATOR):
        for answer in (
            console.get(browser, f"/agents/{access}"),
            console.post(browser, f"/agents/{access}"),
        ):
            if access in opens:
                assert answer.status_code == 200
            else:
                assert refusal(answer) == (403, "agent.role")


def test_a128_a_console_left_open(console: Console, browser: requests.Session) -> None:
    """Half an hour without a click, or eight hours with many, and the door is shut."""
    console.sign_in(browser)
    console.clock.move(timedelta(minutes=29))
    assert console.is_in(browser)
    console.clock.move(timedelta(minutes=30))
    assert not console.is_in(browser)


def test_a128_an_agent_who_leaves_is_out_at_once(console: Console, browser: requests.Session) -> None:
    """Between two clicks; and the way back in is shut too."""
    console.sign_in(browser)
    assert console.is_in(browser)
    console.agents.remove(READER, "operator")
    assert not console.is_in(browser)
    assert refusal(console.sign_in(browser)) == (403, "agent.unknown")


def test_a128_a_role_taken_away_is_gone_at_once(console: Console, browser: requests.Session) -> None:
    """Rights are read with each request."""
    console.sign_in(browser, ADMINISTRATOR)
    assert console.get(browser, "/agents/administrator").status_code == 200
    console.agents.change(ADMINISTRATOR, Role.READER, None, "operator")
    assert refusal(console.get(browser, "/agents/administrator")) == (403, "agent.role")
    assert console.is_in(browser)


def test_a128_a_session_that_was_left_opens_nothing_where_it_was_copied(
    console: Console, browser: requests.Session
) -> None:
    """Signing out ends it on the server, not only in the browser."""
    console.sign_in(browser)
    with requests.Session() as thief:
        thief.cookies.set("agent", browser.cookies["agent"])
        assert console.is_in(thief)
        console.post(browser, "/agents/logout", Sec_Fetch_Site=SAME_ORIGIN)
        assert not console.is_in(thief)


def test_a128_under_https_the_cookie_is_bound_to_the_host() -> None:
    """A sub-domain cannot plant one under this name."""
    assert CookieJarPolicy("https://demarches.ville.example").agent_name == "__Host-agent"
