"""How the ID token is signed and wrapped: rows A11 to A15 and A21 of the abuse table."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.outbound import open_session
from tests.adapters.franceconnect.refusals import refusal
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import (
    CLIENT_SECRET,
    KID,
    NONCE,
    SUBJECT,
    ForgedFranceConnect,
    forged,
    segment,
)


# oidcc-client-test-idtoken-sig-none
@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None])
def test_a11_an_unsigned_token_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, alg: str | None
) -> None:
    """Discovery here lists `none`, and that changes nothing."""
    header = {"kid": KID} if alg is None else {"alg": alg, "kid": KID}
    forger.send(f"{segment(header)}.{segment(forger.claims())}.")
    assert refusal(provider).code == "login.alg"


def test_a11_an_empty_signature_is_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """The right algorithm is named, and nothing is signed."""
    whole = forged(forger.claims(), forger.key)
    forger.send(whole.rpartition(".")[0] + ".")
    assert refusal(provider).code == "login.signature"


def test_a12_a_token_signed_with_our_secret_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Whoever knows a shared secret could be anybody."""
    forger.send(forged(forger.claims(), OctKey.import_key(CLIENT_SECRET), {"alg": "HS256"}))
    assert refusal(provider).code == "login.alg"


def test_a12_a_token_signed_with_the_public_key_as_secret_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """The public key is known to all."""
    public = forger.key.as_bytes(encoding="DER", private=False)
    message = f"{segment({'alg': 'HS256', 'kid': KID})}.{segment(forger.claims())}"
    forger.send(f"{message}.{segment(hmac.digest(public, message.encode(), 'sha256'))}")
    assert refusal(provider).code == "login.alg"


def test_a13_another_algorithm_is_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """Only the registered algorithm counts, even when the key is published."""
    keys: dict[str, Key] = {
        "RS256": RSAKey.generate_key(2048, parameters={"kid": "rsa"}),
        "ES384": ECKey.generate_key("P-384", parameters={"kid": "p384"}),
        "EdDSA": OKPKey.generate_key("Ed25519", parameters={"kid": "ed"}),
    }
    forger.publish(forger.key, *keys.values())
    for alg, key in keys.items():
        for kid in (key.kid, KID):
            forger.send(forged(forger.claims(), key, {"alg": alg, "kid": kid}))
            assert refusal(provider).code == "login.alg", alg


def test_a13_a_registration_with_rs256_accepts_rs256_alone(
    config: FranceConnectConfig, clock: FakeClock, forger: ForgedFranceConnect
) -> None:
    """The allow-list is the registration's, not the library's."""
    # oidcc-client-test-idtoken-sig-rs256
    rsa = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
    forger.publish(forger.key, rsa)
    header = {"alg": "RS256", "kid": "rsa"}
    with open_session() as session:
        provider = FranceConnect(replace(config, signing_alg="RS256"), clock, session)
        forger.send(forged(forger.claims(), rsa, header), forged(forger.identity(), rsa, header))
        assert provider.identify("code", NONCE).person.subject == SUBJECT
        forger.send()
        assert refusal(provider).code == "login.alg"


def test_a14_a_key_brought_by_the_token_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Keys come from the configured address only."""
    own = ECKey.generate_key("P-256")
    public = own.as_dict(private=False)
    for header in (
        {"jwk": public},
        {"jwk": public, "kid": None},
        {"jku": f"{forger.issuer}/jwks"},
        {"x5u": f"{forger.issuer}/certificate"},
        {"x5c": ["MIIB"]},
    ):
        forger.send(forged(forger.claims(), own, header))
        assert refusal(provider).code == "login.signature", header


def test_a15_right_in_every_claim_and_signed_with_the_wrong_key_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """The one test that a client accepting any signature cannot pass."""
    # oidcc-client-test-invalid-sig-rs256, here with the registered ES256
    forger.send(forged(forger.claims(), ECKey.generate_key("P-256")))
    assert refusal(provider).code == "login.signature"


def test_a15_a_claim_changed_after_signing_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """A true signature under other words."""
    header, _, signature = forged(forger.claims(), forger.key).split(".")
    forger.send(f"{header}.{segment(forger.claims(sub='b2' * 32 + 'v1'))}.{signature}")
    assert refusal(provider).code == "login.signature"


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"cty": "JWT"},
        {"zip": "DEF"},
        {"enc": "A256GCM"},
        {"padding": "x" * 600},
    ],
)
def test_a21_extensions_of_the_header_are_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, header: dict[str, Any]
) -> None:
    """What the header asks beyond algorithm and key is not understood, so not believed."""
    forger.send(forged(forger.claims(), forger.key, header))
    assert refusal(provider).code == "login.signature"


@pytest.mark.parametrize(
    "token",
    [
        "a.b.c.d.e",
        "a.b",
        "",
        "...",
        "é.b.c",
        "a b.c.d",
        "e30.e30.e30 ",
        f"{segment('[1]')}.e30.e30",
        "A" * 20_000,
    ],
)
def test_a21_what_is_not_one_signed_token_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, token: str
) -> None:
    """Encrypted, nested, cut or bloated tokens were never agreed."""
    forger.send(token)
    expected = "login.signature" if token else "login.id_token_missing"
    assert refusal(provider).code == expected


@pytest.mark.parametrize("payload", ["[]", "{", '{"a":1,"a":1}', '{"a":NaN}', "[" * 5000, '{"a":"\xff"}'])
def test_a21_a_payload_with_two_readings_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, payload: str
) -> None:
    """What one reader takes for the first value another takes for the last."""
    forger.send(forged(payload.encode("latin-1"), forger.key))
    assert refusal(provider).code == "login.signature"
