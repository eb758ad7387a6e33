"""What every sign-in through an OpenID provider shares: its random values, and how an answer is read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from bridge.errors import BridgeError, PermanentError, SignInError, TransientError

LOGIN_STATE = re.compile(r"[0-9a-f]{64}")
# Never the shape of a sign-in's, so that neither serves for the other.
LOGOUT_STATE = re.compile(r"out[0-9a-f]{61}")
_CODE = re.compile(r"[!-~]{1,1024}")
_BROWSER_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?")
_MAX_PATH_CHARS = 8_192
_GIVEN_UP = frozenset(("access_denied", "login_required", "interaction_required", "consent_required"))


@dataclass(frozen=True, slots=True, repr=False)
class ProviderAnswer:
    """What the browser brought back from a provider, as it came."""

    state: str | None
    code: str | None = None
    error: str | None = None
    iss: str | None = None

    def code_from(self, issuer: str, system: str) -> str:
        """Give the code this issuer's answer brings.

        Raises: SignInError `login.issuer`, `login.state`, `login.denied` or `login.token`; TransientError
        `login.unavailable` or `login.failed`; PermanentError `login.provider`.
        """
        if self.iss is not None and self.iss != issuer:
            raise SignInError("the answer comes from another provider", code="login.issuer")
        if self.error is not None and self.code is not None:
            raise SignInError("the answer says both yes and no", code="login.state")
        if self.error is not None:
            raise _refusal(self.error, system)
        if self.code is None or not _CODE.fullmatch(self.code):
            raise SignInError("the answer brings no code", code="login.token")
        return self.code


def new_login_value() -> str:
    """Give a state or a nonce: 64 characters satisfy every length a provider ever asked."""
    return secrets.token_hex(32)


def new_logout_state() -> str:
    """Give the state of a sign-out."""
    return f"out{secrets.token_hex(31)[1:]}"


def browser_of(given: str | None) -> str:
    """Give the browser's token when it has one, else a new one, so that two tabs can both finish."""
    return given if given and _BROWSER_TOKEN.fullmatch(given) else secrets.token_urlsafe(32)


def path_within(wanted: str | None, *, within: Collection[str], but: Collection[str] = (), home: str) -> str:
    """Give the path if it is one of ours under `within`, letter by letter; `home` for everything else."""
    if not wanted or len(wanted) > _MAX_PATH_CHARS or not wanted.startswith(tuple(within)):
        return home
    return wanted if _PATH.fullmatch(wanted) and not wanted.startswith(tuple(but)) else home


def _refusal(error: str, system: str) -> BridgeError:
    """What to do is decided by the kind of error; its description is never read."""
    if error in _GIVEN_UP:
        return SignInError("the sign-in was not completed at the provider", code="login.denied")
    if error == "temporarily_unavailable":
        return TransientError("the provider is not available", system=system, code="login.unavailable")
    if error == "server_error":
        # Also an identity that lacks what the provider must pass on: trying again may not help.
        return TransientError("the provider could not finish", system=system, code="login.failed")
    return PermanentError("the provider refuses our request", system=system, code="login.provider")
