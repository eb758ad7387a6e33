"""The ID token, row by row of the abuse table (A05, A07, A09 to A15, A19 to A23)."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.outbound import open_session
from bridge.errors import AssuranceError, SignInError
from tests.adapters.franceconnect.refusals import refusal
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import (
    CLIENT_ID,
    CLIENT_SECRET,
    KID,
    NONCE,
    SUBJECT,
    ForgedFranceConnect,
    forged,
    segment,
)

OURS = CLIENT_ID


def test_a_right_token_is_accepted(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """Without this, every refusal below could be refused for another reason."""
    # oidcc-client-test, oidcc-client-test-scope-userinfo-claims
    identified = provider.identify("code", NONCE)
    assert identified.person.subject == SUBJECT
    assert identified.person.issuer == forger.issuer
    assert identified.person.acr == "eidas1"
    assert identified.person.authenticated_at == datetime(2025, 3, 3, 8, 59, 55, tzinfo=UTC)
    assert identified.display_name == "Angela DUBOIS"


def test_our_own_audience_may_be_a_list_of_one(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """Both forms of the standard are FranceConnect's to choose."""
    forger.send(forged(forger.claims(aud=[OURS], azp=OURS), forger.key))
    assert provider.identify("code", NONCE).person.subject == SUBJECT


def test_a05_a_code_of_another_transaction_is_refused(provider: FranceConnect) -> None:
    """A code injected into somebody's sign-in carries its own nonce."""
    assert refusal(provider, nonce="77" * 32).code == "login.nonce"


# oidcc-client-test-nonce-invalid
@pytest.mark.parametrize("nonce", [None, "", "77" * 32, 5, [NONCE], "\ud800"])
def test_a07_a_token_without_our_nonce_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, nonce: Any
) -> None:
    """The token must answer this very sign-in."""
    forger.send(forged(forger.claims(nonce=nonce), forger.key))
    assert refusal(provider).code == "login.nonce"


def test_a07_an_empty_nonce_on_both_sides_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Two empty texts are equal, and prove nothing."""
    forger.send(forged(forger.claims(nonce=""), forger.key))
    assert refusal(provider, nonce="").code == "login.nonce"


# oidcc-client-test-invalid-iss
@pytest.mark.parametrize(
    "issuer",
    [
        None,
        "https://oidc.exemple.test/api/v2",
        "https://fcp-low.sbx.dev-franceconnect.fr/api/v2",
        "{iss}/",
        "upper",
    ],
)
def test_a09_another_issuer_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, issuer: str | None
) -> None:
    """The issuer is compared letter by letter."""
    shown = forger.issuer.upper() if issuer == "upper" else issuer and issuer.format(iss=forger.issuer)
    forger.send(forged(forger.claims(iss=shown), forger.key))
    assert refusal(provider).code == "login.issuer"


# oidcc-client-test-invalid-aud, oidcc-client-test-missing-aud
@pytest.mark.parametrize(
    "changes",
    [
        {"aud": None},
        {"aud": "evil"},
        {"aud": ["evil", OURS], "azp": OURS},
        {"aud": [OURS, OURS]},
        {"aud": []},
        {"aud": "evil", "azp": OURS},
        {"aud": OURS, "azp": "evil"},
        {"aud": {OURS: 1}},
        {"aud": OURS.upper()},
    ],
)
def test_a10_a_token_for_others_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, changes: dict[str, Any]
) -> None:
    """A token given to another service must not open ours."""
    forger.send(forged(forger.claims(**changes), forger.key))
    assert refusal(provider).code == "login.audience"


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


# oidcc-client-test-missing-exp among them
@pytest.mark.parametrize(
    "shift", [-31, 601, 315_360_000, None, "soon", True, 1.5, [60], float("1e300"), -(10**12), 10**400]
)
def test_a19_a_token_dead_or_living_too_long_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: Any
) -> None:
    """FranceConnect's tokens live one minute."""
    now = int(forger.now.timestamp())
    exp = now + shift if type(shift) is int else shift
    forger.send(forged(forger.claims(exp=exp), forger.key))
    assert refusal(provider).code == "login.expired"


def test_a19_a_number_out_of_range_is_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """JSON lets one write a number that no clock can show."""
    now = int(forger.now.timestamp())
    text = json.dumps(forger.claims()).replace(f'"exp": {now + 60}', '"exp": 1e400')
    assert "1e400" in text
    forger.send(forged(text, forger.key))
    assert refusal(provider).code == "login.expired"


@pytest.mark.parametrize("shift", [-30, 600])
def test_a19_the_bounds_of_expiry_are_still_good(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: int
) -> None:
    """A small difference of clocks locks nobody out."""
    forger.send(forged(forger.claims(exp=int(forger.now.timestamp()) + shift), forger.key))
    assert provider.identify("code", NONCE).person.subject == SUBJECT


# oidcc-client-test-missing-iat among them
@pytest.mark.parametrize("shift", [31, -301, -31_536_000, None, "now", True, 0.5])
def test_a20_a_token_not_issued_just_now_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: Any
) -> None:
    """A token kept aside, or made in advance, is not this sign-in's."""
    now = int(forger.now.timestamp())
    iat = now + shift if type(shift) is int else shift
    forger.send(forged(forger.claims(iat=iat), forger.key))
    assert refusal(provider).code == "login.issued_at"


@pytest.mark.parametrize("shift", [30, -300])
def test_a20_the_bounds_of_issue_are_still_good(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: int
) -> None:
    """A real deployment met tokens from the near future."""
    forger.send(forged(forger.claims(iat=int(forger.now.timestamp()) + shift), forger.key))
    assert provider.identify("code", NONCE).person.subject == SUBJECT


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


@pytest.mark.parametrize("acr", [None, "eidas0", "eidas9", "EIDAS1", "", 1, ["eidas1"]])
def test_a22_a_level_missing_or_unknown_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, acr: Any
) -> None:
    """`acr_values` is only a wish: the level obtained must be compared."""
    forger.send(forged(forger.claims(acr=acr), forger.key))
    error = refusal(provider)
    assert isinstance(error, AssuranceError)
    assert error.code == "login.acr"


def test_a22_a_lower_level_is_refused_and_a_higher_one_accepted(
    config: FranceConnectConfig, clock: FakeClock, forger: ForgedFranceConnect
) -> None:
    """Levels have an order."""
    with open_session() as session:
        provider = FranceConnect(replace(config, acr="eidas2"), clock, session)
        assert refusal(provider).code == "login.acr"
        forger.send(forged(forger.claims(acr="eidas3"), forger.key))
        assert provider.identify("code", NONCE).person.acr == "eidas3"


# oidcc-client-test-missing-sub
@pytest.mark.parametrize("subject", [None, "", "x" * 256, "é" * 64, 12, ["x"]])
def test_a23_a_token_that_names_nobody_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, subject: Any
) -> None:
    """The subject is what everything else hangs on."""
    forger.send(forged(forger.claims(sub=subject), forger.key))
    error = refusal(provider)
    assert isinstance(error, SignInError)
    assert error.code == "login.subject"


def test_a_token_born_with_another_access_token_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """When the two are tied together, the tie must hold."""
    forger.send(forged(forger.claims(at_hash="c29tZXRoaW5nIGVsc2U"), forger.key))
    assert refusal(provider).code == "login.token"


def test_a_refusal_echoes_nothing(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """The text of an error goes to logs, where nothing of a token may be."""
    forger.send(forged(forger.claims(iss="https://marker.test", sub="marker"), forger.key))
    assert "marker" not in refusal(provider).explanation
