"""One id per request, so that a citizen's error page and our logs can be laid side by side."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")
log = structlog.get_logger("bridge.http")


def correlation_id() -> str:
    """Give the id of the request under way."""
    return str(g.correlation_id)


def follow_requests(app: Flask) -> None:
    """Give each request an id, answer it back, and log one line: route, status, milliseconds; never a URL."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.correlation_id = given if _SAFE.fullmatch(given) else secrets.token_hex(8)
        g.began_s = time.perf_counter()
        structlog.contextvars.bind_contextvars(correlation_id=g.correlation_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.correlation_id
        log.info(
            "answered",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began_s) * 1000, 1),
        )
        structlog.contextvars.clear_contextvars()
        return response
