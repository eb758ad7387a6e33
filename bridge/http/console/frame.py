"""What every page of the console shares: who is signed in, words, and the checks before a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, request

from bridge.domain.agent import AgentSession, Role
from bridge.domain.source_causes import source_cause
from bridge.errors import ForbiddenError, RequestError
from bridge.http.access import agent_session
from bridge.http.console.ages import age_in_words
from bridge.http.console.words import person_words
from bridge.http.dates_in_words import when_in_words
from bridge.http.portal import kept_by_nobody
from bridge.http.same_origin import require_same_origin
from bridge.usecases.ports import Clock
from mappings.model import SourceMapping

RECENT = timedelta(hours=1)
SIGN_IN_PATH = "/agents/login"
SIGN_OUT_PATH = "/agents/logout"
"""Routes of the sign-in with ProConnect."""


def console_blueprint(
    clock: Clock, base_url: str, mappings: Mapping[str, SourceMapping], names: Callable[[], dict[str, str]]
) -> Blueprint:
    """Give the empty console: French, kept by nobody, and changed from its own pages only."""
    console = Blueprint("console", __name__, url_prefix="/agents")
    console.after_request(kept_by_nobody)

    @console.before_request
    def from_our_own_pages() -> None:
        if request.method != "GET":
            require_same_origin(request, base_url)

    @console.context_processor
    def words() -> dict[str, Any]:
        return {"me": g.get("agent_session"), "who": who, **frame_words(clock, mappings)}

    def who(author: str) -> str:
        if "agent_names" not in g:
            g.agent_names = names()
        return person_words(author, agent_session().agent.id, g.agent_names)

    return console


def frame_words(clock: Clock, mappings: Mapping[str, SourceMapping]) -> dict[str, Any]:
    """Give what the templates of the console call."""
    return {
        "Role": Role,
        "sign_out_path": SIGN_OUT_PATH,
        "sign_in_path": SIGN_IN_PATH,
        "source_cause": source_cause,
        "age": lambda at: age_in_words(at, clock.now()),
        "when": lambda at: when_in_words(at, clock.now(), "fr"),
        "service": lambda source: _service(mappings, source),
    }


def _service(mappings: Mapping[str, SourceMapping], source: str) -> str:
    """Give the service a source is of; the org is one of its own."""
    if source in mappings:
        return mappings[source].service["fr"]
    return "Salesforce" if source == "salesforce" else source


def is_recent(session: AgentSession, now: datetime) -> bool:
    """Tell whether the agent signed in within the hour."""
    return now - session.signed_in_at < RECENT


def require_recent(now: datetime) -> AgentSession:
    """Give the agent's session. Raises: ForbiddenError `agent.sign_in_again` when it is an hour old."""
    session = agent_session()
    if not is_recent(session, now):
        raise ForbiddenError("this needs a sign-in of the last hour", code="agent.sign_in_again")
    return session


def is_console_path(path: str) -> bool:
    """Tell whether an address belongs to the console, known or not."""
    return path == "/agents" or path.startswith("/agents/")


def field_of(name: str) -> str:
    """Give a field of the form. Raises: RequestError when it is missing or comes twice."""
    values = request.form.getlist(name)
    if len(values) != 1:
        raise RequestError(f"the field {name} is needed once", code="request.invalid")
    return values[0]


def page_number() -> int:
    """Give which page of a list is asked for, from 1; anything else is the first."""
    given = request.args.get("page", "")
    return max(1, int(given)) if given.isdecimal() and len(given) < 6 else 1
