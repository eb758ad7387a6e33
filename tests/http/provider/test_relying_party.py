"""Authlib's own OpenID client as a relying party, from the first redirect to the citizen's requests."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider
from tests.servers.relying_party import AFTER_LOGOUT, RETURN, Client, answer_of, next_of


def relying_party(client: Client, method: str, *, pkce: bool = True) -> OAuth2Session:
    """Give an independent client, registered as ours says."""
    return OAuth2Session(
        client_id=client.id,
        client_secret=client.secret,
        token_endpoint_auth_method=method,
        scope="openid profile contact cases:read offline_access",
        redirect_uri=RETURN,
        code_challenge_method="S256" if pkce else None,
    )


def discovered(provider: RunningProvider) -> dict[str, str]:
    """Give what the provider says of itself."""
    document: dict[str, str] = requests.get(
        f"{provider.url}/.well-known/openid-configuration", timeout=TIMEOUT_S
    ).json()
    assert document["issuer"] == provider.url
    return document


@pytest.mark.parametrize(
    ("method", "pkce"),
    [("client_secret_post", True), ("client_secret_basic", True), ("client_secret_post", False)],
)
def test_a_citizen_goes_from_the_portal_to_their_requests(
    either_provider: RunningProvider, method: str, pkce: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Portal, FranceConnect, code, tokens, userinfo, status API: each step as an outsider sees it."""
    provider = either_provider
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    client = provider.client(pkce_required=pkce)
    party, browser = relying_party(client, method, pkce=pkce), requests.Session()
    document = discovered(provider)
    verifier = {"code_verifier": "v" * 64} if pkce else {}
    address, state = party.create_authorization_url(
        document["authorization_endpoint"], nonce="nonce-1", **verifier
    )

    sent = provider.get(browser, address)
    assert next_of(sent).startswith("/oauth2/continue/")
    to_franceconnect = provider.get(browser, sent.headers["Location"]).headers["Location"]
    back = provider.get(browser, provider.stand_in.answered(browser, to_franceconnect, "test"))
    answer = provider.get(browser, provider.url + back.headers["Location"])
    assert answer_of(answer)["state"] == state
    assert answer_of(answer)["iss"] == provider.url

    tokens = party.fetch_token(
        document["token_endpoint"], authorization_response=answer.headers["Location"], **verifier
    )
    keys = KeySet.import_key_set(requests.get(document["jwks_uri"], timeout=TIMEOUT_S).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (provider.url, client.id, "nonce-1")
    told = party.get(document["userinfo_endpoint"]).json()
    assert told["sub"] == claims["sub"]
    assert (told["given_name"], told["family_name"]) == ("Angela", "DUBOIS")
    assert told["contact_id"].startswith("003")
    assert party.get(f"{provider.url}/api/v1/cases").json()["cases"] == []
    assert party.get(f"{provider.url}/api/v1/me").json()["state"] == "linked"

    renewed = party.refresh_token(document["token_endpoint"])
    assert renewed["refresh_token"] != tokens["refresh_token"]
    assert party.get(document["userinfo_endpoint"]).json() == told

    leaving = provider.get(
        browser,
        document["end_session_endpoint"],
        params={
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": AFTER_LOGOUT,
            "state": "bye",
        },
    )
    assert leaving.headers["Location"].startswith(f"{provider.stand_in.issuer}/session/end?")
    home = provider.get(browser, leaving.headers["Location"])
    onward = provider.get(browser, home.headers["Location"])
    assert urlsplit(onward.headers["Location"]).path.startswith("/oauth2/logout/return/")
    assert provider.get(browser, provider.url + onward.headers["Location"]).headers["Location"] == (
        f"{AFTER_LOGOUT}?state=bye"
    )
    assert provider.userinfo(renewed["access_token"]).status_code == 401
