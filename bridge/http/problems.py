"""One shape for every refusal: problem+json for machines, a plain page for people (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb

import structlog
from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from bridge.errors import (
    AmbiguousContactError,
    AssuranceError,
    BridgeError,
    BudgetError,
    ConfigurationError,
    ConflictError,
    FieldsError,
    ForbiddenError,
    NotSignedInError,
    PermanentError,
    ProtocolError,
    RequestError,
    SignInError,
    TooManyRequestsError,
    TransientError,
    UnknownCaseError,
    UnknownProcedureError,
)
from bridge.http.agent_problem_words import WITH_ANOTHER_ACCOUNT, agent_words
from bridge.http.agents_door import way_in
from bridge.http.console.frame import is_console_path
from bridge.http.correlation import correlation_id
from bridge.http.languages import language
from bridge.http.problem_words import ProblemWords, words

log = structlog.get_logger("bridge.http")

_STATUS: tuple[tuple[type[BridgeError], int], ...] = (
    (AssuranceError, 403),
    (SignInError, 401),
    (NotSignedInError, 401),
    (UnknownCaseError, 404),
    (UnknownProcedureError, 404),
    (AmbiguousContactError, 409),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (TooManyRequestsError, 429),
    (RequestError, 400),
    (ProtocolError, 400),
    (TransientError, 503),
    (BudgetError, 503),
    (PermanentError, 502),
    (ConfigurationError, 500),
)
_RETRY_AFTER_S = 30
# Once more from the button, by the citizen: a page that goes there by itself could turn in circles.
_START_AGAIN = frozenset({"login.state", "login.token", "login.denied", "login.failed", "login.acr"})
_MACHINE_PATHS = (
    *("/api/", "/webhooks/", "/health/", "/.well-known/"),
    *("/oauth2/token", "/oauth2/revoke", "/oauth2/userinfo", "/oauth2/jwks"),
)
_DOOR_PATHS = ("/agents/login", "/agents/logout")


def answer_problems(app: Flask) -> None:
    """Answer every error of the application; nothing of the request or of a library is echoed."""
    app.register_error_handler(BridgeError, _expected)
    app.register_error_handler(HTTPException, _by_protocol)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: BridgeError) -> int:
    """Give the HTTP status of an expected error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def published(error: BridgeError) -> str:
    """Give the code a caller reads: what exactly an outside system refused is for our log alone."""
    if isinstance(error, PermanentError) and not error.code.startswith("login."):
        return PermanentError.code
    return error.code


def _expected(error: BridgeError) -> AnyResponse:
    if (entrance := way_in(error)) is not None:
        return entrance
    status = status_of(error)
    log.log(_level(error, status), "refused", code=error.code, status=status)
    fields = dict(error.fields) if isinstance(error, FieldsError) else None
    response = _answer(status, published(error), fields)
    wait_s = _wait_s(error)
    if wait_s is not None:
        response.headers["Retry-After"] = str(round(wait_s))
    return response


def _level(error: BridgeError, status: int) -> int:
    """An alarm is for what somebody has to mend; what passes by itself is a warning."""
    if isinstance(error, TransientError | BudgetError | TooManyRequestsError):
        return logging.WARNING
    return logging.ERROR if status >= 500 else logging.INFO


def _wait_s(error: BridgeError) -> float | None:
    if isinstance(error, TooManyRequestsError):
        return error.retry_after_s
    if isinstance(error, TransientError):
        return error.retry_after_s or _RETRY_AFTER_S
    if isinstance(error, BudgetError):
        return max(1.0, (error.resume_at - datetime.now(UTC)).total_seconds())
    return None


def _by_protocol(error: HTTPException) -> Response:
    """A refusal of the framework: unknown path, wrong method, body too large, field not understood."""
    status = error.code or 500
    if isinstance(error, SecurityError):
        # Under a host that is not ours no address of ours can be built, so there is no page to draw.
        return _document(status, "request.host", words(status, "request.host"), None)
    response = _answer(status, f"http.{status}", _field_errors(error))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    # Only the type and the place: the text of a library's error may hold a name.
    log.error("failed", error_type=type(error).__qualname__, where=_where(error), exc_info=False)
    return _answer(500, "internal")


def _where(error: Exception) -> str:
    *_, (frame, line) = walk_tb(error.__traceback__)
    return f"{Path(frame.f_code.co_filename).name}:{line}"


def _field_errors(error: HTTPException) -> dict[str, object] | None:
    """Which parameter was wrong, as webargs tells it; names and rules, never values."""
    data = getattr(error, "data", None)
    return data.get("messages") if isinstance(data, dict) else None


def _answer(status: int, code: str, errors: Mapping[str, object] | None = None) -> Response:
    if request.path.startswith(_DOOR_PATHS):
        return _at_the_agents_door(status, code)
    if is_console_path(request.path):
        return _in_the_console(status, code)
    text = words(status, code)
    if request.path.startswith(_MACHINE_PATHS):
        return _document(status, code, text, errors)
    page = render_template(
        "problem.html",
        status=status,
        code=code,
        words=text,
        correlation_id=correlation_id(),
        start_again=_START_AGAIN,
    )
    return _private(Response(page, status, mimetype="text/html"))


def _at_the_agents_door(status: int, code: str) -> Response:
    page = render_template(
        "agents/refused.html",
        code=code,
        words=agent_words(status, code),
        correlation_id=correlation_id(),
        with_another_account=code in WITH_ANOTHER_ACCOUNT,
    )
    return _private(Response(page, status, mimetype="text/html"))


def _in_the_console(status: int, code: str) -> Response:
    told = agent_words(status, code)
    page = render_template("agents/problem.html", code=code, words=told, correlation_id=correlation_id())
    return _private(Response(page, status, mimetype="text/html"))


def _document(status: int, code: str, text: ProblemWords, errors: Mapping[str, object] | None) -> Response:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": text.title[language()],
        "detail": text.advice[language()],
        "status": status,
        "code": code,
        "correlation_id": correlation_id(),
    }
    if errors:
        body["errors"] = errors
    response = _private(Response(json.dumps(body), status, mimetype="application/problem+json"))
    response.headers["Content-Language"] = language()
    return response


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
