"""The back channel of the sign-in: the platform's own calls to the provider, as it makes them."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from sandbox.salesforce.auth_provider.visits import Flow

TIMEOUT_S = 10


class RefusedError(Exception):
    """The sign-in cannot go on; `code` is what the error page's address shows."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True, repr=False)
class UserData:
    """What a registration handler is given; `attributes` holds every claim as text, like `attributeMap`."""

    identifier: str
    attributes: dict[str, str]
    access_token: str
    refresh_token: str
    id_token: str


def authorize_address(flow: Flow, state: str) -> str:
    """Give where the browser is sent. No nonce: the recorded requests of the platform show none."""
    provider = flow.provider
    query = {
        "response_type": "code",
        "client_id": provider.consumerKey,
        "redirect_uri": flow.redirect_uri,
        "scope": provider.defaultScopes,
        "state": state,
    }
    if provider.isPkceEnabled:
        digest = hashlib.sha256(flow.verifier.encode()).digest()
        query["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query["code_challenge_method"] = "S256"
    return f"{provider.authorizeUrl}?{urlencode(query)}"


def user_data(flow: Flow, code: str) -> UserData:
    """Exchange the code, then ask who it is. Raises: RefusedError."""
    tokens = _tokens(flow, code)
    _check_issuer(flow, tokens.get("id_token"))
    claims = _userinfo(flow, tokens["access_token"])
    subject = claims.get("sub") or claims.get("id")
    if not isinstance(subject, str) or not subject:
        raise RefusedError("USERINFO_ERROR", "no identifier in the user info response")
    return UserData(
        identifier=subject,
        attributes={name: _text(value) for name, value in claims.items()},
        access_token=tokens["access_token"],
        refresh_token=str(tokens.get("refresh_token", "")),
        id_token=str(tokens.get("id_token", "")),
    )


def _tokens(flow: Flow, code: str) -> dict[str, Any]:
    provider = flow.provider
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": flow.redirect_uri}
    if provider.isPkceEnabled:
        form["code_verifier"] = flow.verifier
    pair = (provider.consumerKey, provider.consumerSecret)
    if not provider.sendClientCredentialsInHeader:
        form |= {"client_id": pair[0], "client_secret": pair[1]}
    answer = requests.post(
        provider.tokenUrl,
        data=form,
        auth=pair if provider.sendClientCredentialsInHeader else None,
        headers={"Accept": "application/json"},
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )
    said = _json(answer, "TOKEN_ERROR")
    if answer.status_code != 200 or not isinstance(said.get("access_token"), str):
        raise RefusedError("NO_ACCESS_TOKEN", f"token endpoint: {said.get('error', answer.status_code)}")
    return said


def _check_issuer(flow: Flow, id_token: object) -> None:
    """The platform compares the issuer when one is set; no document says that it checks the signature."""
    if not flow.provider.idTokenIssuer or id_token is None:
        return
    try:
        segment = str(id_token).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (IndexError, ValueError):
        raise RefusedError("ID_TOKEN_ERROR", "the id token cannot be read") from None
    if claims.get("iss") != flow.provider.idTokenIssuer:
        raise RefusedError("ID_TOKEN_ERROR", "the id token's issuer is not the Token Issuer")


def _userinfo(flow: Flow, access_token: str) -> dict[str, Any]:
    in_header = flow.provider.sendAccessTokenInHeader
    answer = requests.get(
        flow.provider.userInfoUrl,
        params=None if in_header else {"access_token": access_token},
        headers={"Authorization": f"Bearer {access_token}"} if in_header else None,
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )
    if answer.status_code != 200:
        raise RefusedError("USERINFO_ERROR", f"user info endpoint: {answer.status_code}")
    return _json(answer, "USERINFO_ERROR")


def _json(answer: requests.Response, code: str) -> dict[str, Any]:
    """The built-in provider reads plain JSON; a signed answer, such as FranceConnect's, is none."""
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        raise RefusedError(code, "the response is not JSON")
    try:
        said = answer.json()
    except ValueError:
        raise RefusedError(code, "the response is not JSON") from None
    if not isinstance(said, dict):
        raise RefusedError(code, "the response is not a JSON object")
    return said


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
