"""Who is signed in, for the pages and the API."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request

from bridge.domain.agent import AgentSession
from bridge.http.bearer import bearer_token, require_scope
from bridge.http.cookies import CookieJarPolicy
from bridge.usecases.ports import Clock, Session, Store
from bridge.usecases.provider import OpenToBearer


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions behind the cookies, and behind the access tokens where those are heard."""

    store: Store
    cookies: CookieJarPolicy
    clock: Clock
    open_to_bearer: OpenToBearer | None = None

    def current_session(self, request: Request) -> Session | None:
        """Give the live session of this browser, and note that it was used; an access token goes first.

        Raises: NotSignedInError `token.invalid`, ForbiddenError `token.scope`.
        """
        brought = bearer_token(request)
        if brought is not None and self.open_to_bearer is not None:
            access = self.open_to_bearer(brought)
            require_scope(access, request.method)
            return access.session
        token = self.cookies.session_token(request)
        if not token:
            return None
        now = self.clock.now()
        with self.store.read() as tx:
            recent = tx.sign_ins.recent_session(token, now)
        if recent is not None:
            return recent
        with self.store.begin() as tx:
            return tx.sign_ins.session(token, now)

    def current_agent(self, request: Request) -> AgentSession | None:
        """Give the live session of the agent in this browser, and note that it was used."""
        token = self.cookies.agent_token(request)
        if not token:
            return None
        now = self.clock.now()
        with self.store.read() as tx:
            recent = tx.agent_sessions.recent(token, now)
        if recent is not None:
            return recent
        with self.store.begin() as tx:
            return tx.agent_sessions.session(token, now)
