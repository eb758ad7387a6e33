"""What the town registered with FranceConnect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from bridge.errors import ConfigurationError
from bridge.setting_types import is_protected

SYSTEM = "franceconnect"
LEVELS = {"eidas1": 1, "eidas2": 2, "eidas3": 3}
_SIGNING_ALGORITHMS = ("ES256", "RS256")


@dataclass(frozen=True, slots=True)
class FranceConnectConfig:
    """One registration. `signing_alg` is the one chosen in the partner portal, and the only one accepted.

    `idp_birthdate` is asked because only it tells a completed birth date from a real 1 January.
    Raises: ConfigurationError. Source: FranceConnect, partner documentation, technical endpoints and scopes.
    """

    levels: ClassVar[Mapping[str, int]] = LEVELS
    longest_life: ClassVar[timedelta] = timedelta(minutes=10)

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    post_logout_redirect_uri: str
    acr: str = "eidas1"
    signing_alg: str = "ES256"
    scopes: tuple[str, ...] = ("openid", "identite_pivot", "preferred_username", "email", "idp_birthdate")

    def __post_init__(self) -> None:
        if self.acr not in LEVELS:
            raise ConfigurationError("BRIDGE_FRANCECONNECT_ACR: must be eidas1, eidas2 or eidas3")
        if self.signing_alg not in _SIGNING_ALGORITHMS:
            raise ConfigurationError("BRIDGE_FRANCECONNECT_SIGNING_ALG: must be ES256 or RS256")
        if not is_protected(self.issuer):
            raise ConfigurationError("BRIDGE_FRANCECONNECT_ISSUER: must be an https address")


def origin(address: str) -> tuple[str, str]:
    """Give scheme, host and port of an address."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
