"""Rows A19 to A26: times, wrappings, levels, subjects and identities nobody should believe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.abuse.attempts import SIGNED_IN, Attempt
from tests.servers.forged_franceconnect import Answer, encrypted, forged, segment

MINUTE = 60
HUGE = 10**400


@pytest.mark.parametrize(
    "exp",
    [-31, 11 * MINUTE, None, "soon", 1e18, -HUGE, HUGE, True],
    ids=["past", "far", "missing", "text", "float", "negative", "endless", "boolean"],
)
def test_a19_a_wrong_expiry_is_refused(attempt: Attempt, exp: Any) -> None:
    """Thirty seconds of tolerance behind, ten minutes of life ahead, and a number of seconds."""
    near = isinstance(exp, int) and not isinstance(exp, bool) and abs(exp) < HUGE
    moment = int(attempt.clock.now().timestamp()) + exp if near else exp
    assert attempt.with_claims(exp=moment) == (401, "login.expired")


def test_a19_a_number_with_two_readings_is_refused(attempt: Attempt) -> None:
    """`1e400` is infinite for one reader and an error for another."""
    claims = json.dumps(attempt.hostile.claims()).replace('"exp": ', '"exp": 1e400, "x": ')
    assert attempt.with_token(forged(claims, attempt.hostile.key)) == (401, "login.expired")


@pytest.mark.parametrize("iat", [31, -5 * MINUTE - 1, None, "now"], ids=["ahead", "old", "missing", "text"])
def test_a20_a_token_that_was_not_made_just_now_is_refused(attempt: Attempt, iat: Any) -> None:
    """It must be this sign-in's."""
    moment = int(attempt.clock.now().timestamp()) + iat if isinstance(iat, int) else iat
    assert attempt.with_claims(iat=moment) == (401, "login.issued_at")


def test_a20_a_clock_within_the_tolerance_signs_in(attempt: Attempt) -> None:
    """Twenty-nine seconds ahead is a clock, not an attack."""
    ahead = int(attempt.clock.now().timestamp()) + 29
    assert attempt.with_claims(iat=ahead, exp=ahead + 60) == SIGNED_IN


@pytest.mark.parametrize(
    "header",
    [{"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}, {"cty": "JWT"}, {"zip": "DEF"}],
    ids=["crit", "b64", "nested", "zip"],
)
def test_a21_extensions_of_the_header_are_refused(attempt: Attempt, header: dict[str, Any]) -> None:
    """What the header asks beyond algorithm and key was never agreed."""
    assert attempt.with_claims(header=header) == (401, "login.signature")


def test_a21_encryption_where_none_was_agreed_is_refused(attempt: Attempt) -> None:
    """FranceConnect v2 signs, and does not encrypt."""
    key = ECKey.generate_key("P-256", {"kid": "k"})
    token = encrypted(forged(attempt.hostile.claims(), attempt.hostile.key), key)
    assert attempt.with_token(token) == (401, "login.signature")


@pytest.mark.parametrize("acr", [None, "eidas0", "eidas9", "", "EIDAS1", ["eidas1"]])
def test_a22_a_level_below_the_one_asked_is_refused(attempt: Attempt, acr: Any) -> None:
    """A preference at the provider is a condition here."""
    assert attempt.with_claims(acr=acr) == (403, "login.acr")


def test_a22_a_higher_level_is_accepted(attempt: Attempt) -> None:
    """The citizen may prove more than is asked."""
    assert attempt.with_claims(acr="eidas2") == SIGNED_IN


@pytest.mark.parametrize("sub", [None, "", "a" * 256, "é" * 66, 5], ids=["none", "empty", "long", "é", "5"])
def test_a23_a_token_that_names_nobody_is_refused(attempt: Attempt, sub: Any) -> None:
    """Everything a person has hangs on it."""
    assert attempt.with_claims(sub=sub) == (401, "login.subject")


def test_a24_userinfo_about_somebody_else_is_refused(attempt: Attempt) -> None:
    """Two answers, one person."""
    assert attempt.with_identity(sub="b2" * 32 + "v1") == (401, "login.userinfo")


def test_a25_userinfo_that_is_not_signed_for_us_now_is_refused(attempt: Attempt) -> None:
    """The same rules as for the ID token, and never plain JSON."""
    past = int(attempt.clock.now().timestamp()) - 31
    rsa = RSAKey.generate_key(2048)
    assert attempt.with_identity(iss="https://autre.test") == (401, "login.userinfo")
    assert attempt.with_identity(aud="evil") == (401, "login.userinfo")
    assert attempt.with_identity(exp=past) == (401, "login.userinfo")
    assert attempt.with_identity(key=rsa, header={"alg": "RS256"}) == (401, "login.userinfo")
    assert attempt.with_identity(key=ECKey.generate_key("P-256")) == (401, "login.userinfo")
    unsigned = f"{segment({'alg': 'none'})}.{segment(attempt.hostile.identity())}."
    assert attempt.with_userinfo(unsigned) == (401, "login.userinfo")


def test_a25_plain_json_is_refused(attempt: Attempt) -> None:
    """Whoever can answer for the endpoint can write JSON; only FranceConnect can sign."""
    started = attempt.bridge.start(attempt.browser)
    attempt.hostile.send(forged(attempt.hostile.claims(nonce=started.nonce), attempt.hostile.key))
    attempt.hostile.answers["/userinfo"] = Answer(json.dumps(attempt.hostile.identity()))
    answer = attempt.bridge.come_back(attempt.browser, code="c0de", state=started.state)
    assert answer.status_code == 401
    assert "login.userinfo" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "A" * 10_000,
        "DU\u202eSIOB",
        "D" + "\u0301" * 50,
        "DUBOIS\x00",
        "ДУБОИС",
        "DUBOIS\r\nX: y",
        "",
    ],
    ids=["script", "long", "direction", "accents", "nul", "alphabet", "crlf", "empty"],
)
def test_a26_a_hostile_name_is_refused(attempt: Attempt, name: str) -> None:
    """A name is letters; markup, control and direction are none."""
    assert attempt.with_identity(family_name=name) == (401, "login.userinfo")


def test_a26_a_name_with_an_apostrophe_is_nobodys_attack(attempt: Attempt) -> None:
    """Nobody is kept out by the way they are called; the org stores it as it is."""
    sub = "c3" * 32 + "v1"
    identity = {"sub": sub, "family_name": "O’NEIL D'ALMEIDA", "birthdate": "1971-02-03"}
    started = attempt.bridge.start(attempt.browser)
    token = forged(attempt.hostile.claims(sub=sub, nonce=started.nonce), attempt.hostile.key)
    attempt.hostile.send(token, forged(attempt.hostile.identity(**identity), attempt.hostile.key))
    answer = attempt.bridge.come_back(attempt.browser, code="c0de", state=started.state)
    assert answer.status_code == 303
    assert attempt.bridge.is_signed_in(attempt.browser)
