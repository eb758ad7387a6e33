"""Signed answers of FranceConnect: the header rules and the signature, before any claim is read."""

from __future__ import annotations

import re
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from bridge.adapters.franceconnect.compact import decoded
from bridge.adapters.franceconnect.keys import KeyRing
from bridge.errors import SignInError

MAX_TOKEN_CHARS = 16_384
_MAX_HEADER_CHARS = 512
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
# Keys brought by the message itself, extensions, and other messages inside: FranceConnect sends none.
_REFUSED_HEADERS = frozenset(("crit", "b64", "jwk", "jku", "x5u", "x5c", "cty", "enc", "zip"))


def signed_claims(token: str, keys: KeyRing, algorithm: str) -> dict[str, Any]:
    """Give the claims of a token signed by FranceConnect with the registered algorithm.

    Raises: SignInError (`login.alg`, `login.kid`, `login.signature`), TransientError without the keys.
    """
    header = _header(token)
    if header.get("alg") != algorithm:
        raise SignInError("the token is not signed with the registered algorithm", code="login.alg")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise SignInError("the name of the signing key is not a text", code="login.kid")
    key = keys.key(kid)
    if not _is_signed(token, key, algorithm):
        _retried(token, keys.replaced(kid, key), algorithm)
    return _payload(token)


def _header(token: str) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_CHARS or not _COMPACT.fullmatch(token):
        raise SignInError("not a signed token", code="login.signature")
    segment = token.partition(".")[0]
    if len(segment) > _MAX_HEADER_CHARS:
        raise SignInError("the header of the token is too long", code="login.signature")
    header = _decoded(segment)
    if not _REFUSED_HEADERS.isdisjoint(header):
        raise SignInError("the header of the token asks for what is not accepted", code="login.signature")
    return header


def _retried(token: str, key: Key | None, algorithm: str) -> None:
    """A hardware key keeps its name when it is renewed, so the same name may now mean another key."""
    if key is None or not _is_signed(token, key, algorithm):
        raise SignInError("the signature of the token is wrong", code="login.signature")


def _is_signed(token: str, key: Key, algorithm: str) -> bool:
    try:
        jws.deserialize_compact(token, key, algorithms=[algorithm])
    except (JoseError, ValueError):
        return False
    return True


def _payload(token: str) -> dict[str, Any]:
    return _decoded(token.split(".")[1])


def _decoded(segment: str) -> dict[str, Any]:
    try:
        return decoded(segment)
    except ValueError as error:
        raise SignInError("the token cannot be read", code="login.signature") from error
