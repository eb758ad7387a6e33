"""Which claims each scope opens in userinfo, and what to call them on the information page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CLAIMS_OF_SCOPE: dict[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "identite_pivot": (
        "given_name",
        "given_name_array",
        "family_name",
        "birthdate",
        "gender",
        "birthplace",
        "birthcountry",
    ),
    "profile": (
        "given_name",
        "given_name_array",
        "family_name",
        "birthdate",
        "gender",
        "preferred_username",
    ),
    "birth": ("birthplace", "birthcountry"),
    "given_name": ("given_name", "given_name_array"),
    "family_name": ("family_name",),
    "gender": ("gender",),
    "birthdate": ("birthdate",),
    "birthplace": ("birthplace",),
    "birthcountry": ("birthcountry",),
    "email": ("email",),
    "preferred_username": ("preferred_username",),
    "idp_birthdate": ("idp_birthdate",),
    "idp_id": ("idp_id",),
    "amr": ("amr",),
}

_V2_ALONE = {"given_name_array", "idp_birthdate", "idp_id"}
_REGISTER = {
    "rnipp_given_name": ("rnipp_given_name", "rnipp_given_name_array"),
    "rnipp_family_name": ("rnipp_family_name",),
    "rnipp_gender": ("rnipp_gender",),
    "rnipp_birthdate": ("rnipp_birthdate",),
    "rnipp_birthplace": ("rnipp_birthplace",),
    "rnipp_birthcountry": ("rnipp_birthcountry",),
}
_REGISTER_PROFILE = ("rnipp_given_name", "rnipp_family_name", "rnipp_gender", "rnipp_birthdate")
_REGISTER_BIRTH = ("rnipp_birthplace", "rnipp_birthcountry")

PLUS_CLAIMS_OF_SCOPE: dict[str, tuple[str, ...]] = {
    **{
        scope: tuple(claim for claim in claims if claim not in _V2_ALONE)
        for scope, claims in CLAIMS_OF_SCOPE.items()
        if scope not in _V2_ALONE
    },
    **_REGISTER,
    "rnipp_profile": tuple(claim for scope in _REGISTER_PROFILE for claim in _REGISTER[scope]),
    "rnipp_birth": _REGISTER_BIRTH,
    "rnipp_identite_pivot": tuple(claim for claims in _REGISTER.values() for claim in claims),
}
"""The same names without what is FranceConnect v2's alone, and the register's copy beside them."""

_LABELS = {
    "given_name": "Prénoms",
    "family_name": "Nom de naissance",
    "birthdate": "Date de naissance",
    "gender": "Sexe",
    "birthplace": "Lieu de naissance",
    "birthcountry": "Pays de naissance",
    "preferred_username": "Nom d’usage",
    "email": "Adresse électronique",
    "idp_birthdate": "Date de naissance donnée par le fournisseur d’identité",
    "idp_id": "Fournisseur d’identité utilisé",
    "amr": "Moyen d’authentification utilisé",
}


def claims_for(
    scopes: Iterable[str], table: Mapping[str, tuple[str, ...]] = CLAIMS_OF_SCOPE
) -> frozenset[str]:
    """The identity claims opened by these scopes; one that opens other State data gives none."""
    return frozenset(claim for scope in scopes for claim in table.get(scope, ()))


def labels_for(scopes: Iterable[str], table: Mapping[str, tuple[str, ...]] = CLAIMS_OF_SCOPE) -> list[str]:
    """French names of the data these scopes hand over, always in the same order."""
    claims = {claim.removeprefix("rnipp_") for claim in claims_for(scopes, table)}
    return [label for claim, label in _LABELS.items() if claim in claims]
