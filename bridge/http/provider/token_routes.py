"""The routes a client's server calls: tokens, their end, and who signed in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Blueprint, Response, request

from bridge.domain.portal import PortalClient
from bridge.errors import BridgeError, NotSignedInError, ProtocolError
from bridge.http.access import Access, open_to
from bridge.http.bearer import bearer_of
from bridge.http.provider.answers import in_json, kept_nowhere, refused
from bridge.http.provider.client_credentials import UnsupportedBodyError, posted_by_client
from bridge.usecases.provider import IssueTokens, Provider
from bridge.usecases.provider.issue_tokens import TokenAnswer

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def token_blueprint(provider: Provider) -> Blueprint:
    """Give /oauth2/token, /oauth2/revoke and /oauth2/userinfo."""
    routes = Blueprint("provider-tokens", __name__, url_prefix="/oauth2")
    routes.register_error_handler(BridgeError, refused)
    routes.register_error_handler(UnsupportedBodyError, _unsupported)

    @routes.post("/token")
    @open_to(Access.EVERYONE)
    def token() -> Response:
        client, posted = posted_by_client(request, provider.clients)
        return in_json(_told(_issued(provider.issue, client, posted)))

    @routes.post("/revoke")
    @open_to(Access.EVERYONE)
    def revoke() -> Response:
        client, posted = posted_by_client(request, provider.clients)
        provider.revoke(client, _needed(posted, "token"))
        return kept_nowhere(Response(status=200))

    @routes.route("/userinfo", methods=["GET", "POST"])
    @open_to(Access.EVERYONE)
    def userinfo() -> Response:
        if exposed := request.args.getlist("access_token"):
            for each in exposed:
                provider.open_to_bearer.burn(each)
            raise NotSignedInError("a token in an address is in logs: it is revoked", code="token.invalid")
        access = provider.open_to_bearer(bearer_of(request) or "")
        return in_json(provider.userinfo(access))

    return routes


def _issued(issue: IssueTokens, client: PortalClient, posted: Mapping[str, str]) -> TokenAnswer:
    match _needed(posted, "grant_type"):
        case "authorization_code":
            challenge = _challenge(posted.get("code_verifier"))
            return issue.for_code(client, _needed(posted, "code"), posted.get("redirect_uri"), challenge)
        case "refresh_token":
            asked = posted["scope"].split() if "scope" in posted else None
            return issue.for_refresh_token(client, _needed(posted, "refresh_token"), asked)
        case _:
            raise ProtocolError("this grant_type is not offered", code="unsupported_grant_type")


def _challenge(verifier: str | None) -> str | None:
    """Give what a verifier comes to. Raises: ProtocolError for one that cannot be a verifier."""
    if verifier is None:
        return None
    if not _VERIFIER.fullmatch(verifier):
        raise ProtocolError("code_verifier is not well formed")
    return str(create_s256_code_challenge(verifier))


def _needed(posted: Mapping[str, str], name: str) -> str:
    if name not in posted:
        raise ProtocolError(f"{name} is missing")
    return posted[name]


def _told(answer: TokenAnswer) -> dict[str, object]:
    told: dict[str, object] = {
        "access_token": answer.access_token,
        "token_type": "Bearer",
        "expires_in": answer.expires_in_s,
        "scope": " ".join(answer.scopes),
    }
    if answer.id_token is not None:
        told["id_token"] = answer.id_token
    if answer.refresh_token is not None:
        told["refresh_token"] = answer.refresh_token
    return told


def _unsupported(error: UnsupportedBodyError) -> Response:
    response = refused(error)
    response.status_code = 415
    return response
