"""The form of the procedure as the citizen filled it.

Source: demarche.numerique.gouv.fr, app/graphql/types/champs and app/services/api_geo_service.rb: a commune
carries its INSEE code, but a country its ISO 3166-1 code ("DZ", not 99352).
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from sandbox.town.demarches.dossiers import Snapshot
from sandbox.town.names import COUNTRIES, Country, communes

Node = dict[str, Any]


def form(snapshot: Snapshot) -> list[Node]:
    """The fields of the form, in their order."""
    person, child = snapshot.dossier.person, snapshot.dossier.child
    country = COUNTRIES.get(person.birth_country or "")
    born_on = child.born_on.isoformat()
    return [
        _champ(snapshot, 1, "CommuneChamp", "Commune de naissance", _commune(person.birthplace)),
        _champ(snapshot, 2, "PaysChamp", "Pays de naissance", _country(country)),
        _champ(snapshot, 3, "CiviliteChamp", "Civilité de l’enfant", _text(child.civility)),
        _champ(snapshot, 4, "TextChamp", "Nom de l’enfant", _text(child.family_name)),
        _champ(snapshot, 5, "TextChamp", "Prénom de l’enfant", _text(child.given_name)),
        _champ(
            snapshot,
            6,
            "DateChamp",
            "Date de naissance de l’enfant",
            {"date": child.born_on, "stringValue": born_on},
        ),
    ]


def _champ(snapshot: Snapshot, place: int, kind: str, label: str, values: Node) -> Node:
    # The id of a field is that of its descriptor: the same in every file.
    stable_id = b64encode(f"Champ-{9000 + place}".encode()).decode()
    return {
        "__typename": kind,
        "id": stable_id,
        "champDescriptorId": stable_id,
        "label": label,
        "updatedAt": snapshot.deposited_at,
        "prefilled": False,
        **values,
    }


def _text(value: str) -> Node:
    return {"value": value, "stringValue": value}


def _commune(code: str | None) -> Node:
    if code is None:
        return {"commune": None, "departement": None, "stringValue": ""}
    name = communes()[code]
    return {
        "commune": {"name": name, "code": code, "postalCode": None},
        "departement": None,
        "stringValue": name,
    }


def _country(country: Country | None) -> Node:
    if country is None:
        return {"pays": None, "stringValue": ""}
    return {"pays": {"name": country.name, "code": country.iso}, "stringValue": country.name}
