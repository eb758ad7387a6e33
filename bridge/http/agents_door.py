"""The agents' door: signing in to the console with ProConnect, and out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, Request, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.agent import AgentSession
from bridge.errors import BridgeError, ForbiddenError
from bridge.http.access import Access, open_to
from bridge.http.answers_once import kept_nowhere, see_other, single
from bridge.http.cookies import CookieJarPolicy
from bridge.http.origins import Origins
from bridge.http.provider_errors import note_provider_error
from bridge.http.same_origin import require_same_origin
from bridge.usecases.agent_sign_in import DOOR, ENTRANCE, HOME, AgentSignIn, FinishedAgentSignIn
from bridge.usecases.provider_answers import ProviderAnswer

SIGNED_OUT = f"{ENTRANCE}?au-revoir=1"
SIGNED_OUT_HERE_ONLY = f"{ENTRANCE}?au-revoir=ici"
_ANOTHER = "autre"


def agents_door(
    sign_in: AgentSignIn | None,
    cookies: CookieJarPolicy,
    origins: Origins,
    current_agent: Callable[[Request], AgentSession | None],
) -> Blueprint:
    """Give the five routes; without a registration at ProConnect each says that the console is closed."""
    door = Blueprint("agents_door", __name__)

    @door.get("/agents/login")
    @open_to(Access.EVERYONE)
    def entrance() -> str:
        _opened(sign_in)
        return render_template(
            "agents/login.html", next=_one("next"), signed_out=request.args.get("au-revoir")
        )

    @door.get("/agents/login/proconnect")
    @open_to(Access.EVERYONE)
    def start() -> Response:
        another = request.args.get("compte") == _ANOTHER
        started = _opened(sign_in).start(
            _one("next"),
            cookies.browser_token(request),
            another_account=another,
            origin_hash=origins.of(request),
        )
        response = see_other(started.url)
        cookies.give_browser(response, started.browser_token)
        return response

    @door.get("/agents/login/callback")
    @open_to(Access.EVERYONE)
    def callback() -> Response:
        try:
            finished = _finished(_opened(sign_in), cookies)
        except BridgeError as error:
            if error.code == "login.state" and current_agent(request) is not None:
                # A reload or the back button, by somebody whom the first time signed in.
                return see_other(HOME)
            note_provider_error(request, DOOR, error)
            raise
        response = see_other(finished.next_path)
        cookies.give_agent(response, finished.session_token)
        return response

    @door.post("/agents/logout")
    @open_to(Access.EVERYONE)
    def leave() -> Response:
        require_same_origin(request, cookies.base_url)
        was_in = current_agent(request) is not None
        going = _opened(sign_in).leave(cookies.agent_token(request), cookies.browser_token(request))
        response = see_other(going.url or (SIGNED_OUT_HERE_ONLY if was_in else ENTRANCE))
        cookies.forget_agent(response)
        if going.browser_token:
            cookies.give_browser(response, going.browser_token)
        return response

    @door.get("/agents/logout/callback")
    @open_to(Access.EVERYONE)
    def left() -> Response:
        has_left = _opened(sign_in).left(request.args.get("state"), cookies.browser_token(request))
        return see_other(SIGNED_OUT if has_left else ENTRANCE)

    door.after_request(kept_nowhere)
    return door


def way_in(error: BridgeError) -> Response | None:
    """Give the way to the door for a browser that wants a page of the console and is not signed in."""
    if error.code != "agent.session_required" or request.method != "GET":
        return None
    wanted = request.full_path if request.query_string else request.path
    return see_other(f"{ENTRANCE}?{urlencode({'next': wanted})}")


def _opened(sign_in: AgentSignIn | None) -> AgentSignIn:
    if sign_in is None:
        raise ForbiddenError("ProConnect is not configured", code="agent.closed")
    return sign_in


def _finished(sign_in: AgentSignIn, cookies: CookieJarPolicy) -> FinishedAgentSignIn:
    answer = ProviderAnswer(single("state"), single("code"), single("error"), single("iss"))
    return sign_in.finish(answer, cookies.browser_token(request), cookies.agent_token(request))


def _one(name: str) -> str | None:
    values = request.args.getlist(name)
    return values[0] if len(values) == 1 else None
