"""How the provider answers: browsers by redirect, machines in JSON, refusals in OAuth's words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2 import OAuth2Error
from flask import Response, jsonify, redirect
from werkzeug.wrappers import Response as AnyResponse

from bridge.errors import BridgeError, ForbiddenError, NotSignedInError, ProtocolError, TransientError
from bridge.usecases.provider.authorize import ClientAnswer

_STATUS = {"invalid_client": 401}
_RETRY_AFTER_S = 30


def see_other(address: str) -> AnyResponse:
    """Send the browser on; never 307, which would repeat a form elsewhere. Source: RFC 9700, 4.12."""
    return redirect(address, 303)


def to_client(answer: ClientAnswer) -> AnyResponse:
    """Send the browser to the client with its answer, each value as it came."""
    encoded = urlencode(answer.parameters, quote_via=quote, safe="", errors="surrogateescape")
    if not encoded:
        return see_other(answer.redirect_uri)
    joint = "&" if "?" in answer.redirect_uri else "?"
    response = Response(status=303)
    # Written as it is: the framework would decode and encode the address anew.
    response.autocorrect_location_header = False
    response.headers["Location"] = f"{answer.redirect_uri}{joint}{encoded}"
    return response


def in_json(content: dict[str, Any]) -> Response:
    """Give a JSON answer that nobody keeps."""
    return kept_nowhere(jsonify(content))


def kept_nowhere(response: Response) -> Response:
    """Mark an answer as nobody's to keep or to name as the page before."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def refused(error: BridgeError) -> Response:
    """Give a refusal to a machine, always in the same shape. Source: RFC 6749, 5.2; RFC 6750, 3.1."""
    match error:
        case ProtocolError():
            response = _oauth(error.code, error.explanation, _status(error))
            if response.status_code == 401:
                response.headers["WWW-Authenticate"] = 'Basic realm="bridge"'
            if error.retry_after_s is not None:
                response.headers["Retry-After"] = str(round(error.retry_after_s))
        case NotSignedInError():
            response = _oauth("invalid_token", error.explanation, 401)
            response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        case ForbiddenError():
            response = _oauth("insufficient_scope", error.explanation, 403)
            response.headers["WWW-Authenticate"] = 'Bearer error="insufficient_scope", scope="openid"'
        case TransientError():
            response = _oauth("temporarily_unavailable", "try again later", 503)
            response.headers["Retry-After"] = str(round(error.retry_after_s or _RETRY_AFTER_S))
        case _:
            response = _oauth("server_error", "something went wrong on our side", 500)
    return response


def _status(error: ProtocolError) -> int:
    return 429 if error.retry_after_s is not None else _STATUS.get(error.code, 400)


def _oauth(code: str, description: str, status: int) -> Response:
    refusal = OAuth2Error(error=code, description=description, status_code=status)
    response = jsonify(dict(refusal.get_body()))
    response.status_code = status
    return kept_nowhere(response)
