"""The token endpoint, the ID token and revocation."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.sandbox.franceconnect.driving import CALLBACK, NONCE, TIMEOUT_S, StandIn

ERROR_URI = "https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/?code="


def refusal(answer: requests.Response) -> tuple[int, str, str, str]:
    """Status, error, description and Y code of a JSON refusal."""
    body = answer.json()
    assert set(body) == {"error", "error_description", "error_uri"}
    assert body["error_uri"].startswith(ERROR_URI)
    assert "Set-Cookie" not in answer.headers
    code = body["error_uri"].removeprefix(ERROR_URI).partition("&id=")[0]
    return answer.status_code, body["error"], body["error_description"], code


def test_answer_has_exactly_five_members(fc: StandIn) -> None:
    """No refresh token, sixty seconds, the scopes asked for, and nothing more."""
    tokens = fc.tokens(scope="openid email")
    assert set(tokens) == {"access_token", "expires_in", "id_token", "scope", "token_type"}
    assert (tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (60, "openid email", "Bearer")


def test_id_token_has_exactly_the_real_claims(fc: StandIn) -> None:
    """Header alg and kid alone, eight claims, no at_hash and no identity."""
    token = fc.verified(fc.tokens()["id_token"])
    assert token.header == {"alg": "ES256", "kid": "pkcs11:ES256:hsm"}
    assert set(token.claims) == {"sub", "acr", "auth_time", "nonce", "aud", "exp", "iat", "iss"}
    assert (token.claims["iss"], token.claims["aud"]) == (fc.issuer, fc.client_id)
    assert (token.claims["nonce"], token.claims["acr"]) == (NONCE, "eidas1")
    assert token.claims["exp"] - token.claims["iat"] == 60
    assert token.claims["auth_time"] <= token.claims["iat"]


def test_rs256_is_chosen_at_registration(fc: StandIn) -> None:
    """A service registered for RS256 gets both tokens signed with the RSA key."""
    client = {"client_id": "rsa", "client_secret": "r" * 64}
    fc.order("clients", **client, redirect_uris=[CALLBACK], signing_alg="RS256")
    tokens = fc.exchange(fc.sign_in(client_id="rsa")["code"], **client).json()
    header = {"alg": "RS256", "kid": "pkcs11:RS256:hsm"}
    assert fc.verified(tokens["id_token"], "RS256").header == header
    assert fc.verified(fc.userinfo(tokens["access_token"]).text, "RS256").header == header


def test_amr_is_given_only_when_asked_for(fc: StandIn) -> None:
    """A service with the right to amr gets it through the claims parameter and not otherwise."""
    client = {"client_id": "amr", "client_secret": "a" * 64}
    fc.order("clients", **client, redirect_uris=[CALLBACK], scopes=["openid", "amr"])
    asked = {"client_id": "amr", "scope": "openid"}
    claims = json.dumps({"id_token": {"amr": {"essential": True}}})
    found = []
    for changes in (asked, asked | {"claims": claims}):
        tokens = fc.exchange(fc.sign_in(**changes)["code"], **client).json()
        found.append(fc.verified(tokens["id_token"]).claims.get("amr"))
    assert found == [None, ["fc", "pwd"]]


def test_basic_authentication_is_refused(fc: StandIn) -> None:
    """The right secret in a Basic header is invalid_client, and the code stays good."""
    code = fc.sign_in()["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    answer = requests.post(
        f"{fc.issuer}/token", data=fields, auth=(fc.client_id, fc.client_secret), timeout=TIMEOUT_S
    )
    status, error, description, y_code = refusal(answer)
    assert (status, error, y_code) == (401, "invalid_client", "Y044D82C")
    assert "does not match the registered client authentication method" in description
    assert fc.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"client_secret": "wrong"},
            (401, "invalid_client", "client authentication failed (invalid secret provided)", "Y0434A7B"),
        ),
        (
            {"client_id": "inconnu"},
            (401, "invalid_client", "client authentication failed (client not found)", "Y040001"),
        ),
        (
            {"client_id": ""},
            (400, "invalid_request", "no client authentication mechanism provided", "Y040001"),
        ),
        ({"code": ""}, (400, "invalid_request", "missing required parameter 'code' (undefined)", "Y048017B")),
        (
            {"redirect_uri": ""},
            (400, "invalid_request", "missing required parameter 'redirect_uri' (undefined)", "Y048017B"),
        ),
        (
            {"grant_type": "refresh_token"},
            (400, "unsupported_grant_type", "unsupported grant_type requested", "Y040001"),
        ),
        (
            {"code": "inconnu"},
            (400, "invalid_grant", "grant request is invalid (authorization code not found)", "Y049E20B"),
        ),
        (
            {"redirect_uri": CALLBACK + "2"},
            (
                400,
                "invalid_grant",
                "grant request is invalid (authorization code redirect_uri mismatch)",
                "Y040001",
            ),
        ),
    ],
)
def test_exchange_is_refused(
    fc: StandIn, changes: dict[str, str], expected: tuple[int, str, str, str]
) -> None:
    """Each refusal is JSON with the real status, error and description."""
    code = fc.sign_in()["code"]
    assert refusal(fc.exchange(**({"code": code} | changes))) == expected


def test_missing_secret_is_refused(fc: StandIn) -> None:
    """A client id alone does not authenticate."""
    fields = {"grant_type": "authorization_code", "code": "c", "client_id": fc.client_id}
    answer = requests.post(f"{fc.issuer}/token", data=fields, timeout=TIMEOUT_S)
    assert refusal(answer)[:2] == (401, "invalid_client")


@pytest.mark.parametrize("sent", [{"json": {"code": "c"}}, {"data": [("code", "a"), ("code", "b")]}])
def test_body_must_be_a_plain_form(fc: StandIn, sent: dict[str, Any]) -> None:
    """JSON, or a parameter given twice, is invalid_request."""
    answer = requests.post(f"{fc.issuer}/token", timeout=TIMEOUT_S, **sent)
    assert refusal(answer)[:2] == (400, "invalid_request")


@pytest.mark.parametrize(("age_s", "status"), [(28, 200), (31, 400)])
def test_code_lives_thirty_seconds(fc: StandIn, age_s: int, status: int) -> None:
    """A code of 28 seconds is good; one of 31 seconds looks like an unknown one."""
    code = fc.sign_in()["code"]
    fc.order("clock", offset_s=age_s)
    answer = fc.exchange(code)
    assert answer.status_code == status
    if status == 400:
        assert refusal(answer)[1:] == (
            "invalid_grant",
            "grant request is invalid (authorization code not found)",
            "Y049E20B",
        )


def test_code_is_good_once_and_its_replay_ends_the_token(fc: StandIn) -> None:
    """The second use is invalid_grant and kills the access token of the first."""
    code = fc.sign_in()["code"]
    access_token = fc.exchange(code).json()["access_token"]
    assert refusal(fc.exchange(code)) == (
        400,
        "invalid_grant",
        "grant request is invalid (authorization code already consumed)",
        "Y040001",
    )
    assert fc.userinfo(access_token).status_code == 401


def test_code_belongs_to_its_service(fc: StandIn) -> None:
    """Another service cannot use a code it found, even with the right address."""
    other = {"client_id": "autre", "client_secret": "o" * 64}
    fc.order("clients", **other, redirect_uris=[CALLBACK])
    answer = fc.exchange(fc.sign_in()["code"], **other)
    assert refusal(answer)[:3] == (400, "invalid_grant", "grant request is invalid (client mismatch)")


def revoke(fc: StandIn, **changes: str) -> requests.Response:
    fields = {"client_id": fc.client_id, "client_secret": fc.client_secret} | changes
    return requests.post(f"{fc.issuer}/token/revocation", data=fields, timeout=TIMEOUT_S)


def test_revoked_token_is_dead(fc: StandIn) -> None:
    """After revocation userinfo refuses the token; an unknown token is no error."""
    access_token = fc.tokens()["access_token"]
    assert revoke(fc, token=access_token).status_code == 200
    assert fc.userinfo(access_token).status_code == 401
    assert revoke(fc, token="inconnu").status_code == 200


def test_revocation_needs_the_service_and_a_token(fc: StandIn) -> None:
    """A wrong secret is invalid_client and a missing token invalid_request."""
    access_token = fc.tokens()["access_token"]
    assert refusal(revoke(fc, token=access_token, client_secret="x"))[:2] == (401, "invalid_client")
    assert refusal(revoke(fc))[:2] == (400, "invalid_request")


def test_a_service_cannot_revoke_the_token_of_another(fc: StandIn) -> None:
    """Revocation by someone else answers 200 and does nothing."""
    fc.order("clients", client_id="autre", client_secret="o" * 64, redirect_uris=[CALLBACK])
    access_token = fc.tokens()["access_token"]
    assert revoke(fc, token=access_token, client_id="autre", client_secret="o" * 64).status_code == 200
    assert fc.userinfo(access_token).status_code == 200
