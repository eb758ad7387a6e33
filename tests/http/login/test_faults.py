"""A FranceConnect that lies or fails: a refusal for each spoiled answer, a page for each fault."""

from __future__ import annotations

import pytest
import requests

from tests.http.login.bridge_login import Bridge, code
from tests.servers.franceconnect import TIMEOUT_S, StandIn

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
    first = bridge.called_back_at(browser, "test", "/demandes/a")
    second = bridge.called_back_at(browser, "test", "/demandes/b")
    assert bridge.get(browser, second).headers["Location"] == "/demandes/b"
    assert bridge.get(browser, first).headers["Location"] == "/demandes/a"


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
