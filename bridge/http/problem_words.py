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

_ANOTHER_WAY = {
    "fr": "Recommencez, ou passez par le guichet ou le téléphone de la mairie.",
    "en": "Try again, or come to the town hall’s front desk, or call it.",
}

_SIGN_IN_FAILED = ProblemWords(
    {"fr": "La connexion n’a pas abouti.", "en": "The sign-in was not completed."}, _SIGN_IN_AGAIN
)
_OURS_TO_MEND = {
    "fr": "C’est à nous de réparer cela. Revenez demain, ou appelez la mairie.",
    "en": "This is ours to mend. Come back tomorrow, or call the town hall.",
}
_FROM_THE_OTHER_SITE = {
    "fr": "Nous ne vous envoyons nulle part, par sécurité. Prévenez le site d’où vous venez, ou la mairie.",
    "en": "To be safe, we send you nowhere. Tell the site you came from, or the town hall.",
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
    "login.state": ProblemWords(
        {
            "fr": "Cette connexion a expiré, ou a été commencée dans un autre navigateur.",
            "en": "This sign-in has expired, or was started in another browser.",
        },
        _SIGN_IN_AGAIN,
    ),
    "login.token": ProblemWords(
        {
            "fr": "La connexion a pris trop de temps.",
            "en": "The sign-in took too long.",
        },
        _SIGN_IN_AGAIN,
    ),
    "login.denied": ProblemWords(
        {"fr": "La connexion n’a pas abouti.", "en": "The sign-in was not completed."},
        _ANOTHER_WAY,
    ),
    "login.failed": ProblemWords(
        {
            "fr": "FranceConnect n’a pas pu terminer la connexion.",
            "en": "FranceConnect could not complete the sign-in.",
        },
        {
            "fr": "Recommencez, ou choisissez un autre compte dans FranceConnect, ou appelez la mairie.",
            "en": "Try again, or choose another account in FranceConnect, or call the town hall.",
        },
    ),
    "login.busy": ProblemWords(
        {
            "fr": "Trop de personnes se connectent en ce moment.",
            "en": "Too many people are signing in at the moment.",
        },
        _TRY_AGAIN,
    ),
    "login.too_many": ProblemWords(
        {
            "fr": "Trop de connexions ont été commencées depuis votre adresse.",
            "en": "Too many sign-ins were started from your address.",
        },
        {
            "fr": "Attendez une minute, puis recommencez.",
            "en": "Wait a minute, then try again.",
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
            "fr": "FranceConnect est indisponible pour ce service.",
            "en": "FranceConnect is unavailable for this service.",
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
    "notification.malformed": ProblemWords(
        {
            "fr": "Ce message n’est pas un message sortant de Salesforce.",
            "en": "This is not an outbound message of Salesforce.",
        },
        {
            "fr": "Vérifiez le message sortant configuré dans l’organisation.",
            "en": "Check the outbound message configured in the org.",
        },
    ),
    "notification.organization": ProblemWords(
        {
            "fr": "Ce message vient d’une autre organisation Salesforce.",
            "en": "This message comes from another Salesforce org.",
        },
        {
            "fr": "Vérifiez quelle organisation emploie cette adresse, et changez l’adresse si elle a fuité.",
            "en": "Check which org uses this address, and change the address if it leaked.",
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
    "login.unavailable": ProblemWords(
        {
            "fr": "FranceConnect ne répond pas pour le moment.",
            "en": "FranceConnect does not answer at the moment.",
        },
        _TRY_AGAIN,
    ),
    "portal.client": ProblemWords(
        {
            "fr": "Nous ne connaissons pas le site qui vous envoie.",
            "en": "We do not know the site that sent you here.",
        },
        _FROM_THE_OTHER_SITE,
    ),
    "portal.redirect_uri": ProblemWords(
        {
            "fr": "Le site qui vous envoie demande une adresse de retour que nous ne connaissons pas.",
            "en": "The site that sent you here asks for a return address we do not know.",
        },
        _FROM_THE_OTHER_SITE,
    ),
    "portal.request": ProblemWords(
        {
            "fr": "Cette demande de connexion n’est plus valable.",
            "en": "This request to sign in is over.",
        },
        {
            "fr": "Retournez sur le site d’où vous venez et connectez-vous de nouveau.",
            "en": "Go back to the site you came from and sign in again.",
        },
    ),
    "token.invalid": ProblemWords(
        {"fr": "Ce jeton d’accès n’est pas valable.", "en": "This access token is not valid."},
        {
            "fr": "Demandez-en un autre : les jetons durent dix minutes.",
            "en": "Ask for another one: tokens last ten minutes.",
        },
    ),
    "token.scope": ProblemWords(
        {"fr": "Ce jeton n’ouvre pas cette action.", "en": "This token does not open this action."},
        {
            "fr": "Demandez la portée nommée dans l’en-tête WWW-Authenticate.",
            "en": "Ask for the scope named in the WWW-Authenticate header.",
        },
    ),
    "request.host": ProblemWords(
        {"fr": "Ce service a une autre adresse.", "en": "This service has another address."},
        {"fr": "Utilisez son adresse publique.", "en": "Use its public address."},
    ),
    "proof.limit": ProblemWords(
        {"fr": "Vous avez demandé assez de codes aujourd’hui.", "en": "You asked for enough codes today."},
        {
            "fr": "Revenez demain, donnez un récépissé, ou laissez un agent vérifier : il est prévenu.",
            "en": "Come back tomorrow, give a receipt, or let somebody check: they have been told.",
        },
    ),
    "receipt.limit": ProblemWords(
        {
            "fr": "Vous avez essayé plusieurs récépissés.",
            "en": "You tried several receipts.",
        },
        {
            "fr": "Revenez un peu plus tard avec le récépissé sous les yeux, ou appelez la mairie.",
            "en": "Come back a little later with the receipt before you, or call the town hall.",
        },
    ),
    "proof.channel": ProblemWords(
        {"fr": "Nous n’envoyons pas de code par ce moyen.", "en": "We send no code that way."},
        {"fr": "Revenez à l’accueil et choisissez un autre moyen.", "en": "Go back and choose another way."},
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
    415: ProblemWords(
        {"fr": "Nous ne lisons pas ce format.", "en": "We do not read this format."},
        {"fr": "Envoyez le format convenu.", "en": "Send the format agreed."},
    ),
    429: ProblemWords(
        {"fr": "C’est trop de demandes à la fois.", "en": "These are too many requests at once."},
        {"fr": "Attendez une minute, puis recommencez.", "en": "Wait a minute, then try again."},
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
