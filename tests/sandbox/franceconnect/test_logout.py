"""The end of a session."""

from __future__ import annotations

import pytest

from tests.sandbox.franceconnect.driving import AFTER_LOGOUT, CALLBACK, StandIn, shown_code


def test_logout_comes_back_with_its_state(fc: StandIn) -> None:
    """A right logout redirects to the registered address with the state, and drops the cookie."""
    hint = fc.tokens()["id_token"]
    parameters = {"id_token_hint": hint, "post_logout_redirect_uri": AFTER_LOGOUT, "state": "abc"}
    answer = fc.get("/session/end", params=parameters)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{AFTER_LOGOUT}?state=abc")
    assert "fc_session_id=;" in answer.headers["Set-Cookie"]


def test_state_is_optional(fc: StandIn) -> None:
    """Without a state the redirect carries none."""
    parameters = {"id_token_hint": fc.tokens()["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT}
    assert fc.get("/session/end", params=parameters).headers["Location"] == AFTER_LOGOUT


def test_logout_without_address_stays_on_a_page(fc: StandIn) -> None:
    """Without an address the citizen stays on a page that says it is done."""
    answer = fc.get("/session/end", params={"id_token_hint": fc.tokens()["id_token"]})
    assert answer.status_code == 200
    assert "Vous êtes déconnecté" in answer.text


def test_old_hint_is_accepted(fc: StandIn) -> None:
    """An ID token expired for hours, signed by a withdrawn key, still ends the session."""
    hint = fc.tokens()["id_token"]
    fc.order("clock", offset_s=6 * 3_600)
    fc.order("keys/rotate", withdraw_previous=True)
    answer = fc.post("/session/end", id_token_hint=hint, post_logout_redirect_uri=AFTER_LOGOUT)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_token_hint": ""}, "Y030007"),
        ({"sid": "x"}, "Y030007"),
        ({"post_logout_redirect_uri": "retour"}, "Y030007"),
        ({"id_token_hint": "a.b.c"}, "Y040001"),
        ({"post_logout_redirect_uri": AFTER_LOGOUT + "/"}, "Y040001"),
        ({"post_logout_redirect_uri": CALLBACK}, "Y040001"),
        ({"client_id": "autre"}, "Y040001"),
    ],
)
def test_wrong_logout_stays_on_a_page(fc: StandIn, changes: dict[str, str], code: str) -> None:
    """A missing hint, an unknown parameter or an unregistered address is never redirected."""
    right = {"id_token_hint": fc.tokens()["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT, "state": "s"}
    answer = fc.get("/session/end", params=right | changes)
    assert (answer.status_code, shown_code(answer)) == (400, code)


@pytest.mark.parametrize(
    "fault",
    [
        "id_token_forged",
        "id_token_unknown_kid",
        "id_token_alg_none",
        "id_token_hs256_secret",
        "wrong_iss",
        "wrong_aud",
    ],
)
def test_hint_that_is_not_ours_is_refused(fc: StandIn, fault: str) -> None:
    """A hint with a foreign signature, issuer or service ends nothing."""
    fc.order("faults", tokens=[fault])
    answer = fc.get("/session/end", params={"id_token_hint": fc.tokens()["id_token"]})
    assert (answer.status_code, shown_code(answer)) == (400, "Y040001")
