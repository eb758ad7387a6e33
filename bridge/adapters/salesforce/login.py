"""Gets an access token from the org, by JWT bearer or client credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from bridge.adapters.outbound import require_success, translated
from bridge.adapters.salesforce.config import SYSTEM, SalesforceConfig
from bridge.errors import PermanentError, TransientError

_ASSERTION_LIFE = timedelta(minutes=3)
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_OAUTH_ERROR = re.compile(r"[a-z][a-z_]{2,39}")


@dataclass(frozen=True, slots=True)
class Token:
    """A session of the org, and the instance that serves it."""

    value: str = field(repr=False)
    instance_url: str


def log_in(session: requests.Session, config: SalesforceConfig, now: datetime) -> Token:
    """Ask for a token, once.

    Raises: TransientError, PermanentError when refused or when the instance is not allowed.
    """
    form, basic = _grant(config, now)
    with translated(SYSTEM):
        response = session.post(
            f"{config.login_url.rstrip('/')}/services/oauth2/token", data=form, auth=basic
        )
        if response.status_code in {400, 401, 403}:
            raise _refused(response)
        body = require_success(response, SYSTEM, now=now).json()
    return _token(body, config)


def _grant(config: SalesforceConfig, now: datetime) -> tuple[dict[str, str], tuple[str, str] | None]:
    if config.private_key_pem is None:
        return {"grant_type": "client_credentials"}, (config.consumer_key, config.consumer_secret or "")
    return {"grant_type": _JWT_BEARER, "assertion": _assertion(config, config.private_key_pem, now)}, None


def _assertion(config: SalesforceConfig, private_key_pem: str, now: datetime) -> str:
    claims = {
        "iss": config.consumer_key,
        "sub": config.username,
        "aud": config.audience or config.login_url.rstrip("/"),
        "exp": int((now + _ASSERTION_LIFE).timestamp()),
    }
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(private_key_pem))


def _refused(response: requests.Response) -> PermanentError:
    """Keep the stable word of the refusal; its description may hold a username."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = None
    word = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(word, str) or not _OAUTH_ERROR.fullmatch(word):
        word = f"http_{response.status_code}"
    return PermanentError(
        f"The integration login was refused: {word}", system=SYSTEM, code=f"salesforce.login.{word}"
    )


def _token(body: object, config: SalesforceConfig) -> Token:
    found = body if isinstance(body, Mapping) else {}
    value, instance_url = found.get("access_token"), found.get("instance_url")
    if not (isinstance(value, str) and value and isinstance(instance_url, str)):
        raise TransientError("The login answered without a token", system=SYSTEM, code="remote.unreadable")
    if not config.allows_instance(instance_url):
        raise PermanentError(
            "The login names an instance that is not allowed",
            system=SYSTEM,
            code="salesforce.instance_refused",
        )
    return Token(value, instance_url.rstrip("/"))
