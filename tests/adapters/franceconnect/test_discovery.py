"""Where FranceConnect's endpoints are, and the addresses built on them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.errors import BridgeError, ConfigurationError, PermanentError, TransientError
from tests.servers.forged_franceconnect import Answer, ForgedFranceConnect

DISCOVERY = "/.well-known/openid-configuration"
STATE = "ab" * 32
NONCE = "cd" * 32


def failure(provider: FranceConnect) -> BridgeError:
    """Give the error of a first use."""
    with pytest.raises(BridgeError) as caught:
        provider.authorization_url(STATE, NONCE)
    return caught.value


def test_the_request_has_exactly_the_parameters_franceconnect_lists(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """One parameter more, PKCE for instance, and the citizen is left on an error page."""
    # oidcc-client-test-discovery-openid-config
    address = urlsplit(provider.authorization_url(STATE, NONCE))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{forger.issuer}/authorize"
    assert parse_qs(address.query, strict_parsing=True) == {
        "response_type": ["code"],
        "client_id": ["commune-essai"],
        "redirect_uri": ["http://127.0.0.1:8000/login/franceconnect/callback"],
        "scope": ["openid identite_pivot preferred_username email idp_birthdate"],
        "acr_values": ["eidas1"],
        "state": [STATE],
        "nonce": [NONCE],
    }


def test_the_logout_address_carries_hint_state_and_return(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Without a registered return the citizen stays on a page of FranceConnect."""
    address = urlsplit(provider.logout_url("a.b.c", STATE))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{forger.issuer}/session/end"
    assert parse_qs(address.query, strict_parsing=True) == {
        "id_token_hint": ["a.b.c"],
        "state": [STATE],
        "post_logout_redirect_uri": ["http://127.0.0.1:8000/logout/callback"],
    }


def test_the_document_is_read_once(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """A sign-in costs no reading of what does not change."""
    for _ in range(3):
        provider.authorization_url(STATE, NONCE)
    assert forger.calls[DISCOVERY] == 1


# oidcc-client-test-discovery-issuer-mismatch
@pytest.mark.parametrize("issuer", ["https://autre.test/api/v2", "{iss}/", None, ["{iss}"]])
def test_a_document_of_another_issuer_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, issuer: Any
) -> None:
    """The issuer is the one configured, letter by letter."""
    forger.discover(issuer=issuer.format(iss=forger.issuer) if isinstance(issuer, str) else issuer)
    error = failure(provider)
    assert isinstance(error, PermanentError)
    assert error.code == "login.provider"


@pytest.mark.parametrize(
    "name",
    ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"],
)
@pytest.mark.parametrize("address", ["https://evil.test/x", "http://127.0.0.1:1/x", "/x", "", None, 5])
def test_an_endpoint_elsewhere_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, name: str, address: Any
) -> None:
    """Our secret, our codes and the citizens go to FranceConnect's own host only."""
    forger.discover(**{name: address})
    assert failure(provider).code == "login.provider"


@pytest.mark.parametrize("body", ["", "[]", "<html>", '{"issuer":"a","issuer":"b"}'])
def test_an_unreadable_document_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, body: str
) -> None:
    """An operator must look."""
    forger.answers[DISCOVERY] = Answer(body)
    assert failure(provider).code == "login.provider"


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(status=404), Answer("x" * 70_000)])
def test_a_document_that_is_not_given_is_asked_again_next_time(
    provider: FranceConnect, forger: ForgedFranceConnect, answer: Answer
) -> None:
    """A start while FranceConnect is down heals by itself."""
    good = forger.answers[DISCOVERY]
    forger.answers[DISCOVERY] = answer
    error = failure(provider)
    assert isinstance(error, TransientError)
    assert error.code == "login.unavailable"
    forger.answers[DISCOVERY] = good
    assert provider.authorization_url(STATE, NONCE).startswith(forger.issuer)


def test_the_listed_algorithms_do_not_widen_ours(forger: ForgedFranceConnect) -> None:
    """FranceConnect lists HS256 from its first version; the test server lists `none` too."""
    document = json.loads(forger.answers[DISCOVERY].body)
    assert {"HS256", "none"} <= set(document["id_token_signing_alg_values_supported"])


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"acr": "eidas9"}, "BRIDGE_FRANCECONNECT_ACR"),
        ({"signing_alg": "HS256"}, "BRIDGE_FRANCECONNECT_SIGNING_ALG"),
        ({"signing_alg": "none"}, "BRIDGE_FRANCECONNECT_SIGNING_ALG"),
        ({"issuer": "http://fc.example/api/v2"}, "BRIDGE_FRANCECONNECT_ISSUER"),
        ({"issuer": "ftp://127.0.0.1"}, "BRIDGE_FRANCECONNECT_ISSUER"),
    ],
)
def test_a_dangerous_registration_does_not_start(changes: dict[str, str], setting: str) -> None:
    """The refusal names the setting to correct."""
    right = {
        "issuer": "https://fc.example/api/v2",
        "client_id": "x",
        "client_secret": "y",
        "redirect_uri": "https://b.example/cb",
        "post_logout_redirect_uri": "https://b.example/out",
    }
    with pytest.raises(ConfigurationError, match=setting):
        FranceConnectConfig(**(right | changes))  # type: ignore[arg-type]  # one of several text fields
