"""The one exchange of a code for tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from bridge.adapters.franceconnect.client_key import ASSERTION_TYPE
from bridge.adapters.franceconnect.config import SYSTEM, FranceConnectConfig
from bridge.adapters.franceconnect.wire import reaching, unavailable
from bridge.errors import BridgeError, PermanentError, SignInError

_MAX_ACCESS_TOKEN_CHARS = 4096
# Authlib calls a token dead 60 s before its end, and FranceConnect's live 60 s.
_LEEWAY_S = 5
_PASSING = frozenset(("server_error", "temporarily_unavailable"))


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What the token endpoint gave, nothing of it checked yet."""

    access_token: str
    id_token: str


def oauth_session(config: FranceConnectConfig, session: requests.Session) -> OAuth2Session:
    """Give Authlib's client for one sign-in, over the adapters (and so the limits) of our own session."""
    client = OAuth2Session(
        client_id=config.client_id,
        client_secret=config.client_secret,
        # With our own key, the assertion beside the code says who we are.
        token_endpoint_auth_method="none" if config.client_key else "client_secret_post",
        scope=" ".join(config.scopes),
        redirect_uri=config.redirect_uri,
        leeway=_LEEWAY_S,
    )
    client.adapters = session.adapters
    client.max_redirects = 0
    return client


def exchanged(
    client: OAuth2Session,
    endpoint: str,
    code: str,
    assertion: str | None = None,
    verifier: str | None = None,
) -> Tokens:
    """Give the tokens for a code, in one attempt: after an unknown answer the code may be used up.

    `assertion` takes the place of the client secret; `verifier` is PKCE's, where the provider takes one:
    FranceConnect does not.

    Raises: SignInError `login.token` or `login.id_token_missing`, TransientError `login.unavailable`,
    PermanentError `login.provider` when our registration is refused.
    """
    with reaching():
        try:
            answer = client.fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                allow_redirects=False,
                **_proof(assertion, verifier),
            )
        except OAuthError as refusal:
            raise _refused(refusal.error) from None
        except requests.RequestException:
            raise
        except ValueError:
            raise SignInError("the answer of the token endpoint cannot be read", code="login.token") from None
    return _tokens(answer)


def _proof(assertion: str | None, verifier: str | None) -> dict[str, str]:
    pkce = {"code_verifier": verifier} if verifier else {}
    if assertion is None:
        return pkce
    return pkce | {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}


def _refused(error: object) -> BridgeError:
    if error == "invalid_grant":
        return SignInError("the code is used, too old or not ours", code="login.token")
    if isinstance(error, str) and error in _PASSING:
        return unavailable("the token endpoint is not available")
    return PermanentError("the token endpoint refuses our registration", system=SYSTEM, code="login.provider")


def _tokens(answer: Mapping[str, Any]) -> Tokens:
    access_token, kind = answer.get("access_token"), answer.get("token_type")
    if not _is_usable(access_token) or not isinstance(kind, str) or kind.lower() != "bearer":
        raise SignInError("the token endpoint gave no usable access token", code="login.token")
    id_token = answer.get("id_token")
    if not isinstance(id_token, str) or not id_token:
        raise SignInError("the token endpoint gave no ID token", code="login.id_token_missing")
    return Tokens(str(access_token), id_token)


def _is_usable(token: object) -> bool:
    """It goes into a header: visible ASCII only."""
    short = isinstance(token, str) and 1 <= len(token) <= _MAX_ACCESS_TOKEN_CHARS
    return short and all("!" <= char <= "~" for char in str(token))
