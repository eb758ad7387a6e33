"""What happened at the agents' door and what to do next, in words, for each refusal."""

from __future__ import annotations

from bridge.http.console.problem_words import CONSOLE_WORDS
from bridge.http.problem_words import ProblemWords, words

_ASK = {
    "fr": "Demandez à l’administrateur de cet espace, avec le numéro ci-dessous.",
    "en": "Ask the administrator of this console, with the number below.",
}
_AGAIN = {
    "fr": "Revenez à l’entrée et cliquez de nouveau sur ProConnect.",
    "en": "Go back to the entrance and use the ProConnect button again.",
}
_LATER = {
    "fr": "Recommencez dans quelques minutes. Si cela continue, prévenez votre service informatique.",
    "en": "Try again in a few minutes. If it goes on, tell your IT department.",
}
_NOT_COMPLETED = ProblemWords(
    {"fr": "La connexion n’a pas abouti.", "en": "The sign-in was not completed."}, _AGAIN
)
_BY_CODE: dict[str, ProblemWords] = {
    "agent.siret": ProblemWords(
        {
            "fr": "Ce compte est celui d’une autre organisation.",
            "en": "This account belongs to another organisation.",
        },
        {
            "fr": "Connectez-vous avec votre compte d’agent de la mairie.",
            "en": "Sign in with your account of this town hall.",
        },
    ),
    "agent.unknown": ProblemWords(
        {"fr": "Vous n’êtes pas encore invité ici.", "en": "You are not invited here yet."}, _ASK
    ),
    "agent.subject": ProblemWords(
        {
            "fr": "Cette adresse électronique a déjà servi à une autre personne.",
            "en": "Another person has used this e-mail address before.",
        },
        {
            "fr": "L’administrateur de cet espace doit vous inviter de nouveau.",
            "en": "The administrator of this console has to invite you again.",
        },
    ),
    "agent.closed": ProblemWords(
        {"fr": "L’espace des agents n’est pas ouvert.", "en": "The console is not open."},
        {
            "fr": "Votre service informatique doit d’abord le relier à ProConnect.",
            "en": "Your IT department has to connect it to ProConnect first.",
        },
    ),
    "login.acr": ProblemWords(
        {
            "fr": "Cette connexion n’est pas assez sûre pour cet espace.",
            "en": "This sign-in is not secure enough for this console.",
        },
        {
            "fr": "Choisissez dans ProConnect un moyen de connexion plus sûr.",
            "en": "Choose a more secure way to sign in with ProConnect.",
        },
    ),
    "login.provider": ProblemWords(
        {
            "fr": "ProConnect ne reconnaît pas notre service.",
            "en": "ProConnect does not recognise our service.",
        },
        {"fr": "Prévenez votre service informatique.", "en": "Tell your IT department."},
    ),
    "login.failed": ProblemWords(
        {
            "fr": "ProConnect n’a pas pu terminer la connexion.",
            "en": "ProConnect could not complete the sign-in.",
        },
        _LATER,
    ),
    "login.unavailable": ProblemWords(
        {
            "fr": "ProConnect ne répond pas pour le moment.",
            "en": "ProConnect does not answer at the moment.",
        },
        _LATER,
    ),
}
WITH_ANOTHER_ACCOUNT = frozenset(("agent.siret", "agent.unknown", "agent.subject", "login.acr"))
"""Refusals that another ProConnect account may not meet."""


def agent_words(status: int, code: str) -> ProblemWords:
    """Give the words for an agent: those of the code at this door, else those everybody reads."""
    if found := _BY_CODE.get(code) or CONSOLE_WORDS.get(code):
        return found
    return _NOT_COMPLETED if code.startswith("login.") and status == 401 else words(status, code)
