"""The nightly extract of the planning office, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sandbox.town.people import Person
from sandbox.town.urbanisme.files import PlanningFile
from sandbox.town.urbanisme.states import LABELS
from sandbox.town.urbanisme.wording import ACCENTED

COLUMNS = (
    "NUM_DOSSIER",
    "TYPE",
    "OBJET",
    "NOM",
    "PRENOMS",
    "SEXE",
    "DT_NAISS",
    "LIEU_NAISS",
    "PAYS_NAISS",
    "ADRESSE",
    "DT_DEPOT",
    "CD_ETAT",
    "LB_ETAT",
    "DT_ETAT",
    "DT_LIMITE",
    "PIECES_MANQUANTES",
    "OBS",
    "CODE_SUIVI",
)

Row = dict[str, str]


def extract(files: Sequence[PlanningFile], day: date) -> list[Row]:
    """Every file deposited by that day: a full picture, in the order of numbers."""
    return [row for file in files if (row := _row(file, day)) is not None]


def _row(file: PlanningFile, day: date) -> Row | None:
    step = file.at(day)
    if step is None:
        return None
    return {
        "NUM_DOSSIER": file.number,
        "TYPE": file.kind,
        "OBJET": file.purpose,
        **_applicant(file),
        "ADRESSE": file.address,
        "DT_DEPOT": french(file.deposited_on),
        "CD_ETAT": step.code,
        "LB_ETAT": LABELS[step.code],
        "DT_ETAT": french(step.dated),
        "DT_LIMITE": french(step.deadline),
        "PIECES_MANQUANTES": step.missing,
        "OBS": step.remark,
        "CODE_SUIVI": file.tracking_code,
    }


def _applicant(file: PlanningFile) -> Row:
    person = file.person
    if person is None:
        return {
            "NOM": file.company,
            "PRENOMS": "",
            "SEXE": "",
            "DT_NAISS": "",
            "LIEU_NAISS": "",
            "PAYS_NAISS": "",
        }
    birthplace = person.birthplace if "birthplace" not in file.hidden else None
    birth_date = person.birth_date if "birth_date" not in file.hidden else None
    return {
        "NOM": _name(person, file),
        "PRENOMS": ", ".join(person.given_names),
        "SEXE": "F" if person.gender == "female" else "M",
        "DT_NAISS": french(birth_date) if birth_date else "",
        "LIEU_NAISS": birthplace or "",
        "PAYS_NAISS": person.birth_country or "",
    }


def _name(person: Person, file: PlanningFile) -> str:
    bare = person.family_name
    return bare if "accents" in file.hidden else ACCENTED.get(bare, bare)


def french(day: date) -> str:
    """A date as dd/mm/yyyy."""
    return f"{day:%d/%m/%Y}"
