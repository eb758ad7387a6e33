"""The routes of signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from bridge.errors import SignInError
from bridge.http.access import Access, open_to
from bridge.http.cookies import CookieJarPolicy
from bridge.http.same_origin import require_same_origin
from bridge.usecases.sign_in import HOME, PORTAL_NEXT, FinishedSignIn, SignIn

SIGNED_OUT = f"{HOME}?au-revoir=1"
SIGNED_OUT_HERE_ONLY = f"{HOME}?au-revoir=ici"
RENOUNCE = "renoncer"
"""The parameter by which a citizen gives up what a client asked for."""


def login_blueprint(sign_in: SignIn, cookies: CookieJarPolicy) -> Blueprint:
    """Give the four routes; the one that signs out answers only to our own pages."""
    routes = Blueprint("login", __name__)

    @routes.get("/login/franceconnect")
    @open_to(Access.EVERYONE)
    def start() -> Response:
        started = sign_in.start(_next_path(), cookies.browser_token(request))
        response = _see_other(started.url)
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
                return _see_other(HOME)
            if error.code == "login.denied" and (error.next_path or "").startswith(PORTAL_NEXT):
                # Whoever came from a client goes back there, with the client's own "no".
                return _see_other(f"{error.next_path}?{RENOUNCE}=1")
            raise
        response = _see_other(finished.next_path)
        cookies.give_session(response, finished.session_token)
        return response

    @routes.post("/logout")
    @open_to(Access.EVERYONE)
    def leave() -> Response:
        require_same_origin(request, cookies.base_url)
        going = sign_in.leave(cookies.session_token(request), cookies.browser_token(request))
        ended_here = HOME if g.session is None else SIGNED_OUT_HERE_ONLY
        response = _see_other(going.url or ended_here)
        cookies.forget_session(response)
        if going.browser_token:
            cookies.give_browser(response, going.browser_token)
        return response

    @routes.get("/logout/callback")
    @open_to(Access.EVERYONE)
    def left() -> Response:
        onward = sign_in.left(request.args.get("state"), cookies.browser_token(request))
        if onward is None:
            return _see_other(HOME)
        return _see_other(SIGNED_OUT if onward == HOME else onward)

    routes.after_request(_kept_nowhere)
    return routes


def _finished(sign_in: SignIn, cookies: CookieJarPolicy) -> FinishedSignIn:
    return sign_in.finish(
        state=_single("state"),
        code=_single("code"),
        error=_single("error"),
        iss=_single("iss"),
        browser_token=cookies.browser_token(request),
        old_session_token=cookies.session_token(request),
    )


def _next_path() -> str:
    wanted = request.args.getlist("next")
    return wanted[0] if len(wanted) == 1 else HOME


def _single(name: str) -> str | None:
    """Give the parameter; said twice it could mean one thing to us and another to the provider."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise SignInError("a parameter comes twice", code="login.state")
    return values[0] if values else None


def _see_other(address: str) -> Response:
    return redirect(address, 303)


def _kept_nowhere(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
