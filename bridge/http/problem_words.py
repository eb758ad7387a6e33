"""What happened and what to do next, in words, for each refusal; the code comes last and small."""

from __future__ import annotations

from dataclasses import dataclass

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """What happened, and what the person can do."""

    title: Text
    advice: Text


_TRY_AGAIN = {
    "fr": "Recommencez dans quelques minutes. Si cela continue, appelez la mairie avec le numéro ci-dessous.",
    "en": "Try again in a few minutes. If it goes on, call the town hall with the number below.",
}
_SIGN_IN_AGAIN = {
    "fr": "Retournez à l’accueil et cliquez de nouveau sur FranceConnect, ou appelez la mairie.",
    "en": "Go back to the first page and use the FranceConnect button again, or call the town hall.",
}

_SIGN_IN_FAILED = ProblemWords(
    {"fr": "La connexion n’a pas abouti.", "en": "The sign-in was not completed."}, _SIGN_IN_AGAIN
)
_OURS_TO_MEND = {
    "fr": "C’est à nous de réparer cela. Revenez demain, ou appelez la mairie.",
    "en": "This is ours to mend. Come back tomorrow, or call the town hall.",
}
_BY_CODE: dict[str, ProblemWords] = {
    "case.unknown": ProblemWords(
        {"fr": "Nous ne trouvons pas cette demande.", "en": "We cannot find this request."},
        {
            "fr": "Vérifiez l’adresse, ou revenez à la liste de vos demandes.",
            "en": "Check the address, or go back to the list of your requests.",
        },
    ),
    "session.required": ProblemWords(
        {"fr": "Il faut vous connecter.", "en": "You need to sign in."},
        {
            "fr": "Connectez-vous avec FranceConnect pour voir vos demandes.",
            "en": "Sign in with FranceConnect to see your requests.",
        },
    ),
    "login.acr": ProblemWords(
        {
            "fr": "Cette connexion n’est pas assez sûre pour ce service.",
            "en": "This sign-in is not secure enough for this service.",
        },
        {
            "fr": "Choisissez dans FranceConnect un compte de niveau plus élevé, ou appelez la mairie.",
            "en": "Choose an account of a higher level in FranceConnect, or call the town hall.",
        },
    ),
    "login.provider": ProblemWords(
        {
            "fr": "FranceConnect ne reconnaît pas notre service.",
            "en": "FranceConnect does not recognise our service.",
        },
        _OURS_TO_MEND,
    ),
    "remote.refused": ProblemWords(
        {
            "fr": "Un service dont nous dépendons refuse notre demande.",
            "en": "A service we depend on refuses our request.",
        },
        _OURS_TO_MEND,
    ),
    "webhook.signature": ProblemWords(
        {
            "fr": "Cet envoi n’est pas signé comme convenu.",
            "en": "This delivery is not signed as agreed.",
        },
        {
            "fr": "Vérifiez le nom de la source, le secret, l’horloge et les trois en-têtes.",
            "en": "Check the name of the source, the secret, the clock and the three headers.",
        },
    ),
    "request.cross_site": ProblemWords(
        {
            "fr": "Cette action est venue d’un autre site.",
            "en": "This action came from another site.",
        },
        {
            "fr": "Par sécurité, nous ne l’avons pas faite. Recommencez depuis cette page.",
            "en": "To be safe, we did not do it. Start again from this page.",
        },
    ),
    "agent.session_required": ProblemWords(
        {"fr": "Connectez-vous avec ProConnect.", "en": "Sign in with ProConnect."},
        {
            "fr": "La console est réservée aux agents de la mairie ; une session dure 30 minutes sans usage.",
            "en": "The console is for agents of the town hall; a session lasts 30 minutes without use.",
        },
    ),
    "agent.sign_in_again": ProblemWords(
        {"fr": "Reconnectez-vous pour ce geste.", "en": "Sign in again for this."},
        {
            "fr": "Ce geste demande une connexion de moins d’une heure. Rien n’a été changé.",
            "en": "This needs a sign-in of the last hour. Nothing was changed.",
        },
    ),
    "agent.role": ProblemWords(
        {"fr": "Votre rôle ne permet pas cela.", "en": "Your role does not allow that."},
        {
            "fr": "Demandez à l’administrateur de la console s’il doit changer.",
            "en": "Ask the console’s administrator whether it should change.",
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
    "login.unavailable": ProblemWords(
        {
            "fr": "FranceConnect ne répond pas pour le moment.",
            "en": "FranceConnect does not answer at the moment.",
        },
        _TRY_AGAIN,
    ),
    "request.host": ProblemWords(
        {"fr": "Ce service a une autre adresse.", "en": "This service has another address."},
        {"fr": "Utilisez son adresse publique.", "en": "Use its public address."},
    ),
    "request.cursor": ProblemWords(
        {"fr": "Cette suite de liste n’existe plus.", "en": "This continuation of the list does not exist."},
        {"fr": "Reprenez la liste depuis le début.", "en": "Start the list again from the beginning."},
    ),
}

_BY_STATUS: dict[int, ProblemWords] = {
    400: ProblemWords(
        {"fr": "Cette demande est mal formée.", "en": "This request is not well formed."},
        {"fr": "Vérifiez les paramètres nommés.", "en": "Check the parameters named."},
    ),
    401: _SIGN_IN_FAILED,
    403: ProblemWords(
        {"fr": "Cette action n’est pas permise.", "en": "This action is not allowed."},
        {
            "fr": "Revenez à l’accueil. Si vous pensez que c’est une erreur, appelez la mairie.",
            "en": "Go back to the first page. If you think this is a mistake, call the town hall.",
        },
    ),
    404: ProblemWords(
        {"fr": "Cette page n’existe pas.", "en": "This page does not exist."},
        {
            "fr": "Vérifiez l’adresse, ou revenez à l’accueil.",
            "en": "Check the address, or go back to the first page.",
        },
    ),
    409: ProblemWords(
        {"fr": "Quelqu’un a été plus rapide.", "en": "Somebody else was first."},
        {
            "fr": "Rien n’a été changé. Revenez en arrière, relisez, puis décidez.",
            "en": "Nothing was changed. Go back, look again, then decide.",
        },
    ),
    405: ProblemWords(
        {"fr": "Cette adresse ne permet pas cela.", "en": "This address does not allow that."},
        {"fr": "Revenez à l’accueil.", "en": "Go back to the first page."},
    ),
    413: ProblemWords(
        {"fr": "C’est trop long pour nous.", "en": "This is too long for us."},
        {"fr": "Envoyez moins à la fois.", "en": "Send less at a time."},
    ),
    422: ProblemWords(
        {"fr": "Un paramètre n’est pas permis.", "en": "A parameter is not allowed."},
        {"fr": "Corrigez les paramètres nommés.", "en": "Correct the parameters named."},
    ),
    503: ProblemWords(
        {
            "fr": "Le service est indisponible pour le moment.",
            "en": "The service is unavailable at the moment.",
        },
        _TRY_AGAIN,
    ),
}

_FALLBACK = ProblemWords(
    {"fr": "Quelque chose n’a pas marché de notre côté.", "en": "Something went wrong on our side."},
    _TRY_AGAIN,
)


def words(status: int, code: str) -> ProblemWords:
    """Give the words for a refusal: those of its code, else of its status."""
    return _BY_CODE.get(code) or _BY_STATUS.get(status, _FALLBACK)
