"""Builds the stand-in as a Flask application."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence

from flask import Flask, Response, jsonify, make_response, render_template

from sandbox.franceconnect import admin, authorize, discovery, faults, interaction, logout, token, userinfo
from sandbox.franceconnect.clients import Client, default_client, default_plus_client
from sandbox.franceconnect.errors import PageError, WireError
from sandbox.franceconnect.platforms import V2, Platform
from sandbox.franceconnect.state import Sandbox

PREFIX = "/api/v2"
ERROR_PAGE = "https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/"
_PROTOCOL = (discovery, authorize, interaction, token, userinfo, logout)


def build(
    base_url: str, *, clients: Sequence[Client] = (), platform: Platform = V2
) -> tuple[Flask, dict[str, object]]:
    """The application, and its ready line: url, issuer, client_id and client_secret of the first client.

    Without `clients`, one service is registered: a bridge on port 8000 of this machine.
    """
    url = base_url.rstrip("/")
    registered = tuple(clients) or (default_plus_client() if platform.is_plus else default_client(),)
    sandbox = Sandbox(url + PREFIX, registered, platform)
    app = Flask(__name__)
    app.extensions["franceconnect"] = sandbox
    for module in _PROTOCOL:
        app.register_blueprint(module.blueprint, url_prefix=PREFIX + (module.blueprint.url_prefix or ""))
    app.register_blueprint(admin.blueprint)
    app.before_request(lambda: faults.apply_to_request(sandbox.faults, PREFIX))
    app.after_request(_protect)
    app.register_error_handler(PageError, _page)
    app.register_error_handler(WireError, _json)
    ready: dict[str, object] = {
        "url": url,
        "issuer": sandbox.issuer,
        "client_id": registered[0].client_id,
        "client_secret": registered[0].client_secret,
    }
    return app, ready


def _page(error: PageError) -> Response:
    page = render_template(
        "error.html",
        code=error.failure.code,
        message=error.failure.message,
        incident=uuid.uuid4(),
        back=error.back,
    )
    return make_response(page, error.failure.status)


def _json(error: WireError) -> Response:
    response = jsonify(
        error=error.error,
        error_description=error.description,
        error_uri=f"{ERROR_PAGE}?code={error.code}&id={secrets.token_hex(16)}",
    )
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def _protect(response: Response) -> Response:
    if response.mimetype == "text/html":
        # No form-action: the pages' forms must be able to end at the service.
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        )
        response.headers["Cache-Control"] = "no-store"
    return response
