"""Our own key in the place of a client secret."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jwt
from joserfc.jwk import JWKRegistry

from bridge.adapters.franceconnect.client_key import client_key
from bridge.errors import ConfigurationError
from tests.fakes.clock import FakeClock

ISSUER = "https://fc.example/api/v2"


def pem(key: Any, secrecy: KeySerializationEncryption | None = None) -> str:
    """Give a private key as an operator's file holds it."""
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secrecy or NoEncryption())
    return text.decode()


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256"),
    ],
)
def test_an_assertion_is_ours_for_the_issuer_alone_for_a_minute_and_once(key: Any, algorithm: str) -> None:
    """FranceConnect verifies it with the key we publish."""
    ours, clock = client_key(pem(key)), FakeClock()
    published = ours.published()
    made = [
        jwt.decode(ours.assertion("us", ISSUER, clock), JWKRegistry.import_key(dict(published)), [algorithm])
        for _ in range(2)
    ]
    claims = dict(made[0].claims)
    moment = int(clock.now().timestamp())
    assert claims["iss"] == claims["sub"] == "us"
    assert claims["aud"] == ISSUER
    assert (claims["iat"], claims["exp"]) == (moment, moment + 60)
    assert made[0].claims["jti"] != made[1].claims["jti"]
    assert made[0].header == {"alg": algorithm, "kid": published["kid"], "typ": "JWT"}
    assert (published["use"], published["alg"]) == ("sig", algorithm)
    assert {"d", "p", "q"}.isdisjoint(published)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a key",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem(ed25519.Ed25519PrivateKey.generate()),
        pem(ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"password")),
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ],
    ids=["empty", "text", "P-384", "short RSA", "Ed25519", "password", "public"],
)
def test_a_key_franceconnect_does_not_take_stops_the_start(text: str) -> None:
    """The refusal names the setting, and shows nothing of the file."""
    with pytest.raises(ConfigurationError, match="BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE") as caught:
        client_key(text)
    assert "BEGIN" not in caught.value.explanation


def test_a_key_does_not_show_when_printed() -> None:
    """What is printed ends in logs."""
    assert "ECKey" not in repr(client_key(pem(ec.generate_private_key(ec.SECP256R1()))))
