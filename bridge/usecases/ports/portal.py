"""The store's side of our OpenID provider, and who signs its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bridge.domain.portal import AuthorizationRequest, Grant, LiveGrant, PortalClient, PortalKey


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that waits for its citizen, and the session that was opened to answer it."""

    request: AuthorizationRequest
    session_id: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """What a code was issued for; whoever redeems it must say the same."""

    redirect_uri: str
    nonce: str | None
    code_challenge: str | None


class TokenState(StrEnum):
    """What became of a code or refresh token at the moment it was presented."""

    TAKEN = "taken"
    """It was good, and is now used up."""
    REUSED = "reused"
    OVER = "over"
    """Too old, or what it stood on was revoked or undone."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Presented:
    """The answer to a code or refresh token; the grant is there unless it is unknown."""

    state: TokenState
    grant: Grant | None = None
    live: LiveGrant | None = None
    terms: CodeTerms | None = None


class PortalClients(Protocol):
    """The relying parties registered here."""

    def by_id(self, client_id: str) -> PortalClient | None:
        """Give a client."""

    def all(self) -> tuple[PortalClient, ...]:
        """Give every client, by id."""

    def add(self, client: PortalClient, secret_hash: str | None) -> bool:
        """Register a client; False when the id is taken."""

    def secret_hashes(self, client_id: str, now: datetime) -> tuple[str, ...]:
        """Give the hashes a secret may match: the present one, and the previous until its time ends."""

    def replace_secret(self, client_id: str, secret_hash: str, previous_until: datetime) -> bool:
        """Set a new secret and keep the one before; False for a client without secret."""

    def remove(self, client_id: str) -> bool:
        """Take a client away with everything it was granted; False when there is none."""

    def failures_since(self, client_id: str, since: datetime) -> int:
        """Give how many wrong secrets came in this client's name."""

    def note_failure(self, client_id: str, now: datetime) -> None:
        """Note a wrong secret."""


class PortalRequests(Protocol):
    """Requests of clients that wait for a citizen; each bound to the browser it started in."""

    def start(
        self,
        request_id: str,
        browser: str,
        request: AuthorizationRequest,
        now: datetime,
        origin_hash: str | None = None,
    ) -> None:
        """Keep a request.

        Raises: TooManyRequestsError `login.too_many` when one address starts more than a front desk would;
        TransientError `login.busy` when more start at once than citizens ever would.
        """

    def waiting(self, request_id: str, browser: str, now: datetime) -> PendingRequest | None:
        """Give a request; None when unknown, answered, too old or another browser's."""

    def bind(self, request_id: str, session_id: str) -> None:
        """Name the session that may answer: the one its own sign-in opened, or one the citizen confirmed."""

    def answer(self, request_id: str, now: datetime) -> bool:
        """Use a request up, once."""


class PortalGrants(Protocol):
    """What clients were granted, with the codes and refresh tokens that carry it; hashes of both only."""

    def add(self, grant: Grant, code: str, terms: CodeTerms) -> None:
        """Store a grant and its code."""

    def take_code(self, code: str, now: datetime) -> Presented:
        """Use a code up: of any number at once, one gets TAKEN."""

    def add_refresh_token(self, grant: Grant, token: str, now: datetime) -> None:
        """Store a refresh token of a grant; it ends with the grant."""

    def take_refresh_token(self, token: str, now: datetime) -> Presented:
        """Use a refresh token up: of any number at once, one gets TAKEN."""

    def of_refresh_token(self, token: str) -> Grant | None:
        """Give the grant of a refresh token, used or not."""

    def live(self, grant_id: str, now: datetime) -> LiveGrant | None:
        """Give a grant that stands: not over, not revoked, its link not undone."""

    def revoke(self, grant_id: str, why: str, now: datetime) -> bool:
        """Revoke a grant and all it carries; False when that was done before."""

    def revoke_of_session(self, session_id: str, why: str, now: datetime) -> int:
        """Revoke what a session opened; give how many grants."""

    def move_to_session(self, old_session_id: str, session_id: str) -> None:
        """Have what a session opened end with the one that took its place."""

    def revoke_of_link(self, link_id: str, why: str, now: datetime) -> int:
        """Revoke what was opened to anybody about this link; give how many grants."""

    def erase_of_link(self, link_id: str) -> int:
        """Delete what was opened to anybody about this link, before the link itself; give how many grants."""

    def prune(self, now: datetime) -> int:
        """Delete requests, codes, tokens, grants, failures and keys that are over; give how many."""


class PortalKeys(Protocol):
    """The provider's own signing keys."""

    def current(self) -> PortalKey | None:
        """Give the key that signs."""

    def published(self, now: datetime) -> tuple[PortalKey, ...]:
        """Give the keys that verify, the one that signs first; a retired one for a day more."""

    def replace(self, key: PortalKey, now: datetime) -> None:
        """Sign with this key from now on, and retire the one before."""

    def withdraw_retired(self) -> int:
        """Have no retired key verify any more; give how many."""


class TokenSigner(Protocol):
    """Signs and checks our own tokens. `kind` is the token's `typ`, so that none passes for another."""

    def sign(self, kind: str, claims: Mapping[str, Any]) -> str:
        """Give the token."""

    def claims(self, kind: str, token: str) -> Mapping[str, Any] | None:
        """Give what a token of ours says; None for any other. Its times are the caller's to check."""

    def published(self) -> tuple[Mapping[str, str], ...]:
        """Give the public keys."""

    def rotate(self, *, withdraw_old: bool = False) -> str:
        """Sign with a new key from now on; give its id."""
