"""Lets in whoever brings an access token of ours, for the citizen it was given for."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.portal import LiveGrant
from bridge.errors import NotSignedInError
from bridge.usecases.ports import AuditEntry, Clock, Session, Store, TokenSigner
from bridge.usecases.provider.tokens import ACCESS_KIND, TokenRules

DOOR = "provider"


@dataclass(frozen=True, slots=True)
class BearerAccess:
    """What an access token opens right now."""

    live: LiveGrant
    scopes: frozenset[str]
    session: Session


@dataclass(frozen=True, slots=True)
class OpenToBearer:
    """Every call looks the grant up, so that a revoked one or an undone link ends access at once."""

    store: Store
    signer: TokenSigner
    clock: Clock
    rules: TokenRules

    def __call__(self, token: str) -> BearerAccess:
        """Give what the token opens. Raises: NotSignedInError `token.invalid`, for whatever reason."""
        claims = self.signer.claims(ACCESS_KIND, token) or {}
        now = self.clock.now()
        if not self.rules.is_current(claims, self.rules.audience, now):
            raise _invalid()
        with self.store.read() as tx:
            live = tx.portal_grants.live(str(claims["grant_id"]), now)
        if live is None:
            raise _invalid()
        return BearerAccess(live, frozenset(str(claims["scope"]).split()), _session(live))

    def burn(self, token: str) -> None:
        """Revoke what a token opened that came where others can read it."""
        claims = self.signer.claims(ACCESS_KIND, token) or {}
        now = self.clock.now()
        with self.store.begin() as tx:
            live = tx.portal_grants.live(str(claims.get("grant_id")), now)
            if live is not None and tx.portal_grants.revoke(live.grant.id, "exposed", now):
                entry = AuditEntry("rule", "portal.revoked", live.grant.link_id, live.grant.id, "exposed")
                tx.audit.add(entry, now)


def _session(live: LiveGrant) -> Session:
    grant = live.grant
    return Session(
        id=grant.session_id,
        link_id=grant.link_id,
        subject_hash=live.person.subject_hash,
        door=DOOR,
        display_name="",
        acr=grant.acr,
        signed_in_at=grant.authenticated_at,
        client_id=grant.client_id,
    )


def _invalid() -> NotSignedInError:
    return NotSignedInError("the access token is not valid, or no longer", code="token.invalid")
