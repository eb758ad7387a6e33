"""The metadata and the keys."""

from __future__ import annotations

import requests

from tests.sandbox.franceconnect.driving import TIMEOUT_S, StandIn


def test_metadata_is_that_of_the_real_one(fc: StandIn) -> None:
    """HS256 and S256 are listed, encryption and offline access are not, and no cookie is set."""
    answer = requests.get(f"{fc.issuer}/.well-known/openid-configuration", timeout=TIMEOUT_S)
    document = answer.json()
    assert document["issuer"] == fc.issuer == f"{fc.url}/api/v2"
    assert document["acr_values_supported"] == ["eidas1"]
    assert set(document["id_token_signing_alg_values_supported"]) == {"ES256", "RS256", "HS256"}
    assert set(document["userinfo_signing_alg_values_supported"]) == {"ES256", "RS256", "HS256"}
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["token_endpoint_auth_methods_supported"] == ["client_secret_post", "private_key_jwt"]
    assert document["subject_types_supported"] == ["pairwise"]
    assert "offline_access" not in document["scopes_supported"]
    assert not [name for name in document if "encryption" in name or "backchannel" in name]
    assert "Set-Cookie" not in answer.headers


def test_endpoints_are_under_the_issuer(fc: StandIn) -> None:
    """Every endpoint has the path of the real one."""
    document = requests.get(f"{fc.issuer}/.well-known/openid-configuration", timeout=TIMEOUT_S).json()
    paths = {
        "authorization_endpoint": "/authorize",
        "token_endpoint": "/token",
        "userinfo_endpoint": "/userinfo",
        "jwks_uri": "/jwks",
        "end_session_endpoint": "/session/end",
        "revocation_endpoint": "/token/revocation",
    }
    assert {name: document[name] for name in paths} == {n: fc.issuer + path for n, path in paths.items()}


def test_key_document_has_both_keys_and_no_secret(fc: StandIn) -> None:
    """ES256 comes before RS256 and no private member is published."""
    keys = requests.get(f"{fc.issuer}/jwks", timeout=TIMEOUT_S).json()["keys"]
    assert [key["kid"] for key in keys] == ["pkcs11:ES256:hsm", "pkcs11:RS256:hsm"]
    assert [key["alg"] for key in keys] == ["ES256", "RS256"]
    assert not {"d", "p", "q", "dp", "dq", "qi"} & {member for key in keys for member in key}


def test_rotation_keeps_the_previous_key_published(fc: StandIn) -> None:
    """A token signed before a rotation still verifies, one signed after it has another kid."""
    before = fc.tokens()["id_token"]
    kids = fc.order("keys/rotate")["kids"]
    after = fc.tokens()["id_token"]
    assert fc.verified(before).header["kid"] == "pkcs11:ES256:hsm"
    assert fc.verified(after).header["kid"] == kids[0] != "pkcs11:ES256:hsm"


def test_rotation_may_withdraw_the_previous_key(fc: StandIn) -> None:
    """An emergency rotation leaves the new pair alone in the document."""
    kids = fc.order("keys/rotate", withdraw_previous=True)["kids"]
    keys = requests.get(f"{fc.issuer}/jwks", timeout=TIMEOUT_S).json()["keys"]
    assert [key["kid"] for key in keys] == kids


def test_a_key_id_never_serves_twice(fc: StandIn) -> None:
    """A rotation after a reset takes a new key id, for a client may still hold the old key."""
    first = fc.order("keys/rotate")["kids"]
    fc.order("reset")
    assert not set(first) & set(fc.order("keys/rotate")["kids"])
