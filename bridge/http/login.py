"""The routes of signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from bridge.errors import SignInError
from bridge.http.access import Access, open_to
from bridge.http.answers_once import kept_nowhere, see_other, single
from bridge.http.cookies import CookieJarPolicy
from bridge.http.same_origin import require_same_origin
from bridge.usecases.sign_in import HOME, FinishedSignIn, SignIn

SIGNED_OUT = f"{HOME}?au-revoir=1"
SIGNED_OUT_HERE_ONLY = f"{HOME}?au-revoir=ici"


def login_blueprint(sign_in: SignIn, cookies: CookieJarPolicy) -> Blueprint:
    """Give the four routes; the one that signs out answers only to our own pages."""
    routes = Blueprint("login", __name__)

    @routes.get("/login/franceconnect")
    @open_to(Access.EVERYONE)
    def start() -> Response:
        started = sign_in.start(_next_path(), cookies.browser_token(request))
        response = see_other(started.url)
        cookies.give_browser(response, started.browser_token)
        return response

    @routes.get("/login/franceconnect/callback")
    @open_to(Access.EVERYONE)
    def callback() -> Response:
        try:
            finished = _finished(sign_in, cookies)
        except SignInError as error:
            if error.code == "login.state" and g.session is not None:
                # A reload or the back button, by somebody whom the first time signed in.
                return see_other(HOME)
            raise
        response = see_other(finished.next_path)
        cookies.give_session(response, finished.session_token)
        return response

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
        has_left = sign_in.left(request.args.get("state"), cookies.browser_token(request))
        return see_other(SIGNED_OUT if has_left else HOME)

    routes.after_request(kept_nowhere)
    return routes


def _finished(sign_in: SignIn, cookies: CookieJarPolicy) -> FinishedSignIn:
    return sign_in.finish(
        state=single("state"),
        code=single("code"),
        error=single("error"),
        iss=single("iss"),
        browser_token=cookies.browser_token(request),
        old_session_token=cookies.session_token(request),
    )


def _next_path() -> str:
    wanted = request.args.getlist("next")
    return wanted[0] if len(wanted) == 1 else HOME
