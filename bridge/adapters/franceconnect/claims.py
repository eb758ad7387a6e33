"""The claims of the userinfo answer, turned into the person they certify."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bridge.adapters.franceconnect.birth import birth_date, country, place
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.names import is_email, name
from bridge.adapters.franceconnect.origins import civil_status_claims, origin_of
from bridge.adapters.franceconnect.tokens import Authentication
from bridge.domain.contact import CertifiedPerson, Origin
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity, Precision
from bridge.errors import SignInError

_MAX_GIVEN_NAMES = 30
_SPACES = re.compile(r" +")


def certified_person(
    claims: Mapping[str, Any], proof: Authentication, config: FranceConnectConfig
) -> CertifiedPerson:
    """Give the person. Raises: SignInError `login.userinfo` when a certified field is missing or unfit."""
    origin, certified = origin_of(claims, proof, config), civil_status_claims(claims, config)
    try:
        identity = _european(certified) if origin is Origin.EUROPEAN else _identity(certified)
    except ValueError as error:
        raise SignInError(f"the identity received cannot be used: {error}", code="login.userinfo") from None
    return CertifiedPerson(
        subject=proof.subject,
        issuer=config.issuer,
        identity=identity,
        usage_name=_usage_name(claims),
        # A helper's own address may not take the place of the citizen's.
        email=None if origin is Origin.HELPER else _email(claims),
        acr=proof.acr,
        authenticated_at=proof.authenticated_at,
        origin=origin,
    )


def display_name(person: CertifiedPerson) -> str:
    """Give how to greet the person: first given name, then the name they use."""
    return f"{person.identity.given_names[0]} {person.usage_name or person.identity.family_name}"


def _identity(claims: Mapping[str, Any]) -> PivotIdentity:
    birth_country = country(claims)
    return PivotIdentity(
        family_name=name(claims.get("family_name"), "family_name"),
        given_names=_given_names(claims),
        birth_date=birth_date(claims, birth_country),
        gender=_gender(claims),
        birth_place=place(claims, birth_country),
        birth_country=birth_country,
    )


def _european(claims: Mapping[str, Any]) -> PivotIdentity:
    """The name in use, a full birth date, a gender when given; the place is free text and proves nothing."""
    return PivotIdentity(
        family_name=name(claims.get("family_name"), "family_name"),
        given_names=_given_names(claims),
        birth_date=_day_of_birth(claims),
        gender=_gender(claims) if claims.get("gender") else None,
        birth_place=None,
        birth_country=None,
    )


def _day_of_birth(claims: Mapping[str, Any]) -> BirthDate:
    """No other State presumes dates, so a first of January is one."""
    proven = {"birthdate": claims.get("birthdate"), "idp_birthdate": claims.get("birthdate")}
    found = birth_date(proven, FRANCE)
    if found.precision is not Precision.DAY:
        raise ValueError("birthdate")
    return found


def _given_names(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """A given name may hold a space, so the list is right and the single text only a fallback."""
    listed = claims.get("given_name_array")
    if not listed:
        whole = name(claims.get("given_name"), "given_name")
        return tuple(_SPACES.split(whole))
    if not isinstance(listed, list) or len(listed) > _MAX_GIVEN_NAMES:
        raise ValueError("given_name_array")
    return tuple(name(value, "given_name_array") for value in listed)


def _gender(claims: Mapping[str, Any]) -> Gender:
    value = claims.get("gender")
    if value not in tuple(Gender):
        raise ValueError("gender")
    return Gender(value)


def _usage_name(claims: Mapping[str, Any]) -> str | None:
    """It comes from the identity provider and certifies nothing: an unfit one is left out, not refused."""
    try:
        return name(claims.get("preferred_username"), "preferred_username")
    except ValueError:
        return None


def _email(claims: Mapping[str, Any]) -> str | None:
    address = claims.get("email")
    return address if is_email(address) else None
