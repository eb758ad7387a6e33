"""The userinfo endpoint: form, refusals, claims by scope."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.franceconnect.driving import CALLBACK, TIMEOUT_S, StandIn
from tests.sandbox.franceconnect.test_token import refusal

ENVELOPE = {"sub", "iss", "aud", "iat", "exp"}
PIVOT = {"given_name", "given_name_array", "family_name", "birthdate", "gender", "birthplace", "birthcountry"}


def test_answer_is_a_signed_jwt(fc: StandIn) -> None:
    """The answer is application/jwt, about the same sub as the ID token, for a minute."""
    tokens = fc.tokens()
    answer = fc.userinfo(tokens["access_token"])
    token = fc.verified(answer.text)
    assert answer.headers["Content-Type"].startswith("application/jwt")
    assert token.header == {"alg": "ES256", "kid": "pkcs11:ES256:hsm"}
    assert token.claims["sub"] == fc.verified(tokens["id_token"]).claims["sub"]
    assert (token.claims["iss"], token.claims["aud"]) == (fc.issuer, fc.client_id)
    assert token.claims["exp"] - token.claims["iat"] == 60


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", set()),
        ("openid identite_pivot", PIVOT),
        (
            "openid profile",
            {"given_name", "given_name_array", "family_name", "birthdate", "gender", "preferred_username"},
        ),
        ("openid birth", {"birthplace", "birthcountry"}),
        ("openid given_name", {"given_name", "given_name_array"}),
        ("openid family_name gender", {"family_name", "gender"}),
        ("openid birthdate idp_birthdate", {"birthdate", "idp_birthdate"}),
        ("openid birthplace birthcountry", {"birthplace", "birthcountry"}),
        ("openid email preferred_username", {"email", "preferred_username"}),
        ("openid idp_id", {"idp_id"}),
    ],
)
def test_scopes_open_their_claims_and_no_other(fc: StandIn, scope: str, claims: set[str]) -> None:
    """Each scope gives exactly the claims of the public table."""
    assert set(fc.identity("avec_nom_dusage", scope=scope)) == ENVELOPE | claims


def test_scope_of_other_state_data_opens_no_identity(fc: StandIn) -> None:
    """A scope granted for other State data signs in and adds no claim."""
    fc.order(
        "clients",
        client_id=fc.client_id,
        client_secret=fc.client_secret,
        redirect_uris=[CALLBACK],
        scopes=["openid", "dgfip_rfr"],
    )
    assert set(fc.identity(scope="openid dgfip_rfr")) == ENVELOPE


def test_absent_usage_name_is_left_out(fc: StandIn) -> None:
    """Someone without usage name has no preferred_username at all."""
    assert "preferred_username" not in fc.identity("test")


@pytest.mark.parametrize(("age_s", "status"), [(58, 200), (61, 401)])
def test_access_token_lives_sixty_seconds(fc: StandIn, age_s: int, status: int) -> None:
    """A token of 58 seconds is good; one of 61 seconds is not known any more."""
    access_token = fc.tokens()["access_token"]
    fc.order("clock", offset_s=age_s)
    answer = fc.userinfo(access_token)
    assert answer.status_code == status
    if status == 401:
        assert refusal(answer)[1:] == (
            "invalid_token",
            "invalid token provided (access token not found)",
            "Y040001",
        )


def test_missing_token_is_refused(fc: StandIn) -> None:
    """Without a token the answer is invalid_token with its own code."""
    answer = requests.get(f"{fc.issuer}/userinfo", timeout=TIMEOUT_S)
    assert refusal(answer) == (
        401,
        "invalid_token",
        "no access token provided (no access token provided)",
        "Y04146A2",
    )
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_token_in_the_query_is_accepted(fc: StandIn) -> None:
    """The real one tolerates the token in the address, and so does the stand-in."""
    parameters = {"access_token": fc.tokens()["access_token"]}
    answer = requests.get(f"{fc.issuer}/userinfo", params=parameters, timeout=TIMEOUT_S)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "application/jwt")
