"""Every route of the provider."""

from __future__ import annotations

from flask import Blueprint

from bridge.http.cookies import CookieJarPolicy
from bridge.http.origins import Origins
from bridge.http.provider.authorize_routes import authorize_blueprint
from bridge.http.provider.discovery_routes import discovery_blueprint
from bridge.http.provider.logout_routes import logout_blueprint
from bridge.http.provider.token_routes import token_blueprint
from bridge.usecases.provider import Provider
from bridge.usecases.sign_in import SignIn


def provider_blueprints(
    provider: Provider, sign_in: SignIn, cookies: CookieJarPolicy, origins: Origins
) -> tuple[Blueprint, ...]:
    """Give discovery, sign-in, tokens and sign-out."""
    return (
        discovery_blueprint(provider),
        authorize_blueprint(provider.authorize, cookies, origins),
        token_blueprint(provider),
        logout_blueprint(provider.end_session, sign_in, cookies),
    )
