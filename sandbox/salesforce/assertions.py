"""Checks the assertion of a JWT bearer login, as leniently as the real service does."""

from __future__ import annotations

import html
from datetime import datetime
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from sandbox.salesforce.oauth_errors import OAuthError
from sandbox.salesforce.org import Credentials

_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
_DOMAINS = (".salesforce.com", ".site.com")
# Above this an `exp` is in milliseconds, as one client sends it.
_MILLISECONDS = 100_000_000_000


def check_assertion(assertion: str, credentials: Credentials, base_url: str, now: datetime) -> None:
    """Accept a genuine assertion of the app for its user; `exp` may be text, and far away.

    Raises: OAuthError with the texts of the real service.
    """
    claims = _verified(assertion, credentials)
    if claims.get("iss") != credentials.consumer_key:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if not _audience_fits(claims.get("aud"), base_url):
        raise OAuthError("invalid_grant", "audience is invalid")
    if _expiry_s(claims.get("exp")) <= now.timestamp():
        raise OAuthError("invalid_grant", "expired authorization code")
    if html.unescape(str(claims.get("sub"))).lower() != credentials.username.lower():
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")


def public_key(pem: str) -> RSAKey:
    """The key of a public key or certificate in PEM."""
    if "BEGIN CERTIFICATE" in pem:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        pem = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return RSAKey.import_key(pem)


def _verified(assertion: str, credentials: Credentials) -> dict[str, object]:
    if credentials.public_key_pem is None:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    try:
        token = jwt.decode(assertion, public_key(credentials.public_key_pem), algorithms=["RS256"])
    except (JoseError, ValueError) as error:
        raise OAuthError("invalid_grant", "invalid assertion") from error
    return cast("dict[str, object]", token.claims)


def _audience_fits(audience: object, base_url: str) -> bool:
    """Production, sandboxes, any My Domain or site of the platform, and this org's own address."""
    given = audience if isinstance(audience, list) else [audience]
    return any(
        isinstance(item, str)
        and (
            item.rstrip("/") in {*_HOSTS, base_url}
            or item.rstrip("/").endswith((".salesforce.com", ".site.com"))
        )
        for item in given
    )


def _expiry_s(value: object) -> float:
    try:
        moment = float(str(value))
    except ValueError:
        raise OAuthError("invalid_grant", "expired authorization code") from None
    return moment / 1000 if moment > _MILLISECONDS else moment
