"""Access tokens at the status API: where they are heard, what they must allow, how a refusal is announced."""

from __future__ import annotations

from flask import Flask, Request, Response, request

from bridge.domain.portal import Scope
from bridge.errors import ForbiddenError
from bridge.usecases.provider.open_to_bearer import BearerAccess

_HEARD_BELOW = "/api/v1/"
_SCHEME = "bearer "
_READING = frozenset(("GET", "HEAD", "OPTIONS"))


def bearer_of(request: Request) -> str | None:
    """Give the token of the `Authorization` header; None when there is no such header."""
    given = request.headers.get("Authorization", "")
    return given[len(_SCHEME) :].strip() if given[: len(_SCHEME)].lower() == _SCHEME else None


def bearer_token(request: Request) -> str | None:
    """Give the access token brought to the status API; pages hear cookies only."""
    return bearer_of(request) if request.path.startswith(_HEARD_BELOW) else None


def require_scope(access: BearerAccess, method: str) -> None:
    """Let a token through that may read, or write. Raises: ForbiddenError `token.scope`."""
    if needed_scope(method) not in access.scopes:
        raise ForbiddenError("the token lacks the scope for this", code="token.scope")


def needed_scope(method: str) -> Scope:
    """Give the scope a method needs at the status API."""
    return Scope.CASES_READ if method in _READING else Scope.CASES_WRITE


def announce_bearer(app: Flask) -> None:
    """Say on each refusal of the status API how to get in. Source: RFC 6750, section 3."""

    @app.after_request
    def add(response: Response) -> Response:
        if request.path.startswith(_HEARD_BELOW) and response.status_code in {401, 403}:
            response.headers.setdefault("WWW-Authenticate", _challenge(response.status_code))
        return response


def _challenge(status: int) -> str:
    if status == 403:
        return f'Bearer error="insufficient_scope", scope="{needed_scope(request.method)}"'
    return "Bearer" if bearer_of(request) is None else 'Bearer error="invalid_token"'
