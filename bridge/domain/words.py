"""The catalogue: for each status one sentence a person can read aloud, in French and English."""

from __future__ import annotations

from bridge.domain.status import CaseStatus, Outcome, Phase

Words = dict[str, str]

_PHASES: dict[Phase, Words] = {
    Phase.RECEIVED: {"fr": "Votre demande est bien arrivée.", "en": "We have received your request."},
    Phase.IN_PROGRESS: {"fr": "Un agent étudie votre demande.", "en": "Someone is working on your request."},
    Phase.ACTION_REQUIRED: {"fr": "Nous avons besoin de vous.", "en": "We need something from you."},
    Phase.AWAITING_THIRD_PARTY: {
        "fr": "Nous attendons la réponse d’un autre service.",
        "en": "We are waiting for another service.",
    },
    Phase.SCHEDULED: {"fr": "L’intervention est prévue.", "en": "The work is planned."},
    Phase.TO_PAY: {"fr": "Il reste une somme à payer.", "en": "There is something to pay."},
    Phase.READY: {"fr": "C’est prêt.", "en": "It is ready."},
    Phase.UNKNOWN: {
        "fr": "Nous vérifions où en est votre demande.",
        "en": "We are checking where your request stands.",
    },
}

_OUTCOMES: dict[Outcome, Words] = {
    Outcome.ACCEPTED: {"fr": "Votre demande est acceptée.", "en": "Your request is accepted."},
    Outcome.PARTLY_ACCEPTED: {
        "fr": "Votre demande est acceptée en partie.",
        "en": "Your request is partly accepted.",
    },
    Outcome.REFUSED: {"fr": "Votre demande est refusée.", "en": "Your request is refused."},
    Outcome.DONE: {"fr": "C’est fait.", "en": "It is done."},
    Outcome.CLOSED_WITHOUT_DECISION: {
        "fr": "Le dossier est fermé, sans décision.",
        "en": "The file is closed without a decision.",
    },
    Outcome.WITHDRAWN: {"fr": "Vous avez retiré votre demande.", "en": "You withdrew your request."},
    Outcome.TRANSFERRED: {
        "fr": "Votre demande est passée à un autre service.",
        "en": "Your request went to another service.",
    },
    Outcome.DUPLICATE: {
        "fr": "Une autre demande dit la même chose : nous suivons celle-là.",
        "en": "Another request says the same: we follow that one.",
    },
}

_TACIT: Words = {
    "fr": " Le délai est passé sans réponse : c’est la loi qui décide.",
    "en": " The time limit passed without an answer: the law decides.",
}


def sentence(status: CaseStatus) -> Words:
    """Give the sentence for a status in each language."""
    words = _OUTCOMES[status.outcome] if status.outcome else _PHASES[status.phase]
    if not status.tacit:
        return words
    return {language: text + _TACIT[language] for language, text in words.items()}
