"""The routes by which a client signs a citizen out, here and at FranceConnect, and gets them back."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.errors import ProtocolError
from bridge.http.access import Access, open_to
from bridge.http.cookies import CookieJarPolicy
from bridge.http.provider.answers import kept_nowhere, see_other, to_client
from bridge.http.provider.parameters import of_form, of_query
from bridge.usecases.provider import EndSession
from bridge.usecases.provider.end_session import LogoutWish
from bridge.usecases.provider.read_request import Parameters
from bridge.usecases.provider_answers import browser_of
from bridge.usecases.sign_in import HOME, SignIn

_AS_IT_IS = "surrogateescape"


def logout_blueprint(end_session: EndSession, sign_in: SignIn, cookies: CookieJarPolicy) -> Blueprint:
    """Give /oauth2/logout and the way back from FranceConnect's own logout."""
    routes = Blueprint("provider-logout", __name__, url_prefix="/oauth2/logout")
    routes.after_request(kept_nowhere)

    @routes.route("", methods=["GET", "POST"])
    @open_to(Access.EVERYONE)
    def leave() -> AnyResponse:
        if request.method == "POST":
            # Another site's form brings no cookie of ours; the same question asked by address does.
            return see_other(f"{url_for('.leave')}?{urlencode(_parameters(), doseq=True, errors=_AS_IT_IS)}")
        wish = end_session.wish(_parameters())
        if wish is None or (g.session is not None and not end_session.concerns(wish, g.session)):
            return make_response(render_template("confirm_sign_out.html"))
        if g.session is None:
            return _straight_back(wish)
        return _signed_out(wish)

    @routes.get("/return/<request_id>")
    @open_to(Access.EVERYONE)
    def back(request_id: str) -> AnyResponse:
        return to_client(end_session.back(request_id, cookies.browser_token(request)))

    def _signed_out(wish: LogoutWish) -> AnyResponse:
        browser = browser_of(cookies.browser_token(request))
        kept = end_session.kept(wish, browser)
        onward = url_for("provider-logout.back", request_id=kept) if kept else HOME
        going = sign_in.leave(cookies.session_token(request), browser, onward)
        response = see_other(going.url) if going.url else _straight_back(wish)
        cookies.forget_session(response)
        cookies.give_browser(response, browser)
        return response

    return routes


def _straight_back(wish: LogoutWish) -> AnyResponse:
    if wish.way_back is None:
        return make_response(render_template("confirm_sign_out.html"))
    return to_client(wish.way_back)


def _parameters() -> Parameters:
    try:
        return of_form(request) if request.method == "POST" else of_query(request)
    except ProtocolError:
        return {}
