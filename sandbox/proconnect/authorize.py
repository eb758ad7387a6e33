"""The authorization endpoint: checks the request, then answers at once or opens an interaction."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.franceconnect.callback import error_uri, go
from sandbox.proconnect import interaction, parameters, pkce
from sandbox.proconnect.clients import AgentService
from sandbox.proconnect.errors import PageError
from sandbox.proconnect.parameters import AuthorizeRequest
from sandbox.proconnect.state import Interaction, current

blueprint = Blueprint("authorize", __name__)
PROMPTS = {"login", "consent", "none"}
# Asking for one of these has the agent prove themselves anew, whoever is signed in.
_ALWAYS_ANEW = {"eidas2", "eidas3"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An OAuth error that goes straight back to the service."""

    error: str
    description: str


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    """The agent's door."""
    asked = parameters.read(request.form if request.method == "POST" else request.args)
    client = current().client(asked.client_id)
    if client is None:
        raise PageError("InvalidClient")
    if asked.redirect_uri not in client.redirect_uris:
        raise PageError("Y030031")
    problem = _problem(asked, client)
    if problem is not None:
        return _refused(asked, problem)
    return _answered(asked, client)


def _problem(asked: AuthorizeRequest, client: AgentService) -> Refusal | None:
    """The first thing wrong with this request that the service is told of."""
    pkce_fault = pkce.fault_of(asked.code_challenge, asked.code_challenge_method)
    alone = "none" not in asked.prompt or len(asked.prompt) == 1
    checks = (
        (bool(asked.response_type), "invalid_request", "missing required parameter"),
        (asked.response_type == "code", "unsupported_response_type", "unsupported response_type requested"),
        (alone, "invalid_request", "prompt none must only be used alone"),
        (set(asked.prompt) <= PROMPTS, "invalid_request", "unsupported prompt value requested"),
        ("openid" in asked.scopes, "invalid_request", "openid scope must be requested"),
        (set(asked.scopes) <= set(client.scopes), "invalid_scope", "requested scope is not allowed"),
        (_claims(asked) is not None, "invalid_request", "could not parse the claims parameter JSON"),
        (not pkce_fault, "invalid_request", pkce_fault),
    )
    return next((Refusal(error, description) for passed, error, description in checks if not passed), None)


def _answered(asked: AuthorizeRequest, client: AgentService) -> Response:
    browser = request.cookies.get(interaction.BROWSER_COOKIE) or secrets.token_urlsafe(24)
    known = current().signed_in(browser)
    anew = "login" in asked.prompt or bool(_ALWAYS_ANEW & set(asked.acr_values.split()))
    if "none" in asked.prompt and known is None:
        return _refused(asked, Refusal("login_required", "End-User authentication is required"))
    opened = Interaction(
        uid=secrets.token_urlsafe(24),
        browser=browser,
        client=client,
        asked=asked,
        wanted=_wanted(asked),
        started_at=current().clock.now(),
    )
    current().open_interaction(opened)
    if known is not None and not anew:
        return interaction.finish(opened, *known)
    return interaction.start(opened)


def _wanted(asked: AuthorizeRequest) -> frozenset[str]:
    """What `claims` asks for in the ID token."""
    id_token = (_claims(asked) or {}).get("id_token")
    return frozenset(id_token) if isinstance(id_token, dict) else frozenset()


def _claims(asked: AuthorizeRequest) -> dict[str, Any] | None:
    try:
        claims: Any = json.loads(asked.claims or "{}")
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def _refused(asked: AuthorizeRequest, refusal: Refusal) -> Response:
    # A client that asked for a token in the fragment reads its errors there.
    in_fragment = bool({"token", "id_token"} & set(asked.response_type.split()))
    return go(
        error_uri(
            asked.redirect_uri,
            error=refusal.error,
            description=refusal.description,
            state=asked.state,
            issuer=current().issuer,
            in_fragment=in_fragment,
        )
    )
