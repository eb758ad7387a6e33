"""Builds the stand-in as a Flask application."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Flask, Response, jsonify, make_response, render_template
from werkzeug.exceptions import NotFound

from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.faults import apply_to_request
from sandbox.proconnect import admin, authorize, discovery, interaction, logout, token, userinfo
from sandbox.proconnect.clients import AgentService, default_client
from sandbox.proconnect.errors import PageError
from sandbox.proconnect.state import Sandbox

PREFIX = "/api/v2"
_PROTOCOL = (discovery, authorize, interaction, token, userinfo, logout)


def build(base_url: str, *, clients: Sequence[AgentService] = ()) -> tuple[Flask, dict[str, object]]:
    """The application, and its ready line: url, issuer, client_id and client_secret of the first client.

    Without `clients`, one service is registered: a bridge on port 8000 of this machine.
    """
    url = base_url.rstrip("/")
    registered = tuple(clients) or (default_client(),)
    sandbox = Sandbox(url + PREFIX, registered)
    app = Flask(__name__)
    app.extensions["proconnect"] = sandbox
    for module in _PROTOCOL:
        app.register_blueprint(module.blueprint, url_prefix=PREFIX + (module.blueprint.url_prefix or ""))
    app.register_blueprint(admin.blueprint)
    app.before_request(lambda: apply_to_request(sandbox.faults, PREFIX))
    app.after_request(_protect)
    app.register_error_handler(PageError, _page)
    app.register_error_handler(WireError, _json)
    app.register_error_handler(NotFound, lambda _error: _page(PageError("Y000404")))
    ready: dict[str, object] = {
        "url": url,
        "issuer": sandbox.issuer,
        "client_id": registered[0].client_id,
        "client_secret": registered[0].client_secret,
    }
    return app, ready


def _page(error: PageError) -> Response:
    failure = error.failure
    page = render_template("error.html", code=failure.code, message=failure.message, incident=uuid.uuid4())
    return make_response(page, failure.status)


def _json(error: WireError) -> Response:
    response = jsonify(error=error.error, error_description=error.description)
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def _protect(response: Response) -> Response:
    if response.mimetype == "text/html":
        # No form-action: the page's forms must be able to end at the service.
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        )
        response.headers["Cache-Control"] = "no-store"
    return response
