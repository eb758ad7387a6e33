"""A file as openADS answers it: every first-level field always there, "" when unset, "true" and "false".

Source: github.com/mpavaux/openads-documentation, source/guide_developpeur/web_services.rst.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, jsonify

from sandbox.town.openads.office import CLOSED, instruction_number
from sandbox.town.urbanisme.files import PlanningFile, Step
from sandbox.town.urbanisme.states import LABELS

Entry = dict[str, Any]
_KINDS = {
    "DP": "Déclaration préalable",
    "PC": "Permis de construire",
    "PD": "Permis de démolir",
    "CU": "Certificat d'urbanisme",
}


def instruction(file: PlanningFile, step: Step) -> Entry:
    """The answer of `dossier_instructions`."""
    closed = step.code in CLOSED
    decided = closed and step.code not in {"SANSSUITE", "RETRAIT"}
    return {
        "dossier_instruction": instruction_number(file),
        "dossier_autorisation": file.number.replace(" ", ""),
        "dossier_autorisation_type": file.kind,
        "dossier_autorisation_type_detaille": _KINDS[file.kind],
        "collectivite": "VILLE D'ESSAI",
        "instructeur": "I. Instructeur",
        "division": "A",
        "etat_dossier": LABELS[step.code],
        "statut_dossier": "cloture" if closed else "en cours",
        "date_depot_initial": file.deposited_on.isoformat(),
        "date_limite_instruction": "" if closed else step.deadline.isoformat(),
        "date_dernier_etat": step.dated.isoformat(),
        "date_decision": step.dated.isoformat() if decided else "",
        "enjeu_urba": "false",
        "dossier_autorisation_geolocalise": "true",
        "terrain_adresse_voie": file.address,
        "terrain_superficie": "",
        "references_cadastrales": [{"prefixe": "000", "quartier": "AB", "section": "0012"}],
        "petitionnaire_principal": _applicant(file),
    }


def authorisation(file: PlanningFile, step: Step) -> Entry:
    """The answer of `dossier_autorisations`."""
    said = instruction(file, step)
    kept = ("dossier_autorisation", "dossier_autorisation_type", "collectivite", "date_depot_initial")
    return {name: said[name] for name in kept} | {
        "etat_dossier_autorisation": said["etat_dossier"],
        "dossier_instructions": [said["dossier_instruction"]],
    }


def refused(status: int, reason: str, message: str) -> Response:
    """An error, in openADS's own three fields."""
    response = jsonify(http_code=status, http_code_message=f"{status} {reason}", message=message)
    response.status_code = status
    return response


def french_date(text: object) -> date | None:
    """A date as openADS takes them on write, dd/mm/yyyy; None for any other."""
    day, _, rest = str(text).partition("/")
    month, _, year = rest.partition("/")
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _applicant(file: PlanningFile) -> Entry:
    # Second-level fields are only there when they apply.
    if file.person is None:
        return {"qualite": "personne_morale", "personne_morale_denomination": file.company}
    person = file.person
    shown: Entry = {
        "qualite": "particulier",
        "particulier_civilite": "Madame" if person.gender == "female" else "Monsieur",
        "particulier_nom": person.family_name,
        "particulier_prenom": ", ".join(person.given_names),
        "courriel": person.email,
    }
    if person.birth_date and "birth_date" not in file.hidden:
        shown["particulier_date_naissance"] = person.birth_date.isoformat()
    if person.birthplace and "birthplace" not in file.hidden:
        shown["particulier_commune_naissance"] = person.birthplace
    return shown
