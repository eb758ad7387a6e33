"""Why a doubt was opened, in words: what fields say is in `reasons`, the rest is here."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.reasons import REASONS
from bridge.domain.words import Words

DOUBTS: Mapping[str, Words] = {
    "candidates, none certain": {
        "fr": "Une ou plusieurs fiches ressemblent, aucune n’est certaine.",
        "en": "Some records are alike, none is certain.",
    },
    "candidates.none_certain": {
        "fr": "Une ou plusieurs fiches ressemblent, aucune n’est certaine.",
        "en": "Some records are alike, none is certain.",
    },
    "candidates.one_probable": {
        "fr": "Une seule fiche ressemble : la personne peut prouver que c’est la sienne.",
        "en": "One record alone is alike: the person may prove that it is theirs.",
    },
    "contact.linked": {
        "fr": "La fiche est déjà rattachée à une autre identité.",
        "en": "The record is linked to another identity already.",
    },
    "contact.ambiguous": {
        "fr": "Salesforce voit un doublon que nous ne voyons pas.",
        "en": "Salesforce sees a duplicate that we do not see.",
    },
    "contact.gone": {
        "fr": "La fiche a été supprimée ou fusionnée dans Salesforce.",
        "en": "The record was deleted or merged in Salesforce.",
    },
    "contact.deleted": {
        "fr": "La fiche a été supprimée dans Salesforce.",
        "en": "The record was deleted in Salesforce.",
    },
    "contact.other_subject": {
        "fr": "La fiche qui reste après la fusion est rattachée à une autre identité.",
        "en": "The record that survived the merge is linked to another identity.",
    },
    "claim.has_another": {
        "fr": "La demande est déjà montrée à quelqu’un d’autre.",
        "en": "The request is shown to somebody else already.",
    },
    "claim.names_another": {
        "fr": "La demande nomme une autre personne.",
        "en": "The request names another person.",
    },
    "proof.failed": {
        "fr": "Cinq codes faux ont été essayés.",
        "en": "Five wrong codes were tried.",
    },
    "proof.contact_changed": {
        "fr": "Le bon code ou récépissé a été donné, mais la fiche ne convient plus.",
        "en": "The right code or receipt was given, but the record fits no longer.",
    },
    "proof.contact_taken": {
        "fr": "Le bon code ou récépissé a été donné, mais la fiche est à une autre identité.",
        "en": "The right code or receipt was given, but the record is another identity’s.",
    },
    "receipt.another_contact": {
        "fr": "Un bon récépissé a été donné, d’une demande qui n’est pas à cette fiche.",
        "en": "A good receipt was given, of a request that is not this record’s.",
    },
    "not_mine.never_asked": {
        "fr": "La personne dit n’avoir jamais fait cette demande.",
        "en": "The person says that they never made this request.",
    },
    "not_mine.somebody_else": {
        "fr": "La personne dit que la demande est à quelqu’un qu’elle connaît.",
        "en": "The person says that the request belongs to somebody they know.",
    },
    "not_mine.unsure": {
        "fr": "La personne ne reconnaît pas cette demande.",
        "en": "The person does not recognise this request.",
    },
    "link.undone_before": {
        "fr": "Un agent a déjà défait un lien entre cette personne et cette fiche.",
        "en": "An agent undid a link between this person and this record before.",
    },
    "origin.european": {
        "fr": "L’identité vient d’un autre pays d’Europe : aucune règle ne la rattache.",
        "en": "The identity comes from another European country: no rule links it.",
    },
    "origin.helper": {
        "fr": "Un aidant professionnel se connecte pour la personne.",
        "en": "A professional helper signs in for the person.",
    },
    "subject.new": {
        "fr": "La personne est peut-être connue sous un état civil corrigé depuis.",
        "en": "The person may be known under a civil status corrected since.",
    },
    "subject.several_links": {
        "fr": "Plusieurs liens portent cet état civil.",
        "en": "Several links bear this civil status.",
    },
}


def reason_words(code: str) -> Words:
    """Give the words for a reason of a doubt; one nobody described is shown as it is."""
    if (field := REASONS.get(code)) is not None:
        return {"fr": field.fr, "en": field.en}
    return DOUBTS.get(code) or {"fr": f"Autre raison ({code}).", "en": f"Another reason ({code})."}
