"""The authorization endpoint and its page: what ProConnect takes, and what it refuses how."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.proconnect.driving import CALLBACK, STATE, Driver, callback, shown_code
from tests.servers.proconnect import PRIVATE, READER, REVIEWER


def test_a_right_request_leads_to_the_page_and_back(pc: Driver) -> None:
    """Code, state and issuer, nothing of the agent."""
    back = pc.sign_in()
    assert set(back) == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == (STATE, pc.stand_in.issuer)


@pytest.mark.parametrize("optional", ["nonce", "acr_values"])
def test_what_proconnect_does_not_demand_may_be_left_out(pc: Driver, optional: str) -> None:
    """It asks for less than FranceConnect."""
    absent: dict[str, str | None] = {optional: None}
    assert "code" in callback(pc.choose(READER, **absent))


def test_a_service_may_do_without_pkce(pc: Driver) -> None:
    """Both parameters absent is allowed."""
    code = pc.sign_in(code_challenge=None, code_challenge_method=None)["code"]
    assert pc.exchange(code, code_verifier=None).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"state": None},
        {"state": ""},
        {"client_id": None},
        {"redirect_uri": ""},
        {"redirect_uri": "example.com"},
        {"nonce": ""},
        {"nonce": "n" * 513},
        {"nonce": "é" * 22},
        {"login_hint": "lea"},
        {"siret_hint": "219"},
        {"max_age": "0"},
        {"display": "page"},
        {"resource": "https://x.example"},
    ],
)
def test_a_request_of_another_shape_is_a_page_and_no_way_back(
    pc: Driver, changes: dict[str, str | None]
) -> None:
    """Y000400, the browser stays; a parameter that is not listed counts as one."""
    page = pc.authorize(**changes)
    assert (page.status_code, shown_code(page)) == (400, "Y000400")


def test_an_unknown_service_or_return_address_is_a_page(pc: Driver) -> None:
    """Nobody is sent to an address nobody registered, a last slash included."""
    assert shown_code(pc.authorize(client_id="inconnu")) == "InvalidClient"
    for address in ("https://my-malicious-url.example/callback", f"{CALLBACK}/"):
        assert shown_code(pc.authorize(redirect_uri=address)) == "Y030031"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "inconnu"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_request"),
        ({"scope": "openid groups"}, "invalid_scope"),
        ({"claims": "{"}, "invalid_request"),
        ({"prompt": "select_account"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "é" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_request_it_understands_and_refuses_goes_back(
    pc: Driver, changes: dict[str, str | None], error: str
) -> None:
    """With the error, its state and the issuer."""
    back = callback(pc.authorize(**changes))
    assert (back["error"], back["state"], back["iss"]) == (error, STATE, pc.stand_in.issuer)


def test_a_service_that_asked_for_a_token_reads_the_error_in_the_fragment(pc: Driver) -> None:
    """As the standard has it."""
    answer = pc.authorize(response_type="id_token")
    assert answer.headers["Location"].startswith(f"{CALLBACK}#error=unsupported_response_type")


def test_who_is_signed_in_already_is_not_asked_for_twelve_hours(pc: Driver) -> None:
    """Single sign-on; `prompt=login` and the higher levels ask all the same."""
    pc.sign_in()
    assert "code" in callback(pc.authorize())
    assert "code" in callback(pc.authorize(prompt="none"))
    for changes in ({"prompt": "login"}, {"acr_values": "eidas2"}):
        assert "/interaction/" in pc.authorize(**changes).headers["Location"]
    pc.stand_in.order("clock", offset_s=12 * 3600)
    assert callback(pc.authorize(prompt="none"))["error"] == "login_required"


def test_another_account_can_be_chosen(pc: Driver) -> None:
    """The way out for an agent whose first account was refused."""
    first, second = pc.tokens()["id_token"], pc.tokens(REVIEWER, prompt="login")["id_token"]
    assert pc.verified(first)["sub"] != pc.verified(second)["sub"]


def test_the_private_sector_is_refused_unless_the_service_takes_it(pc: Driver) -> None:
    """Y500015, on a page."""
    page = pc.choose(PRIVATE)
    assert (page.status_code, shown_code(page)) == (403, "Y500015")
    pc.stand_in.order(
        "clients",
        client_id="ouvert",
        client_secret="o" * 64,
        redirect_uris=[CALLBACK],
        accepts_private_sector=True,
    )
    assert "code" in pc.sign_in(PRIVATE, client_id="ouvert")


def test_giving_up_goes_back(pc: Driver) -> None:
    """`access_denied`, and the page is over."""
    page = pc.authorize().headers["Location"]
    assert callback(pc.post(f"{page}/cancel"))["error"] == "access_denied"
    assert shown_code(pc.post(f"{page}/login", login=READER)) == "Y030110"


def test_the_page_belongs_to_its_browser_and_does_not_wait_for_ever(pc: Driver) -> None:
    """Y030110: the session cookie was not found."""
    page = pc.authorize().headers["Location"]
    with requests.Session() as other:
        assert shown_code(other.get(page, timeout=5)) == "Y030110"
    assert pc.browser.get(page, timeout=5).status_code == 200
    pc.stand_in.order("clock", offset_s=3601)
    assert shown_code(pc.browser.get(page, timeout=5)) == "Y030110"


def test_an_unknown_address_shows_the_page_again(pc: Driver) -> None:
    """Nothing leaves for the service."""
    assert pc.choose("personne@issy.example").status_code == 401


def test_a_headless_sign_in_skips_the_page(pc: Driver) -> None:
    """For tests that are about something else."""
    pc.stand_in.order("headless", login=READER)
    assert "code" in callback(pc.authorize())


def test_an_address_that_is_none_is_a_page(pc: Driver) -> None:
    """Y000404."""
    assert shown_code(pc.get("/nowhere")) == "Y000404"
