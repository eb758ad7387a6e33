"""Rows A01 to A06, A27, A32 and A33: the way to FranceConnect and back, at the running service."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from bridge.adapters.store.tables import sessions
from tests.abuse.attempts import SIGNED_IN, Attempt
from tests.fakes.clock import FakeClock
from tests.servers.bridge import TIMEOUT_S, RunningBridge, Started, problem
from tests.servers.forged_franceconnect import ForgedFranceConnect, forged

STATE = (401, "login.state")


@pytest.fixture
def started(bridge: RunningBridge, hostile: ForgedFranceConnect, browser: requests.Session) -> Started:
    """Give a sign-in under way, for which the provider holds a right answer."""
    begun = bridge.start(browser)
    answer_rightly(hostile, begun)
    return begun


def answer_rightly(hostile: ForgedFranceConnect, started: Started) -> None:
    """Let the provider answer this sign-in."""
    hostile.send(forged(hostile.claims(nonce=started.nonce), hostile.key))


def back(bridge: RunningBridge, browser: requests.Session, started: Started) -> requests.Response:
    """Come back as FranceConnect sends the browser."""
    return bridge.come_back(browser, code="c0de", state=started.state)


@pytest.mark.parametrize("state", ["", "undefined", "0" * 64, "A" * 64, "' OR 1=1 --"])
def test_a01_an_unknown_state_is_refused(
    bridge: RunningBridge, browser: requests.Session, started: Started, state: str
) -> None:
    """`undefined` is what FranceConnect sends when it lost its own session."""
    assert problem(bridge.come_back(browser, code="c0de", state=state)) == STATE
    assert problem(bridge.come_back(browser, code="c0de")) == STATE
    assert back(bridge, browser, started).status_code == 303


def test_a01_a_state_of_ten_minutes_ago_or_already_used_is_refused(
    bridge: RunningBridge,
    hostile: ForgedFranceConnect,
    browser: requests.Session,
    started: Started,
    still: FakeClock,
) -> None:
    """A sign-in ends, one way or the other."""
    still.move(timedelta(minutes=10))
    assert problem(back(bridge, browser, started)) == STATE
    hostile.now = still.now()
    again = bridge.start(browser)
    answer_rightly(hostile, again)
    assert back(bridge, browser, again).status_code == 303
    bridge.leave(browser)
    assert problem(back(bridge, browser, again)) == STATE


def test_a02_the_answer_in_another_browser_is_refused(
    bridge: RunningBridge, hostile: ForgedFranceConnect, browser: requests.Session, started: Started
) -> None:
    """The attacker's code in the victim's browser signs nobody in as the attacker, and no token is asked."""
    asked = hostile.calls["/token"]
    with requests.Session() as victim:
        assert problem(back(bridge, victim, started)) == STATE
        bridge.start(victim)
        assert problem(back(bridge, victim, started)) == STATE
        assert not bridge.is_signed_in(victim)
    assert hostile.calls["/token"] == asked


def test_a03_an_old_cookie_revives_no_used_state(
    bridge: RunningBridge, browser: requests.Session, started: Started
) -> None:
    """Single use is kept in SQL, where no cookie reaches."""
    kept = browser.cookies.copy()
    assert back(bridge, browser, started).status_code == 303
    browser.cookies = kept
    assert problem(back(bridge, browser, started)) == STATE


def test_a04_a_session_known_before_is_worth_nothing_after(
    bridge: RunningBridge, hostile: ForgedFranceConnect, browser: requests.Session, started: Started
) -> None:
    """Signing in gives a new session and ends the old one; a planted token becomes nobody's."""
    browser.cookies.set(
        "session", "attacker-chosen-token-0123456789abcdefghijk", domain="127.0.0.1", path="/"
    )
    back(bridge, browser, started)
    first = browser.cookies["session"]
    assert first != "attacker-chosen-token-0123456789abcdefghijk"
    again = bridge.start(browser)
    answer_rightly(hostile, again)
    back(bridge, browser, again)
    with requests.Session() as attacker:
        attacker.cookies.set("session", first)
        assert not bridge.is_signed_in(attacker)
    assert bridge.is_signed_in(browser)


def test_a06_a_reload_asks_franceconnect_nothing(
    bridge: RunningBridge, hostile: ForgedFranceConnect, browser: requests.Session, started: Started
) -> None:
    """Whoever is signed in goes home; whoever is not may start again from the button."""
    assert back(bridge, browser, started).status_code == 303
    asked, open_sessions = hostile.calls["/token"], bridge.count(sessions)
    again = back(bridge, browser, started)
    assert (again.status_code, again.headers["Location"]) == SIGNED_IN
    bridge.leave(browser)
    refused = back(bridge, browser, started)
    assert problem(refused) == STATE
    assert 'href="/login/franceconnect?next=/"' in refused.text
    assert hostile.calls["/token"] == asked
    assert bridge.count(sessions) == open_sessions - 1


@pytest.mark.parametrize("iss", ["https://autre.test/api/v2", "", "{}/"])
def test_a27_an_answer_of_another_provider_is_refused(
    bridge: RunningBridge, hostile: ForgedFranceConnect, browser: requests.Session, started: Started, iss: str
) -> None:
    """The issuer is compared when it is given, and the code goes nowhere."""
    asked = hostile.calls["/token"]
    answer = bridge.come_back(
        browser, code="c0de", state=started.state, iss=iss.format(hostile.issuer) if iss else "x"
    )
    assert problem(answer) == (401, "login.issuer")
    assert hostile.calls["/token"] == asked


def test_a32_somebody_left_on_franceconnects_page_starts_again_by_our_button(
    attempt: Attempt, bridge: RunningBridge, browser: requests.Session, started: Started
) -> None:
    """Most failures never come back to us: what was started waits, and bars no new start."""
    assert started.state
    assert attempt.rightly() == SIGNED_IN
    assert bridge.is_signed_in(browser)


def test_a33_the_callback_by_post_is_refused_and_uses_nothing_up(
    bridge: RunningBridge, browser: requests.Session, started: Started
) -> None:
    """FranceConnect sends browsers back by GET."""
    address = f"{bridge.url}/login/franceconnect/callback?code=c0de&state={started.state}"
    answer = browser.post(address, timeout=TIMEOUT_S, allow_redirects=False)
    assert answer.status_code == 405
    assert back(bridge, browser, started).status_code == 303


@pytest.mark.parametrize("name", ["code", "state", "error", "iss"])
def test_a33_a_parameter_said_twice_is_refused(
    bridge: RunningBridge, browser: requests.Session, started: Started, name: str
) -> None:
    """Two readers could take different ones."""
    query = f"code=c0de&state={started.state}&{name}=a&{name}=b"
    assert problem(bridge.get(browser, f"/login/franceconnect/callback?{query}")) == STATE
