"""Row A40 of the abuse table: the proof that the code comes back to who asked for it."""

from __future__ import annotations

import pytest

from tests.servers.provider import RunningProvider
from tests.servers.relying_party import (
    VERIFIER,
    answer_of,
    challenge_of,
)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
        {"code_challenge": "x" * 44},
        {"code_challenge": "é" * 43},
    ],
)
def test_a40_a_challenge_other_than_s256_is_refused(
    provider: RunningProvider, changes: dict[str, str | None]
) -> None:
    """Not absent, not plain, not malformed; where PKCE is switched off a half of it is refused too."""
    citizen = provider.citizen()
    clients = [provider.client()]
    if changes.get("code_challenge_method", "") is not None or changes.get("code_challenge", ""):
        clients.append(provider.client(pkce_required=False))
    for client in clients:
        told = answer_of(provider.authorize(citizen.browser, client, **changes))
        assert told["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("verifier", "error"),
    [
        (None, "invalid_grant"),
        ("w" * 43, "invalid_grant"),
        (challenge_of(VERIFIER), "invalid_grant"),
        ("short", "invalid_request"),
        ("v" * 129, "invalid_request"),
        ("é" * 43, "invalid_request"),
        ("v" * 200_000, "invalid_request"),
    ],
)
def test_a40_a_verifier_that_does_not_fit_is_refused(
    provider: RunningProvider, verifier: str | None, error: str
) -> None:
    """A code alone, or with another request's verifier, opens nothing."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.redeemed(client, provider.code(citizen, client), code_verifier=verifier)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a40_a_verifier_of_a_megabyte_is_not_even_read(provider: RunningProvider) -> None:
    """The limit of every body holds here too."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.redeemed(client, provider.code(citizen, client), code_verifier="v" * 1_048_576)
    assert (answer.status_code, answer.json()["code"]) == (413, "http.413")


def test_a40_without_pkce_is_a_switch_for_one_client_and_no_downgrade(provider: RunningProvider) -> None:
    """Such a client may leave PKCE out; if it announced it, it must keep to it, and the reverse."""
    client, citizen = provider.client(pkce_required=False), provider.citizen()
    bare = {"code_challenge": None, "code_challenge_method": None}
    plain = provider.redeemed(client, provider.code(citizen, client, **bare), code_verifier=None)
    assert plain.status_code == 200
    downgraded = provider.redeemed(client, provider.code(citizen, client), code_verifier=None)
    assert downgraded.json()["error"] == "invalid_grant"
    unannounced = provider.redeemed(client, provider.code(citizen, client, **bare))
    assert unannounced.json()["error"] == "invalid_grant"
