"""What FranceConnect+ encrypts for us: opened as registered, and no other way (A21)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey
from sqlalchemy import Engine

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.encryption import signed_inside
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.errors import ConfigurationError, SignInError
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.servers.forged_franceconnect import encrypted, segment

INSIDE = "header.claims.signature"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Give a database for the module, for keys take a while to make."""
    engine = create_store_engine("sqlite://")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def own_keys(engine: Engine) -> OwnKeys:
    """Give our keys, made at first use."""
    return OwnKeys(SqlStore(engine, FakeVault()), FakeClock(), "franceconnect-plus")


def public(own_keys: OwnKeys, kind: str = "EC") -> Key:
    """Give the published key of a kind."""
    (entry,) = [key for key in own_keys.published() if key["kty"] == kind]
    return JWKRegistry.import_key(dict(entry))


def refused(token: str, own_keys: OwnKeys) -> str:
    """Give the code a token is refused with."""
    with pytest.raises(SignInError) as caught:
        signed_inside(token, own_keys)
    return caught.value.code


@pytest.mark.parametrize(("kind", "alg"), [("EC", "ECDH-ES"), ("RSA", "RSA-OAEP"), ("RSA", "RSA-OAEP-256")])
def test_each_registered_wrapping_is_opened(own_keys: OwnKeys, kind: str, alg: str) -> None:
    """With the copies of `iss` and `aud` that FranceConnect+ puts into the header."""
    header = {"alg": alg, "iss": "https://fcp.example/api/v2", "aud": "us"}
    assert signed_inside(encrypted(INSIDE, public(own_keys, kind), header), own_keys) == INSIDE


@pytest.mark.parametrize(
    "header",
    [
        {"enc": "A128GCM"},
        {"enc": "A128CBC-HS256"},
        {"alg": "ECDH-ES+A256KW"},
        {"cty": None},
        {"cty": "json"},
        {"kid": None},
        {"kid": "nobody"},
        {"zip": "DEF"},
        {"jku": "https://evil.test/jwks"},
        {"padding": "x" * 1_200},
    ],
    ids=str,
)
def test_a21_another_wrapping_is_refused(own_keys: OwnKeys, header: dict[str, Any]) -> None:
    """Only what was registered, with nothing beside it."""
    assert refused(encrypted(INSIDE, public(own_keys), header), own_keys) == "login.encryption"


def test_a21_our_name_on_anothers_key_is_refused(own_keys: OwnKeys) -> None:
    """The name of a key proves nothing; only opening does."""
    for kind, stranger in (("EC", ECKey.generate_key("P-256")), ("RSA", RSAKey.generate_key(2048))):
        kid = public(own_keys, kind).kid
        alg = "ECDH-ES" if kind == "EC" else "RSA-OAEP"
        token = encrypted(INSIDE, stranger, {"alg": alg, "kid": kid})
        assert refused(token, own_keys) == "login.encryption"


def test_a21_a_changed_text_is_refused(own_keys: OwnKeys) -> None:
    """Each part is held by the seal at the end."""
    parts = encrypted(INSIDE, public(own_keys)).split(".")
    for number in (2, 3, 4):
        spoiled = [*parts]
        spoiled[number] = ("B" if spoiled[number][0] == "A" else "A") + spoiled[number][1:]
        assert refused(".".join(spoiled), own_keys) == "login.encryption"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "a.b.c.d",
        "a.b.c.d.e.f",
        f"{segment('[1]')}.a.b.c.d",
        f"{segment('{{')}.a.b.c.d",
        "A" * 40_000,
        "é.b.c.d.e",
    ],
)
def test_a21_what_is_not_one_encrypted_token_is_refused(own_keys: OwnKeys, token: str) -> None:
    """A signed token alone, too: nobody may leave the encryption out."""
    assert refused(token, own_keys) == "login.encryption"


ODD: list[Any] = [[], {}, None, 5]
NO_KEYS: list[Any] = ["x", {"kty": "EC"}, {"kty": "oct", "k": "AAAA"}]


@pytest.mark.parametrize(
    "change",
    [
        *({name: value} for name in ("alg", "kid", "enc", "epk") for value in ODD),
        *({"epk": value} for value in NO_KEYS),
        pytest.param({"epk": ECKey.generate_key("P-384").as_dict(private=False)}, id="another curve"),
        {"apu": 5},
    ],
    ids=str,
)
def test_a21_a_header_of_other_kinds_of_value_is_refused(own_keys: OwnKeys, change: dict[str, Any]) -> None:
    """A refusal, never a failure of ours."""
    head, *rest = encrypted(INSIDE, public(own_keys)).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | change
    assert refused(".".join((segment(header), *rest)), own_keys) == "login.encryption"


def test_a21_parts_of_another_length_are_refused(own_keys: OwnKeys) -> None:
    """Cut or padded, in either kind of wrapping."""
    for kind, alg in (("EC", "ECDH-ES"), ("RSA", "RSA-OAEP")):
        whole = encrypted(INSIDE, public(own_keys, kind), {"alg": alg}).split(".")
        for number in (1, 2, 3, 4):
            for part in ("", "AA", "A" * 512):
                spoiled = [*whole]
                spoiled[number] = part
                if spoiled != whole:
                    assert refused(".".join(spoiled), own_keys) == "login.encryption"


def test_a_kind_of_key_that_does_not_fit_the_algorithm_is_refused(own_keys: OwnKeys) -> None:
    """An RSA wrapping under the name of the elliptic key opens nothing."""
    kid = public(own_keys).kid
    token = encrypted(INSIDE, public(own_keys, "RSA"), {"alg": "RSA-OAEP", "kid": kid})
    assert refused(token, own_keys) == "login.encryption"


def test_the_private_half_is_sealed(own_keys: OwnKeys, engine: Engine) -> None:
    """A copy of the database opens nothing."""
    own_keys.published()
    private = json.loads(own_keys.generations()[0].private_jwks)["keys"]
    with engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM service_keys").fetchall())
    assert all(key["d"] not in rows for key in private)


def test_franceconnect_plus_without_keys_of_ours_does_not_start(clock: FakeClock) -> None:
    """Taking what is only signed for what was agreed would be a door left open."""
    config = FranceConnectConfig(
        "https://fcp.example/api/v2",
        "us",
        "secret",
        "https://b.example/cb",
        "https://b.example/out",
        is_plus=True,
    )
    with pytest.raises(ConfigurationError, match="keys of our own"):
        FranceConnect(config, clock)
