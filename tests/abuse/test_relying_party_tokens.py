"""Rows A05 and A07 to A15: an ID token that is wrong in one thing opens nothing at the running service."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tests.abuse.attempts import SIGNED_IN, Attempt
from tests.servers.forged_franceconnect import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    KID,
    Answer,
    segment,
)

OURS = CLIENT_ID


def test_the_hostile_provider_can_also_tell_the_truth(attempt: Attempt) -> None:
    """Without this, every refusal below could have another reason."""
    assert attempt.rightly() == SIGNED_IN
    assert attempt.bridge.is_signed_in(attempt.browser)


def test_a05_a_code_of_another_transaction_is_refused(attempt: Attempt) -> None:
    """The victim's code under the attacker's state brings the victim's nonce."""
    assert attempt.with_claims(nonce="77" * 32) == (401, "login.nonce")


@pytest.mark.parametrize("nonce", [None, "", 5, ["5e" * 32]])
def test_a07_a_token_without_our_nonce_is_refused(attempt: Attempt, nonce: Any) -> None:
    """It must answer this very sign-in."""
    assert attempt.with_claims(nonce=nonce) == (401, "login.nonce")


@pytest.mark.parametrize("id_token", [None, "", {}])
def test_a08_an_answer_without_id_token_is_refused(attempt: Attempt, id_token: Any) -> None:
    """An access token alone says nothing of who it is."""
    started = attempt.bridge.start(attempt.browser)
    tokens = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 60, "id_token": id_token}
    attempt.hostile.answers["/token"] = Answer(json.dumps(tokens))
    answer = attempt.bridge.come_back(attempt.browser, code="c0de", state=started.state)
    assert answer.status_code == 401
    assert "login.id_token_missing" in answer.text


@pytest.mark.parametrize(
    "issuer",
    [None, "https://autre.test/api/v2", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2", "{}/", "upper"],
)
def test_a09_another_issuer_is_refused(attempt: Attempt, issuer: str | None) -> None:
    """Compared letter by letter; the integration platform is another issuer too."""
    ours = attempt.hostile.issuer
    shown = ours.upper() if issuer == "upper" else issuer and issuer.format(ours)
    assert attempt.with_claims(iss=shown) == (401, "login.issuer")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": None},
        {"aud": "evil"},
        {"aud": ["evil", OURS], "azp": OURS},
        {"aud": "evil", "azp": OURS},
        {"aud": OURS, "azp": "evil"},
        {"aud": OURS.upper()},
    ],
)
def test_a10_a_token_for_others_is_refused(attempt: Attempt, changes: dict[str, Any]) -> None:
    """Exactly our client id, alone."""
    assert attempt.with_claims(**changes) == (401, "login.audience")


def test_a10_our_own_audience_may_be_a_list_of_one(attempt: Attempt) -> None:
    """Both forms of the standard are the provider's to choose."""
    assert attempt.with_claims(aud=[OURS], azp=OURS) == SIGNED_IN


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a11_an_unsigned_token_is_refused(attempt: Attempt, alg: str) -> None:
    """Its metadata lists `none`, and that changes nothing."""
    token = f"{segment({'alg': alg, 'kid': KID})}.{segment(attempt.hostile.claims())}."
    assert attempt.with_token(token) == (401, "login.alg")


def test_a11_an_empty_signature_is_refused(attempt: Attempt) -> None:
    """The right algorithm is named, and nothing is signed."""
    token = f"{segment({'alg': 'ES256', 'kid': KID})}.{segment(attempt.hostile.claims())}."
    assert attempt.with_token(token) == (401, "login.signature")


def test_a12_a_shared_secret_signs_nothing(attempt: Attempt) -> None:
    """Neither our client secret nor a public key that all know."""
    secret = OctKey.import_key(CLIENT_SECRET)
    assert attempt.with_claims(key=secret, header={"alg": "HS256"}) == (401, "login.alg")
    public = attempt.hostile.key.as_bytes(encoding="PEM", private=False)
    message = f"{segment({'alg': 'HS256', 'kid': KID})}.{segment(attempt.hostile.claims())}"
    forged = f"{message}.{segment(hmac.digest(public, message.encode(), 'sha256'))}"
    assert attempt.with_token(forged) == (401, "login.alg")


def test_a13_another_algorithm_is_refused(attempt: Attempt) -> None:
    """Only the registered one counts, whatever key it claims."""
    for key, alg in (
        (RSAKey.generate_key(2048), "RS256"),
        (ECKey.generate_key("P-384"), "ES384"),
        (OKPKey.generate_key("Ed25519"), "EdDSA"),
    ):
        assert attempt.with_claims(key=key, header={"alg": alg}) == (401, "login.alg"), alg


def test_a14_a_key_brought_by_the_token_is_refused(attempt: Attempt) -> None:
    """Keys come from the configured address only (CVE-2026-27962)."""
    own = ECKey.generate_key("P-256")
    asked = attempt.hostile.calls["/own-keys"]
    for header in (
        {"jwk": own.as_dict(private=False)},
        {"jku": f"{attempt.hostile.issuer}/own-keys"},
        {"x5u": f"{attempt.hostile.issuer}/own-keys"},
        {"x5c": ["MIIB"]},
    ):
        assert attempt.with_claims(key=own, header=header) == (401, "login.signature"), header
    assert attempt.hostile.calls["/own-keys"] == asked


def test_a15_right_in_every_claim_and_signed_with_the_wrong_key_is_refused(attempt: Attempt) -> None:
    """The one test that a client accepting any signature cannot pass."""
    assert attempt.with_claims(key=ECKey.generate_key("P-256")) == (401, "login.signature")
    assert attempt.rightly() == SIGNED_IN


def test_a15_a_claim_changed_after_signing_is_refused(attempt: Attempt) -> None:
    """A true signature under other words."""
    assert attempt.rightly() == SIGNED_IN
    attempt.bridge.leave(attempt.browser)
    tokens = json.loads(attempt.hostile.answers["/token"].body)
    header, _, signature = tokens["id_token"].split(".")
    changed = f"{header}.{segment(attempt.hostile.claims(sub='b2' * 32 + 'v1'))}.{signature}"
    assert attempt.with_token(changed) == (401, "login.signature")
