"""What a service may receive of a citizen who signed in: everything its scopes then choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.franceconnect import european
from sandbox.franceconnect.civil_status import CivilStatus, IdentityRefusedError, certify
from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.identity import Identity
from sandbox.franceconnect.platforms import Platform, is_reached
from sandbox.franceconnect.subject import foreign_subject_for, subject_for

# FranceConnect's own identifier of a provider has this shape; this one belongs to no real provider.
IDP_ID = "00000000-0000-4000-8000-000000000001"
AIDANTS_CONNECT = "aidants-connect"


@dataclass(frozen=True, slots=True)
class Certified:
    """The claims before the scopes choose, the identifier, the level reached and how."""

    claims: dict[str, Any]
    sub: str
    acr: str
    amr: tuple[str, ...]


def certified(identity: Identity, client: Client, asked_acr: str, platform: Platform) -> Certified:
    """The person as this platform passes them on to this service.

    Raises: IdentityRefusedError with the Y code of the page shown.
    """
    acr = _level(identity, asked_acr, platform)
    if identity.state:
        return _european(identity, client, acr, platform)
    status = certify(identity)
    if identity.idp_id == AIDANTS_CONNECT:
        _check_mandate(identity, client, platform)
    claims = _of_plus(identity, status) if platform.is_plus else _of_v2(identity, status)
    amr = ("fc", "mfa", "pwd") if platform.is_plus else ("fc", "pwd")
    return Certified(claims | {"amr": list(amr)}, subject_for(status, sector=client.sector), acr, amr)


def _level(identity: Identity, asked_acr: str, platform: Platform) -> str:
    """On v2 always the lowest, whatever the citizen used; on FranceConnect+ the one obtained."""
    if not platform.is_plus:
        return "eidas1"
    obtained = identity.level or asked_acr
    if not is_reached(obtained, asked_acr):
        raise IdentityRefusedError("Y100001")
    return obtained


def _european(identity: Identity, client: Client, acr: str, platform: Platform) -> Certified:
    if not platform.is_plus or not client.allows_eidas:
        raise IdentityRefusedError("Y020023")
    if not european.is_complete(identity):
        raise IdentityRefusedError("Y600006")
    amr = ("eidas",)
    sub = foreign_subject_for(identity.login, sector=client.sector)
    return Certified(european.claims_of(identity) | {"amr": list(amr)}, sub, acr, amr)


def _check_mandate(identity: Identity, client: Client, platform: Platform) -> None:
    if platform.is_plus:
        raise IdentityRefusedError("Y020023")
    if not set(client.perimeters) <= set(identity.mandates.split()):
        raise IdentityRefusedError("Y600020")


def _of_v2(identity: Identity, status: CivilStatus) -> dict[str, Any]:
    """The register's civil status, and three things of the identity provider."""
    return _named(status) | {
        **_register(status),
        "given_name_array": list(status.given_names),
        "idp_birthdate": status.idp_birthdate,
        "idp_id": identity.idp_id or IDP_ID,
    }


def _of_plus(identity: Identity, status: CivilStatus) -> dict[str, Any]:
    """The identity provider's own spelling and dates, and the register's beside them."""
    own = {
        "given_name": " ".join(identity.given_names),
        "family_name": identity.family_name,
        "birthdate": identity.birthdate,
        "gender": identity.gender,
        "birthplace": identity.birthplace,
        "birthcountry": status.birthcountry,
    }
    register = {**_register(status), "given_name_array": list(status.given_names)}
    return _named(status) | own | {f"rnipp_{name}": value for name, value in register.items()}


def _register(status: CivilStatus) -> dict[str, Any]:
    return {
        "given_name": " ".join(status.given_names),
        "family_name": status.family_name,
        "birthdate": status.birthdate,
        "gender": status.gender,
        "birthplace": status.birthplace,
        "birthcountry": status.birthcountry,
    }


def _named(status: CivilStatus) -> dict[str, Any]:
    """An absent usage name is left out."""
    named = {"email": status.email, "preferred_username": status.preferred_username}
    return {name: value for name, value in named.items() if value}
