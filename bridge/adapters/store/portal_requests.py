"""Requests of clients that wait for a citizen's sign-in."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bridge.adapters.store.crowding import refuse_a_crowd
from bridge.adapters.store.ids import hash_of
from bridge.adapters.store.tables import portal_requests
from bridge.domain.portal import REQUEST_LIFE, AuthorizationRequest
from bridge.usecases.ports import PendingRequest, Vault

PURPOSE = "portal-request"


class SqlPortalRequests:
    """The `PortalRequests` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

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
        refuse_a_crowd(self._connection, portal_requests, origin_hash, now)
        row = {
            "id_hash": hash_of(request_id),
            "browser_hash": hash_of(browser),
            "client_id": request.client_id,
            "sealed_parameters": self._vault.seal(PURPOSE, json.dumps(asdict(request))),
            "origin_hash": origin_hash,
            "started_at": now,
        }
        self._connection.execute(insert(portal_requests).values(row))

    def waiting(self, request_id: str, browser: str, now: datetime) -> PendingRequest | None:
        """Give a request; None when unknown, answered, too old or another browser's."""
        query = select(portal_requests).where(
            portal_requests.c.id_hash == hash_of(request_id),
            portal_requests.c.browser_hash == hash_of(browser),
            portal_requests.c.used_at.is_(None),
            portal_requests.c.started_at > now - REQUEST_LIFE,
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        values = json.loads(self._vault.open(PURPOSE, row["sealed_parameters"]))
        request = AuthorizationRequest(**{**values, "scopes": tuple(values["scopes"])})
        return PendingRequest(request, row["session_id"], row["started_at"])

    def bind(self, request_id: str, session_id: str) -> None:
        """Name the session that may answer: the one its own sign-in opened, or one the citizen confirmed."""
        this = portal_requests.c.id_hash == hash_of(request_id)
        self._connection.execute(update(portal_requests).where(this).values(session_id=session_id))

    def answer(self, request_id: str, now: datetime) -> bool:
        """Use a request up, once."""
        this = portal_requests.c.id_hash == hash_of(request_id)
        use = update(portal_requests).where(this, portal_requests.c.used_at.is_(None))
        return self._connection.execute(use.values(used_at=now)).rowcount == 1
