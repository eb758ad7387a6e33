"""The end of the session at ProConnect, and its discovery document."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.proconnect.driving import AFTER_LOGOUT, Driver, callback, shown_code
from tests.servers.proconnect import TIMEOUT_S


def leave(pc: Driver, **parameters: str) -> requests.Response:
    """Go to the end of the session."""
    return pc.get("/session/end", params=parameters)


def test_leaving_ends_the_session_and_comes_back_with_the_state(pc: Driver) -> None:
    """An ID token long past its end is a good hint, whatever keys signed it."""
    hint = pc.tokens()["id_token"]
    pc.stand_in.order("keys/rotate", withdraw_previous=True)
    pc.stand_in.order("clock", offset_s=2 * 3600)
    answer = leave(pc, id_token_hint=hint, state="out", post_logout_redirect_uri=AFTER_LOGOUT)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{AFTER_LOGOUT}?state=out")
    assert callback(pc.authorize(prompt="none"))["error"] == "login_required"


def test_without_an_address_there_is_a_page(pc: Driver) -> None:
    """The agent stays at ProConnect."""
    assert leave(pc, id_token_hint=pc.tokens()["id_token"]).status_code == 200


@pytest.mark.parametrize("address", [f"{AFTER_LOGOUT}/", "https://evil.example/", AFTER_LOGOUT.upper()])
def test_another_return_address_is_refused(pc: Driver, address: str) -> None:
    """Y030111: to the letter, the last slash included; the session stays."""
    hint = pc.tokens()["id_token"]
    assert shown_code(leave(pc, id_token_hint=hint, post_logout_redirect_uri=address)) == "Y030111"
    assert "code" in callback(pc.authorize(prompt="none"))


@pytest.mark.parametrize("hint", ["", "a.b.c", "none"])
def test_a_hint_that_is_not_ours_is_refused(pc: Driver, hint: str) -> None:
    """Y030111."""
    pc.sign_in()
    assert shown_code(leave(pc, id_token_hint=hint, post_logout_redirect_uri=AFTER_LOGOUT)) == "Y030111"


def test_leaving_twice_finds_no_session(pc: Driver) -> None:
    """Y030110."""
    right = {"id_token_hint": pc.tokens()["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT}
    assert leave(pc, **right).status_code == 303
    assert shown_code(leave(pc, **right)) == "Y030110"


def test_a_parameter_that_is_not_listed_is_refused(pc: Driver) -> None:
    """Y000400, as at the front door."""
    assert shown_code(leave(pc, id_token_hint=pc.tokens()["id_token"], logout_hint="x")) == "Y000400"


def test_discovery_says_what_is_true(pc: Driver) -> None:
    """Each address it names answers, and PKCE is among its promises."""
    document = pc.get("/.well-known/openid-configuration").json()
    assert document["issuer"] == pc.stand_in.issuer
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["subject_types_supported"] == ["public"]
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        answer = requests.get(document[name], timeout=TIMEOUT_S, allow_redirects=False)
        assert answer.status_code != 404, name


def test_orders_that_cannot_be_understood_are_said(pc: Driver) -> None:
    """A test that mistypes a fault must not pass by it."""
    orders = [
        ("faults", {"tokens": ["mistyped"]}),
        ("faults", {"endpoints": {"mistyped": {}}}),
        ("clients", {"client_id": "x"}),
        ("agents", {"siret": "1"}),
        ("agents", {"email": "x@y.example", "mistyped": "z"}),
        ("headless", {"login": "personne@issy.example"}),
    ]
    for what, order in orders:
        answer = requests.post(f"{pc.stand_in.url}/sandbox/{what}", json=order, timeout=TIMEOUT_S)
        assert answer.status_code == 400, (what, order)


def test_an_endpoint_fails_as_often_as_ordered(pc: Driver) -> None:
    """Then it works again."""
    pc.stand_in.order("faults", endpoints={"jwks": {"status": 503, "count": 1}})
    assert [pc.get("/jwks").status_code for _ in range(2)] == [503, 200]
