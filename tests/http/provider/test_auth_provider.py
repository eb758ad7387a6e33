"""What Salesforce's Auth. Provider sends and needs, whichever of its switches an administrator chose."""

from __future__ import annotations

import secrets

import pytest

from tests.servers.provider import RunningProvider
from tests.servers.relying_party import RETURN, SITE_RETURN, VERIFIER, Client, answer_of, said

BARE = {"code_challenge": None, "code_challenge_method": None}


@pytest.mark.parametrize("redirect_uri", [RETURN, SITE_RETURN], ids=["org", "site"])
@pytest.mark.parametrize("pkce", [True, False], ids=["pkce", "without pkce"])
@pytest.mark.parametrize("in_header", [True, False], ids=["basic", "post"])
@pytest.mark.parametrize("nonce", ["n-1", None], ids=["nonce", "no nonce"])
def test_an_auth_provider_gets_what_its_handler_needs(
    provider: RunningProvider, redirect_uri: str, pkce: bool, in_header: bool, nonce: str | None
) -> None:
    """A long opaque state back, the four members of the token answer, and plain JSON about one person."""
    registered = provider.client(
        pkce_required=pkce, scopes=("openid", "profile", "contact", "cases:read"), label="Portail"
    )
    client, citizen = Client(registered.id, registered.secret, redirect_uri), provider.citizen()
    state = secrets.token_urlsafe(600)
    changes = {"state": state, "nonce": nonce, "scope": "openid profile contact cases:read"}
    sent = provider.authorize(citizen.browser, client, **changes, **({} if pkce else BARE))
    back = answer_of(sent, redirect_uri)
    assert back["state"] == state
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": redirect_uri}
    form |= {"code_verifier": VERIFIER} if pkce else {}
    if in_header:
        answer = provider.post("/oauth2/token", {**form, "client_id": client.id}, auth=client.basic)
    else:
        answer = provider.post("/oauth2/token", {**form, **client.posted})
    tokens = answer.json()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    assert said(tokens["id_token"])[1].get("nonce") == nonce
    told = provider.userinfo(tokens["access_token"])
    assert told.headers["Content-Type"] == "application/json"
    assert told.json()["sub"] == said(tokens["id_token"])[1]["sub"]
    assert told.json()["contact_id"] == f"003{citizen.number:012d}"
    assert provider.api(tokens["access_token"], "/api/v1/cases").status_code == 200
