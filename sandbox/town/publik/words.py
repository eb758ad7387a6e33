"""Two forms with workflows of their own: in w.c.s. each form's statuses are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.town.publik.forms import Form, Status

PARKING = Form(
    12,
    "stationnement-residentiel",
    "Carte de stationnement résidentiel",
    (
        Status("new", "Nouvelle demande"),
        Status("verif", "Vérification interne", hidden=True),
        Status("pieces", "En attente de pièces"),
        Status("paiement", "En attente de paiement"),
        Status("delivree", "Carte délivrée", endpoint=True),
        Status("refus", "Demande refusée", endpoint=True),
    ),
)
ROOMS = Form(
    14,
    "reservation-salle",
    "Réservation d’une salle municipale",
    (
        Status("just_submitted", "Demande déposée"),
        Status("arbitrage", "Arbitrage du cabinet", hidden=True),
        Status("commission", "Examen en commission"),
        Status("accord", "Réservation confirmée", endpoint=True),
        Status("non", "Réservation impossible", endpoint=True),
        Status("annulee", "Annulée par le demandeur", endpoint=True),
    ),
)
FORMS = (PARKING, ROOMS)


@dataclass(frozen=True, slots=True)
class Stage:
    """A status reached so many days after the request."""

    days: int
    status_id: str


def journey(text: str) -> tuple[Stage, ...]:
    """A journey from `status+days` words."""
    words = (word.partition("+") for word in text.split())
    return tuple(Stage(int(days), status_id) for status_id, _, days in words)


JOURNEYS: Mapping[str, Sequence[tuple[int, tuple[Stage, ...]]]] = {
    PARKING.slug: (
        (30, journey("new+0 verif+1 paiement+3 delivree+5")),
        (16, journey("new+0 verif+1 pieces+2 verif+9 paiement+10 delivree+12")),
        (8, journey("new+0 verif+2 refus+6")),
        (6, journey("new+0 verif+1 pieces+3")),
        (3, journey("new+0 delivree+2 verif+8 refus+9")),
    ),
    ROOMS.slug: (
        (20, journey("just_submitted+0 arbitrage+2 commission+7 accord+14")),
        (8, journey("just_submitted+0 commission+5 non+16")),
        (5, journey("just_submitted+0 annulee+3")),
    ),
}

SUBJECTS: Mapping[str, Sequence[str]] = {
    PARKING.slug: ("Zone Centre", "Zone Épinettes", "Zone Cœur de ville"),
    ROOMS.slug: ("Salle des mariages", "Salle Voltaire", "Halle des Épinettes"),
}

COMMENTS: Mapping[str, Sequence[str]] = {
    "pieces": ("Merci d’ajouter un justificatif de domicile.", "La carte grise est illisible."),
    "refus": ("Le véhicule n’est pas immatriculé à votre adresse.",),
    "non": ("La salle est déjà réservée ce jour-là.",),
    "accord": ("Le contrat vous attend à l’accueil.",),
}

# Never meant for the citizen: a reader that shows one of these has leaked.
INTERNAL = ("INTERNE : vérifier le doublon", "INTERNE : voir avec le cabinet")
