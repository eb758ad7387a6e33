"""Who calls: a client's name and secret, in the header or in the body, never both."""

from __future__ import annotations

from collections.abc import Mapping

from authlib.oauth2.rfc6749.util import extract_basic_authorization
from flask import Request

from bridge.domain.portal import PortalClient
from bridge.errors import ProtocolError
from bridge.http.provider.parameters import FORM, of_form, singles
from bridge.usecases.provider import Clients


def posted_by_client(request: Request, clients: Clients) -> tuple[PortalClient, dict[str, str]]:
    """Give the client, recognised, and what it posts.

    Raises: ProtocolError; with `invalid_client` for whoever is not recognised, in whatever way.
    """
    if request.query_string:
        # What is in an address is in logs: a secret there is not one any more.
        raise ProtocolError("parameters belong in the body")
    if request.mimetype != FORM:
        raise UnsupportedBodyError(f"the body must be {FORM}")
    posted = singles(of_form(request))
    client_id, secret = _credentials(request, posted)
    return clients.authenticated(client_id, secret), posted


class UnsupportedBodyError(ProtocolError):
    """The body is in another form than OAuth's."""


def _credentials(request: Request, posted: Mapping[str, str]) -> tuple[str, str | None]:
    if "client_assertion" in posted or "client_assertion_type" in posted:
        raise ProtocolError("client assertions are not offered", code="invalid_client")
    if "Authorization" not in request.headers:
        if "client_id" not in posted:
            raise ProtocolError("client_id is missing", code="invalid_client")
        return posted["client_id"], posted.get("client_secret")
    try:
        client_id, secret = extract_basic_authorization(request.headers)
    except ValueError:
        client_id, secret = None, None
    if client_id is None or secret is None:
        raise ProtocolError("the Authorization header is not Basic", code="invalid_client")
    if "client_secret" in posted or posted.get("client_id", client_id) != client_id:
        raise ProtocolError("the client names itself twice")
    return str(client_id), str(secret)
