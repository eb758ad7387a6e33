"""Guesses what a column is for by its name, as French municipal software names them."""

from __future__ import annotations

import re
import unicodedata

from mappings.proposing.sample_facts import ColumnFacts, SampleFacts

_OF_BIRTH = r"(DE)?NAISS(ANCE)?"
_DATE = r"(DT|DATE|D)(DE|DU)?"
_WHO = r"((DE|DU)?(DEMANDEUR|USAGER|PETITIONNAIRE|DECLARANT|TITULAIRE|PARENT|RESPONSABLE|REPRESENTANT))?"
_FILE = r"(DOSSIER|DEMANDE|DEMANDEUR|USAGER|REQUETE)?"

PATTERNS: dict[str, str] = {
    "record.person.family_name": rf"NOM({_OF_BIRTH}|(DE)?FAMILLE)?{_WHO}|NAME",
    "record.person.given_names": rf"PRENOMS?{_WHO}",
    "record.person.birth_date": rf"{_DATE}{_OF_BIRTH}{_WHO}|N(E|EE)LE|{_OF_BIRTH}",
    "record.person.gender": rf"(CD|CODE)?(SEXE|CIVILITE|GENRE){_WHO}",
    "record.person.birth_place": rf"(CD|CODE)?(LIEU|COMMUNE|VILLE|COG)(DE)?{_OF_BIRTH}{_WHO}",
    "record.person.birth_country": rf"(CD|CODE)?PAYS(DE)?{_OF_BIRTH}{_WHO}",
    "record.receipt_secret": r"(CODE|CLE)(DE)?(SUIVI|CITOYEN)|TRACKINGCODE",
    "status.label": rf"(LB|LIB|LIBELLE|LBL)(ETAT|STATUT){_FILE}|(ETAT|STATUT)LIB(ELLE)?",
    "status.since": rf"{_DATE}(ETAT|STATUT|MAJ|(DERNIERE)?MODIF(ICATION)?)|(ETAT|STATUT)DATE|UPDATEDAT",
    "status.code": rf"(CD|CODE)?(ETAT|STATUT|STATUS|STATE|AVANCEMENT){_FILE}",
    "record.received": rf"{_DATE}(DEPOT|DEMANDE|RECEPTION|CREATION|SAISIE|ENREGISTREMENT)|DEPOT|CREATEDAT",
    "next.due_on": rf"({_DATE})?(LIMITE|ECHEANCE)(REPONSE)?",
    "next.items": r"(PIECES?|DOCUMENTS?)(MANQUANTE?S?|ATTENDUE?S?)?",
    "record.procedure": rf"(CD|CODE)?(TYPE|NATURE|PROCEDURE|DEMARCHE){_FILE}",
    "record.title": r"OBJET|INTITULE|TITRE|LIBELLE|SUJET|OBJ(DEMANDE|TRAVAUX)",
    "record.note": r"(MESSAGE|MSG|REPONSE)(USAGER|CITOYEN|DEMANDEUR)",
    "record.id": rf"(ID|NUM|NUMERO|NUMBER|NO|REF|REFERENCE|CODE)?{_FILE}(ID|NUM|NUMERO)?",
}
"""In this order: the first role a name fits is its role, and the first column of a role has it."""

_INTERNAL = re.compile(r"OBS|OBSERVATIONS?|COMMENTAIRES?.*|REMARQUES?|.*INTERNES?|NOTES?|AVISAGENT")


def roles(sample: SampleFacts) -> dict[str, ColumnFacts]:
    """Give the column of each role that a name fits."""
    found: dict[str, ColumnFacts] = {}
    for column in sample.columns:
        role = _role(column)
        if role == "record.id" and not _tells_apart(column, sample):
            continue
        if role and not is_internal(column):
            found.setdefault(role, column)
    return found


def is_internal(column: ColumnFacts) -> bool:
    """Whether a column is named like what agents write for each other."""
    return bool(_INTERNAL.fullmatch(_plain(column.path[-1])))


def _role(column: ColumnFacts) -> str | None:
    name = _plain(column.path[-1])
    return next((role for role, pattern in PATTERNS.items() if name and re.fullmatch(pattern, name)), None)


def _tells_apart(column: ColumnFacts, sample: SampleFacts) -> bool:
    return column.filled == sample.records == len(column.texts) and len(column.path) == 1


def _plain(name: str) -> str:
    """Give a name in capitals without accents, signs or spaces."""
    bare = unicodedata.normalize("NFD", name).upper()
    return "".join(character for character in bare if character.isascii() and character.isalnum())
