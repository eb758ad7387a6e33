"""Everything the stand-in remembers, in memory, behind one lock."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app

from sandbox.franceconnect.clock import ShiftedClock
from sandbox.franceconnect.faults import Faults
from sandbox.franceconnect.headless import Headless
from sandbox.franceconnect.keys import KeyRing
from sandbox.proconnect.agents import Agent, Directory
from sandbox.proconnect.clients import AgentService
from sandbox.proconnect.parameters import AuthorizeRequest

CODE_LIFE = timedelta(seconds=30)
TOKEN_LIFE = timedelta(seconds=60)
# The published code sets none, so that of its library holds.
ID_TOKEN_LIFE = timedelta(hours=1)
SESSION_LIFE = timedelta(hours=12)
INTERACTION_LIFE = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One sign-in under way in one browser; `wanted` are claims asked for the ID token by name."""

    uid: str
    browser: str
    client: AgentService
    asked: AuthorizeRequest
    wanted: frozenset[str]
    started_at: datetime


@dataclass(slots=True, kw_only=True)
class Grant:
    """What a finished sign-in entitles the service to; code, access and refresh token lead to it."""

    client: AgentService
    asked: AuthorizeRequest
    agent: Agent
    signed_in_at: datetime
    issued_at: datetime
    wanted: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    code: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    consumed: bool = False
    access_token: str = ""
    access_token_until: datetime | None = None
    refresh_token: str = ""


class Sandbox:
    """The whole stand-in's state; `issuer` is its public base address followed by /api/v2."""

    def __init__(self, issuer: str, clients: Sequence[AgentService]) -> None:
        self.issuer = issuer
        self.clock = ShiftedClock()
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
            self._sessions: dict[str, tuple[str, datetime]] = {}
            self._grants: dict[str, Grant] = {}
            self._by_token: dict[str, Grant] = {}
        self.clock.offset_s = 0.0
        for part in (self.directory, self.keys):
            part.reset()
        for part_of_tests in (self.faults, self.headless):
            part_of_tests.clear()

    def register(self, client: AgentService) -> None:
        with self._lock:
            self._clients[client.client_id] = client

    def client(self, client_id: str) -> AgentService | None:
        return self._clients.get(client_id)

    def open_interaction(self, interaction: Interaction) -> None:
        with self._lock:
            self._interactions[interaction.uid] = interaction

    def interaction(self, uid: str) -> Interaction | None:
        return self._interactions.get(uid)

    def close_interaction(self, uid: str) -> bool:
        """End an interaction; False when it was ended before."""
        with self._lock:
            return self._interactions.pop(uid, None) is not None

    def sign_browser_in(self, browser: str, agent: Agent) -> None:
        with self._lock:
            self._sessions[browser] = (agent.email, self.clock.now())

    def sign_browser_out(self, browser: str) -> bool:
        """End the session of a browser; False when it has none."""
        with self._lock:
            return self._sessions.pop(browser, None) is not None

    def signed_in(self, browser: str) -> tuple[Agent, datetime] | None:
        """Who is signed in to ProConnect in this browser and since when, for twelve hours."""
        email, since = self._sessions.get(browser, ("", self.clock.now()))
        agent = self.directory.find(email)
        return (agent, since) if agent and self.clock.now() - since < SESSION_LIFE else None

    def keep_grant(self, grant: Grant) -> None:
        with self._lock:
            self._grants[grant.code] = grant

    def grant(self, code: str) -> Grant | None:
        return self._grants.get(code)

    def consume(self, grant: Grant) -> bool:
        """Take the code and open its tokens; False if already taken, which also ends those."""
        with self._lock:
            if grant.consumed:
                self.revoke(grant.access_token)
                self.revoke(grant.refresh_token)
                return False
            grant.consumed = True
            self.renew(grant)
            return True

    def renew(self, grant: Grant) -> None:
        """Give the grant new tokens; the ones before are dead."""
        with self._lock:
            self.revoke(grant.access_token)
            self.revoke(grant.refresh_token)
            grant.access_token, grant.refresh_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            grant.access_token_until = self.clock.now() + TOKEN_LIFE
            self._by_token |= {grant.access_token: grant, grant.refresh_token: grant}

    def revoke(self, token: str) -> None:
        with self._lock:
            self._by_token.pop(token, None)

    def grant_for_refresh(self, token: str) -> Grant | None:
        grant = self._by_token.get(token)
        return grant if grant is not None and token == grant.refresh_token else None

    def grant_for_access(self, token: str) -> Grant | None:
        """The grant of a live access token."""
        grant = self._by_token.get(token)
        if grant is None or token != grant.access_token or grant.access_token_until is None:
            return None
        return grant if self.clock.now() < grant.access_token_until else None


def current() -> Sandbox:
    """The state of the application that answers this request."""
    sandbox: Sandbox = current_app.extensions["proconnect"]
    return sandbox
