"""What the town registered with ProConnect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from bridge.errors import ConfigurationError
from bridge.setting_types import is_protected

SYSTEM = "proconnect"
_ASSURANCE = "https://proconnect.gouv.fr/assurance"
# By what the organisation checked of the person, then by the number of factors; two names for four of them.
LEVELS: Mapping[str, int] = {
    "eidas0": 1,
    f"{_ASSURANCE}/self-asserted": 1,
    "eidas0-mfa": 2,
    f"{_ASSURANCE}/self-asserted-2fa": 2,
    "eidas1": 3,
    f"{_ASSURANCE}/consistency-checked": 3,
    "eidas1-mfa": 4,
    f"{_ASSURANCE}/consistency-checked-2fa": 4,
    "eidas2": 5,
    "eidas3": 6,
}
_SIGNING_ALGORITHMS = ("ES256", "RS256")


@dataclass(frozen=True, slots=True)
class ProConnectConfig:
    """One registration. `signing_alg` is the one chosen there, and the only one accepted.

    `longest_life` is how far away the end of a token may be: the documentation says a minute for access
    tokens, and the published code leaves the ID token the hour of its library.
    Raises: ConfigurationError. Source: ProConnect, partner documentation; proconnect-gouv/federation.
    """

    levels: ClassVar[Mapping[str, int]] = LEVELS
    usual_subject: ClassVar[re.Pattern[str]] = re.compile(r"[0-9a-f-]{16,}")

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    post_logout_redirect_uri: str
    acr: str = "eidas1"
    signing_alg: str = "ES256"
    scopes: tuple[str, ...] = ("openid", "given_name", "usual_name", "email", "uid", "siret")
    longest_life: timedelta = timedelta(hours=1, minutes=1)

    def __post_init__(self) -> None:
        if self.acr not in LEVELS:
            raise ConfigurationError(f"the level asked of ProConnect: must be one of {', '.join(LEVELS)}")
        if self.signing_alg not in _SIGNING_ALGORITHMS:
            raise ConfigurationError("BRIDGE_PROCONNECT_SIGNING_ALG: must be ES256 or RS256")
        if not is_protected(self.issuer):
            raise ConfigurationError("BRIDGE_PROCONNECT_ISSUER: must be an https address")
