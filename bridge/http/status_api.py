"""The OpenAPI document: every refusal is a problem; a session cookie or an access token opens the routes."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from bridge.http.schemas import Problem


class StatusApi(Api):  # type: ignore[misc]  # the library ships no types
    """What flask-smorest documents on its own, brought to the shape our refusals have."""

    ERROR_SCHEMA = Problem
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"

    def _register_pagination_header(self) -> None:
        """Nothing: our lists go on by cursor, never by page number."""


def status_api(app: Flask, session_cookie: str) -> StatusApi:
    """Give the API of an application, opened by the cookie of this name or by an access token of ours."""
    session = {"type": "apiKey", "in": "cookie", "name": session_cookie}
    openid = {"type": "openIdConnect", "openIdConnectUrl": "/.well-known/openid-configuration"}
    return StatusApi(
        app,
        spec_kwargs={
            "components": {"securitySchemes": {"session": session, "openid": openid}},
            "security": [{"session": []}, {"openid": ["cases:read"]}],
        },
    )
