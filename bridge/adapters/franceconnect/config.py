"""What the town registered with FranceConnect, and with FranceConnect+."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from bridge.adapters.franceconnect.client_key import ClientKey
from bridge.errors import ConfigurationError
from bridge.setting_types import is_protected

SYSTEM = "franceconnect"
LEVELS = {"eidas1": 1, "eidas2": 2, "eidas3": 3}
ORDINARY_SCOPES = ("openid", "identite_pivot", "preferred_username", "email")
"""What every registration grants; the rest depends on the habilitation. The same names at FranceConnect+."""
_SIGNING_ALGORITHMS = ("ES256", "RS256")
_AMR = "amr"


@dataclass(frozen=True, slots=True)
class FranceConnectConfig:
    """One registration. `signing_alg` is the one chosen in the partner portal, and the only one accepted.

    `granted` are the scopes of the habilitation beyond the ordinary ones. `idp_birthdate` is asked because
    only it tells a completed birth date from a real 1 January. `amr` is no scope: it is asked by `claims`.
    `helpers` are the identity providers that let somebody else act for the citizen.
    `is_plus` is FranceConnect+: tokens come encrypted, and the identity is the identity provider's.
    Raises: ConfigurationError. Source: FranceConnect, partner documentation, technical endpoints and scopes.
    """

    levels: ClassVar[Mapping[str, int]] = LEVELS
    longest_life: ClassVar[timedelta] = timedelta(minutes=10)
    usual_subject: ClassVar[re.Pattern[str]] = re.compile(r"[0-9a-f]{64}v1")

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    post_logout_redirect_uri: str
    acr: str = "eidas1"
    signing_alg: str = "ES256"
    granted: frozenset[str] = frozenset(("idp_birthdate",))
    client_key: ClientKey | None = None
    helpers: frozenset[str] = frozenset()
    is_plus: bool = False

    def __post_init__(self) -> None:
        if self.acr not in LEVELS:
            raise ConfigurationError("BRIDGE_FRANCECONNECT_ACR: must be eidas1, eidas2 or eidas3")
        if self.signing_alg not in _SIGNING_ALGORITHMS:
            raise ConfigurationError("BRIDGE_FRANCECONNECT_SIGNING_ALG: must be ES256 or RS256")
        if not is_protected(self.issuer):
            raise ConfigurationError("BRIDGE_FRANCECONNECT_ISSUER: must be an https address")
        if not self.client_secret and self.client_key is None:
            raise ConfigurationError(
                "BRIDGE_FRANCECONNECT_CLIENT_SECRET: a secret or a private key is needed"
            )

    @property
    def door(self) -> str:
        """Give the name of this registration in addresses, sessions and logs."""
        return "franceconnect-plus" if self.is_plus else "franceconnect"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Give the scopes to ask."""
        return (*ORDINARY_SCOPES, *sorted(self.granted - {_AMR}))

    @property
    def asks_amr(self) -> bool:
        """Whether to ask how the citizen proved who they are, and so whether another State vouches."""
        return _AMR in self.granted


def origin(address: str) -> tuple[str, str]:
    """Give scheme, host and port of an address."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
