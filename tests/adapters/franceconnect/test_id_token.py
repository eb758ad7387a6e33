"""The ID token, row by row of the abuse table (A05, A07, A09, A10)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.adapters.franceconnect.client import FranceConnect
from tests.adapters.franceconnect.refusals import refusal
from tests.servers.forged_franceconnect import (
    CLIENT_ID,
    NONCE,
    SUBJECT,
    ForgedFranceConnect,
    forged,
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
