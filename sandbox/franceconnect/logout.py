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
from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.errors import PageError
from sandbox.franceconnect.interaction import BROWSER_COOKIE
from sandbox.franceconnect.parameters import is_url
from sandbox.franceconnect.state import current

blueprint = Blueprint("logout", __name__)
_ALLOWED = {"id_token_hint", "post_logout_redirect_uri", "state", "client_id", "logout_hint", "ui_locales"}


@blueprint.route("/session/end", methods=["GET", "POST"])
def end_session() -> Response:
    """Back to the service with its state, or a page when it named no address."""
    values = request.form if request.method == "POST" else request.args
    _check_shape(values)
    client = _client(values)
    target = values.get("post_logout_redirect_uri")
    if target is None:
        response: Response = make_response(render_template("logged_out.html"))
    elif target in client.post_logout_redirect_uris:
        response = go(with_parameters(target, {"state": values["state"]} if "state" in values else {}))
    else:
        raise PageError("Y040001")
    response.delete_cookie(BROWSER_COOKIE)
    return response


def _check_shape(values: MultiDict[str, str]) -> None:
    known = set(values) <= _ALLOWED and all(len(values.getlist(name)) == 1 for name in values)
    target = values.get("post_logout_redirect_uri")
    if not known or not values.get("id_token_hint") or (target is not None and not is_url(target)):
        raise PageError("Y030007")


def _client(values: MultiDict[str, str]) -> Client:
    """The service the hint was made for; its expiry does not matter, its signature and issuer do."""
    claims = _claims(values["id_token_hint"])
    audience = claims.get("aud")
    client = current().client(audience) if isinstance(audience, str) else None
    if claims.get("iss") != current().issuer or client is None:
        raise PageError("Y040001")
    if values.get("client_id", client.client_id) != client.client_id:
        raise PageError("Y040001")
    return client


def _claims(hint: str) -> dict[str, Any]:
    try:
        found = jws.deserialize_compact(hint, current().keys.ever_used(), algorithms=["ES256", "RS256"])
        claims: Any = json.loads(found.payload)
    except (JoseError, ValueError):
        raise PageError("Y040001") from None
    return claims if isinstance(claims, dict) else {}
