"""Why a Contact and an identity are in doubt, in words; codes are stable and hold no value."""

from __future__ import annotations

from bridge.domain.words import Words

_FIELDS = {
    "birth_name": ("le nom de naissance", "the birth name"),
    "given_names": ("les prénoms", "the given names"),
    "birth_date": ("la date de naissance", "the birth date"),
    "gender": ("le sexe", "the gender"),
    "birth_place": ("la commune de naissance", "the place of birth"),
    "birth_country": ("le pays de naissance", "the country of birth"),
}
_LIKENESS = {
    "different": ("{} : différent", "{}: different"),
    "unknown": ("{} : absent de la fiche", "{}: not on the record"),
    "equal": ("{} : identique", "{}: the same"),
}
_FALLBACK = {"fr": "Autre raison ({})", "en": "Another reason ({})"}
_SENTENCES: dict[str, Words] = {
    "candidates, none certain": {
        "fr": "Une ou plusieurs fiches ressemblent, aucune n’est certaine",
        "en": "Some records are alike, none is certain",
    },
    "contact.linked": {
        "fr": "La fiche est déjà rattachée à une autre identité",
        "en": "The record is linked to another identity",
    },
    "link.undone_before": {
        "fr": "Un rattachement à cette fiche a été défait par un agent",
        "en": "A link to this record was undone by an agent",
    },
}


def reason_words(code: str) -> Words:
    """Give the words for a reason; an unknown code is shown as it is."""
    if code in _SENTENCES:
        return _SENTENCES[code]
    field, _, likeness = code.partition(".")
    if field in _FIELDS and likeness in _LIKENESS:
        pairs = zip(("fr", "en"), _LIKENESS[likeness], _FIELDS[field], strict=True)
        return {language: _first_up(words.format(name)) for language, words, name in pairs}
    return {language: words.format(code) for language, words in _FALLBACK.items()}


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
