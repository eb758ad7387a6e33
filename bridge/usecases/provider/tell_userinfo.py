"""Tells a client who signed in, as far as its scopes go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.domain.portal import Scope
from bridge.errors import ForbiddenError
from bridge.usecases.ports import AuditEntry, Clock, Store
from bridge.usecases.provider.open_to_bearer import BearerAccess
from bridge.usecases.provider.tokens import told_about


@dataclass(frozen=True, slots=True)
class TellUserinfo:
    """The userinfo endpoint's answer; each leaves one audit row."""

    store: Store
    clock: Clock

    def __call__(self, access: BearerAccess) -> dict[str, Any]:
        """Give the claims. Raises: ForbiddenError `token.scope` without the scope openid."""
        if Scope.OPENID not in access.scopes:
            raise ForbiddenError("the token lacks the scope openid", code="token.scope")
        grant = access.live.grant
        entry = AuditEntry(access.session.actor, "userinfo.read", grant.link_id, grant.id)
        self.store.note(entry, self.clock.now())
        return told_about(access.live, access.scopes)
