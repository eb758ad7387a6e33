"""What the site remembers: sign-ins under way, who is signed in, and which account is whose."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app

from sandbox.salesforce.auth_provider.model import AuthProvider

STATE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in under way: `kind` is sso, test or link."""

    provider: AuthProvider
    kind: str
    site: str
    start_url: str
    redirect_uri: str
    verifier: str
    browser: str
    started_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class SiteSession:
    """A signed-in external user, with the token `Auth.AuthToken` would hand to Apex."""

    user_id: str
    provider: AuthProvider
    access_token: str
    refresh_token: str
    id_token: str


@dataclass(slots=True)
class Visits:
    """In memory, behind one lock; `accounts` is ThirdPartyAccountLink: identifier → user."""

    providers: dict[str, AuthProvider] = field(default_factory=dict)
    accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    sessions: dict[str, SiteSession] = field(default_factory=dict)
    _flows: dict[str, Flow] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Back to a site nobody visited and no provider is deployed to."""
        with self.lock:
            for held in (self.providers, self.accounts, self.sessions, self._flows):
                held.clear()

    def begin(self, flow: Flow) -> str:
        """Give the state of a new sign-in: opaque and hundreds of characters long, as the platform's are."""
        state = secrets.token_urlsafe(420)
        with self.lock:
            self._flows[state] = flow
        return state

    def take(self, state: str, browser: str, now: datetime) -> Flow | None:
        """Use a sign-in up, once, in the browser that started it."""
        with self.lock:
            flow = self._flows.get(state)
            if flow is None or not secrets.compare_digest(flow.browser, browser):
                return None
            del self._flows[state]
        return flow if now - flow.started_at <= STATE_LIFE else None

    def open(self, session: SiteSession) -> str:
        """Give the session id of a user who just signed in."""
        token = secrets.token_urlsafe(32)
        with self.lock:
            self.sessions[token] = session
        return token


def current_visits() -> Visits:
    """The site's memory in the application that serves this request."""
    visits: Visits = current_app.extensions["salesforce_visits"]
    return visits
