"""The authorization endpoint: checks the request, then opens an interaction."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.franceconnect import interaction, parameters
from sandbox.franceconnect.callback import error_uri, go
from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.errors import PageError
from sandbox.franceconnect.failures import FAILURES
from sandbox.franceconnect.parameters import AuthorizeRequest
from sandbox.franceconnect.remote_documents import UnreadableDocumentError
from sandbox.franceconnect.state import Interaction, current

blueprint = Blueprint("authorize", __name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An OAuth error that goes straight back to the service."""

    error: str
    description: str


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    """The citizen's door."""
    asked = parameters.read(request.form if request.method == "POST" else request.args)
    if not current().platform.local_redirects and not parameters.has_top_level_domain(asked.redirect_uri):
        raise PageError("Y030007")
    client = current().client(asked.client_id)
    if client is None:
        raise PageError("Y04EA6EF")
    _check_sector(client)
    problem = _problem(asked, client)
    if asked.redirect_uri not in client.redirect_uris:
        raise PageError("Y040001" if problem else "Y04C013C")
    if problem is not None:
        return _refused(asked, problem)
    return _open(asked, client)


def _problem(asked: AuthorizeRequest, client: Client) -> Refusal | None:
    """The first thing wrong with this request that the service is told of."""
    platform = current().platform
    no_openid = "openid scope must be requested when using the acr_values parameter"
    checks = (
        (bool(asked.response_type), "invalid_request", "missing required parameter 'response_type'"),
        (asked.response_type == "code", "unsupported_response_type", "unsupported response_type requested"),
        ("openid" in asked.scopes, "invalid_request", no_openid),
        (set(asked.scopes) <= set(client.scopes), "invalid_scope", "requested scope is not allowed"),
        (platform.chosen(asked.acr_values) in platform.levels, "invalid_acr", "acr_values not supported"),
        (
            asked.idp_hint in {"", *client.idp_hints},
            "invalid_idp_hint",
            "An idp_hint was provided but is not allowed",
        ),
    )
    return next((Refusal(error, description) for passed, error, description in checks if not passed), None)


def _check_sector(client: Client) -> None:
    """The document must name every return address. Raises: PageError Y04A8220."""
    if not client.sector_identifier_uri:
        return
    try:
        listed = current().documents.addresses(client.sector_identifier_uri)
    except UnreadableDocumentError:
        raise PageError("Y04A8220") from None
    if not set(client.redirect_uris) <= set(listed):
        raise PageError("Y04A8220")


def _refused(asked: AuthorizeRequest, refusal: Refusal) -> Response:
    # A client that asked for a token in the fragment reads its errors there.
    in_fragment = bool({"token", "id_token"} & set(asked.response_type.split()))
    return go(_back(asked, refusal.error, refusal.description, in_fragment=in_fragment))


def _open(asked: AuthorizeRequest, client: Client) -> Response:
    opened = Interaction(
        uid=secrets.token_urlsafe(24),
        browser=request.cookies.get(interaction.BROWSER_COOKIE) or secrets.token_urlsafe(24),
        client=client,
        asked=asked,
        acr=current().platform.chosen(asked.acr_values),
        wants_amr=_wants_amr(asked, client),
        started_at=current().clock.now(),
    )
    current().open_interaction(opened)
    return interaction.start(opened)


def _wants_amr(asked: AuthorizeRequest, client: Client) -> bool:
    """Whether `claims` asks for amr.

    Raises: PageError when `claims` is not JSON, or the service has no right to amr.
    """
    if not asked.claims:
        return False
    try:
        claims: Any = json.loads(asked.claims)
    except ValueError:
        raise _page("Y030028", asked) from None
    id_token = claims.get("id_token") if isinstance(claims, dict) else None
    wanted = isinstance(id_token, dict) and "amr" in id_token
    if wanted and not client.may_ask_amr:
        raise _page("Y100009", asked)
    return wanted


def _page(code: str, asked: AuthorizeRequest) -> PageError:
    failure = FAILURES[code]
    return PageError(code, back=_back(asked, failure.error, failure.description))


def _back(asked: AuthorizeRequest, error: str, description: str, *, in_fragment: bool = False) -> str:
    return error_uri(
        asked.redirect_uri,
        error=error,
        description=description,
        state=asked.state,
        issuer=current().issuer,
        in_fragment=in_fragment,
    )
