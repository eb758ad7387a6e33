"""Reads an authorization request: a list of allowed names, and a page for anything else."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from sandbox.franceconnect.parameters import is_url
from sandbox.proconnect.errors import PageError

REQUIRED = ("client_id", "response_type", "redirect_uri", "scope", "state")
# No max_age: ProConnect does not implement it. response_mode is taken and ignored.
OPTIONAL = (
    "nonce",
    "acr_values",
    "claims",
    "prompt",
    "response_mode",
    "login_hint",
    "siret_hint",
    "idp_hint",
    "code_challenge",
    "code_challenge_method",
)
NONCE_MAX_LENGTH = 512
# Empty here, these are refused further on, by an OAuth error that goes back to the service.
_MAY_BE_EMPTY = {"response_type", "scope"}


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """A request whose shape is right; nothing says yet that it is allowed."""

    client_id: str
    response_type: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str | None
    acr_values: str
    claims: str
    prompt: tuple[str, ...]
    login_hint: str
    code_challenge: str | None
    code_challenge_method: str | None

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.scope.split()))


def read(values: MultiDict[str, str]) -> AuthorizeRequest:
    """The request in these parameters.

    Raises: PageError Y000400.
    """
    if not _has_right_names(values) or not _has_right_values(values):
        raise PageError("Y000400")
    return AuthorizeRequest(
        **{name: values[name] for name in REQUIRED},
        nonce=values.get("nonce"),
        acr_values=values.get("acr_values", ""),
        claims=values.get("claims", ""),
        prompt=tuple(values.get("prompt", "").split()),
        login_hint=values.get("login_hint", ""),
        code_challenge=values.get("code_challenge"),
        code_challenge_method=values.get("code_challenge_method"),
    )


def _has_right_names(values: MultiDict[str, str]) -> bool:
    given = set(values)
    once = all(len(values.getlist(name)) == 1 for name in given)
    return once and given >= set(REQUIRED) and given <= {*REQUIRED, *OPTIONAL}


def _has_right_values(values: MultiDict[str, str]) -> bool:
    filled = all(values[name] for name in REQUIRED if name not in _MAY_BE_EMPTY)
    nonce = values.get("nonce", "n")
    hints = "@" in values.get("login_hint", "@") and len(values.get("siret_hint", "0" * 14)) == 14
    return (
        filled
        and hints
        and nonce.isascii()
        and 1 <= len(nonce) <= NONCE_MAX_LENGTH
        and is_url(values["redirect_uri"])
    )
