"""Tokens, identity, keys and faults of the stand-in."""

from __future__ import annotations

import base64
import json
import time

import pytest
import requests
from joserfc.errors import JoseError

from sandbox.franceconnect.faults import TOKEN_FAULTS
from tests.sandbox.proconnect.driving import CALLBACK, NONCE, VERIFIER, Driver
from tests.servers.proconnect import READER, SIRET, TIMEOUT_S


def refused(answer: requests.Response) -> tuple[int, str]:
    """Give status and error of a JSON refusal."""
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.json()["error"]


def test_the_answer_has_six_members(pc: Driver) -> None:
    """A refresh token is always there, asked for or not."""
    tokens = pc.tokens()
    assert set(tokens) == {"access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"}
    assert (tokens["expires_in"], tokens["token_type"]) == (60, "Bearer")


def test_the_id_token_says_who_and_how_and_no_name(pc: Driver) -> None:
    """It lives an hour, as the library behind ProConnect has it."""
    claims = pc.verified(pc.tokens()["id_token"])
    assert set(claims) == {"sub", "acr", "auth_time", "nonce", "aud", "exp", "iat", "iss"}
    assert (claims["nonce"], claims["acr"], claims["iss"]) == (NONCE, "eidas1", pc.stand_in.issuer)
    assert claims["exp"] - claims["iat"] == 3_600


def test_level_and_means_are_told_to_who_asks(pc: Driver) -> None:
    """By `acr_values`, or by name in `claims`."""
    assert "acr" not in pc.verified(pc.tokens(acr_values=None)["id_token"])
    asked = json.dumps({"id_token": {"amr": None, "acr": None}})
    claims = pc.verified(pc.tokens(acr_values=None, claims=asked)["id_token"])
    assert (claims["acr"], claims["amr"]) == ("eidas1", ["pwd"])


def test_a_code_lives_thirty_seconds_and_serves_once(pc: Driver) -> None:
    """Using it again ends what the first use gave."""
    code = pc.sign_in()["code"]
    first = pc.exchange(code).json()
    assert refused(pc.exchange(code)) == (400, "invalid_grant")
    assert pc.userinfo(first["access_token"]).status_code == 401
    late = pc.sign_in()["code"]
    pc.stand_in.order("clock", offset_s=31)
    assert refused(pc.exchange(late)) == (400, "invalid_grant")


@pytest.mark.parametrize("verifier", [None, "w" * 64, "v" * 42, "v" * 129, "é" * 64])
def test_without_the_verifier_of_the_challenge_there_are_no_tokens(pc: Driver, verifier: str | None) -> None:
    """PKCE is verified, and a failed try does not use the code up."""
    code = pc.sign_in()["code"]
    assert refused(pc.exchange(code, code_verifier=verifier)) == (400, "invalid_grant")
    assert pc.exchange(code).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(pc: Driver) -> None:
    """Somebody took the challenge out on the way: the downgrade PKCE is there to stop."""
    code = pc.sign_in(code_challenge=None, code_challenge_method=None)["code"]
    assert refused(pc.exchange(code, code_verifier=VERIFIER)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_secret": None}, (401, "invalid_client")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "inconnu"}, (401, "invalid_client")),
        ({"redirect_uri": f"{CALLBACK}/"}, (400, "invalid_grant")),
        ({"code": "inconnu"}, (400, "invalid_grant")),
        ({"code": None}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
def test_an_exchange_that_is_not_right_is_refused(
    pc: Driver, changes: dict[str, str | None], expected: tuple[int, str]
) -> None:
    """With the real status and error."""
    code = pc.sign_in()["code"]
    assert refused(pc.exchange(**({"code": code} | changes))) == expected


def test_basic_authentication_is_refused(pc: Driver) -> None:
    """ProConnect takes the secret in the form."""
    fields = {"grant_type": "authorization_code", "code": pc.sign_in()["code"], "redirect_uri": CALLBACK}
    answer = requests.post(
        f"{pc.stand_in.issuer}/token", data=fields, auth=("essai-agents-local", "x"), timeout=TIMEOUT_S
    )
    assert refused(answer) == (401, "invalid_client")


def test_a_refresh_token_gives_new_tokens_once(pc: Driver) -> None:
    """The old ones are dead; a revoked one gives nothing."""
    first = pc.tokens()
    second = pc.refresh(first["refresh_token"]).json()
    assert set(second) == set(first)
    assert refused(pc.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert pc.userinfo(first["access_token"]).status_code == 401
    fields = {"client_id": "essai-agents-local", "client_secret": "essai-secret-sans-valeur-" + "1" * 39}
    revoked = requests.post(
        f"{pc.stand_in.issuer}/token/revocation",
        data=fields | {"token": second["refresh_token"]},
        timeout=TIMEOUT_S,
    )
    assert revoked.status_code == 200
    assert refused(pc.refresh(second["refresh_token"])) == (400, "invalid_grant")


def test_userinfo_is_a_signed_answer_with_what_was_granted(pc: Driver) -> None:
    """`usual_name`, never `family_name`; and only for a minute."""
    access_token = pc.tokens()["access_token"]
    answer = pc.userinfo(access_token)
    assert answer.headers["Content-Type"].startswith("application/jwt")
    claims = pc.verified(answer.text)
    assert {name: claims[name] for name in ("given_name", "usual_name", "email", "uid", "siret")} == {
        "given_name": "Léa",
        "usual_name": "Martin",
        "email": READER,
        "uid": "lea.martin",
        "siret": SIRET,
    }
    assert "family_name" not in claims
    narrow = pc.verified(pc.userinfo(pc.tokens(scope="openid email")["access_token"]).text)
    assert set(narrow) == {"sub", "email", "iss", "aud", "iat", "exp"}
    pc.stand_in.order("clock", offset_s=61)
    assert pc.userinfo(access_token).status_code == 401


def test_rs256_is_chosen_at_registration(pc: Driver) -> None:
    """Both tokens then are."""
    pc.stand_in.order(
        "clients", client_id="rsa", client_secret="r" * 64, redirect_uris=[CALLBACK], signing_alg="RS256"
    )
    code = pc.sign_in(client_id="rsa")["code"]
    tokens = pc.exchange(code, client_id="rsa", client_secret="r" * 64).json()
    assert pc.verified(tokens["id_token"], "RS256")["aud"] == "rsa"
    assert pc.verified(pc.userinfo(tokens["access_token"]).text, "RS256")["aud"] == "rsa"


def test_keys_rotate(pc: Driver) -> None:
    """A withdrawn key verifies nothing any more."""
    before = pc.tokens()["id_token"]
    pc.stand_in.order("keys/rotate", withdraw_previous=True)
    with pytest.raises(JoseError):
        pc.verified(before)
    assert pc.verified(pc.tokens()["id_token"])["nonce"] == NONCE


def test_sub_is_the_account_s_and_the_same_in_every_service(pc: Driver) -> None:
    """Public identifiers: another account under the same e-mail has another one."""
    first = pc.verified(pc.tokens()["id_token"])["sub"]
    pc.stand_in.order("clients", client_id="autre", client_secret="a" * 64, redirect_uris=[CALLBACK])
    code = pc.sign_in(client_id="autre")["code"]
    elsewhere = pc.exchange(code, client_id="autre", client_secret="a" * 64).json()
    assert pc.verified(elsewhere["id_token"])["sub"] == first
    pc.stand_in.order("agents", email=READER, account="successeur")
    assert pc.verified(pc.tokens(prompt="login")["id_token"])["sub"] != first


@pytest.mark.parametrize("fault", sorted(set(TOKEN_FAULTS) - {"callback_wrong_iss", "callback_other_state"}))
def test_each_fault_spoils_one_sign_in(pc: Driver, fault: str) -> None:
    """The next one is right again."""
    right = _seen(pc)
    pc.stand_in.order("faults", tokens=[fault])
    assert _seen(pc) != right
    assert _seen(pc) == right


def _seen(pc: Driver) -> tuple[object, ...]:
    """Give what of a sign-in is the same each time: headers, claims, how long, and whether ours signed."""
    tokens = pc.tokens()
    answer = pc.userinfo(tokens["access_token"])
    kind = answer.headers["Content-Type"]
    return kind, _parts(pc, tokens.get("id_token", "")), _parts(pc, answer.text)


def _parts(pc: Driver, token: str) -> tuple[object, ...]:
    if token.count(".") != 2:
        return ("no token",)
    header, claims = (json.loads(base64.urlsafe_b64decode(f"{part}===")) for part in token.split(".")[:2])
    claims.pop("auth_time", None)
    claims["exp"] -= claims["iat"]
    claims["iat"] = abs(claims["iat"] - time.time()) < 60
    try:
        pc.verified(token)
    except (JoseError, ValueError):
        return header, claims, "forged"
    return header, claims, "signed"
