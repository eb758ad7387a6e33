"""The routes of signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from bridge.errors import BridgeError, SignInError
from bridge.http.access import Access, open_to
from bridge.http.answers_once import kept_nowhere, see_other, single
from bridge.http.cookies import CookieJarPolicy
from bridge.http.origins import Origins
from bridge.http.provider_errors import note_provider_error
from bridge.http.same_origin import require_same_origin
from bridge.usecases.provider_answers import ProviderAnswer
from bridge.usecases.sign_in import HOME, PORTAL_NEXT, FinishedSignIn, SignIn

SIGNED_OUT = f"{HOME}?au-revoir=1"
SIGNED_OUT_HERE_ONLY = f"{HOME}?au-revoir=ici"
RENOUNCE = "renoncer"
"""The parameter by which a citizen gives up what a client asked for."""


def login_blueprint(
    sign_in: SignIn, cookies: CookieJarPolicy, origins: Origins | None = None, plus: SignIn | None = None
) -> Blueprint:
    """Give two routes for each door, and two to leave; the one that signs out answers only to our own pages.

    `plus` is FranceConnect+: with an address of its own for the way back, so that no provider's answer
    can be taken for the other's.
    """
    routes = Blueprint("login", __name__)
    _open_door(routes, sign_in, cookies, origins, suffix="")
    if plus is not None:
        _open_door(routes, plus, cookies, origins, suffix="_plus")

    @routes.post("/logout")
    @open_to(Access.EVERYONE)
    def leave() -> Response:
        require_same_origin(request, cookies.base_url)
        going = sign_in.leave(cookies.session_token(request), cookies.browser_token(request))
        ended_here = HOME if g.session is None else SIGNED_OUT_HERE_ONLY
        response = see_other(going.url or ended_here)
        cookies.forget_session(response)
        if going.browser_token:
            cookies.give_browser(response, going.browser_token)
        return response

    @routes.get("/logout/callback")
    @open_to(Access.EVERYONE)
    def left() -> Response:
        onward = sign_in.left(request.args.get("state"), cookies.browser_token(request))
        if onward is None:
            return see_other(HOME)
        return see_other(SIGNED_OUT if onward == HOME else onward)

    @routes.app_context_processor
    def doors() -> dict[str, bool]:
        return {"has_plus": plus is not None}

    routes.after_request(kept_nowhere)
    return routes


def _open_door(
    routes: Blueprint, sign_in: SignIn, cookies: CookieJarPolicy, origins: Origins | None, suffix: str
) -> None:
    """Add the way to one provider and the way back from it."""

    @routes.get(f"/login/{sign_in.door}", endpoint=f"start{suffix}")
    @open_to(Access.EVERYONE)
    def start() -> Response:
        origin = origins.of(request) if origins else None
        started = sign_in.start(_next_path(), cookies.browser_token(request), origin)
        response = see_other(started.url)
        cookies.give_browser(response, started.browser_token)
        return response

    @routes.get(f"/login/{sign_in.door}/callback", endpoint=f"callback{suffix}")
    @open_to(Access.EVERYONE)
    def callback() -> Response:
        try:
            finished = _finished(sign_in, cookies)
        except BridgeError as error:
            if error.code == "login.state" and g.session is not None:
                # A reload or the back button, by somebody whom the first time signed in.
                return see_other(HOME)
            note_provider_error(request, sign_in.door, error)
            wanted = error.next_path if isinstance(error, SignInError) else None
            if error.code == "login.denied" and wanted and wanted.startswith(PORTAL_NEXT):
                # Whoever came from a client goes back there, with the client's own "no".
                return see_other(f"{wanted}?{RENOUNCE}=1")
            raise
        response = see_other(finished.next_path)
        cookies.give_session(response, finished.session_token)
        return response


def _finished(sign_in: SignIn, cookies: CookieJarPolicy) -> FinishedSignIn:
    answer = ProviderAnswer(single("state"), single("code"), single("error"), single("iss"))
    return sign_in.finish(answer, cookies.browser_token(request), cookies.session_token(request))


def _next_path() -> str:
    wanted = request.args.getlist("next")
    return wanted[0] if len(wanted) == 1 else HOME
