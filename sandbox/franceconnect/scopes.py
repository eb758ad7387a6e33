"""Which claims each scope opens in userinfo, and what to call them on the information page."""

from __future__ import annotations

from collections.abc import Iterable

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


def claims_for(scopes: Iterable[str]) -> frozenset[str]:
    """The identity claims opened by these scopes; one that opens other State data gives none."""
    return frozenset(claim for scope in scopes for claim in CLAIMS_OF_SCOPE.get(scope, ()))


def labels_for(scopes: Iterable[str]) -> list[str]:
    """French names of the data these scopes hand over, always in the same order."""
    claims = claims_for(scopes)
    return [label for claim, label in _LABELS.items() if claim in claims]
