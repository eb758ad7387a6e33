"""How the files of the activity centre travel, and what agents write on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# (days after the deposit, event), in order.
Journey = Sequence[tuple[int, str]]


def journey(text: str) -> Journey:
    """A journey from `event+days` words."""
    words = (word.partition("+") for word in text.split())
    return tuple((int(days), kind) for kind, _, days in words)


JOURNEYS: Sequence[tuple[int, Journey]] = (
    (34, journey("passe_en_instruction+6 accepte+17")),
    (16, journey("correction+3 depose_correction_usager+8 passe_en_instruction+10 accepte+21")),
    (10, journey("passe_en_instruction+5 refuse+18")),
    (12, journey("correction+4")),
    (8, journey("")),
    (6, journey("passe_en_instruction+4 classe_sans_suite+25")),
    (6, journey("passe_en_instruction+5 accepte+14 repasse_en_instruction+17 refuse+24")),
    (5, journey("passe_en_instruction+4 repasse_en_construction+6 correction+6 depose_correction_usager+11")),
    (6, journey("user_request+5 purge+19")),
    (3, journey("correction+3 user_request+9 purge+23")),
    (4, journey("passe_en_instruction+3 accepte+10 instructeur_request+41 purge+48")),
    (4, journey("passe_en_instruction+5 refuse+13 repasse_en_instruction+20 accepte+27")),
)

# (reason, message to the citizen)
CORRECTIONS: Sequence[tuple[str, str]] = (
    ("incomplete", "Il manque l’attestation d’assurance scolaire."),
    ("incomplete", "Merci d’ajouter la dernière page du carnet de vaccination."),
    ("incorrect", "Le quotient familial indiqué ne correspond pas au document joint."),
    ("outdated", "Le justificatif de domicile a plus de trois mois."),
)

MOTIVATIONS: Mapping[str, Sequence[str]] = {
    "accepte": ("", "Place attribuée à l’accueil des Épinettes."),
    "refuse": ("Plus de place le mercredi dans ce groupe d’âge.", "La famille n’habite pas la commune."),
    "classe_sans_suite": ("Pas de réponse à nos deux messages.",),
}
