"""Reads what a client asks at the authorization endpoint, parameter by parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bridge.domain.portal import AuthorizationRequest, PortalClient, Scope
from bridge.errors import ProtocolError

Parameters = Mapping[str, Sequence[str]]
"""Each parameter with every value it came with."""

MOST_CHARS = {"state": 8_192, "nonce": 1_024, "id_token_hint": 8_192}
_ORDINARY_CHARS = 2_048
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_SECONDS = re.compile(r"[0-9]{1,9}")
_PROMPTS = frozenset(("none", "login", "consent", "select_account"))
_ANEW = frozenset(("login", "select_account"))
_NOT_OFFERED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
    "claims": "invalid_request",
}


def single(parameters: Parameters, name: str) -> str | None:
    """Give a parameter; an empty one counts as not sent. Only `state` may be something else than text.

    Raises: ProtocolError when it comes twice or is no text. Source: RFC 6749, 3.1.
    """
    values = parameters.get(name, ())
    if len(values) > 1:
        raise ProtocolError("a parameter comes twice")
    if not values or not values[0]:
        return None
    if name != "state" and not _is_text(values[0]):
        raise ProtocolError("a parameter is not text")
    return values[0]


def read_request(
    parameters: Parameters, client: PortalClient, redirect_uri: str, subject: str | None
) -> AuthorizationRequest:
    """Give the request; its redirect URI is checked already, `subject` is whom its hint names.

    Raises: ProtocolError with OAuth's word for what is wrong.
    """
    for name in parameters:
        value = single(parameters, name)
        if value is not None and len(value) > MOST_CHARS.get(name, _ORDINARY_CHARS):
            raise ProtocolError("a parameter is too long")
    _refuse_what_is_not_offered(parameters)
    prompts = _prompts(single(parameters, "prompt"))
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=redirect_uri,
        scopes=_scopes(single(parameters, "scope"), client),
        state=single(parameters, "state"),
        nonce=single(parameters, "nonce"),
        code_challenge=_challenge(parameters, client),
        is_silent="none" in prompts,
        is_fresh=not _ANEW.isdisjoint(prompts),
        max_age_s=_max_age(single(parameters, "max_age")),
        subject=subject,
    )


def _is_text(value: str) -> bool:
    """Half a character, or one that databases do not hold, is none."""
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _refuse_what_is_not_offered(parameters: Parameters) -> None:
    kind = single(parameters, "response_type")
    if kind is None:
        raise ProtocolError("response_type is missing")
    if kind != "code":
        raise ProtocolError("the only response_type is code", code="unsupported_response_type")
    if single(parameters, "response_mode") not in {None, "query"}:
        raise ProtocolError("the only response_mode is query")
    for name, code in _NOT_OFFERED.items():
        if single(parameters, name) is not None:
            raise ProtocolError(f"{name} is not supported", code=code)


def _scopes(asked: str | None, client: PortalClient) -> tuple[str, ...]:
    granted = client.granted((asked or "").split(" "))
    if Scope.OPENID not in granted:
        raise ProtocolError("the scope openid is needed", code="invalid_scope")
    return granted


def _challenge(parameters: Parameters, client: PortalClient) -> str | None:
    """Source: RFC 7636; RFC 9700, 2.1.1: no `plain`, which a missing method would mean."""
    challenge = single(parameters, "code_challenge")
    method = single(parameters, "code_challenge_method")
    if challenge is None and method is None and not client.pkce_required:
        return None
    if challenge is None:
        raise ProtocolError("code_challenge is missing")
    if method != "S256":
        raise ProtocolError("the only code_challenge_method is S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise ProtocolError("code_challenge is not an S256 challenge")
    return challenge


def _prompts(prompt: str | None) -> frozenset[str]:
    prompts = frozenset((prompt or "").split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise ProtocolError("prompt is not understood")
    return prompts


def _max_age(seconds: str | None) -> int | None:
    if seconds is None:
        return None
    if not _SECONDS.fullmatch(seconds):
        raise ProtocolError("max_age is not a number of seconds")
    return int(seconds)
