"""A user approves an app: the code, its redemption, and the refresh token."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.salesforce.wire import Wire

BACK = "http://localhost:1717/OauthRedirect"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-000000"


def approved(wire: Wire, **changes: str) -> requests.Response:
    """What the authorize endpoint answers to a browser."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": str(wire.ready["consumer_key"]),
        "redirect_uri": BACK,
        "state": "s&t",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        **changes,
    }
    url = f"{wire.url}/services/oauth2/authorize"
    return requests.get(url, params=asked, allow_redirects=False, timeout=10)


def redeemed(wire: Wire, **grant: str) -> tuple[int, dict[str, str]]:
    """What the token endpoint answers to the app."""
    own = {"client_id": wire.ready["consumer_key"], "client_secret": wire.ready["consumer_secret"]}
    answer = requests.post(f"{wire.url}/services/oauth2/token", data={**own, **grant}, timeout=10)
    body: dict[str, str] = answer.json()
    return answer.status_code, body


def test_a_code_is_redeemed_once_and_renewed_often(wire: Wire) -> None:
    """Bound to its return address and to the verifier; the refresh token lasts until it is revoked."""
    back = parse_qs(urlsplit(approved(wire).headers["Location"]).query)
    assert back["state"] == ["s&t"]
    grant = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": BACK}
    status, answer = redeemed(wire, **grant, code_verifier=VERIFIER)
    assert status == 200
    again = redeemed(wire, **grant, code_verifier=VERIFIER)
    assert again == (400, {"error": "invalid_grant", "error_description": "expired authorization code"})
    refresh = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    assert redeemed(wire, **refresh)[0] == 200
    requests.post(f"{wire.url}/services/oauth2/revoke", data={"token": answer["refresh_token"]}, timeout=10)
    assert redeemed(wire, **refresh)[1]["error_description"] == "expired access/refresh token"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "another"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:1/other"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
    ],
)
def test_a_code_in_other_hands_is_worth_nothing(wire: Wire, changes: dict[str, str], error: str) -> None:
    """Without the verifier, from another address, without the secret."""
    code = parse_qs(urlsplit(approved(wire).headers["Location"]).query)["code"][0]
    grant = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    assert redeemed(wire, **{**grant, **changes})[1]["error"] == error


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.example/"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_request_that_is_not_the_app_s_goes_nowhere(
    wire: Wire, changes: dict[str, str], error: str
) -> None:
    """No redirect to an address nobody registered."""
    answer = approved(wire, **changes)
    assert (answer.status_code, answer.text.split("&")[0]) == (400, f"error={error}")
