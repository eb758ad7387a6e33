"""Everything the stand-in remembers, in memory, behind one lock."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app

from sandbox.franceconnect.certification import Certified
from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.clock import ShiftedClock
from sandbox.franceconnect.faults import Faults
from sandbox.franceconnect.headless import Headless
from sandbox.franceconnect.identities import Directory
from sandbox.franceconnect.keys import KeyRing
from sandbox.franceconnect.parameters import AuthorizeRequest
from sandbox.franceconnect.platforms import V2, Platform
from sandbox.franceconnect.remote_documents import RemoteDocuments
from sandbox.franceconnect.seen_assertions import SeenAssertions

INTERACTION_LIFE = timedelta(seconds=600)
CODE_LIFE = timedelta(seconds=30)
TOKEN_LIFE = timedelta(seconds=60)
# Expired entries are kept a while so that an expired page can still name its service.
_FORGET_AFTER = timedelta(hours=24)


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One sign-in under way in one browser."""

    uid: str
    browser: str
    client: Client
    asked: AuthorizeRequest
    acr: str
    wants_amr: bool
    started_at: datetime
    certified: Certified | None = None


@dataclass(slots=True, kw_only=True)
class Grant:
    """What a finished sign-in entitles the service to; `code` and `access_token` lead to it."""

    client: Client
    asked: AuthorizeRequest
    certified: Certified
    wants_amr: bool
    signed_in_at: datetime
    faults: frozenset[str] = frozenset()
    code: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    consumed: bool = False
    access_token: str = ""
    access_token_until: datetime | None = None


class Sandbox:
    """The whole stand-in's state; `issuer` is its public base address followed by /api/v2."""

    def __init__(self, issuer: str, clients: Sequence[Client], platform: Platform = V2) -> None:
        self.issuer = issuer
        self.platform = platform
        self.clock = ShiftedClock()
        self.documents = RemoteDocuments(self.clock)
        self.assertions = SeenAssertions()
        self.keys = KeyRing()
        self.faults = Faults()
        self.directory = Directory()
        self.headless = Headless()
        self._lock = threading.RLock()
        self._initial_clients = tuple(clients)
        self.reset()

    def reset(self) -> None:
        """Back to how it started."""
        with self._lock:
            self._clients = {client.client_id: client for client in self._initial_clients}
            self._interactions: dict[str, Interaction] = {}
            self._grants: dict[str, Grant] = {}
            self._by_token: dict[str, Grant] = {}
        self.clock.offset_s = 0.0
        self.faults.clear()
        self.headless.clear()
        self.directory.reset()
        self.keys.reset()
        self.documents.clear()

    def register(self, client: Client) -> None:
        with self._lock:
            self._clients[client.client_id] = client

    def client(self, client_id: str) -> Client | None:
        return self._clients.get(client_id)

    def open_interaction(self, interaction: Interaction) -> None:
        with self._lock:
            self._forget_old()
            self._interactions[interaction.uid] = interaction

    def interaction(self, uid: str) -> Interaction | None:
        return self._interactions.get(uid)

    def close_interaction(self, uid: str) -> bool:
        """End an interaction; False when it was ended before."""
        with self._lock:
            return self._interactions.pop(uid, None) is not None

    def keep_grant(self, grant: Grant) -> None:
        with self._lock:
            self._grants[grant.code] = grant

    def grant(self, code: str) -> Grant | None:
        return self._grants.get(code)

    def consume(self, grant: Grant) -> bool:
        """Take the code and open an access token; False if already taken, which also ends that token."""
        with self._lock:
            if grant.consumed:
                self._by_token.pop(grant.access_token, None)
                return False
            grant.consumed = True
            grant.access_token = secrets.token_urlsafe(32)
            grant.access_token_until = self.clock.now() + TOKEN_LIFE
            self._by_token[grant.access_token] = grant
            return True

    def revoke(self, access_token: str) -> None:
        with self._lock:
            self._by_token.pop(access_token, None)

    def grant_for_token(self, access_token: str) -> Grant | None:
        """The grant of a live access token."""
        grant = self._by_token.get(access_token)
        if grant is None or grant.access_token_until is None:
            return None
        return grant if self.clock.now() < grant.access_token_until else None

    def _forget_old(self) -> None:
        limit = self.clock.now() - _FORGET_AFTER
        for uid in [uid for uid, each in self._interactions.items() if each.started_at < limit]:
            del self._interactions[uid]
        for code in [code for code, each in self._grants.items() if each.signed_in_at < limit]:
            self._by_token.pop(self._grants.pop(code).access_token, None)


def current() -> Sandbox:
    """The state of the application that answers this request."""
    sandbox: Sandbox = current_app.extensions["franceconnect"]
    return sandbox
