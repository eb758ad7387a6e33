"""Gives tokens for a code or a refresh token, each used once; what is used twice takes everything with it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from bridge.crash_points import crash_point
from bridge.domain.portal import ACCESS_LIFE, LiveGrant, PortalClient, Scope
from bridge.errors import ProtocolError
from bridge.usecases.ports import AuditEntry, Clock, Presented, Store, TokenSigner, TokenState, Transaction
from bridge.usecases.provider.tokens import ACCESS_KIND, ID_KIND, TokenRules

log = structlog.get_logger("bridge.provider")

_MOST_CHARS = 256


@dataclass(frozen=True, slots=True, repr=False)
class TokenAnswer:
    """What the token endpoint gives. Source: RFC 6749, 5.1."""

    access_token: str
    scopes: tuple[str, ...]
    id_token: str | None
    refresh_token: str | None
    expires_in_s: int = int(ACCESS_LIFE.total_seconds())


@dataclass(frozen=True, slots=True)
class IssueTokens:
    """The token endpoint's decisions; its client is authenticated already."""

    store: Store
    signer: TokenSigner
    clock: Clock
    rules: TokenRules

    def for_code(
        self, client: PortalClient, code: str, redirect_uri: str | None, challenge: str | None
    ) -> TokenAnswer:
        """Give the tokens of a code; `challenge` is what the client's verifier comes to.

        Whatever is wrong, the code is used up. Raises: ProtocolError `invalid_grant`.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            found = tx.portal_grants.take_code(code, now) if len(code) <= _MOST_CHARS else _UNKNOWN
            fault = _fault_of_code(found, client, redirect_uri, challenge)
            refresh_token = self._settled(tx, found, client, fault, now)
        live = _live(found, client, fault)
        access_token = self._access_token(live, live.grant.scopes, now)
        crash_point("portal.tokens_issued")
        nonce = found.terms.nonce if found.terms else None
        id_token = self.signer.sign(ID_KIND, self.rules.id_claims(live, nonce, access_token, now))
        return TokenAnswer(access_token, live.grant.scopes, id_token, refresh_token)

    def for_refresh_token(
        self, client: PortalClient, token: str, asked: Collection[str] | None
    ) -> TokenAnswer:
        """Give new tokens, for fewer scopes if asked; the refresh token is replaced.

        Raises: ProtocolError `invalid_grant`, `invalid_scope`, `unauthorized_client`.
        """
        if Scope.OFFLINE_ACCESS not in client.scopes:
            raise ProtocolError("this client gets no refresh tokens", code="unauthorized_client")
        now = self.clock.now()
        with self.store.begin() as tx:
            self._refuse_wider(tx, token, asked)
            found = tx.portal_grants.take_refresh_token(token, now)
            fault = _fault(found, client)
            refresh_token = self._settled(tx, found, client, fault, now)
        live = _live(found, client, fault)
        scopes = tuple(scope for scope in live.grant.scopes if asked is None or scope in asked)
        return TokenAnswer(self._access_token(live, scopes, now), scopes, None, refresh_token)

    def _refuse_wider(self, tx: Transaction, token: str, asked: Collection[str] | None) -> None:
        """Before the token is used up: a wrong scope is a mistake, not a theft."""
        grant = tx.portal_grants.of_refresh_token(token)
        if asked is not None and grant is not None and not set(asked) <= set(grant.scopes):
            raise ProtocolError("the scope is wider than what was granted", code="invalid_scope")

    def _settled(
        self, tx: Transaction, found: Presented, client: PortalClient, fault: str | None, now: datetime
    ) -> str | None:
        """Write what follows from a token presented; give the new refresh token, if there is one."""
        grant = found.grant
        if grant is None or fault == "over":
            return None
        if fault is not None:
            if tx.portal_grants.revoke(grant.id, fault, now):
                tx.audit.add(AuditEntry("rule", "portal.revoked", grant.link_id, grant.id, fault), now)
            return None
        tx.audit.add(AuditEntry(f"client:{client.client_id}", "portal.tokens", grant.link_id, grant.id), now)
        if Scope.OFFLINE_ACCESS not in grant.scopes:
            return None
        token = secrets.token_urlsafe(32)
        tx.portal_grants.add_refresh_token(grant, token, now)
        return token

    def _access_token(self, live: LiveGrant, scopes: Collection[str], now: datetime) -> str:
        return self.signer.sign(ACCESS_KIND, self.rules.access_claims(live, scopes, now))


_UNKNOWN = Presented(TokenState.UNKNOWN)


def _fault(found: Presented, client: PortalClient) -> str | None:
    """Name what is wrong with a token, for the log and the audit; the client learns `invalid_grant`."""
    if found.grant is not None and found.grant.client_id != client.client_id:
        return "wrong_client"
    return None if found.state is TokenState.TAKEN else found.state.value


def _fault_of_code(
    found: Presented, client: PortalClient, redirect_uri: str | None, challenge: str | None
) -> str | None:
    fault = _fault(found, client)
    if fault is not None or found.terms is None:
        return fault
    if found.terms.redirect_uri != redirect_uri:
        return "wrong_redirect_uri"
    # A verifier where none was announced is refused like a wrong one. Source: RFC 9700, 2.1.1.
    proven = hmac.compare_digest((found.terms.code_challenge or "").encode(), (challenge or "").encode())
    return None if proven else "wrong_verifier"


def _live(found: Presented, client: PortalClient, fault: str | None) -> LiveGrant:
    """Give the grant of a good token. Raises: ProtocolError, after an event in the log."""
    if fault is None and found.live is not None:
        return found.live
    grant_id = found.grant.id if found.grant else None
    log.warning("grant refused", because=fault, client=client.client_id, grant=grant_id)
    raise ProtocolError("the code or token is used, over, or not for this client", code="invalid_grant")
