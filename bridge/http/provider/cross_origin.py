"""Lets the pages of public clients call what they hold a token for; nobody else's, and never by cookie."""

from __future__ import annotations

from flask import Flask, Response, request

from bridge.usecases.provider import Clients

_CALLED_FROM_PAGES = ("/oauth2/token", "/oauth2/revoke", "/oauth2/userinfo", "/api/v1/")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


def hear_pages_of(app: Flask, clients: Clients) -> None:
    """Name a registered origin back to it; without `Allow-Credentials` it sees nothing a cookie opened."""

    @app.after_request
    def add(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origin is None or not request.path.startswith(_CALLED_FROM_PAGES):
            return response
        response.vary.add("Origin")
        if origin in clients.page_origins():
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate, X-Request-ID"
            if request.method == "OPTIONS":
                response.headers.update(_PREFLIGHT)
        return response
