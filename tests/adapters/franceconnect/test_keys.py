"""FranceConnect's keys: rows A16 to A18, rotation (F76) and an endpoint that is down (F77)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from joserfc.jwk import ECKey, RSAKey

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.outbound import open_session
from bridge.errors import TransientError
from tests.adapters.franceconnect.refusals import refusal
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import (
    KID,
    NONCE,
    SUBJECT,
    Answer,
    ForgedFranceConnect,
    forged,
    segment,
)


def key(kid: str, use: Literal["sig", "enc"] = "sig") -> ECKey:
    """Give a new key."""
    return ECKey.generate_key("P-256", parameters={"kid": kid, "use": use})


def signs_in(provider: FranceConnect) -> bool:
    """Tell that a sign-in succeeds now."""
    return provider.identify("code", NONCE).person.subject == SUBJECT


def renew(forger: ForgedFranceConnect, new: ECKey, kid: str) -> None:
    """Sign the next answers with another key."""
    forger.send(forged(forger.claims(), new, {"kid": kid}), forged(forger.identity(), new, {"kid": kid}))


def test_a16_a_thousand_unknown_keys_cost_one_fetch_a_minute(
    provider: FranceConnect, forger: ForgedFranceConnect, clock: FakeClock
) -> None:
    """Forged key names must not turn us into a weapon against FranceConnect."""
    assert signs_in(provider)
    before = forger.calls["/jwks"]
    for number in range(300):
        forger.send(forged(forger.claims(), forger.key, {"kid": f"k{number}"}))
        assert refusal(provider).code == "login.kid"
    assert forger.calls["/jwks"] == before + 1
    clock.move(timedelta(seconds=61))
    assert refusal(provider).code == "login.kid"
    assert forger.calls["/jwks"] == before + 2


def test_a17_without_a_name_the_only_fitting_key_is_taken(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """One key that fits algorithm and use leaves no doubt."""
    # oidcc-client-test-kid-absent-single-jwks
    others = (RSAKey.generate_key(2048, parameters={"kid": "rsa"}), key("enc", use="enc"))
    forger.publish(forger.key, *others)
    header = {"kid": None}
    forger.send(forged(forger.claims(), forger.key, header), forged(forger.identity(), forger.key, header))
    assert signs_in(provider)


def test_a17_without_a_name_several_fitting_keys_are_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Trying one key after the other is guessing."""
    # oidcc-client-test-kid-absent-multiple-jwks
    forger.publish(forger.key, key("other"))
    forger.send(forged(forger.claims(), forger.key, {"kid": None}))
    assert refusal(provider).code == "login.kid"


@pytest.mark.parametrize("kid", ["", 5, ["a"], {}])
def test_a17_a_name_that_is_none_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, kid: Any
) -> None:
    """A key is named by a text."""
    forger.send(forged(forger.claims(), forger.key, {"kid": kid}))
    assert refusal(provider).code == "login.kid"


def test_a18_secret_private_and_foreign_keys_are_ignored(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """A key that is published with its private part is anybody's."""
    own = key("own")
    public = own.as_dict(private=False)
    for spoiled in (
        own.as_dict(private=True),
        {"kty": "oct", "k": segment("s" * 32), "kid": "own"},
        public | {"use": "enc"},
        public | {"alg": "ES384"},
        public | {"key_ops": ["sign"]},
        public | {"key_ops": 5},
        public | {"kid": ["own"]},
        public | {"kty": []},
        public | {"x": "AAAA"},
        {"kty": "EC", "kid": "own"},
        {"kty": "quantum", "kid": "own"},
    ):
        afresh = FranceConnect(provider.config, FakeClock(), provider._session)
        forger.publish(forger.key, spoiled)
        forger.send(forged(forger.claims(), own, {"kid": "own"}))
        assert refusal(afresh).code == "login.kid", spoiled
        forger.send()
        assert signs_in(afresh)


def test_a18_two_keys_of_one_name_are_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """A name that means two keys means none."""
    forger.publish(forger.key, key(KID))
    assert refusal(provider).code == "login.kid"


def test_a18_the_encryption_key_may_share_the_name(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Keys for another use do not count."""
    forger.publish(key(KID, use="enc"), forger.key)
    assert signs_in(provider)


@pytest.mark.parametrize(
    "body",
    [
        '{"keys":[]}',
        "[]",
        "{}",
        '{"keys":"x"}',
        "not json",
        '{"keys":[],"keys":[1]}',
        "[" * 9000,
        " " * 65_537,
    ],
)
def test_a18_a_broken_key_set_leaves_the_last_good_one(
    provider: FranceConnect, forger: ForgedFranceConnect, clock: FakeClock, body: str
) -> None:
    """An accident at FranceConnect's key endpoint locks nobody out."""
    assert signs_in(provider)
    forger.answers["/jwks"] = Answer(body)
    clock.move(timedelta(hours=2))
    forger.now = clock.now()
    forger.send()
    assert signs_in(provider)
    assert forger.calls["/jwks"] == 2


def test_a18_the_size_of_a_key_set_is_limited_over_any_session(
    config: FranceConnectConfig, clock: FakeClock, forger: ForgedFranceConnect
) -> None:
    """The limit is the rule's own, not only the connection's."""
    forger.answers["/jwks"] = replace(
        forger.answers["/jwks"], body=forger.answers["/jwks"].body + " " * 65_536
    )
    with open_session() as session:
        assert refusal(FranceConnect(config, clock, session)).code == "login.unavailable"


def test_a18_ten_thousand_keys_are_not_read(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """A key set is small."""
    forger.answers["/jwks"] = Answer('{"keys":[' + ",".join(['{"kty":"EC"}'] * 10_000) + "]}")
    error = refusal(provider)
    assert isinstance(error, TransientError)
    assert error.code == "login.unavailable"


def test_f76_keys_renewed_in_mid_sign_in_are_read_again_once(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """The citizen notices nothing of a rotation."""
    # oidcc-client-test-signing-key-rotation-just-before-signing
    assert signs_in(provider)
    new = key("new")
    forger.publish(new)
    renew(forger, new, "new")
    assert signs_in(provider)
    assert forger.calls["/jwks"] == 2
    assert forger.calls["/token"] == 2


def test_f76_a_key_renewed_under_the_same_name_is_read_again_once(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Hardware keys keep their name."""
    assert signs_in(provider)
    new = key(KID)
    forger.publish(new)
    renew(forger, new, KID)
    assert signs_in(provider)
    assert forger.calls["/jwks"] == 2


def test_f76_a_withdrawn_key_is_forgotten_within_the_hour(
    provider: FranceConnect, forger: ForgedFranceConnect, clock: FakeClock
) -> None:
    """A key FranceConnect no longer stands by must not sign for ever."""
    assert signs_in(provider)
    forger.publish(key("new"))
    clock.move(timedelta(hours=1, seconds=1))
    forger.now = clock.now()
    forger.send()
    assert refusal(provider).code == "login.kid"


def test_f77_known_keys_serve_while_the_endpoint_is_down(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Signing in needs the key, not the endpoint."""
    assert signs_in(provider)
    forger.answers["/jwks"] = Answer(status=503)
    assert signs_in(provider)


def test_f77_an_unknown_key_while_the_endpoint_is_down_is_unavailable(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """The token may be right: the page says to try again, and nothing breaks."""
    assert signs_in(provider)
    forger.answers["/jwks"] = Answer(status=503)
    renew(forger, key("new"), "new")
    error = refusal(provider)
    assert isinstance(error, TransientError)
    assert error.code == "login.unavailable"


def test_f77_no_key_at_all_is_unavailable(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """A first start while FranceConnect is down heals by itself."""
    forger.answers["/jwks"] = Answer(status=503)
    assert refusal(provider).code == "login.unavailable"
    forger.publish(forger.key)
    assert signs_in(provider)
