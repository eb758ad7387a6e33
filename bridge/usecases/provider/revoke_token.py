"""Revokes what a token stands on, for the client it was given to."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.portal import Grant, PortalClient
from bridge.usecases.ports import AuditEntry, Clock, Store, TokenSigner, Transaction
from bridge.usecases.provider.tokens import ACCESS_KIND

_MOST_CHARS = 8_192


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """The revocation endpoint's decision: access and refresh token fall together. Source: RFC 7009."""

    store: Store
    signer: TokenSigner
    clock: Clock

    def __call__(self, client: PortalClient, token: str) -> None:
        """Revoke the grant of a token; one that is unknown, or another client's, changes nothing."""
        if len(token) > _MOST_CHARS:
            return
        claims = self.signer.claims(ACCESS_KIND, token) or {}
        now = self.clock.now()
        with self.store.begin() as tx:
            grant = self._grant(tx, token, claims.get("grant_id"))
            if grant is None or grant.client_id != client.client_id:
                return
            if tx.portal_grants.revoke(grant.id, "by_client", now):
                actor = f"client:{client.client_id}"
                tx.audit.add(AuditEntry(actor, "portal.revoked", grant.link_id, grant.id, "by_client"), now)

    def _grant(self, tx: Transaction, token: str, grant_id: object) -> Grant | None:
        if isinstance(grant_id, str):
            live = tx.portal_grants.live(grant_id, self.clock.now())
            return live.grant if live else None
        return tx.portal_grants.of_refresh_token(token)
