"""Registers the relying parties of our provider, and tells whether one is who it says."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from bridge.domain.portal import PortalClient, Scope, is_client_id
from bridge.errors import ConfigurationError, ProtocolError
from bridge.setting_types import is_protected
from bridge.usecases.ports import AuditEntry, Clock, Store

MOST_FAILURES = 10
FAILURE_SPAN = timedelta(minutes=1)
_UNKNOWN = "-"
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_MOST_URI_CHARS = 1_024


@dataclass(frozen=True, slots=True)
class Clients:
    """The register of clients. A secret is shown once, when it is made."""

    store: Store
    clock: Clock

    def authenticated(self, client_id: str, secret: str | None) -> PortalClient:
        """Give the client. Raises: ProtocolError `invalid_client`, with a wait after ten wrong ones a minute.

        The right secret is never kept waiting: whoever guesses in its name must not shut the portal out.
        """
        now = self.clock.now()
        client_id = client_id if is_client_id(client_id) else _UNKNOWN
        with self.store.read() as tx:
            client = tx.portal_clients.by_id(client_id)
            hashes = tx.portal_clients.secret_hashes(client_id, now)
        if client is not None and client.is_public and secret is None:
            return client
        # One comparison more than needed, so that an unknown client takes as long as a wrong secret.
        matches = [hmac.compare_digest(_hash(secret or ""), known) for known in (*hashes, _hash(_UNKNOWN))]
        if client is not None and secret is not None and any(matches[: len(hashes)]):
            return client
        raise self._refusal(client.client_id if client else _UNKNOWN)

    def page_origins(self) -> frozenset[str]:
        """Give the origins of public clients' pages, which hold their tokens in the browser."""
        with self.store.read() as tx:
            known = tx.portal_clients.all()
        addresses = (urlsplit(uri) for client in known if client.is_public for uri in client.redirect_uris)
        return frozenset(f"{parts.scheme}://{parts.netloc}" for parts in addresses if parts.netloc)

    def add(
        self,
        client_id: str,
        *,
        label: str,
        redirect_uris: Collection[str],
        post_logout_redirect_uris: Collection[str] = (),
        scopes: Collection[str] = (Scope.OPENID,),
        is_public: bool = False,
        pkce_required: bool = True,
    ) -> str | None:
        """Register a client; give its secret, None for a public one. Raises: ConfigurationError."""
        _check(client_id, [*redirect_uris, *post_logout_redirect_uris], scopes, is_public=is_public)
        if not redirect_uris:
            raise ConfigurationError("a client needs one --redirect-uri at least")
        if is_public and not pkce_required:
            raise ConfigurationError("a public client proves itself by PKCE: it cannot do without")
        now = self.clock.now()
        secret = None if is_public else secrets.token_urlsafe(48)
        client = PortalClient(
            client_id=client_id,
            label=label,
            redirect_uris=tuple(redirect_uris),
            post_logout_redirect_uris=tuple(post_logout_redirect_uris),
            scopes=tuple(scope for scope in Scope if scope in scopes),
            is_public=is_public,
            pkce_required=pkce_required,
            created_at=now,
        )
        with self.store.begin() as tx:
            if not tx.portal_clients.add(client, _hash(secret) if secret else None):
                raise ConfigurationError(
                    f"a client is named {client_id} already; bridge clients remove it first"
                )
            tx.audit.add(AuditEntry("operator", "client.added", client_id), now)
        return secret

    def rotate(self, client_id: str, keep_previous: timedelta) -> str:
        """Give a new secret; the one before serves a while longer. Raises: ConfigurationError."""
        now = self.clock.now()
        secret = secrets.token_urlsafe(48)
        with self.store.begin() as tx:
            if not tx.portal_clients.replace_secret(client_id, _hash(secret), now + keep_previous):
                raise ConfigurationError(f"no client with a secret is named {client_id}")
            tx.audit.add(AuditEntry("operator", "client.secret_rotated", client_id), now)
        return secret

    def remove(self, client_id: str) -> None:
        """Take a client away; every token it holds is void at once. Raises: ConfigurationError."""
        with self.store.begin() as tx:
            if not tx.portal_clients.remove(client_id):
                raise ConfigurationError(f"no client is named {client_id}")
            tx.audit.add(AuditEntry("operator", "client.removed", client_id), self.clock.now())

    def _refusal(self, client_id: str) -> ProtocolError:
        now = self.clock.now()
        with self.store.begin() as tx:
            is_slowed = tx.portal_clients.failures_since(client_id, now - FAILURE_SPAN) >= MOST_FAILURES
            if not is_slowed:
                tx.portal_clients.note_failure(client_id, now)
        wait_s = FAILURE_SPAN.total_seconds() if is_slowed else None
        return ProtocolError("the client is not recognised", code="invalid_client", retry_after_s=wait_s)


def _check(client_id: str, addresses: Collection[str], scopes: Collection[str], *, is_public: bool) -> None:
    if not is_client_id(client_id):
        raise ConfigurationError(
            "a client's name has 2 to 40 small letters, digits and dashes, a letter first"
        )
    if unknown := set(scopes) - set(Scope):
        raise ConfigurationError(f"no such scope: {', '.join(sorted(unknown))}; there are {', '.join(Scope)}")
    if Scope.OPENID not in scopes:
        raise ConfigurationError("every client needs the scope openid")
    for address in addresses:
        if not _is_return_address(address, is_public=is_public):
            raise ConfigurationError(f"{address}: expected https:// without fragment, user or blanks")


def _is_return_address(address: str, *, is_public: bool) -> bool:
    """Whether people may be sent there; an app may have a scheme of its own. Source: RFC 8252, 7.1."""
    try:
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and not set(address) & set(' #\\*"<>')
        if not plain or len(address) > _MOST_URI_CHARS or "@" in parts.netloc or parts.port == 0:
            return False
    except ValueError:
        return False
    if is_public and _PRIVATE_SCHEME.fullmatch(parts.scheme):
        return True
    return bool(parts.hostname) and is_protected(address)


def _hash(secret: str) -> str:
    """A secret of ours is long and random, so its hash needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
