"""The orders a test may give."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.franceconnect.driving import CALLBACK, TIMEOUT_S, StandIn, callback, shown_code


def refused(fc: StandIn, what: str, **sent: Any) -> str:
    answer = requests.post(f"{fc.url}/sandbox/{what}", timeout=TIMEOUT_S, **sent)
    assert answer.status_code == 400
    return str(answer.json()["error"])


@pytest.mark.parametrize(
    ("what", "order", "reason"),
    [
        ("clients", {"client_id": "x"}, "unknown or missing members: client_secret, redirect_uris"),
        (
            "clients",
            {"client_id": "x", "client_secret": "y", "redirect_uris": [], "pkce": True},
            "unknown or missing members: pkce",
        ),
        (
            "clients",
            {"client_id": "x", "client_secret": "y", "redirect_uris": [], "signing_alg": "HS256"},
            "signing_alg must be among: ES256 RS256",
        ),
        (
            "clients",
            {"client_id": "x", "client_secret": "y", "redirect_uris": "z"},
            "redirect_uris must be a list of strings",
        ),
        (
            "clients",
            {"client_id": 5, "client_secret": "y", "redirect_uris": []},
            "client_id must be a string",
        ),
        ("faults", {"tokens": ["inconnu"]}, "unknown token faults: inconnu"),
        ("faults", {"tokens": ["expired"], "sign_ins": -1}, "sign_ins must be a whole number"),
        ("faults", {"token": []}, "unknown members: token"),
        (
            "faults",
            {"endpoints": {"x": {}}},
            "endpoints must be among: discovery, authorize, token, userinfo, jwks, logout",
        ),
        (
            "faults",
            {"endpoints": {"jwks": {"delay": 1}}},
            "an endpoint fault has status, latency_s and count",
        ),
        ("clock", {"offset_s": "31"}, "offset_s must be a number"),
        ("identities", {"family_name": "X"}, "login is required"),
        ("identities", {"login": "test", "given_names": "X"}, "given_names must be a list of strings"),
        ("headless", {"login": "inconnu"}, "login is not a known identity"),
    ],
)
def test_order_that_makes_no_sense_is_refused(
    fc: StandIn, what: str, order: dict[str, Any], reason: str
) -> None:
    """A mistaken order says what is wrong instead of being half obeyed."""
    assert refused(fc, what, json=order) == reason


def test_order_must_be_json(fc: StandIn) -> None:
    """A form, which any web page could post, is not an order."""
    assert refused(fc, "clock", data={"offset_s": "3"}) == "a JSON object is expected, as application/json"


def test_registered_client_is_shown_without_its_secret(fc: StandIn) -> None:
    """The answer to a registration shows everything but the secret."""
    answer = fc.order(
        "clients", client_id="x", client_secret="y" * 64, redirect_uris=[CALLBACK], name="Ville"
    )
    assert answer["name"] == "Ville"
    assert "client_secret" not in answer


def test_headless_sign_in_skips_the_pages_but_no_check(fc: StandIn) -> None:
    """When ordered, the next right request is answered at once; a wrong one is still refused."""
    fc.order("headless", login="test")
    assert shown_code(fc.authorize(nonce="court")) == "Y030007"
    assert set(callback(fc.authorize())) == {"code", "state", "iss"}
    assert "/interaction/" in fc.open()


def test_headless_can_be_turned_off(fc: StandIn) -> None:
    """An empty order shows the pages again."""
    fc.order("headless", login="test", sign_ins=9)
    fc.order("headless")
    assert "/interaction/" in fc.open()


def test_headless_refused_identity_shows_the_page(fc: StandIn) -> None:
    """A refused identity ends on its error page even without pages."""
    fc.order("headless", login="E010008")
    assert shown_code(fc.authorize()) == "Y010008"


def test_new_citizen_can_be_added(fc: StandIn) -> None:
    """An unknown login with all its fields becomes a citizen who can sign in."""
    fc.order(
        "identities",
        login="nouvelle",
        given_names=["Zoé"],
        family_name="ESSAI",
        gender="female",
        birthdate="1999-12-31",
        birthplace="92040",
        birthcountry="99100",
        email="nouvelle@citoyens.example",
    )
    assert fc.identity("nouvelle")["family_name"] == "ESSAI"


def test_known_citizen_can_be_made_refused(fc: StandIn) -> None:
    """A citizen may die between two sign-ins."""
    fc.order("identities", login="test", refusal="Y010015")
    assert shown_code(fc.choose("test")) == "Y010015"


def test_clock_moves_the_dates_of_tokens(fc: StandIn) -> None:
    """The clock also dates what is signed."""
    before = fc.verified(fc.tokens()["id_token"]).claims["iat"]
    fc.order("clock", offset_s=-86_400)
    assert fc.verified(fc.tokens()["id_token"]).claims["iat"] - before == pytest.approx(-86_400, abs=5)


def test_reset_forgets_every_order(fc: StandIn) -> None:
    """After a reset the clients, citizens, faults, clock and codes are those of the start."""
    code = fc.sign_in()["code"]
    fc.order("clients", client_id="x", client_secret="y" * 64, redirect_uris=[CALLBACK])
    fc.order("identities", login="test", family_name="AUTRE")
    fc.order("faults", tokens=["wrong_aud"], endpoints={"jwks": {"status": 503}})
    fc.order("clock", offset_s=9_999)
    fc.order("reset")
    assert fc.exchange(code).json()["error"] == "invalid_grant"
    assert shown_code(fc.authorize(client_id="x")) == "Y04EA6EF"
    assert fc.identity("test")["family_name"] == "DUBOIS"


def test_faults_can_be_listed(fc: StandIn) -> None:
    """The list says in words what each fault does."""
    listed = requests.get(f"{fc.url}/sandbox/faults", timeout=TIMEOUT_S).json()
    assert listed["tokens"]["far_exp"] == "exp in ten years"
    assert "token" in listed["endpoints"]
