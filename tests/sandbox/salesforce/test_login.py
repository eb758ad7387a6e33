"""Getting a token, and losing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.salesforce.wire import NOON, Wire, refusal

TOKEN = "/services/oauth2/token"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(wire: Wire, data: Mapping[str, Any], **more: Any) -> requests.Response:
    """A call of the token endpoint, without a session."""
    return requests.post(wire.url + TOKEN, data=data, timeout=10, **more)


def assertion(wire: Wire, key: rsa.RSAPrivateKey, **claims: Any) -> dict[str, str]:
    """A JWT bearer grant, good unless `claims` spoil it."""
    good = {
        "iss": wire.ready["consumer_key"],
        "sub": wire.ready["username"],
        "aud": "https://login.salesforce.com",
        "exp": int(NOON.timestamp()) + 180,
    }
    return {"grant_type": BEARER, "assertion": jwt.encode({**good, **claims}, key, algorithm="RS256")}


def works(wire: Wire, token: str, scheme: str = "Bearer") -> bool:
    """Whether a token opens the data resources."""
    address = f"{wire.url}/services/data/v60.0/limits"
    return (
        requests.get(address, headers={"Authorization": f"{scheme} {token}"}, timeout=10).status_code == 200
    )


def test_client_credentials(wire: Wire) -> None:
    """Credentials in the Basic header or in the body give a token in the form tools recognise."""
    key, secret = str(wire.ready["consumer_key"]), str(wire.ready["consumer_secret"])
    grant = {"grant_type": "client_credentials"}
    for answer in (
        ask(wire, grant, auth=(key, secret)),
        ask(wire, {**grant, "client_id": key, "client_secret": secret}),
    ):
        body = answer.json()
        assert re.fullmatch(r"(00D\w{12,15})![.\w]*", body["access_token"])
        assert (body["instance_url"], body["token_type"]) == (wire.url, "Bearer")
        assert re.fullmatch(rf"{wire.url}/id/00D\w{{15}}/005\w{{15}}", body["id"])
        assert set(body) >= {"scope", "issued_at", "signature"}
        assert works(wire, body["access_token"])
        assert works(wire, body["access_token"], "OAuth")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": str(int(NOON.timestamp()) + 60)},
        {"exp": int(NOON.timestamp() * 1000) + 300},
        {"aud": "https://test.salesforce.com"},
        {"aud": "https://ville.my.salesforce.com"},
    ],
)
def test_jwt_bearer(wire: Wire, private_key: rsa.RSAPrivateKey, claims: dict[str, Any]) -> None:
    """A genuine assertion is accepted with every form of `exp` and audience known clients send."""
    answer = ask(wire, assertion(wire, private_key, **claims))
    assert answer.status_code == 200, answer.text
    assert works(wire, answer.json()["access_token"])


def test_jwt_bearer_with_this_orgs_address(wire: Wire, private_key: rsa.RSAPrivateKey) -> None:
    """The org's own address is an audience."""
    assert ask(wire, assertion(wire, private_key, aud=wire.url)).status_code == 200


@pytest.mark.parametrize(
    ("claims", "error", "description"),
    [
        ({"iss": "unknown"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@ville.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"aud": "https://example.org"}, "invalid_grant", "audience is invalid"),
        ({"exp": int(NOON.timestamp()) - 1}, "invalid_grant", "expired authorization code"),
        ({"exp": "soon"}, "invalid_grant", "expired authorization code"),
    ],
)
def test_refused_assertions(
    wire: Wire, private_key: rsa.RSAPrivateKey, claims: dict[str, Any], error: str, description: str
) -> None:
    """An assertion that is wrong in one point is refused with the org's text for it."""
    answer = ask(wire, assertion(wire, private_key, **claims))
    assert (answer.status_code, answer.json()) == (400, {"error": error, "error_description": description})


def test_assertion_of_another_key(wire: Wire) -> None:
    """A signature that is not the registered key's, or none, is refused."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for data in (
        assertion(wire, other),
        {"grant_type": BEARER, "assertion": "a.b.c"},
        {"grant_type": BEARER},
        {"grant_type": BEARER, "assertion": jwt.encode({"iss": "x"}, "s" * 32, algorithm="HS256")},
    ):
        answer = ask(wire, data)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}, "invalid_client_id"),
        ({"grant_type": "client_credentials"}, "invalid_client_id"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
    ],
)
def test_refused_clients(wire: Wire, data: dict[str, str], error: str) -> None:
    """An unknown client or grant is refused as a JSON object."""
    answer = ask(wire, data)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_wrong_secret(wire: Wire) -> None:
    """A wrong secret is told apart from an unknown client."""
    answer = ask(wire, {"grant_type": "client_credentials"}, auth=(str(wire.ready["consumer_key"]), "wrong"))
    assert answer.json() == {"error": "invalid_client", "error_description": "invalid client credentials"}


def test_no_session(wire: Wire) -> None:
    """Without a good token every data resource answers the expired-session array, unknown paths too."""
    expected = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    for path in ("limits", "sobjects/Contact", "nowhere"):
        for header in ({}, {"Authorization": "Bearer 00D!x"}, {"Authorization": "Basic abc"}):
            answer = requests.get(f"{wire.url}/services/data/v60.0/{path}", headers=header, timeout=10)
            assert (answer.status_code, answer.json()) == (401, expected)


def test_token_ends(wire: Wire) -> None:
    """A token ends with the session life, or when it is revoked."""
    grant = {"grant_type": "client_credentials"}
    basic = (str(wire.ready["consumer_key"]), str(wire.ready["consumer_secret"]))
    first, second = (ask(wire, grant, auth=basic).json()["access_token"] for _ in range(2))
    assert (
        requests.post(f"{wire.url}/services/oauth2/revoke", data={"token": first}, timeout=10).status_code
        == 200
    )
    assert not works(wire, first)
    assert works(wire, second)
    wire.clock.advance(hours=2, seconds=1)
    assert not works(wire, second)
    again = requests.post(f"{wire.url}/services/oauth2/revoke", data={"token": first}, timeout=10)
    assert (again.status_code, again.json()["error"]) == (400, "unsupported_token_type")


def test_expired_by_a_switch(wire: Wire) -> None:
    """`once` ends the sessions of the moment; `always` keeps answering 401 to new ones too."""
    basic = (str(wire.ready["consumer_key"]), str(wire.ready["consumer_secret"]))
    grant = {"grant_type": "client_credentials"}
    wire.fault(expire_tokens="once")
    assert refusal(wire.get("limits")) == (401, "INVALID_SESSION_ID")
    assert works(wire, ask(wire, grant, auth=basic).json()["access_token"])
    wire.fault(expire_tokens="always")
    assert not works(wire, ask(wire, grant, auth=basic).json()["access_token"])


def test_login_refused_by_a_switch(wire: Wire) -> None:
    """The token endpoint can be told to refuse everyone."""
    wire.fault(login_error="user hasn't approved this consumer")
    basic = (str(wire.ready["consumer_key"]), str(wire.ready["consumer_secret"]))
    answer = ask(wire, {"grant_type": "client_credentials"}, auth=basic)
    assert answer.json()["error_description"] == "user hasn't approved this consumer"
    assert wire.stats()["calls"] == {"login": 1}


def test_who_am_i(wire: Wire) -> None:
    """userinfo, the identity URL and the User record name the same user."""
    info = wire.get("/services/oauth2/userinfo").json()
    paths = wire.get("").json()
    identity = requests.get(
        paths["identity"], params={"format": "json", "oauth_token": wire.token}, timeout=10
    ).json()
    user = wire.get(f"/services/data/v51.0/sobjects/User/{info['user_id']}").json()
    assert identity["user_id"] == info["user_id"] == user["Id"]
    assert identity["username"] == user["Username"] == wire.ready["username"]
    assert requests.get(paths["identity"], timeout=10).status_code == 403
    assert requests.get(f"{wire.url}/services/oauth2/userinfo", timeout=10).status_code == 403
