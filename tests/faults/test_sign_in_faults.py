"""Faults on the way through FranceConnect (F73 to F78, F83, F84), at the running service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from sqlalchemy import delete
from structlog.testing import capture_logs

from bridge.adapters.outbound import OutboundLimits, open_session
from bridge.adapters.store.tables import identity_links, link_reviews, sessions, sign_ins
from tests.servers.bridge import RunningBridge, problem, running_bridge
from tests.servers.franceconnect import StandIn, stand_in_franceconnect
from tests.servers.org import StandInOrg, serving_org

CLIENT_ID, CLIENT_SECRET = "commune-essai", "secret-essai-" + "0" * 51
UNAVAILABLE = (503, "login.unavailable")
CONTACTS = "SELECT Id FROM Contact WHERE FC_Subject__c != null"


@pytest.fixture(scope="module")
def org() -> Iterator[StandInOrg]:
    """Give a stand-in org."""
    with serving_org() as running:
        yield running


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    """Give a stand-in FranceConnect."""
    with stand_in_franceconnect() as running:
        yield running


@pytest.fixture
def bridge(org: StandInOrg, provider: StandIn) -> Iterator[RunningBridge]:
    """Give the running service with empty caches and an empty store, registered at the stand-in."""
    org.reset()
    provider.order("reset")
    registered = {"FRANCECONNECT_CLIENT_ID": CLIENT_ID, "FRANCECONNECT_CLIENT_SECRET": CLIENT_SECRET}
    with running_bridge(org, provider.issuer, registered) as running:
        provider.order(
            "clients",
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            redirect_uris=[f"{running.url}/login/franceconnect/callback"],
            post_logout_redirect_uris=[f"{running.url}/logout/callback"],
        )
        yield running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Give a browser without cookies."""
    with requests.Session() as session:
        yield session


def answered(bridge: RunningBridge, provider: StandIn, browser: requests.Session, login: str = "test") -> str:
    """Go to FranceConnect and through its pages; give the address of the way back."""
    return provider.answered(browser, bridge.start(browser).url, login)


def nothing_is_kept(bridge: RunningBridge) -> bool:
    """Tell whether no link, doubt or session came of it."""
    return not any(bridge.count(table) for table in (identity_links, link_reviews, sessions))


def test_f73_franceconnects_own_error_page_leaves_our_button_working(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """There is no return: the pending sign-in ends by itself after ten minutes, a new one needs no wait."""
    lost = bridge.start(browser)
    provider.order("faults", endpoints={"authorize": {"status": 503, "count": 1}})
    assert bridge.get(browser, lost.url).status_code == 503
    assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303
    assert bridge.is_signed_in(browser)
    later = bridge.services.clock.now() + timedelta(minutes=10, seconds=1)
    with bridge.services.store.begin() as tx:
        assert tx.sign_ins.prune(later) == 2
    assert bridge.count(sign_ins) == 0


def test_f73_a_franceconnect_that_says_nothing_of_itself_is_a_page(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """Before we know its addresses we can send nobody there."""
    provider.order("faults", endpoints={"discovery": {"status": 503, "count": 1}})
    refused = bridge.get(browser, "/login/franceconnect")
    assert problem(refused) == UNAVAILABLE
    assert "FranceConnect ne répond pas pour le moment." in refused.text
    assert bridge.start(browser).state


def test_f74_a_failing_token_endpoint_is_asked_once(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """The fault lasts one call: a second one would have signed the citizen in."""
    address = answered(bridge, provider, browser)
    provider.order("faults", endpoints={"token": {"status": 503, "count": 1}})
    assert problem(bridge.get(browser, address)) == UNAVAILABLE
    assert problem(bridge.get(browser, address)) == (401, "login.state")
    assert nothing_is_kept(bridge)
    assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303


def test_f74_a_slow_token_endpoint_is_left_and_not_asked_again(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """After an unknown answer the code may be used up; the citizen gets a page, and starts afresh."""
    hasty = OutboundLimits(connect_timeout_s=1, read_timeout_s=1, total_timeout_s=3)
    with open_session(hasty) as session:
        franceconnect = bridge.services.franceconnect
        address = answered(bridge, provider, browser)
        franceconnect._session, kept = session, franceconnect._session
        provider.order("faults", endpoints={"token": {"latency_s": 2, "count": 1}})
        assert problem(bridge.get(browser, address)) == UNAVAILABLE
        franceconnect._session = kept
    assert problem(bridge.get(browser, address)) == (401, "login.state")
    assert nothing_is_kept(bridge)


def test_f74_a_code_that_came_too_late_is_started_again_from_the_button_once(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """The page offers the button and goes nowhere by itself, so nothing can turn in circles."""
    address = answered(bridge, provider, browser)
    provider.order("clock", offset_s=31)
    refused = bridge.get(browser, address)
    provider.order("clock", offset_s=0)
    assert problem(refused) == (401, "login.token")
    assert 'href="/login/franceconnect?next=/"' in refused.text
    assert "refresh" not in refused.text.lower()
    assert "Location" not in refused.headers


def test_f76_keys_renewed_in_mid_sign_in_change_nothing(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """The old keys are withdrawn between the citizen's answer and our exchange."""
    assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303
    address = answered(bridge, provider, browser)
    provider.order("keys/rotate", withdraw_previous=True)
    assert bridge.get(browser, address).status_code == 303
    assert bridge.is_signed_in(browser)


def test_f77_known_keys_serve_while_the_key_endpoint_is_down(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """An unknown key then is a page that says to try again, never an error of ours."""
    assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303
    provider.order("faults", endpoints={"jwks": {"status": 503, "count": 1}})
    assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303
    provider.order("keys/rotate", withdraw_previous=True)
    assert problem(bridge.get(browser, answered(bridge, provider, browser))) == UNAVAILABLE


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 401}, {"status": 429}])
def test_f78_a_failing_userinfo_links_nobody(
    bridge: RunningBridge,
    provider: StandIn,
    org: StandInOrg,
    browser: requests.Session,
    fault: dict[str, int],
) -> None:
    """A good ID token alone is no identity: no link, no doubt, no Contact, no session."""
    address = answered(bridge, provider, browser)
    provider.order("faults", endpoints={"userinfo": fault | {"count": 1}})
    expected = (401, "login.userinfo") if fault["status"] == 401 else UNAVAILABLE
    assert problem(bridge.get(browser, address)) == expected
    assert nothing_is_kept(bridge)
    assert org.records(CONTACTS) == []


def test_f83_two_tabs_of_one_browser_both_end_signed_in(
    bridge: RunningBridge, provider: StandIn, org: StandInOrg, browser: requests.Session
) -> None:
    """Neither start takes the other's place; one person, one Contact."""
    first, second = bridge.start(browser), bridge.start(browser)
    for tab in (second, first):
        assert bridge.get(browser, provider.answered(browser, tab.url, "test")).status_code == 303
        assert bridge.is_signed_in(browser)
    assert bridge.count(identity_links) == 1
    assert len(org.records(CONTACTS)) == 1


def test_f83_two_devices_at_once_make_one_contact(
    bridge: RunningBridge, provider: StandIn, org: StandInOrg
) -> None:
    """Whoever comes first decides, and both get in."""
    browsers = [requests.Session() for _ in range(2)]
    addresses = [answered(bridge, provider, browser) for browser in browsers]
    together, statuses = threading.Barrier(2), []

    def come_back(browser: requests.Session, address: str) -> None:
        together.wait()
        statuses.append(bridge.get(browser, address).status_code)

    threads = [
        threading.Thread(target=come_back, args=pair) for pair in zip(browsers, addresses, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303, 303]
    assert all(bridge.is_signed_in(browser) for browser in browsers)
    assert bridge.count(identity_links) == 1
    assert len(org.records(CONTACTS)) == 1
    for browser in browsers:
        browser.close()


def test_f84_losing_the_sign_ins_under_way_signs_nobody_in_as_somebody_else(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """A clear page and a fresh start; a browser that comes back finds no one else's session."""
    address = answered(bridge, provider, browser)
    with requests.Session() as other:
        assert bridge.get(other, answered(bridge, provider, other, "test_CORSE_2A")).status_code == 303
        with bridge.engine.begin() as connection:
            connection.execute(delete(sign_ins))
            connection.execute(delete(sessions))
        refused = bridge.get(browser, address)
        assert problem(refused) == (401, "login.state")
        assert "Cette connexion a expiré" in refused.text
        assert not bridge.is_signed_in(browser)
        assert not bridge.is_signed_in(other)
    assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303


@pytest.mark.parametrize("offset_s", [20, -20])
def test_a_clock_that_drifts_is_told_while_sign_ins_go_on(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session, offset_s: int
) -> None:
    """Within thirty seconds the citizen notices nothing; the operator and the probe do."""
    provider.order("clock", offset_s=offset_s)
    with capture_logs() as logged:
        assert bridge.get(browser, answered(bridge, provider, browser)).status_code == 303
    (told,) = [line for line in logged if line["event"] == "clock.skew"]
    assert told["log_level"] == "error"
    assert abs(told["seconds"] - offset_s) <= 2
    ready = bridge.get(browser, "/health/ready")
    assert ready.status_code == 200
    assert ready.json()["clock_skew_s"] == told["seconds"]


def test_a_clock_too_far_away_stops_sign_ins_and_says_why(
    bridge: RunningBridge, provider: StandIn, browser: requests.Session
) -> None:
    """The refusal names the token, the log names the clock."""
    provider.order("clock", offset_s=45)
    with capture_logs() as logged:
        assert problem(bridge.get(browser, answered(bridge, provider, browser))) == (401, "login.issued_at")
    assert "clock.skew" in {line["event"] for line in logged}
