"""The faults a test may order, each told from a right answer by what it spoils."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey

from sandbox.franceconnect.faults import TOKEN_FAULTS
from tests.sandbox.franceconnect.driving import STATE, TIMEOUT_S, StandIn

ID_TOKEN_CLAIMS: dict[str, dict[str, Any]] = {
    "wrong_iss": {"iss": "https://autre.example/api/v2"},
    "wrong_aud": {"aud": "autre-service"},
    "aud_list": {"aud": ["essai-service-local", "autre-service"]},
    "azp_other_aud": {"aud": "autre-service", "azp": "essai-service-local"},
    "nonce_absent": {"nonce": None},
    "nonce_other": {"nonce": "nonce-of-another-request-0123456789"},
    "acr_other": {"acr": "eidas0"},
    "acr_absent": {"acr": None},
    "sub_empty": {"sub": ""},
}
ID_TOKEN_TIMES = {
    "expired": ("exp", -3_600),
    "far_exp": ("exp", 315_360_000),
    "iat_future": ("iat", 600),
    "iat_old": ("iat", -86_400),
}
ID_TOKEN_SIGNATURES = {
    "id_token_alg_none",
    "id_token_hs256_secret",
    "id_token_other_alg",
    "id_token_unknown_kid",
    "id_token_forged",
}
USERINFO = {name for name in TOKEN_FAULTS if name.startswith("userinfo_")}
OTHERS = {"id_token_absent", "callback_wrong_iss", "callback_other_state"}


def spoiled(fc: StandIn, fault: str) -> dict[str, Any]:
    fc.order("faults", tokens=[fault])
    return fc.tokens()


def header(token: str) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    return decoded


def test_every_fault_is_proved() -> None:
    """No fault of the list escapes the tests below."""
    proved = {*ID_TOKEN_CLAIMS, *ID_TOKEN_TIMES, *ID_TOKEN_SIGNATURES, *USERINFO, *OTHERS}
    assert proved == set(TOKEN_FAULTS)


@pytest.mark.parametrize("fault", ID_TOKEN_CLAIMS)
def test_id_token_claim_is_spoiled(fc: StandIn, fault: str) -> None:
    """The signature is right and only the named claim is wrong."""
    claims = fc.verified(spoiled(fc, fault)["id_token"]).claims
    assert {name: claims.get(name) for name in ID_TOKEN_CLAIMS[fault]} == ID_TOKEN_CLAIMS[fault]


@pytest.mark.parametrize("fault", ID_TOKEN_TIMES)
def test_id_token_time_is_spoiled(fc: StandIn, fault: str) -> None:
    """The token is far too old, too early or too long-lived."""
    claim, shift_s = ID_TOKEN_TIMES[fault]
    claims = fc.verified(spoiled(fc, fault)["id_token"]).claims
    assert claims[claim] - claims["auth_time"] == pytest.approx(shift_s, abs=5)


def test_unsigned_id_token(fc: StandIn) -> None:
    """alg none comes with an empty signature."""
    token = spoiled(fc, "id_token_alg_none")["id_token"]
    assert (header(token), token.split(".")[2]) == ({"alg": "none"}, "")


def test_id_token_signed_with_the_shared_secret(fc: StandIn) -> None:
    """HS256 with the client secret is a signature the service itself could check, and must not accept."""
    token = spoiled(fc, "id_token_hs256_secret")["id_token"]
    key = OctKey.import_key(fc.client_secret)
    assert jws.deserialize_compact(token, key, algorithms=["HS256"]).protected["alg"] == "HS256"


def test_id_token_of_the_other_algorithm(fc: StandIn) -> None:
    """A right RS256 signature reaches a service registered for ES256."""
    token = spoiled(fc, "id_token_other_alg")["id_token"]
    assert fc.verified(token, "RS256").header["kid"] == "pkcs11:RS256:hsm"


def test_id_token_with_an_unknown_key(fc: StandIn) -> None:
    """The kid is in no JWKS."""
    token = spoiled(fc, "id_token_unknown_kid")["id_token"]
    assert header(token)["kid"] not in {key.kid for key in fc.jwks()}


def test_forged_id_token(fc: StandIn) -> None:
    """The kid is known and the signature is not by that key."""
    token = spoiled(fc, "id_token_forged")["id_token"]
    assert header(token)["kid"] == "pkcs11:ES256:hsm"
    with pytest.raises(BadSignatureError):
        fc.verified(token)


def test_token_answer_without_id_token(fc: StandIn) -> None:
    """The four other members are there."""
    assert set(spoiled(fc, "id_token_absent")) == {"access_token", "expires_in", "scope", "token_type"}


@pytest.mark.parametrize(
    ("fault", "claim", "value"),
    [
        ("userinfo_other_sub", "sub", "0" * 64 + "v1"),
        ("userinfo_wrong_aud", "aud", "autre-service"),
        ("userinfo_wrong_iss", "iss", "https://autre.example/api/v2"),
    ],
)
def test_userinfo_claim_is_spoiled(fc: StandIn, fault: str, claim: str, value: str) -> None:
    """The signature is right and only the named claim is wrong."""
    answer = fc.userinfo(spoiled(fc, fault)["access_token"])
    assert fc.verified(answer.text).claims[claim] == value


def test_expired_userinfo(fc: StandIn) -> None:
    """The answer expired an hour before it was made."""
    claims = fc.verified(fc.userinfo(spoiled(fc, "userinfo_expired")["access_token"]).text).claims
    assert claims["exp"] - claims["iat"] == -3_600


def test_plain_userinfo(fc: StandIn) -> None:
    """The identity comes as plain JSON."""
    answer = fc.userinfo(spoiled(fc, "userinfo_json")["access_token"])
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["family_name"] == "DUBOIS"


def test_unsigned_and_forged_userinfo(fc: StandIn) -> None:
    """Userinfo too can come unsigned, or signed by someone else."""
    unsigned = fc.userinfo(spoiled(fc, "userinfo_alg_none")["access_token"]).text
    assert header(unsigned) == {"alg": "none"}
    forged = fc.userinfo(spoiled(fc, "userinfo_forged")["access_token"]).text
    with pytest.raises(BadSignatureError):
        fc.verified(forged)


def test_spoiled_callback(fc: StandIn) -> None:
    """The callback can carry the issuer of a mix-up, or a state nobody sent."""
    fc.order("faults", tokens=["callback_wrong_iss"])
    assert fc.sign_in()["iss"] == "https://autre.example/api/v2"
    fc.order("faults", tokens=["callback_other_state"])
    assert fc.sign_in()["state"] != STATE


def test_fault_lasts_the_sign_ins_ordered(fc: StandIn) -> None:
    """Two sign-ins are spoiled, the third is right."""
    fc.order("faults", tokens=["wrong_aud"], sign_ins=2)
    found = [fc.verified(fc.tokens()["id_token"]).claims["aud"] for _ in range(3)]
    assert found == ["autre-service", "autre-service", fc.client_id]


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("discovery", "/.well-known/openid-configuration"),
        ("authorize", "/authorize"),
        ("token", "/token"),
        ("userinfo", "/userinfo"),
        ("jwks", "/jwks"),
        ("logout", "/session/end"),
    ],
)
def test_endpoint_fails_the_times_ordered(fc: StandIn, endpoint: str, path: str) -> None:
    """An endpoint answers 503 as often as ordered, then works again."""
    fc.order("faults", endpoints={endpoint: {"status": 503, "count": 2}})
    found = [fc.get(path).status_code == 503 for _ in range(3)]
    assert found == [True, True, False]


def test_endpoint_fault_can_be_cancelled(fc: StandIn) -> None:
    """A count of 0 puts the endpoint right at once."""
    fc.order("faults", endpoints={"jwks": {"status": 503, "count": 9}})
    fc.order("faults", endpoints={"jwks": {"count": 0}})
    assert fc.get("/jwks").status_code == 200


def test_endpoint_can_lag(fc: StandIn) -> None:
    """A lagging endpoint outlasts a short time-out, then answers as usual."""
    fc.order("faults", endpoints={"jwks": {"latency_s": 0.3}})
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{fc.issuer}/jwks", timeout=0.05)
    assert requests.get(f"{fc.issuer}/jwks", timeout=TIMEOUT_S).status_code == 200
