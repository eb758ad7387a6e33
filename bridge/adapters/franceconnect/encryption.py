"""Encrypted answers of FranceConnect+: opened with our key, to what was signed inside."""

from __future__ import annotations

import re
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import Key

from bridge.adapters.franceconnect.compact import decoded
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.errors import SignInError

ALGORITHMS = ("ECDH-ES", "RSA-OAEP", "RSA-OAEP-256")
ENCRYPTION = "A256GCM"
MAX_ENCRYPTED_CHARS = 32_768
_MAX_HEADER_CHARS = 1_024
# ECDH-ES and the two RSA-OAEP differ in whether the second part, the wrapped key, is there.
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KNOWN_HEADERS = frozenset(("alg", "enc", "cty", "kid", "iss", "aud", "epk", "apu", "apv", "typ"))


def signed_inside(token: str, own_keys: OwnKeys) -> str:
    """Give the signed token that FranceConnect+ encrypted for us; nothing of it is checked yet.

    Raises: SignInError `login.encryption` for another wrapping than the registered ones, or another's key.
    Source: FranceConnect+, technical page on OpenID Connect: alg, enc, `cty=JWT`, `kid` of our key.
    """
    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS or header.get("enc") != ENCRYPTION or header.get("cty") != "JWT":
        raise _refused("the token is not encrypted as registered")
    key = own_keys.private(header.get("kid"))
    if key is None:
        raise _refused("the token is encrypted for a key that is not ours, or no longer")
    return _opened(token, key, algorithm)


def _header(token: str) -> dict[str, Any]:
    segment = token.partition(".")[0]
    if len(token) > MAX_ENCRYPTED_CHARS or len(segment) > _MAX_HEADER_CHARS or not _COMPACT.fullmatch(token):
        raise _refused("not an encrypted token")
    try:
        header = decoded(segment)
    except ValueError:
        raise _refused("the header of the token cannot be read") from None
    if not header.keys() <= _KNOWN_HEADERS:
        raise _refused("the header of the token asks for what is not accepted")
    return header


def _opened(token: str, key: Key, algorithm: str) -> str:
    # Not strict about names: `iss` and `aud` are copied into the header, and ours are checked inside.
    registry = JWERegistry(algorithms=[algorithm, ENCRYPTION], strict_check_header=False)
    try:
        found = jwe.decrypt_compact(token, key, registry=registry)
        return (found.plaintext or b"").decode("ascii")
    except (JoseError, ValueError, TypeError):
        raise _refused("the token cannot be opened") from None


def _refused(why: str) -> SignInError:
    return SignInError(why, code="login.encryption")
