"""Who may call a route. A route that does not say is closed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, Request, g, request

from bridge.domain.agent import AgentSession, Role
from bridge.errors import ForbiddenError, NotSignedInError
from bridge.usecases.ports import Session

View = TypeVar("View", bound=Callable[..., Any])

OPEN_ENDPOINTS = frozenset({"static", "api-docs.openapi_json"})
"""Routes that libraries add, open to everyone."""

_WITHOUT_SESSION = OPEN_ENDPOINTS | {"health.live", "health.ready"}
"""Routes that answer while the database, where sessions are, does not."""


class Access(StrEnum):
    """The callers a route can name."""

    EVERYONE = "everyone"
    CITIZEN = "citizen"
    READER = "reader"
    """An agent of the town, whatever their role."""
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


_ROLES = {
    Access.READER: Role.READER,
    Access.REVIEWER: Role.REVIEWER,
    Access.ADMINISTRATOR: Role.ADMINISTRATOR,
}


def open_to(access: Access) -> Callable[[View], View]:
    """State who may call a view."""

    def state(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # read back by access_of
        return view

    return state


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Give what a route states, None when it says nothing."""
    if endpoint in OPEN_ENDPOINTS:
        return Access.EVERYONE
    access: Access | None = getattr(app.view_functions[endpoint], "access", None)
    return access


def guard(
    app: Flask,
    current_session: Callable[[Request], Session | None],
    current_agent: Callable[[Request], AgentSession | None],
) -> None:
    """Look the session up before each view, and refuse what is not open to the caller."""

    @app.before_request
    def check() -> None:
        if request.endpoint is None:
            return
        access = access_of(app, request.endpoint)
        if access is None:
            raise ForbiddenError("this route is not open")
        g.session, g.agent_session = None, None
        if request.endpoint in _WITHOUT_SESSION:
            return
        if access in _ROLES:
            g.agent_session = current_agent(request)
            _require_role(g.agent_session, _ROLES[access])
            return
        g.session = current_session(request)
        if access is Access.CITIZEN and g.session is None:
            raise NotSignedInError("nobody is signed in")


def signed_in() -> Session:
    """Give the session of the citizen calling. Raises: NotSignedInError."""
    session: Session | None = g.session
    if session is None:
        raise NotSignedInError("nobody is signed in")
    return session


def agent_session() -> AgentSession:
    """Give the session of the agent calling. Raises: NotSignedInError."""
    session: AgentSession | None = g.agent_session
    if session is None:
        raise NotSignedInError("no agent is signed in", code="agent.session_required")
    return session


def _require_role(session: AgentSession | None, needed: Role) -> None:
    """A citizen's session opens nothing here. Raises: NotSignedInError, ForbiddenError."""
    if session is None:
        raise NotSignedInError("no agent is signed in", code="agent.session_required")
    if not session.agent.role.may_act_as(needed):
        raise ForbiddenError("this needs another role", code="agent.role")
