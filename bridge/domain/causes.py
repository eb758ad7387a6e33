"""Why something stopped, in words an agent understands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause in French, and the next step."""

    what: str
    next_step: str


CASE_RECREATED = "CASE_RECREATED"
CASE_UNKEYED = "CASE_UNKEYED"
CASE_DELETED = "CASE_DELETED"
CASE_MERGED = "CASE_MERGED"
CASE_CONTESTED = "CASE_CONTESTED"
MADE_ANEW = frozenset({CASE_RECREATED, CASE_DELETED, CASE_MERGED})
"""Tried again, these accept, or make, another Case in the org than the one first written."""
FOR_A_PERSON = frozenset({CASE_UNKEYED, CASE_DELETED, CASE_MERGED, CASE_CONTESTED})
"""A newer state from the source does not send these: it would make a second Case, or go on with a quarrel."""
MENDED_BY_MAPPING = frozenset(
    {
        "MAPPING_REFUSED",
        "REQUIRED_FIELD_MISSING",
        "STRING_TOO_LONG",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
    }
)
"""Refusals of the org that a corrected mapping may have mended."""
NOTICE_UNREADABLE = "notification.unreadable"
NOTICE_KIND = "notification.kind"

_FALLBACK = Cause(
    "Salesforce a refusé cette fiche.",
    "Regardez le code et le champ, corrigez dans l’org ou dans la correspondance, puis rejouez.",
)

_CAUSES = {
    "REQUIRED_FIELD_MISSING": Cause(
        "Un champ obligatoire de Salesforce est resté vide.",
        "Rendez le champ facultatif pour l’intégration, ou ajoutez-le à la correspondance, puis rejouez.",
    ),
    "STRING_TOO_LONG": Cause(
        "Une valeur dépasse la longueur du champ Salesforce.",
        "Allongez le champ dans l’org, ou fixez max_length dans la correspondance, puis rejouez.",
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": Cause(
        "Une valeur n’est pas dans la liste autorisée du champ Salesforce.",
        "Ajoutez la valeur à la liste de l’org, puis rejouez toutes les fiches de cette cause.",
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": Cause(
        "Une règle de validation de l’org refuse la fiche.",
        "Lisez la règle avec l’administrateur Salesforce, puis rejouez.",
    ),
    "STALE_VERSION": Cause(
        "Salesforce contient déjà une version plus récente de cette fiche.",
        "Vérifiez si la base a été restaurée d’une sauvegarde et relancez une synchronisation complète ; "
        "puis rejouez pour que notre état l’emporte.",
    ),
    CASE_RECREATED: Cause(
        "Deux requêtes Salesforce existent pour cette fiche : la première a été supprimée ou n’a plus sa clé "
        "externe, une seconde a été créée.",
        "Comparez-les par leurs identifiants, gardez celle qui porte la clé externe, reportez-y ce que les "
        "agents ont écrit dans l’autre, fermez l’autre, puis rejouez.",
    ),
    CASE_UNKEYED: Cause(
        "La requête Salesforce existe, mais quelqu’un a effacé ou changé sa clé externe : le prochain envoi "
        "en créerait une seconde.",
        "Rejouez : la clé est remise sur la requête d’origine, puis l’état de la ville suit. Demandez à "
        "l’administrateur de l’org de rendre le champ Source_Key__c en lecture seule pour les agents.",
    ),
    CASE_DELETED: Cause(
        "La requête a été supprimée dans Salesforce.",
        "Restaurez-la depuis la corbeille : les envois reprennent d’eux-mêmes. Si sa suppression était une "
        "erreur sans retour, rejouez : une nouvelle requête est créée.",
    ),
    CASE_MERGED: Cause(
        "La requête a été fusionnée avec une autre dans Salesforce.",
        "Si la fusion est une erreur, rejouez : une nouvelle requête est créée pour cette fiche. Sinon, "
        "laissez cet arrêt : la fiche n’est plus envoyée, le citoyen la suit toujours ici.",
    ),
    CASE_CONTESTED: Cause(
        "Un champ tenu par le logiciel du service est changé sans cesse dans Salesforce : trois fois en un "
        "jour, notre valeur a été remise, puis remplacée.",
        "Cherchez l’automatisme ou la consigne qui l’écrit (l’historique de la demande dit quel champ et "
        "quel utilisateur), arrêtez-le, puis rejouez.",
    ),
    NOTICE_UNREADABLE: Cause(
        "Une notification de Salesforce ne nomme aucune fiche lisible : la fiche a pu être supprimée avant "
        "l’envoi, ou le champ Id manque dans le message sortant.",
        "Vérifiez que le message sortant contient le champ Id, puis rejouez : tout ce qui a changé dans "
        "l’org est regardé.",
    ),
    NOTICE_KIND: Cause(
        "Salesforce notifie un objet que la passerelle ne suit pas.",
        "Retirez cet objet du message sortant dans l’org, puis rejouez pour effacer cet arrêt.",
    ),
    "DUPLICATE_EXTERNAL_ID": Cause(
        "Deux fiches Salesforce portent la même clé externe.",
        "Fusionnez les deux fiches dans Salesforce, puis rejouez.",
    ),
    "INVALID_CROSS_REFERENCE_KEY": Cause(
        "Le Contact lié n’existe plus : il a été supprimé ou fusionné.",
        "Retrouvez le Contact conservé et refaites le lien, puis rejouez.",
    ),
    "ENTITY_IS_DELETED": Cause(
        "Le Contact ou la requête a été supprimé dans Salesforce.",
        "Restaurez la fiche depuis la corbeille, ou refaites le lien, puis rejouez.",
    ),
    "push.exhausted": Cause(
        "Huit essais n’ont pas suffi.",
        "Regardez la dernière erreur ; si elle est passée, rejouez.",
    ),
    "push.workers_died": Cause(
        "Le programme s’est arrêté trois fois en envoyant cette fiche, la dernière fois avec elle seule.",
        "Transmettez son numéro à la maintenance avec le journal ; une fois corrigé, rejouez.",
    ),
    "remote.timeout": Cause(
        "Salesforce ne répond pas à temps pour cette fiche, alors qu’il répond pour les autres.",
        "Cherchez avec l’administrateur l’automatisme de l’org qu’elle déclenche, puis rejouez.",
    ),
    "record.status_unmapped": Cause(
        "Le logiciel du service emploie un mot d’état inconnu de la correspondance.",
        "Ajoutez ce mot au tableau status.words du fichier, puis rejouez.",
    ),
    "record.date": Cause(
        "Une date est impossible.",
        "Faites corriger la date dans le logiciel du service ; la prochaine lecture suffira.",
    ),
    "record.required": Cause(
        "Une information obligatoire manque.",
        "Faites compléter la fiche dans le logiciel du service ; la prochaine lecture suffira.",
    ),
    "record.id_missing": Cause(
        "La fiche n’a pas de numéro.",
        "Faites attribuer un numéro dans le logiciel du service.",
    ),
    "record.id_too_long": Cause(
        "Le numéro de la fiche est trop long.",
        "Regardez si la correspondance lit la bonne colonne, ou faites corriger le numéro.",
    ),
    "record.type": Cause(
        "Une valeur n’a pas la forme attendue.",
        "Comparez la correspondance avec ce que le logiciel du service envoie, puis rejouez.",
    ),
    "record.table": Cause(
        "Une valeur n’est pas dans le tableau de la correspondance.",
        "Ajoutez la valeur au tableau nommé, puis rejouez.",
    ),
    "delivery.conflict": Cause(
        "Le logiciel du service a envoyé deux contenus sous le même numéro d’envoi ; le premier fait foi.",
        "Signalez-le à l’éditeur. Rejouez pour prendre le second, là où rien de plus récent n’est venu.",
    ),
    "delivery.workers_died": Cause(
        "Le programme s’est arrêté trois fois en lisant cet envoi.",
        "Transmettez son numéro à la maintenance avec le journal ; une fois corrigé, rejouez.",
    ),
    "delivery.exhausted": Cause(
        "Huit essais n’ont pas suffi à lire cet envoi.",
        "Cherchez son numéro dans le journal ; une fois la cause corrigée, rejouez.",
    ),
    "delivery.source": Cause(
        "Plus aucune correspondance ne porte le nom de la source de cet envoi.",
        "Remettez son fichier de correspondance en place, puis rejouez.",
    ),
    "record.duplicate": Cause(
        "Deux fiches du même relevé portent le même numéro.",
        "Faites corriger le numéro dans le logiciel du service.",
    ),
}


def cause(code: str) -> Cause:
    """Give the words for a cause code; an unknown code gets general ones."""
    return _CAUSES.get(code, _FALLBACK)
