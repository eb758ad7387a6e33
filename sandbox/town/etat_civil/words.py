"""The words of the civil-status software: those of HubEE, and its French labels.

Source: github.com/dinum-HubEE/Documentations, case statuses of api_folder v1.2.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LABELS: Mapping[str, str] = {
    "SENT": "Transmise",
    "SI_RECEIVED": "Reçue par le service",
    "SI_INTG_ERROR": "Erreur d'intégration",
    "IN_PROGRESS": "En cours de traitement",
    "ADD_AWAITING": "En attente de pièces complémentaires",
    "REFUSED": "Refusée",
    "DONE": "Traitée",
    "CLOSED": "Clôturée",
}

MESSAGES: Mapping[str, Sequence[str]] = {
    "ADD_AWAITING": (
        "Merci de joindre une copie recto verso de votre pièce d'identité.",
        "Merci de joindre un justificatif de domicile de moins de trois mois.",
    ),
    "REFUSED": (
        "L'acte n'est pas conservé dans notre commune : adressez-vous à la mairie du lieu de l'événement.",
        "Le lien de parenté n'a pas pu être établi.",
    ),
    "DONE": ("L'acte vous a été envoyé par courrier.", "Votre document est prêt à l'accueil, bureau 4."),
}

# Never meant for the citizen: a reader that shows one of these has leaked.
COMMENTS: Sequence[str] = (
    "INTERNE : relance J+15",
    "INTERNE : voir avec l'officier d'état civil",
    "INTERNE : doute sur la filiation",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A status reached so many working days after the request."""

    days: int
    status: str


def _journey(text: str) -> tuple[Stage, ...]:
    words = (word.partition("+") for word in text.split())
    return tuple(Stage(int(days), status) for status, _, days in words)


JOURNEYS: Sequence[tuple[int, tuple[Stage, ...]]] = (
    (40, _journey("SENT+0 SI_RECEIVED+0 IN_PROGRESS+2 DONE+5")),
    (15, _journey("SENT+0 SI_RECEIVED+1 IN_PROGRESS+3 DONE+6 CLOSED+40")),
    (12, _journey("SENT+0 SI_RECEIVED+0 IN_PROGRESS+2 ADD_AWAITING+4 IN_PROGRESS+13 DONE+16")),
    (7, _journey("SENT+0 SI_INTG_ERROR+0 SI_RECEIVED+2 IN_PROGRESS+4 DONE+9")),
    (6, _journey("SENT+0 SI_RECEIVED+1 IN_PROGRESS+2 REFUSED+6")),
    (4, _journey("SENT+0 SI_RECEIVED+0 IN_PROGRESS+3 ADD_AWAITING+5 CLOSED+65")),
    (3, _journey("SENT+0 SI_RECEIVED+1 IN_PROGRESS+3 DONE+5 IN_PROGRESS+7 DONE+12")),
    (2, _journey("SENT+0 SI_INTG_ERROR+0")),
)

KINDS: Mapping[str, int] = {
    "ACTE_NAISSANCE": 50,
    "ACTE_MARIAGE": 16,
    "ACTE_DECES": 14,
    "RECENSEMENT": 12,
    "PACS": 8,
}
