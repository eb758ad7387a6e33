"""End of session: a browser redirect with the ID token as hint, however old."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, make_response, render_template, request
from joserfc import jws
from joserfc.errors import JoseError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sandbox.franceconnect.callback import go, with_parameters
from sandbox.proconnect.clients import AgentService
from sandbox.proconnect.errors import PageError
from sandbox.proconnect.interaction import BROWSER_COOKIE
from sandbox.proconnect.state import current

blueprint = Blueprint("logout", __name__)
_ALLOWED = {"id_token_hint", "post_logout_redirect_uri", "state", "client_id"}


@blueprint.route("/session/end", methods=["GET", "POST"])
def end_session() -> Response:
    """Back to the service with its state, or a page when it named no address.

    Without the browser's own session: Y030110. A return address that is not the registered one to the letter,
    a last slash included, or a hint that is not ours: Y030111.
    """
    values = request.form if request.method == "POST" else request.args
    if not set(values) <= _ALLOWED or any(len(values.getlist(name)) > 1 for name in values):
        raise PageError("Y000400")
    client, target = _client(values), values.get("post_logout_redirect_uri")
    if target is not None and target not in client.post_logout_redirect_uris:
        raise PageError("Y030111")
    if not current().sign_browser_out(request.cookies.get(BROWSER_COOKIE, "")):
        raise PageError("Y030110")
    if target is None:
        return make_response(render_template("logged_out.html"))
    response = go(with_parameters(target, {"state": values["state"]} if "state" in values else {}))
    response.delete_cookie(BROWSER_COOKIE)
    return response


def _client(values: MultiDict[str, str]) -> AgentService:
    """The service the hint was made for; its expiry does not matter, its signature and issuer do."""
    claims = _claims(values.get("id_token_hint", ""))
    audience = claims.get("aud")
    client = current().client(audience) if isinstance(audience, str) else None
    if claims.get("iss") != current().issuer or client is None:
        raise PageError("Y030111")
    if values.get("client_id", client.client_id) != client.client_id:
        raise PageError("Y030111")
    return client


def _claims(hint: str) -> dict[str, Any]:
    try:
        found = jws.deserialize_compact(hint, current().keys.ever_used(), algorithms=["ES256", "RS256"])
        claims: Any = json.loads(found.payload)
    except (JoseError, ValueError):
        raise PageError("Y030111") from None
    return claims if isinstance(claims, dict) else {}
