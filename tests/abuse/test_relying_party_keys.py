"""Rows A16 to A18: the provider's keys, when they are unknown, unnamed, or not what keys should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from joserfc.jwk import ECKey, Key

from tests.abuse.attempts import SIGNED_IN, Attempt
from tests.fakes.clock import FakeClock
from tests.servers.bridge import running_bridge
from tests.servers.forged_franceconnect import (
    CLIENT_ID,
    CLIENT_SECRET,
    KID,
    Answer,
    ForgedFranceConnect,
    forged,
)
from tests.servers.org import StandInOrg

ANOTHER_MINUTE = timedelta(seconds=61)
STALE = timedelta(hours=1, seconds=1)


@pytest.fixture
def attempt(
    org: StandInOrg, hostile: ForgedFranceConnect, still: FakeClock, browser: requests.Session
) -> Iterator[Attempt]:
    """Give the way to a service that has read no key yet."""
    registered = {"FRANCECONNECT_CLIENT_ID": CLIENT_ID, "FRANCECONNECT_CLIENT_SECRET": CLIENT_SECRET}
    hostile.publish(hostile.key)
    with running_bridge(org, hostile.issuer, registered, still) as fresh:
        yield Attempt(fresh, hostile, still, browser)


def unnamed(attempt: Attempt) -> Any:
    """Sign in with tokens that name no key."""
    nonce, key = attempt._start(), attempt.hostile.key
    token, identity = attempt.hostile.claims(nonce=nonce), attempt.hostile.identity()
    attempt.hostile.send(forged(token, key, {"kid": None}), forged(identity, key, {"kid": None}))
    return attempt._back()


def test_a16_unknown_keys_make_us_ask_once_a_minute(attempt: Attempt) -> None:
    """A flood of tokens is no flood of requests to FranceConnect."""
    assert attempt.rightly() == SIGNED_IN
    attempt.bridge.leave(attempt.browser)
    before = attempt.hostile.calls["/jwks"]
    for number in range(25):
        assert attempt.with_claims(header={"kid": f"unknown-{number}"}) == (401, "login.kid")
    assert attempt.hostile.calls["/jwks"] - before == 1
    attempt.clock.move(ANOTHER_MINUTE)
    assert attempt.with_claims(header={"kid": "unknown"}) == (401, "login.kid")
    assert attempt.hostile.calls["/jwks"] - before == 2


def test_a17_a_token_that_names_no_key_needs_exactly_one_that_fits(attempt: Attempt) -> None:
    """With one there is no choice; keys of another use or algorithm are none."""
    other = ECKey.generate_key("P-256", {"kid": "enc", "use": "enc"})
    attempt.hostile.publish(attempt.hostile.key, other)
    assert unnamed(attempt) == SIGNED_IN


def test_a17_a_token_that_names_none_of_several_keys_is_refused(attempt: Attempt) -> None:
    """We do not try keys until one fits."""
    attempt.hostile.publish(attempt.hostile.key, ECKey.generate_key("P-256", {"kid": "second"}))
    assert unnamed(attempt) == (401, "login.kid")


def test_a18_what_is_no_public_signing_key_is_ignored(attempt: Attempt) -> None:
    """Private parts, shared secrets and encryption keys in the document sign nothing."""
    own = ECKey.generate_key("P-256", {"kid": "own"})
    public = own.as_dict(private=False)
    for entry in (
        own.as_dict(private=True),
        {"kty": "oct", "k": "c2VjcmV0" * 6, "kid": "own"},
        {**public, "use": "enc"},
        {**public, "alg": "ES384"},
    ):
        attempt.hostile.publish(attempt.hostile.key, entry)
        attempt.clock.move(STALE)
        assert attempt.with_claims(key=own, header={"kid": "own"}) == (401, "login.kid"), entry


def test_a18_two_keys_of_one_name_are_no_key(attempt: Attempt) -> None:
    """Which of them signed would be ours to guess."""
    attempt.hostile.publish(attempt.hostile.key, ECKey.generate_key("P-256", {"kid": KID}))
    assert attempt.with_claims() == (401, "login.kid")


@pytest.mark.parametrize("kind", ["5 MB", "10,000 keys", "not JSON", "no key"])
def test_a18_a_bad_document_leaves_the_last_good_keys_in_use(attempt: Attempt, kind: str) -> None:
    """Citizens sign in while FranceConnect mends it."""
    assert attempt.rightly() == SIGNED_IN
    attempt.bridge.leave(attempt.browser)
    many: list[Key] = [ECKey.generate_key("P-256", {"kid": "k"})] * 10_000
    bodies = {
        "5 MB": json.dumps({"keys": [], "padding": "x" * 5_000_000}),
        "10,000 keys": json.dumps({"keys": [key.as_dict(private=False) for key in many]}),
        "not JSON": "<html>",
        "no key": '{"keys": []}',
    }
    attempt.hostile.answers["/jwks"] = Answer(bodies[kind])
    attempt.clock.move(STALE)
    before = attempt.hostile.calls["/jwks"]
    assert attempt.rightly() == SIGNED_IN
    assert attempt.hostile.calls["/jwks"] > before
