"""What every data call meets before and after its resource: faults, version, session, budget, counters."""

from __future__ import annotations

import socket
import time

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from sandbox.salesforce.acting import act_as
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.replies import error_reply
from sandbox.salesforce.sessions import check_session
from sandbox.salesforce.versions import api_version, check_version, take_version

SUBREQUEST = "sandbox.subrequest"
_DATA = "/services/data/v"
_MAX_URI = 16_384
_WRITING = frozenset({"POST", "PATCH", "PUT", "DELETE"})


def install(app: Flask) -> None:
    """Put the gate around every route of the application."""
    app.url_value_preprocessor(take_version)
    app.before_request(_enter)
    app.after_request(_leave)
    app.register_error_handler(SalesforceError, error_reply)
    app.register_error_handler(HTTPException, _http_error)


def _enter() -> Response | None:
    if request.environ.get(SUBREQUEST):
        return None
    org = current_org()
    # Whoever acts without a session does it by hand, in the org itself.
    act_as(org.agent_id)
    if not request.path.startswith("/services/"):
        return None
    time.sleep(org.faults.switches.latency_s)
    refused = _broken(org) or _too_long()
    if refused is not None or not _is_data_call():
        return refused
    if request.url_rule is not None:
        check_version(api_version())
    check_session(org)
    org.limits.spend()
    if request.method in _WRITING and org.faults.take_write_fault("before") == "drop":
        drop_connection()
        return Response(status=502)
    return None


def _leave(response: Response) -> Response:
    if request.environ.get(SUBREQUEST):
        return response
    org = current_org()
    if not request.path.startswith("/sandbox"):
        org.stats.count_call(request.blueprint or "unknown", response.status_code)
    if not _is_data_call():
        return response
    org.limits.more_segments = org.faults.switches.limit_segments
    response.headers["Sforce-Limit-Info"] = org.limits.header()
    if request.method in _WRITING and response.status_code < 400:
        _spoil_answer(org)
    return response


def _spoil_answer(org: Org) -> None:
    wanted = org.faults.take_write_fault("after")
    if wanted == "hold":
        time.sleep(org.faults.switches.hold_s)
    elif wanted == "drop":
        drop_connection()


def drop_connection() -> None:
    """Cut the client off without an answer; the server's own socket is reached through its callback."""
    channel = request.environ["waitress.client_disconnected"].__self__
    channel.socket.shutdown(socket.SHUT_RDWR)


def _is_data_call() -> bool:
    return request.path.startswith(_DATA) and not request.environ.get(SUBREQUEST)


def _broken(org: Org) -> Response | None:
    status = org.faults.take_status()
    if not status:
        return None
    if status == 503:
        return Response(render_template("salesforce/maintenance.html"), 503, content_type="text/html")
    if status == 500:
        return error_reply(
            SalesforceError("UNKNOWN_EXCEPTION", "An unexpected error occurred. ErrorId: 1-1 (1)", status=500)
        )
    return Response(status=status)


def _too_long() -> Response | None:
    uri = len(str(request.environ.get("REQUEST_URI", request.full_path)))
    if uri > _MAX_URI:
        return Response("URI Too Long", 414, content_type="text/html")
    headers = sum(len(name) + len(value) + 4 for name, value in request.headers)
    if uri + headers > _MAX_URI:
        return Response("Request Header Fields Too Large", 431, content_type="text/html")
    return None


def _http_error(error: HTTPException) -> Response | HTTPException:
    if not request.path.startswith("/services/"):
        return error
    if error.code == 405:
        allowed = ",".join(sorted(getattr(error, "valid_methods", None) or ()))
        text = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
        return error_reply(SalesforceError("METHOD_NOT_ALLOWED", text, status=405))
    if error.code == 404:
        return error_reply(not_found())
    return error
