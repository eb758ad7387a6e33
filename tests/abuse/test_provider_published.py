"""Rows A57 and A60 of the abuse table: what the provider publishes, and which keys are its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from authlib.oidc.discovery import OpenIDProviderMetadata
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import RSAKey

from bridge.adapters.portal_tokens import PURPOSE, JoseTokens
from bridge.adapters.secrets import FernetVault
from bridge.adapters.store.store import SqlStore
from bridge.errors import ConfigurationError
from bridge.settings import load_settings
from bridge.wiring import build_provider
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.http.site import ENVIRONMENT
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def published(provider: RunningProvider, path: str, **headers: str) -> requests.Response:
    """Give a public document."""
    return requests.get(provider.url + path, headers=headers, timeout=TIMEOUT_S)


def test_a57_discovery_depends_on_no_request(provider: RunningProvider) -> None:
    """A forged host, forwarded or not, poisons no cache."""
    plain = published(provider, "/.well-known/openid-configuration")
    forwarded = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.test"}
    assert published(provider, "/.well-known/openid-configuration", **forwarded).content == plain.content
    refused = published(provider, "/.well-known/openid-configuration", Host="evil.test")
    assert (refused.status_code, refused.json()["code"]) == (400, "request.host")
    document = plain.json()
    assert document["issuer"] == provider.url
    assert all(
        value.startswith(provider.url)
        for name, value in document.items()
        if name.endswith(("_endpoint", "_uri"))
    )
    OpenIDProviderMetadata(document).validate()
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["response_types_supported"] == ["code"]


def test_a57_the_published_keys_hold_nothing_private(provider: RunningProvider) -> None:
    """Modulus, exponent, name, use: enough to verify, and no more."""
    answer = published(provider, "/oauth2/jwks")
    keys = answer.json()["keys"]
    assert keys
    for key in keys:
        assert PRIVATE.isdisjoint(key)
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_a57_what_is_public_may_be_read_from_any_origin(provider: RunningProvider) -> None:
    """And nothing else: an app in a browser reads these two documents."""
    for path in ("/.well-known/openid-configuration", "/oauth2/jwks"):
        assert (
            published(provider, path, Origin="https://a.test").headers["Access-Control-Allow-Origin"] == "*"
        )
    for path in ("/oauth2/userinfo", "/oauth2/authorize", "/oauth2/logout"):
        assert "Access-Control-Allow-Origin" not in published(provider, path, Origin="https://a.test").headers


def test_a57_private_keys_lie_sealed(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """A stolen database signs nothing."""
    vault = FernetVault([b"k" * 32])
    JoseTokens(sqlite_store, vault, clock).rotate()
    with sqlite_store.begin() as tx:
        key = tx.portal_keys.current()
    assert key
    assert PRIVATE.isdisjoint(key.public_key)
    private = json.loads(vault.open(PURPOSE, key.sealed_private_key))
    assert private["d"] not in key.sealed_private_key
    assert PRIVATE - {"oth", "k"} <= private.keys()
    assert key.kid.startswith("bridge-")


def settings_with(tmp_path: Path, store: SqlStore, setting: str, key: RSAKey) -> None:
    """Build the provider as a start does, with this key in a file the setting names."""
    file = tmp_path / "key.pem"
    assert key.private_key
    pem = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem)
    environment = ENVIRONMENT | {setting: str(file)}
    build_provider(load_settings(environment), store, FakeVault(), FakeClock())


@pytest.mark.parametrize(
    "setting", ["BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE", "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE"]
)
def test_a60_a_key_that_also_speaks_for_us_elsewhere_stops_the_start(
    sqlite_store: SqlStore, clock: FakeClock, tmp_path: Path, setting: str
) -> None:
    """One key, one purpose: with one for two, a token made for the one could pass at the other."""
    signer = JoseTokens(sqlite_store, FakeVault(), clock)
    signer.rotate()
    with sqlite_store.begin() as tx:
        key = tx.portal_keys.current()
    assert key
    shared = RSAKey.import_key(json.loads(FakeVault().open(PURPOSE, key.sealed_private_key)))
    with pytest.raises(ConfigurationError, match=f"{setting}: this key also signs"):
        settings_with(tmp_path, sqlite_store, setting, shared)
    settings_with(tmp_path, sqlite_store, setting, RSAKey.generate_key(2048, private=True))


def test_a60_franceconnect_s_keys_and_ours_do_not_serve_for_each_other(provider: RunningProvider) -> None:
    """Another store, another name space: a token under a name of FranceConnect's is none of ours."""
    theirs = requests.get(f"{provider.stand_in.issuer}/jwks", timeout=TIMEOUT_S).json()["keys"]
    ours = published(provider, "/oauth2/jwks").json()["keys"]
    assert {key["kid"] for key in theirs}.isdisjoint(key["kid"] for key in ours)
    signer = provider.services.provider.signer
    own = RSAKey.generate_key(2048, private=True)
    for kid in [key["kid"] for key in theirs]:
        token = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": kid}, {"iss": provider.url}, own)
        assert signer.claims("JWT", token) is None


def test_a60_another_environment_s_tokens_are_not_ours(
    provider: RunningProvider, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Test and production have stores, and so keys, of their own."""
    elsewhere = replace(provider.services.provider, signer=JoseTokens(sqlite_store, FakeVault(), clock))
    token = elsewhere.signer.sign("JWT", {"iss": provider.url})
    assert elsewhere.signer.claims("JWT", token)
    assert provider.services.provider.signer.claims("JWT", token) is None
