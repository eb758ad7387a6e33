"""Rows A48 to A50 and A79 of the abuse table: access tokens at userinfo and at the status API."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from bridge.adapters.portal_tokens import JoseTokens
from tests.adapters.store.samples import change, content, save
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import Citizen, RunningProvider
from tests.servers.relying_party import Client, bearer, said

SIGNED_LIKE_OURS = RSAKey.generate_key(2048, private=True)


@pytest.fixture
def client(provider: RunningProvider) -> Client:
    """Give a relying party."""
    return provider.client()


@pytest.fixture
def citizen(provider: RunningProvider) -> Citizen:
    """Give a signed-in citizen."""
    return provider.citizen()


def test_a48_a_token_in_an_address_is_refused_and_revoked(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """It is in logs now; even beside a good header."""
    tokens = provider.tokens(citizen, client)
    token = tokens["access_token"]
    for method in ("GET", "POST"):
        answer = requests.request(
            method,
            f"{provider.url}/oauth2/userinfo",
            params={"access_token": token},
            headers=bearer(token),
            timeout=TIMEOUT_S,
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert provider.userinfo(token).status_code == 401
    assert provider.refreshed(client, tokens["refresh_token"]).status_code == 400
    assert provider.audited(citizen, "portal.revoked") == [("rule", "exposed")]


def test_a79_a_token_in_the_address_of_the_api_opens_nothing(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """The status API hears the header only."""
    token = provider.tokens(citizen, client)["access_token"]
    answer = requests.get(f"{provider.url}/api/v1/me", params={"access_token": token}, timeout=TIMEOUT_S)
    assert (answer.status_code, answer.json()["code"]) == (401, "session.required")


def forged(provider: RunningProvider, token: str, **claims: Any) -> str:
    """Sign a token with the provider's own key, right in everything but what is told."""
    _header, said_before = said(token)
    return provider.services.provider.signer.sign("at+jwt", {**said_before, **claims})


def test_a49_an_id_token_opens_nothing(provider: RunningProvider, client: Client, citizen: Citizen) -> None:
    """It says who signed in, to the client alone."""
    token = provider.tokens(citizen, client)["id_token"]
    assert provider.userinfo(token).status_code == 401
    assert provider.api(token).status_code == 401


def test_a49_an_access_token_is_no_hint(provider: RunningProvider, client: Client, citizen: Citizen) -> None:
    """Nor does it sign anybody out."""
    token = provider.tokens(citizen, client)["access_token"]
    answer = provider.authorize(citizen.browser, client, id_token_hint=token)
    assert "error=invalid_request" in answer.headers["Location"]
    assert provider.get(citizen.browser, f"/oauth2/logout?id_token_hint={token}").status_code == 200
    assert provider.get(citizen.browser, "/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.test/api/v1"},
        {"aud": ["https://elsewhere.test/api/v1"]},
        {"iss": "https://elsewhere.test"},
        {"exp": 0},
        {"exp": None},
        {"exp": "soon"},
        {"grant_id": "g_unknown"},
    ],
    ids=str,
)
def test_a49_a_token_wrong_in_one_claim_opens_nothing(
    provider: RunningProvider, client: Client, citizen: Citizen, claims: dict[str, Any]
) -> None:
    """Even signed by us: another audience, another issuer, over, or of no grant."""
    token = provider.tokens(citizen, client)["access_token"]
    assert provider.api(forged(provider, token)).status_code == 200
    assert provider.api(forged(provider, token, **claims)).status_code == 401


def test_a49_a_token_right_in_every_claim_needs_our_signature(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """Another key under our key's name, our public key as a secret, no signature at all, none of our keys."""
    token = provider.tokens(citizen, client)["access_token"]
    header, claims = said(token)
    other = jwt.encode(header, claims, SIGNED_LIKE_OURS, algorithms=["RS256"])
    unknown = jwt.encode({**header, "kid": "bridge-x"}, claims, SIGNED_LIKE_OURS, algorithms=["RS256"])
    nameless = jwt.encode({"alg": "RS256", "typ": "at+jwt"}, claims, SIGNED_LIKE_OURS, algorithms=["RS256"])
    head, body, signature = token.split(".")
    unsigned = f"eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{body}."
    for forgery in (
        other,
        unknown,
        nameless,
        unsigned,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
    ):
        assert provider.api(forgery).status_code == 401
        assert provider.userinfo(forgery).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "x" * 100_000, "....", "eyJ9.e30.x"], ids=len)
def test_a50_every_wrong_token_gets_the_same_refusal(provider: RunningProvider, token: str) -> None:
    """No hint at what is wrong with it; the header says how to get in."""
    sent = {"Authorization": b"Bearer " + token.encode()}
    if len(token) > 60_000:
        answer = requests.get(f"{provider.url}/oauth2/userinfo", headers=sent, timeout=TIMEOUT_S)
        # The development server of the tests refuses such a line itself.
        assert answer.status_code in {401, 431}
        return
    answer = requests.get(f"{provider.url}/oauth2/userinfo", headers=sent, timeout=TIMEOUT_S)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json() == {
        "error": "invalid_token",
        "error_description": "the access token is not valid, or no longer",
    }


def test_a50_a_token_lives_ten_minutes(provider: RunningProvider, client: Client, citizen: Citizen) -> None:
    """Then it is refused like any other wrong one, here and at the API."""
    tokens = provider.tokens(citizen, client)
    assert tokens["expires_in"] == 600
    provider.clock.move(timedelta(seconds=598))
    assert provider.api(tokens["access_token"]).status_code == 200
    provider.clock.move(timedelta(seconds=2))
    for answer in (provider.userinfo(tokens["access_token"]), provider.api(tokens["access_token"])):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a50_a_revoked_token_is_refused(provider: RunningProvider, client: Client, citizen: Citizen) -> None:
    """Revoking either token ends both; another client's wish changes nothing, an unknown token neither."""
    for name in ("access_token", "refresh_token"):
        tokens = provider.tokens(citizen, client)
        other = provider.client()
        for party, token in ((other, tokens[name]), (client, "unknown"), (client, tokens["id_token"])):
            assert provider.post("/oauth2/revoke", {**party.posted, "token": token}).status_code == 200
        assert provider.userinfo(tokens["access_token"]).status_code == 200
        answer = provider.post("/oauth2/revoke", {**client.posted, "token": tokens[name]})
        assert (answer.status_code, answer.text) == (200, "")
        assert provider.userinfo(tokens["access_token"]).status_code == 401
        assert provider.refreshed(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert provider.post("/oauth2/revoke", {"token": "a"}).status_code == 401


def test_a_wrong_token_is_not_made_good_by_a_cookie(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """Whoever brings a token is judged by it."""
    answer = provider.get(citizen.browser, "/api/v1/me", headers=bearer("wrong"))
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def test_a_token_opens_one_citizen_s_requests_and_no_page(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """The API for that citizen alone, each reading audited under the client's name; pages hear cookies."""
    other = provider.citizen()
    mine, theirs = (
        save(
            provider.store,
            change(content(f"PC-{each.number}"), keys=[f"person-{each.number}"]),
            now=provider.clock.now(),
        )[0]
        for each in (citizen, other)
    )
    token = provider.tokens(citizen, client)["access_token"]
    listed = provider.api(token, "/api/v1/cases").json()["cases"]
    assert [case["id"] for case in listed] == [mine.id]
    assert provider.api(token, f"/api/v1/cases/{mine.id}").status_code == 200
    assert provider.api(token, f"/api/v1/cases/{theirs.id}").json()["code"] == "case.unknown"
    assert provider.audited(citizen, "cases.listed") == [(f"client:{client.id}", None)]
    assert provider.audited(citizen, "case.read") == [(f"client:{client.id}", None)]
    page = requests.get(f"{provider.url}/demandes/{mine.id}", headers=bearer(token), timeout=TIMEOUT_S)
    assert page.status_code == 401


def test_a_token_without_the_scope_is_told_which_it_needs(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """403 with a stable code, and the scope in the header."""
    token = provider.tokens(citizen, client, scope="openid cases:write")["access_token"]
    answer = provider.api(token, "/api/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (403, "token.scope")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="cases:read"'


def test_userinfo_tells_what_the_scopes_open_and_nothing_more(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """Plain JSON, one audit row an answer."""
    number = citizen.number
    opened: dict[str, set[str]] = {
        "openid": {"sub", "acr", "auth_time"},
        "openid profile": {"sub", "acr", "auth_time", "name", "given_name", "family_name"},
        "openid contact": {"sub", "acr", "auth_time", "contact_id"},
    }
    for scope, names in opened.items():
        answer = provider.userinfo(provider.tokens(citizen, client, scope=scope)["access_token"])
        assert answer.headers["Content-Type"] == "application/json"
        assert set(answer.json()) == names
    told = provider.userinfo(provider.tokens(citizen, client)["access_token"]).json()
    assert told["sub"] == f"p_{number}"
    assert told["name"] == f"Camille DUPONT-{number}"
    assert told["contact_id"] == f"003{number:012d}"
    assert provider.audited(citizen, "userinfo.read") == [(f"client:{client.id}", None)] * 4


def test_the_tokens_are_what_their_standards_say(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """RFC 9068 for the one, OpenID Connect Core for the other; no name in either."""
    tokens = provider.tokens(citizen, client, nonce="nonce-1")
    header, claims = said(tokens["access_token"])
    assert (header["typ"], header["alg"], header["kid"][:7]) == ("at+jwt", "RS256", "bridge-")
    assert set(claims) == {
        *("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "auth_time", "acr", "grant_id")
    }
    assert claims["aud"] == f"{provider.url}/api/v1"
    assert claims["exp"] - claims["iat"] == 600
    header, claims = said(tokens["id_token"])
    assert header["typ"] == "JWT"
    assert set(claims) == {
        *("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "nonce", "sid", "at_hash")
    }
    assert (claims["sub"], claims["aud"], claims["nonce"]) == (f"p_{citizen.number}", client.id, "nonce-1")
    assert "nonce" not in said(provider.tokens(citizen, client)["id_token"])[1]


def test_checking_a_token_takes_no_longer_for_an_unknown_key(
    provider: RunningProvider, client: Client, citizen: Citizen
) -> None:
    """A flood of forged tokens costs no signature check and no fetch."""
    signer = provider.services.provider.signer
    assert isinstance(signer, JoseTokens)
    token = provider.tokens(citizen, client)["access_token"]
    header, claims = said(token)
    forgery = jwt.encode({**header, "kid": "x"}, claims, SIGNED_LIKE_OURS, algorithms=["RS256"])

    def took_s(each: str) -> float:
        began = time.perf_counter()
        for _ in range(20):
            signer.claims("at+jwt", each)
        return time.perf_counter() - began

    assert min(took_s(forgery) for _ in range(3)) <= 2 * min(took_s(token) for _ in range(3))
