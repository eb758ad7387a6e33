"""What the settings say of our registrations elsewhere, as each adapter wants it."""

from __future__ import annotations

from pathlib import Path

from bridge.adapters.franceconnect.client_key import ClientKey, client_key
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.proconnect.config import ProConnectConfig
from bridge.adapters.salesforce.config import SalesforceConfig
from bridge.settings import Settings
from bridge.usecases.sign_in import PLUS_DOOR


def franceconnect_config(settings: Settings) -> FranceConnectConfig:
    """Give the citizens' registration at FranceConnect."""
    return FranceConnectConfig(
        issuer=settings.franceconnect_issuer,
        client_id=settings.franceconnect_client_id,
        client_secret=settings.franceconnect_client_secret,
        redirect_uri=f"{settings.base_url}/login/franceconnect/callback",
        post_logout_redirect_uri=f"{settings.base_url}/logout/callback",
        acr=settings.franceconnect_acr,
        signing_alg=settings.franceconnect_signing_alg,
        granted=settings.franceconnect_granted_scopes,
        client_key=_franceconnect_key(settings),
        helpers=settings.franceconnect_helper_idps,
    )


def franceconnect_plus_config(settings: Settings) -> FranceConnectConfig:
    """The second registration: a return address of its own, ES256 always, tokens encrypted for us."""
    return FranceConnectConfig(
        issuer=settings.franceconnect_plus_issuer,
        client_id=settings.franceconnect_plus_client_id,
        client_secret=settings.franceconnect_plus_client_secret,
        redirect_uri=f"{settings.base_url}/login/{PLUS_DOOR}/callback",
        post_logout_redirect_uri=f"{settings.base_url}/logout/callback",
        acr=settings.franceconnect_plus_acr,
        granted=settings.franceconnect_plus_granted_scopes,
        client_key=_franceconnect_key(settings),
        is_plus=True,
    )


def _franceconnect_key(settings: Settings) -> ClientKey | None:
    key_file = settings.franceconnect_private_key_file
    return client_key(Path(key_file).read_text()) if key_file else None


def salesforce_config(settings: Settings) -> SalesforceConfig:
    """Give the integration user's registration in the org."""
    key_file = settings.salesforce_private_key_file
    return SalesforceConfig(
        login_url=settings.salesforce_login_url,
        consumer_key=settings.salesforce_consumer_key,
        consumer_secret=settings.salesforce_consumer_secret or None,
        username=settings.salesforce_username or None,
        private_key_pem=Path(key_file).read_text() if key_file else None,
        api_version=settings.salesforce_api_version,
    )


def proconnect_config(settings: Settings) -> ProConnectConfig:
    """Give the agents' registration at ProConnect."""
    return ProConnectConfig(
        issuer=settings.proconnect_issuer,
        client_id=settings.proconnect_client_id,
        client_secret=settings.proconnect_client_secret,
        redirect_uri=f"{settings.base_url}/agents/login/callback",
        post_logout_redirect_uri=f"{settings.base_url}/agents/logout/callback",
        signing_alg=settings.proconnect_signing_alg,
    )
