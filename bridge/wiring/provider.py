"""The bridge as an OpenID provider."""

from __future__ import annotations

from bridge.adapters.portal_tokens import JoseTokens
from bridge.settings import Settings
from bridge.usecases.ports import Clock, Store, Vault
from bridge.usecases.provider import (
    Authorize,
    Clients,
    EndSession,
    IssueTokens,
    OpenToBearer,
    Provider,
    RevokeToken,
    TellUserinfo,
)
from bridge.usecases.provider.tokens import TokenRules


def build_provider(settings: Settings, store: Store, vault: Vault, clock: Clock) -> Provider:
    """Give the bridge as an OpenID provider.

    Raises: ConfigurationError when a key of ours also speaks for us elsewhere.
    """
    signer = JoseTokens(store, vault, clock)
    signer.refuse_shared(
        {
            "BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE": settings.franceconnect_private_key_file,
            "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE": settings.salesforce_private_key_file,
        }
    )
    issuer, rules = settings.base_url, TokenRules(settings.base_url)
    return Provider(
        issuer=issuer,
        signer=signer,
        clients=Clients(store, clock),
        authorize=Authorize(store, signer, clock, issuer),
        issue=IssueTokens(store, signer, clock, rules),
        open_to_bearer=OpenToBearer(store, signer, clock, rules),
        userinfo=TellUserinfo(store, clock),
        revoke=RevokeToken(store, signer, clock),
        end_session=EndSession(store, signer, clock, issuer),
    )
