"""Fields, likenesses, grades and verdicts in words, for whoever reads why two people were compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.evidence import Field, Grade, Likeness
from bridge.domain.matching import Verdict


@dataclass(frozen=True, slots=True)
class Words:
    """The same in French and in English."""

    fr: str
    en: str


FIELD_WORDS: Mapping[Field, Words] = {
    Field.BIRTH_NAME: Words("Nom de naissance", "Birth name"),
    Field.GIVEN_NAMES: Words("Prénoms", "Given names"),
    Field.BIRTH_DATE: Words("Date de naissance", "Birth date"),
    Field.GENDER: Words("Sexe", "Gender"),
    Field.BIRTH_PLACE: Words("Commune de naissance", "Commune of birth"),
    Field.BIRTH_COUNTRY: Words("Pays de naissance", "Country of birth"),
}
LIKENESS_WORDS: Mapping[Likeness, Words] = {
    Likeness.EQUAL: Words("égal", "equal"),
    Likeness.COMPATIBLE: Words("compatible", "compatible"),
    Likeness.UNKNOWN: Words("inconnu", "unknown"),
    Likeness.NEAR: Words("voisin", "similar"),
    Likeness.DIFFERENT: Words("différent", "different"),
}
GRADE_WORDS: Mapping[Grade, Words] = {
    Grade.CERTAIN: Words("certaine", "certain"),
    Grade.PROBABLE: Words("probable", "probable"),
    Grade.POSSIBLE: Words("possible", "possible"),
    Grade.CONFLICT: Words("contradictoire", "conflict"),
    Grade.OTHER_PERSON: Words("autre personne", "other person"),
}
VERDICT_WORDS: Mapping[Verdict, Words] = {
    Verdict.LINK: Words("La fiche est rattachée d’office.", "The record is linked at once."),
    Verdict.PROVE: Words(
        "La fiche est rattachée si la personne prouve qu’elle est la sienne.",
        "The record is linked if the person proves that it is theirs.",
    ),
    Verdict.REVIEW: Words("Un agent décide.", "An agent decides."),
    Verdict.CREATE: Words("Une nouvelle fiche est créée.", "A new record is made."),
}
