"""Registers the stand-in org at the bridge's OpenID provider, as an operator would a real one."""

from __future__ import annotations

from bridge.domain.portal import Scope
from bridge.wiring import Services

CLIENT_ID = "portal"
AUTH_PROVIDER = "Bridge"
"""The URL suffix of the org's Auth. Provider, which ends its return address."""


def register_sandbox_portal(services: Services, org_url: str) -> tuple[str, str]:
    """Give the client id and the secret the org's Auth. Provider is configured with.

    Raises: ConfigurationError when it is registered already.
    """
    secret = services.provider.clients.add(
        CLIENT_ID,
        label="Espace citoyen",
        redirect_uris=(f"{org_url}/services/authcallback/{AUTH_PROVIDER}",),
        post_logout_redirect_uris=(f"{org_url}/services/auth/rp/oidc/logout", f"{org_url}/"),
        scopes=(Scope.OPENID, Scope.PROFILE, Scope.CONTACT, Scope.CASES_READ),
    )
    assert secret is not None
    return CLIENT_ID, secret
