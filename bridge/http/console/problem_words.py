"""What happened in the console and what to do next, in words, for its own refusals."""

from __future__ import annotations

from bridge.http.problem_words import ProblemWords

CONSOLE_WORDS: dict[str, ProblemWords] = {
    "agent.sign_in_again": ProblemWords(
        {"fr": "Reconnectez-vous pour ce geste.", "en": "Sign in again for this."},
        {
            "fr": "Ce geste demande une connexion de moins d’une heure. Rien n’a été changé.",
            "en": "This needs a sign-in of the last hour. Nothing was changed.",
        },
    ),
    "agent.many_people": ProblemWords(
        {
            "fr": "Vous avez consulté beaucoup de personnes en une heure.",
            "en": "You looked at many people within an hour.",
        },
        {"fr": "Dites pourquoi, et vous continuez.", "en": "Say why, and you go on."},
    ),
    "review.unknown": ProblemWords(
        {"fr": "Nous ne trouvons pas ce doute.", "en": "We cannot find this doubt."},
        {
            "fr": "Il n’existe pas, ou il concerne un service qui n’est pas le vôtre.",
            "en": "It does not exist, or it is about a service that is not yours.",
        },
    ),
    "contact.gone": ProblemWords(
        {"fr": "Cette fiche n’existe plus non plus.", "en": "This record is gone too."},
        {
            "fr": "Choisissez-en une autre, ou défaites le lien. Rien n’a été changé.",
            "en": "Choose another one, or undo the link. Nothing was changed.",
        },
    ),
    "review.reason": ProblemWords(
        {"fr": "Il manque une raison.", "en": "A reason is missing."},
        {
            "fr": "Écrivez en 500 caractères au plus ce qui vous fait décider. Rien n’a été changé.",
            "en": "Write in at most 500 characters what makes you decide. Nothing was changed.",
        },
    ),
    "review.same_agent": ProblemWords(
        {"fr": "Un autre agent doit confirmer.", "en": "Another agent has to confirm."},
        {"fr": "Celui qui propose ne confirme pas.", "en": "Who proposes does not confirm."},
    ),
}
