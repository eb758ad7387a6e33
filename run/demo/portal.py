"""Makes the stand-in org a client of the bridge's OpenID provider, as an operator would a real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from bridge.domain.portal import Scope
from bridge.wiring import Services
from run.demo.visitor import TIMEOUT_S

CLIENT_ID = "portal"
AUTH_PROVIDER = "Bridge"
"""The URL suffix of the org's Auth. Provider, which ends its return address."""
SCOPES = (Scope.OPENID, Scope.PROFILE, Scope.CONTACT, Scope.CASES_READ, Scope.OFFLINE_ACCESS)


@dataclass(frozen=True, slots=True)
class SandboxPortal:
    """The portal's first page, and the credentials its org has at the bridge."""

    url: str
    client_id: str
    secret: str = field(repr=False)


def open_sandbox_portal(services: Services, org: Mapping[str, Any]) -> SandboxPortal:
    """Give the portal of the stand-in org, with an Auth. Provider deployed like the one of our package."""
    client_id, secret = register_sandbox_portal(services, org["url"])
    address = f"{org['url']}/sandbox/auth_providers/{AUTH_PROVIDER}"
    elements = auth_provider(services.settings.base_url, client_id, secret)
    answer = requests.put(address, json=elements, timeout=TIMEOUT_S)
    answer.raise_for_status()
    return SandboxPortal(f"{answer.json()['siteUrl']}/s/", client_id, secret)


def register_sandbox_portal(services: Services, org_url: str) -> tuple[str, str]:
    """Give the client id and the secret the org's Auth. Provider is configured with.

    Raises: ConfigurationError when it is registered already.
    """
    secret = services.provider.clients.add(
        CLIENT_ID,
        label="Espace citoyen",
        redirect_uris=(f"{org_url}/services/authcallback/{AUTH_PROVIDER}",),
        post_logout_redirect_uris=(f"{org_url}/services/auth/rp/oidc/logout", f"{org_url}/"),
        scopes=SCOPES,
    )
    assert secret is not None
    return CLIENT_ID, secret


def auth_provider(bridge_url: str, client_id: str, secret: str) -> dict[str, object]:
    """Give the elements of the Auth. Provider, as `salesforce/` ships them, for this bridge."""
    return {
        "friendlyName": "FranceConnect",
        "consumerKey": client_id,
        "consumerSecret": secret,
        "authorizeUrl": f"{bridge_url}/oauth2/authorize",
        "tokenUrl": f"{bridge_url}/oauth2/token",
        "userInfoUrl": f"{bridge_url}/oauth2/userinfo",
        "defaultScopes": " ".join(SCOPES),
        "idTokenIssuer": bridge_url,
        "sendAccessTokenInHeader": True,
        "sendClientCredentialsInHeader": False,
        "isPkceEnabled": True,
        "statusApiUrl": f"{bridge_url}/api/v1",
    }
