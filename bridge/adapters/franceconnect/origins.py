"""Who vouches for an identity, and which of the claims say who it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.tokens import Authentication
from bridge.domain.contact import Origin

_ANOTHER_STATE = "eidas"
_REGISTER = "rnipp_"


def origin_of(claims: Mapping[str, Any], proof: Authentication, config: FranceConnectConfig) -> Origin:
    """Give the origin. Unless FranceConnect says otherwise it is the French register's.

    That is safe: a European identity has no country of birth, and without it a French one is refused.
    Source: FranceConnect+, European identities; Aidants Connect, an identity provider among others.
    """
    if _ANOTHER_STATE in proof.methods:
        return Origin.EUROPEAN
    if claims.get("idp_id") in tuple(config.helpers):
        return Origin.HELPER
    return Origin.FRENCH


def civil_status_claims(claims: Mapping[str, Any], config: FranceConnectConfig) -> Mapping[str, Any]:
    """Give the claims that hold the civil status, under their ordinary names.

    FranceConnect v2 gives the register's. FranceConnect+ gives the identity provider's, whose spelling
    varies, and the register's beside it where the habilitation grants it. There the birth date is the
    provider's own, not completed: what v2 gives as `idp_birthdate`.
    """
    if not config.is_plus:
        return claims
    known = {name: value for name, value in claims.items() if not name.startswith(_REGISTER)}
    register = {name.removeprefix(_REGISTER): value for name, value in claims.items() if name not in known}
    return {**known, **register, "idp_birthdate": claims.get("birthdate")}
