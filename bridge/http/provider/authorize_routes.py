"""The routes a citizen's browser takes when a client sends it here to sign in."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.portal import REQUEST_LIFE
from bridge.errors import ProtocolError, RequestError
from bridge.http.access import Access, open_to, signed_in
from bridge.http.cookies import CookieJarPolicy
from bridge.http.login import RENOUNCE
from bridge.http.origins import Origins
from bridge.http.provider.answers import kept_nowhere, see_other, to_client
from bridge.http.provider.parameters import FORM, of_form, of_query
from bridge.http.same_origin import require_same_origin
from bridge.http.security_headers import allow_forms_to
from bridge.usecases.provider import Authorize
from bridge.usecases.provider.authorize import ClientAnswer, Step, Waiting
from bridge.usecases.provider_answers import browser_of


def authorize_blueprint(authorize: Authorize, cookies: CookieJarPolicy, origins: Origins) -> Blueprint:
    """Give /oauth2/authorize, and where a request goes on after the sign-in."""
    routes = Blueprint("provider-authorize", __name__, url_prefix="/oauth2")
    routes.after_request(kept_nowhere)

    @routes.route("/authorize", methods=["GET", "POST"])
    @open_to(Access.EVERYONE)
    def start() -> AnyResponse:
        browser = browser_of(cookies.browser_token(request))
        found = authorize.start(_parameters(), g.session, browser, origins.of(request))
        if isinstance(found, ClientAnswer):
            return to_client(found)
        address = _sign_in(found) if found.step is Step.SIGN_IN else _here(found.request_id)
        response = see_other(address)
        cookies.give_browser(response, browser)
        return response

    @routes.get("/continue/<request_id>")
    @open_to(Access.EVERYONE)
    def go_on(request_id: str) -> AnyResponse:
        browser = cookies.browser_token(request)
        if RENOUNCE in request.args:
            return _answered(authorize.renounce(request_id, browser), cookies)
        return _stepped(authorize.go_on(request_id, g.session, browser), cookies)

    @routes.post("/continue/<request_id>")
    @open_to(Access.EVERYONE)
    def confirm(request_id: str) -> AnyResponse:
        require_same_origin(request, cookies.base_url)
        found = authorize.confirm(request_id, signed_in(), cookies.browser_token(request))
        return _stepped(found, cookies)

    return routes


def _parameters() -> dict[str, list[str]]:
    """Raises: RequestError for what cannot be read, since nobody is known yet to answer to."""
    try:
        if request.method == "POST":
            if request.mimetype != FORM:
                raise RequestError("the body must be a form", code="portal.client")
            return {name: list(values) for name, values in of_form(request).items()}
        return {name: list(values) for name, values in of_query(request).items()}
    except ProtocolError as error:
        raise RequestError(error.explanation, code="portal.client") from error


def _stepped(found: ClientAnswer | Waiting, cookies: CookieJarPolicy) -> AnyResponse:
    if isinstance(found, ClientAnswer):
        return _answered(found, cookies)
    if found.step is Step.SIGN_IN:
        return see_other(_sign_in(found))
    allow_forms_to(*found.client.redirect_uris)
    template = "continue_as.html" if found.step is Step.CONFIRM else "portal_review.html"
    page: Response = make_response(
        render_template(
            template, client=found.client.label, here=_here(found.request_id), sign_in=_sign_in(found)
        )
    )
    # The person may need a while: what ties the request to this browser must last as long as the request.
    life_s = int(REQUEST_LIFE.total_seconds())
    cookies.give_browser(page, browser_of(cookies.browser_token(request)), life_s)
    if found.step is Step.REVIEW:
        cookies.give_waiting(page, found.request_id, life_s)
    return page


def _answered(answer: ClientAnswer, cookies: CookieJarPolicy) -> AnyResponse:
    response = to_client(answer)
    cookies.forget_waiting(response)
    return response


def _here(request_id: str) -> str:
    return url_for("provider-authorize.go_on", request_id=request_id)


def _sign_in(waiting: Waiting) -> str:
    return url_for("login.start", next=_here(waiting.request_id))
