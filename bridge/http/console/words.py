"""What the console calls things, in French: short, and a verb on every button."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.call_budget import CallFigures
from bridge.domain.contact import LinkMethod
from bridge.domain.matching import Field, Grade, Likeness
from bridge.domain.review import Question, ReviewDecision, ReviewKind, ReviewState
from bridge.domain.synchronisation import CallLane

KINDS = {
    ReviewKind.IDENTITY: "Qui est cette personne ?",
    ReviewKind.NEW_SUBJECT: "Personne connue, nouvel identifiant FranceConnect",
    ReviewKind.TWO_SUBJECTS: "Deux identités pour une même fiche",
    ReviewKind.CONTACT_GONE: "Fiche supprimée ou fusionnée",
    ReviewKind.NOT_MINE: "« Cette demande n’est pas à moi »",
    ReviewKind.CLAIM: "« Cette demande est à moi »",
}
STATES = {
    ReviewState.OPEN: "À décider",
    ReviewState.ASKED: "Question posée",
    ReviewState.PROPOSED: "À confirmer",
    ReviewState.DECIDED: "Décidé",
}
GRADES = {
    Grade.CERTAIN: "Certain",
    Grade.PROBABLE: "Probable",
    Grade.POSSIBLE: "Possible",
    Grade.CONFLICT: "Contradiction",
    Grade.OTHER_PERSON: "Autre personne",
}
FIELDS = {
    Field.BIRTH_NAME: "Nom de naissance",
    Field.GIVEN_NAMES: "Prénoms",
    Field.BIRTH_DATE: "Date de naissance",
    Field.GENDER: "Sexe",
    Field.BIRTH_PLACE: "Commune de naissance",
    Field.BIRTH_COUNTRY: "Pays de naissance",
}
LIKENESS = {
    Likeness.EQUAL: ("=", "identique"),
    Likeness.COMPATIBLE: ("≈", "compatible"),
    Likeness.NEAR: ("≈", "proche"),
    Likeness.UNKNOWN: ("?", "absent de la fiche"),
    Likeness.DIFFERENT: ("≠", "différent"),
}
"""A sign beside each word, so that colour says nothing alone."""
METHODS = {
    LinkMethod.CREATED: "Fiche créée à la première connexion",
    LinkMethod.CERTAIN: "Règle certaine : les six champs sont égaux",
    LinkMethod.RECOVERED: "Retrouvé après une interruption",
    LinkMethod.CODE: "Code reçu à une adresse de la fiche",
    LinkMethod.RECEIPT: "Numéro et secret d’un récépissé",
    LinkMethod.AGENT: "Décision d’un agent",
}
QUESTIONS = {
    Question.COME_WITH_ID: "Venir à l’accueil avec une pièce d’identité",
    Question.BIRTH_RECORD: "Apporter un extrait d’acte de naissance",
    Question.CALL_US: "Appeler la mairie",
}
_IDENTITY_DECISIONS = {
    ReviewDecision.LINK: (
        "Relier à la fiche {contact}",
        "Ses demandes lui apparaissent tout de suite ; l’état civil certifié est écrit sur la fiche.",
    ),
    ReviewDecision.CREATE: (
        "Créer une fiche pour cette personne",
        "Une nouvelle fiche est créée maintenant dans Salesforce.",
    ),
    ReviewDecision.NOT_SAME: (
        "Ce n’est aucune de ces fiches",
        "Le même doute ne reviendra pas ; une fiche sera créée à sa prochaine connexion.",
    ),
    ReviewDecision.ASK: (
        "Demander : {question}",
        "La personne le lit sur sa page ; le doute reste ouvert.",
    ),
}
_DECISIONS: dict[tuple[ReviewKind, ReviewDecision], tuple[str, str]] = {
    **{(ReviewKind.IDENTITY, decision): words for decision, words in _IDENTITY_DECISIONS.items()},
    (ReviewKind.NEW_SUBJECT, ReviewDecision.MOVE): (
        "C’est la même personne : garder sa fiche et ses demandes",
        "Le lien continue avec le nouvel identifiant.",
    ),
    (ReviewKind.NEW_SUBJECT, ReviewDecision.REFUSE): (
        "Ce n’est pas la même personne",
        "Le lien connu reste ; une fiche sera créée à la prochaine connexion.",
    ),
    (ReviewKind.TWO_SUBJECTS, ReviewDecision.REFUSE): (
        "Le lien en place est le bon",
        "Une autre fiche sera créée pour cette personne à sa prochaine connexion.",
    ),
    (ReviewKind.TWO_SUBJECTS, ReviewDecision.MOVE): (
        "La fiche {contact} est à cette personne",
        "Le lien en place est défait : ses demandes sont détachées et ses sessions fermées.",
    ),
    (ReviewKind.TWO_SUBJECTS, ReviewDecision.CREATE): (
        "Créer une autre fiche pour cette personne",
        "Le lien en place reste.",
    ),
    (ReviewKind.CONTACT_GONE, ReviewDecision.MOVE): (
        "Continuer avec la fiche {contact}",
        "Les demandes suivent. Si cette fiche était reliée à quelqu’un d’autre, ce lien-là est défait.",
    ),
    (ReviewKind.CONTACT_GONE, ReviewDecision.UNDO): (
        "Défaire le lien",
        "Les demandes sont détachées ; la personne repart de zéro à sa prochaine connexion.",
    ),
    (ReviewKind.NOT_MINE, ReviewDecision.REFUSE): (
        "La personne a raison : la demande reste détachée",
        "Rien ne change pour elle ; corrigez l’état civil dans le logiciel du service.",
    ),
    (ReviewKind.NOT_MINE, ReviewDecision.ATTACH): (
        "La demande est bien à cette personne : la lui rendre",
        "La demande lui apparaît de nouveau.",
    ),
    (ReviewKind.CLAIM, ReviewDecision.ATTACH): (
        "La demande est à cette personne : la rattacher",
        "La demande lui apparaît tout de suite.",
    ),
    (ReviewKind.CLAIM, ReviewDecision.REFUSE): (
        "La demande n’est pas à cette personne",
        "Rien ne change.",
    ),
}


def decision_words(
    kind: ReviewKind,
    decision: ReviewDecision,
    *,
    contact: str | None = None,
    question: Question | None = None,
) -> tuple[str, str]:
    """Give what a decision is called for this kind of doubt, and what follows from it."""
    if decision is ReviewDecision.PROVEN:
        return "Réglé sans agent", "La personne l’a prouvé, ou la fiche a été complétée."
    known = _DECISIONS.get((kind, decision)) or _IDENTITY_DECISIONS[decision]
    asked = QUESTIONS[question].lower() if question else ""
    return known[0].format(contact=contact or "", question=asked), known[1]


def person_words(author: str, me: str, agents: Mapping[str, str]) -> str:
    """Give who did something: an agent by their e-mail, by their id once they left."""
    if author == me:
        return "vous"
    named = {"rule": "la règle", "citizen": "la personne", "operator": "l’exploitant"}
    return named.get(author) or agents.get(author) or f"l’agent {author}"


_LANES = {
    CallLane.WEBHOOK: "Les nouvelles immédiates des services",
    CallLane.SCHEDULED: "Les relevés réguliers",
    CallLane.BACKFILL: "Les reprises de données",
}


def paused_lanes(figures: CallFigures) -> list[str]:
    """Give what waits for the org's allowance of calls, the most urgent first."""
    return [words for lane, words in _LANES.items() if lane not in figures.open_lanes]
