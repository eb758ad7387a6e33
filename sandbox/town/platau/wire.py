"""Files, consultations and notifications as PLAT'AU writes them; code lists are idNom and libNom."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from sandbox.town.people import Person
from sandbox.town.platau.dossiers import Consultation, Dossier, Entry
from sandbox.town.platau.hub import PlanningHub

Shown = dict[str, Any]
ACTOR = "ACT-VIL-001"
_KINDS = {
    "PC": (1, "Permis de construire"),
    "DP": (2, "Déclaration préalable"),
    "PD": (3, "Permis de démolir"),
    "CU": (4, "Certificat d'urbanisme"),
}


def result(hub: PlanningHub, dossier: Dossier) -> Shown:
    """A result of a search: the file, wrapped, with its consultations inside."""
    file = dossier.file
    return {
        "projet": {"idProjet": f"PRJ-{dossier.id[:7]}"},
        "dossier": {
            "idDossier": dossier.id,
            "noLocal": file.number,
            "suffixeNoLocal": "P0",
            "noVersion": dossier.version(hub.day),
            "nomTypeDossier": _named(*_KINDS[file.kind]),
            "txDescriptifGlobal": file.purpose,
            "dtDepot": file.deposited_on.isoformat(),
            "idServiceInstructeur": ACTOR,
            "personnes": [_applicant(file.person)] if file.person else [],
            "consultations": [consultation(hub, c) for c in dossier.known(hub.day)],
        },
    }


def consultation(hub: PlanningHub, asked: Consultation) -> Shown:
    """A consultation of a file."""
    state = hub.state(asked.id, asked.state(hub.day) or 1)
    changed = max((on for on, _ in asked.states if on <= hub.day), default=asked.sent_on)
    # Only the first state has a wording that is known.
    label = {"libNom": "Non traitée"} if state == 1 else {}
    return {
        "idConsultation": asked.id,
        "noVersion": state,
        "nomEtatConsultation": {"idNom": state} | label,
        "delaiDeReponse": asked.months,
        "nomTypeDelai": _named(2, "Mois"),
        "dtEmission": asked.sent_on.isoformat(),
        "dtConsultation": asked.sent_on.isoformat(),
        "dtDerniereModification": changed.isoformat(),
        "txObjetDeLaConsultation": f"Avis {asked.service}",
    }


def notification(offset: int, entry: Entry) -> Shown:
    """A line of the log."""
    return {
        "offset": offset,
        "idDossier": entry.dossier.id,
        "idElementConcerne": entry.element_id,
        "idTypeObjetMetier": entry.kind,
        "idTypeEvenement": entry.event,
    }


def refused(status: int, message: str) -> Response:
    """An error of the hub."""
    response = jsonify(httpCode=status, message=message)
    response.status_code = status
    return response


def _applicant(person: Person) -> Shown:
    return {
        "roles": [1],
        "noms": [person.family_name],
        "prenoms": list(person.given_names),
        "dtNaissance": person.birth_date.isoformat() if person.birth_date else None,
    }


def _named(number: int, label: str) -> Shown:
    return {"idNom": number, "libNom": label}
