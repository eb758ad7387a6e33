"""The bridge as an OpenID provider: who may ask, what they ask, and what a citizen's sign-in grants them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")

REQUEST_LIFE = timedelta(minutes=30)
"""How long a sign-in may take that a client asked for; long enough for a one-time code on the way."""
CODE_LIFE = timedelta(seconds=60)
ACCESS_LIFE = timedelta(minutes=10)
OFFLINE_LIFE = timedelta(days=30)
"""How long after the sign-in a client may renew its access, when it may at all."""
KEY_AFTERLIFE = timedelta(hours=24)
"""How long a retired key still verifies; longer than any token it signed lives."""


class Scope(StrEnum):
    """What a client can be given; each opens what it says and nothing more."""

    OPENID = "openid"
    """Our id of the person, the level and the moment of the sign-in."""
    PROFILE = "profile"
    """The name shown, given name, family name."""
    CONTACT = "contact"
    """The id of the person's Contact in the org."""
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    OFFLINE_ACCESS = "offline_access"
    """Refresh tokens."""


def is_client_id(text: str) -> bool:
    """Tell whether a client can have this id; nothing else is worth looking for."""
    return _CLIENT_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class PortalClient:
    """A relying party registered here. A public one has no secret and proves itself by PKCE alone."""

    client_id: str
    label: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    is_public: bool
    pkce_required: bool
    created_at: datetime

    def granted(self, asked: Collection[str]) -> tuple[str, ...]:
        """Give what this client gets of what it asks: unknown scopes and others' are passed over."""
        return tuple(scope for scope in self.scopes if scope in asked)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A checked request of a client. `state` and `nonce` go back as they came.

    `subject` is whom the client believes to be signed in; `max_age_s` how old a sign-in may be.
    """

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    is_silent: bool = False
    is_fresh: bool = False
    max_age_s: int | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a citizen's sign-in opened to a client, until it ends, is revoked, or its link is undone."""

    id: str
    client_id: str
    link_id: str
    session_id: str
    scopes: tuple[str, ...]
    acr: str
    authenticated_at: datetime
    profile: dict[str, str]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Who a grant is about, as its link says today."""

    subject: str
    contact_id: str
    subject_hash: str


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """A grant that stands, and whom it is about."""

    grant: Grant
    person: Person


@dataclass(frozen=True, slots=True)
class PortalKey:
    """A signing key; what is private of it is sealed."""

    kid: str
    sealed_private_key: str
    public_key: dict[str, str]
    created_at: datetime
    retired_at: datetime | None = None
