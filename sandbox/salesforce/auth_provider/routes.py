"""The addresses of an Auth. Provider: start, callback, test; and the site's first page behind them."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request

from sandbox.salesforce.auth_provider.model import AuthProvider
from sandbox.salesforce.auth_provider.registration import registered
from sandbox.salesforce.auth_provider.relying_party import (
    RefusedError,
    UserData,
    authorize_address,
    user_data,
)
from sandbox.salesforce.auth_provider.site import HOME, SITE, site_home
from sandbox.salesforce.auth_provider.visits import Flow, SiteSession, current_visits
from sandbox.salesforce.org import current_org
from sandbox.salesforce.replies import json_reply

auth_provider = Blueprint("auth_provider", __name__)
BROWSER = "oinfo"
SESSION = "sid"
_KINDS = ("sso", "test", "link")


@auth_provider.put("/sandbox/auth_providers/<suffix>")
def deploy(suffix: str) -> Response:
    """Deploy an Auth. Provider: JSON with the elements of its metadata file; gives its addresses."""
    try:
        provider = AuthProvider.read(suffix, request.get_json())
    except ValueError as error:
        return json_reply({"error": str(error)}, 400)
    current_visits().providers[suffix] = provider
    base = current_org().base_url
    addresses = {f"{kind}KickoffUrl": f"{base}/services/auth/{kind}/{suffix}" for kind in _KINDS}
    return json_reply({**addresses, "callbackUrl": _callback(suffix), "siteUrl": f"{base}{SITE}"})


@auth_provider.get("/services/auth/<kind>/<suffix>")
def start(kind: str, suffix: str) -> Response:
    """Send the browser to the provider. `community` is the site's address; without it, the internal org."""
    provider = current_visits().providers.get(suffix)
    if provider is None or kind not in _KINDS:
        abort(404)
    browser = request.cookies.get(BROWSER) or secrets.token_urlsafe(24)
    flow = Flow(
        provider=provider,
        kind=kind,
        site=request.args.get("community", ""),
        start_url=request.args.get("startURL", ""),
        redirect_uri=_callback(suffix),
        verifier=secrets.token_urlsafe(64),
        browser=browser,
        started_at=current_org().clock(),
    )
    answer = redirect(authorize_address(flow, current_visits().begin(flow)), 302)
    answer.set_cookie(BROWSER, browser, httponly=True, samesite="Lax")
    return make_response(answer)


@auth_provider.get("/services/authcallback/<suffix>")
def callback(suffix: str) -> Response:
    """Take the provider's answer, and open the site; every failure is the platform's one error page."""
    try:
        return _answered(_flow(suffix), request.args.get("code", ""))
    except RefusedError as refusal:
        query = urlencode({"ErrorCode": refusal.code, "ErrorDescription": refusal.description})
        return make_response(redirect(f"/_nc_external/identity/sso/ui/AuthorizationError?{query}", 302))


@auth_provider.get("/_nc_external/identity/sso/ui/AuthorizationError")
def error_page() -> tuple[str, int]:
    """What the citizen sees when the sign-in did not end well."""
    shown = {name: request.args.get(name, "") for name in ("ErrorCode", "ErrorDescription")}
    return render_template("salesforce/auth_error.html", **shown), 200


@auth_provider.get(HOME)
def home() -> str:
    """The portal's page: the component «Suivi de mes demandes», drawn on the server."""
    session = current_visits().sessions.get(request.cookies.get(SESSION, ""))
    providers = tuple(current_visits().providers.values())
    return render_template("salesforce/site.html", providers=providers, **site_home(current_org(), session))


@auth_provider.get("/secur/logout.jsp")
def logout() -> Response:
    """End the site's session, then go to the provider's logout address when one is set."""
    session = current_visits().sessions.pop(request.cookies.get(SESSION, ""), None)
    answer = redirect((session.provider.logoutUrl if session else "") or HOME, 302)
    answer.delete_cookie(SESSION)
    return make_response(answer)


def _flow(suffix: str) -> Flow:
    """Give the sign-in this answer belongs to. Raises: RefusedError."""
    browser = request.cookies.get(BROWSER, "")
    flow = current_visits().take(request.args.get("state", ""), browser, current_org().clock())
    if flow is None or flow.provider.suffix != suffix:
        raise RefusedError("STATE_ERROR", "the state is unknown, used or too old")
    if error := request.args.get("error"):
        raise RefusedError("OAUTH_ERROR", error)
    return flow


def _answered(flow: Flow, code: str) -> Response:
    data = user_data(flow, code)
    if flow.kind == "test":
        return make_response(render_template("salesforce/auth_test.html", attributes=data.attributes))
    if flow.site != f"{current_org().base_url}{SITE}":
        raise RefusedError("NO_COMMUNITY", "no site has this address: an external user has no place here")
    user_id = registered(current_org(), current_visits(), flow, data)
    return _signed_in(flow, user_id, data)


def _signed_in(flow: Flow, user_id: str, data: UserData) -> Response:
    session = SiteSession(user_id, flow.provider, data.access_token, data.refresh_token, data.id_token)
    answer = redirect(flow.start_url if flow.start_url.startswith(SITE) else HOME, 302)
    answer.set_cookie(SESSION, current_visits().open(session), httponly=True, samesite="Lax")
    return make_response(answer)


def _callback(suffix: str) -> str:
    return f"{current_org().base_url}/services/authcallback/{suffix}"
