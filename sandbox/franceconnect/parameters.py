"""Reads an authorization request: a list of allowed names, and a page for anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from sandbox.franceconnect.errors import PageError

# PKCE's parameters are absent on purpose: discovery advertises S256, yet FranceConnect refuses them.
REQUIRED = ("client_id", "response_type", "redirect_uri", "scope", "acr_values", "state", "nonce")
OPTIONAL = ("claims", "prompt", "idp_hint", "ui_locales")
PROMPTS = ({"login"}, {"consent"}, {"login", "consent"})
NONCE_MIN_LENGTH = 22
_TOP_LEVEL = re.compile(r"[a-z][a-z0-9-]+", re.IGNORECASE)

# These two may be empty here: the refusal then goes back to the service as an OAuth error.
_MAY_BE_EMPTY = {"response_type", "scope"}


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """A request whose shape is right; nothing says yet that it is allowed."""

    client_id: str
    response_type: str
    redirect_uri: str
    scope: str
    acr_values: str
    state: str
    nonce: str
    claims: str
    idp_hint: str

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.scope.split()))


def read(values: MultiDict[str, str]) -> AuthorizeRequest:
    """The request in these parameters.

    Raises: PageError Y030007.
    """
    if not _has_right_names(values) or not _has_right_values(values):
        raise PageError("Y030007")
    return AuthorizeRequest(
        **{name: values[name] for name in REQUIRED},
        claims=values.get("claims", ""),
        idp_hint=values.get("idp_hint", ""),
    )


def is_url(text: str) -> bool:
    """Whether this is an absolute http(s) address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def has_top_level_domain(text: str) -> bool:
    """Whether the host is a name under a top-level domain; neither a number nor this machine."""
    host = urlsplit(text).hostname or ""
    return bool(_TOP_LEVEL.fullmatch(host.rpartition(".")[2])) and "." in host


def _has_right_names(values: MultiDict[str, str]) -> bool:
    given = set(values)
    once = all(len(values.getlist(name)) == 1 for name in given)
    return once and given >= set(REQUIRED) and given <= {*REQUIRED, *OPTIONAL}


def _has_right_values(values: MultiDict[str, str]) -> bool:
    filled = all(values[name] for name in REQUIRED if name not in _MAY_BE_EMPTY)
    prompt_ok = "prompt" not in values or set(values["prompt"].split()) in PROMPTS
    return (
        filled and prompt_ok and len(values["nonce"]) >= NONCE_MIN_LENGTH and is_url(values["redirect_uri"])
    )
