"""The bridge as an OpenID provider: one verb a file; `Provider` gives them together."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.usecases.ports import TokenSigner
from bridge.usecases.provider.authorize import Authorize
from bridge.usecases.provider.clients import Clients
from bridge.usecases.provider.end_session import EndSession
from bridge.usecases.provider.issue_tokens import IssueTokens
from bridge.usecases.provider.open_to_bearer import OpenToBearer
from bridge.usecases.provider.revoke_token import RevokeToken
from bridge.usecases.provider.tell_userinfo import TellUserinfo

__all__ = [
    "Authorize",
    "Clients",
    "EndSession",
    "IssueTokens",
    "OpenToBearer",
    "Provider",
    "RevokeToken",
    "TellUserinfo",
]


@dataclass(frozen=True, slots=True)
class Provider:
    """What the provider's routes and commands can do. `issuer` is the public address of the bridge."""

    issuer: str
    signer: TokenSigner
    clients: Clients
    authorize: Authorize
    issue: IssueTokens
    open_to_bearer: OpenToBearer
    userinfo: TellUserinfo
    revoke: RevokeToken
    end_session: EndSession
