"""Why a source could not be read, in words an agent understands, and what to do about it."""

from __future__ import annotations

from bridge.domain.causes import Cause

_NEXT_FILE = "Prévenez l’éditeur ou le service : le prochain fichier entier sera lu de lui-même."
_ADMINISTRATOR = "Prévenez l’administrateur du logiciel du service."
_UNSOUND = Cause("Le fichier reçu n’est pas lisible en entier : rien n’en a été pris.", _NEXT_FILE)

_FALLBACK = Cause("La source n’a pas pu être lue.", "Montrez le code à l’administrateur.")

_CAUSES = {
    "source.host_key": Cause(
        "Le serveur de fichiers montre une autre clé que prévu : rien ne lui a été envoyé.",
        "Demandez à l’éditeur, par un autre chemin, si elle a changé ; enregistrez alors la nouvelle.",
    ),
    "source.login": Cause(
        "La source refuse notre nom, notre mot de passe ou notre clé.",
        "Faites vérifier le compte et son secret : il est essayé à chaque passage, ce qui peut le bloquer.",
    ),
    "source.forbidden": Cause("La source nous refuse un dossier, un fichier ou une vue.", _ADMINISTRATOR),
    "source.unavailable": Cause(
        "La source ne répond pas.",
        "Elle est essayée de nouveau toutes les 5 minutes ; si cela dure, prévenez-la.",
    ),
    "source.locked": Cause(
        "La vue est verrouillée, ou répond trop lentement.",
        "Un traitement de nuit en est souvent la cause : il passe ; si cela dure, prévenez l’administrateur.",
    ),
    "source.spool_full": Cause(
        "Plus assez de place pour recevoir le fichier : il n’a pas été pris.",
        "Libérez de la place sur le disque du pont ; la lecture reprend d’elle-même.",
    ),
    "source.spool": Cause("Le dossier des fichiers reçus ne peut pas être écrit.", _ADMINISTRATOR),
    "source.changing": Cause(
        "Le fichier était encore en train d’être écrit.", "Rien : il est repris de lui-même."
    ),
    "source.busy": Cause(
        "Une autre lecture de cette source est en cours.", "Rien : elle finira d’elle-même."
    ),
    "source.file_name": Cause("Un nom de fichier du dossier n’est pas en UTF-8.", _ADMINISTRATOR),
    "source.file_truncated": Cause("Le fichier s’arrête avant sa fin : rien n’en a été pris.", _NEXT_FILE),
    "source.count": Cause(
        "Le fichier annonce un autre nombre de lignes que celui qu’il contient : rien n’en a été pris.",
        _NEXT_FILE,
    ),
    "source.empty": Cause("Le fichier est vide : rien n’a changé chez nous.", _NEXT_FILE),
    "source.header": Cause(
        "Une colonne attendue manque : elle a été renommée ou retirée.",
        "Corrigez la correspondance, ou faites remettre la colonne.",
    ),
    "source.view": Cause(
        "La vue n’existe pas sous ce nom.", "Corrigez la correspondance, ou faites remettre la vue."
    ),
    "source.key": Cause(
        "La clé de la vue ne distingue pas ses lignes.", "Choisissez une autre colonne comme clé."
    ),
    "source.refused": Cause("La base refuse la lecture.", _ADMINISTRATOR),
    "source.encoding": Cause(
        "Le fichier n’est pas dans l’encodage déclaré : rien n’en a été pris.",
        "Corrigez l’encodage dans la correspondance, ou dans l’export.",
    ),
    "source.file_too_large": Cause(
        "Le fichier dépasse la taille permise.", "Vérifiez l’export, ou relevez max_megabytes."
    ),
    "source.doctype": Cause(
        "Le fichier XML contient un DOCTYPE, refusé par sécurité.", "Faites-le retirer de l’export."
    ),
    "source.duplicates": Cause(
        "Plus de dix mille lignes partagent un numéro : la colonne du numéro n’est plus la bonne.",
        "Corrigez la correspondance, ou faites remettre la colonne.",
    ),
    "source.volume": Cause(
        "Beaucoup moins de fiches que la fois précédente : aucune n’a été dite disparue.",
        "Vérifiez l’export ; si la baisse est juste, lancez la commande que bridge sync affiche.",
    ),
    **dict.fromkeys(
        (
            "source.row",
            "source.csv",
            "source.nul",
            "source.line_too_long",
            "source.xml",
            "source.too_deep",
            "source.record_too_large",
        ),
        _UNSOUND,
    ),
}


def source_cause(code: str) -> Cause:
    """Give the words for the code of a source; an unknown code gets general ones."""
    return _CAUSES.get(code, _FALLBACK)
