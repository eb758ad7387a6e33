"""Every reason a comparison can give, in words that can be read to the person it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.evidence import Field, FieldComparison, Likeness


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field says: how alike it makes two people, and the sentence for whoever reads it."""

    likeness: Likeness
    fr: str
    en: str


_E, _C, _U, _N, _D = (
    Likeness.EQUAL,
    Likeness.COMPATIBLE,
    Likeness.UNKNOWN,
    Likeness.NEAR,
    Likeness.DIFFERENT,
)

REASONS: Mapping[str, Reason] = {
    "birth_name.equal": Reason(_E, "Même nom de naissance.", "Same birth name."),
    "birth_name.usage_name": Reason(
        _C, "La fiche porte le nom d’usage.", "The record bears the name in use."
    ),
    "birth_name.spacing": Reason(
        _C, "Même nom, écrit en un ou plusieurs mots.", "Same name, written as one word or several."
    ),
    "birth_name.particle": Reason(
        _C, "Même nom, avec ou sans particule.", "Same name, with or without its particle."
    ),
    "birth_name.part_of_double": Reason(
        _C,
        "La fiche et l’état civil ont en commun une partie d’un double nom.",
        "The record and the civil register share one part of a double name.",
    ),
    "birth_name.double_reversed": Reason(
        _C, "Les deux parties du double nom sont inversées.", "The two parts of the double name are reversed."
    ),
    "birth_name.with_usage_name": Reason(
        _C,
        "La fiche porte le nom de naissance et le nom d’usage accolés.",
        "The record joins the birth name and the name in use.",
    ),
    "birth_name.swapped": Reason(
        _C, "Nom et prénom sont intervertis.", "Family name and given name are interchanged."
    ),
    "birth_name.unknown": Reason(_U, "Le nom de naissance n’est pas connu.", "The birth name is not known."),
    "birth_name.slip": Reason(
        _N,
        "Les noms diffèrent d’une ou deux lettres : une faute de frappe l’expliquerait.",
        "The names differ by a letter or two: a typing slip would explain it.",
    ),
    "birth_name.look_alike": Reason(
        _N,
        "Le nom de la fiche contient des lettres d’un autre alphabet qui ressemblent aux nôtres.",
        "The name on the record has letters of another alphabet that look like ours.",
    ),
    "birth_name.other_name": Reason(
        _N,
        "Le nom certifié figure sur la fiche, mais non comme nom de naissance.",
        "The certified name stands on the record, but not as its birth name.",
    ),
    "birth_name.different": Reason(_D, "Les noms de naissance diffèrent.", "The birth names differ."),
    "given_names.equal": Reason(_E, "Mêmes prénoms, dans le même ordre.", "Same given names, same order."),
    "given_names.shorter_list": Reason(
        _C,
        "Les prénoms d’un côté sont les premiers de l’autre.",
        "The given names of one side are the first ones of the other.",
    ),
    "given_names.compound": Reason(
        _C,
        "Mêmes prénoms, un prénom composé est écrit autrement.",
        "Same given names, a compound one is written in another way.",
    ),
    "given_names.subset": Reason(
        _C,
        "Même premier prénom ; l’un des suivants n’est pas sur la fiche.",
        "Same first given name; one of the others is not on the record.",
    ),
    "given_names.shared_first_name": Reason(
        _C,
        "Un seul prénom connu, de ceux que des jumeaux ont parfois en commun, comme Marie ou Mohamed.",
        "Only one given name is known, and twins sometimes share it, such as Marie or Mohamed.",
    ),
    "given_names.usual_name": Reason(
        _C,
        "Le prénom d’un côté est l’un des suivants de l’autre, non le premier.",
        "The given name of one side is among the later ones of the other, not its first.",
    ),
    "given_names.swapped": Reason(
        _C, "Nom et prénom sont intervertis.", "Family name and given name are interchanged."
    ),
    "given_names.initial": Reason(
        _C, "La fiche n’a que l’initiale du prénom.", "The record has only the initial of the given name."
    ),
    "given_names.unknown": Reason(_U, "Les prénoms ne sont pas connus.", "The given names are not known."),
    "given_names.reordered": Reason(
        _N,
        "Mêmes prénoms dans un autre ordre : le premier diffère, comme chez des jumeaux.",
        "Same given names in another order: the first differs, as with twins.",
    ),
    "given_names.part_of_compound": Reason(
        _N,
        "Un prénom composé n’est écrit qu’à moitié : frère ou sœur n’est pas exclu.",
        "Half of a compound given name: a brother or sister is not excluded.",
    ),
    "given_names.slip": Reason(
        _N,
        "Les prénoms diffèrent d’une lettre : une faute de frappe, ou des jumeaux.",
        "The given names differ by a letter: a typing slip, or twins.",
    ),
    "given_names.look_alike": Reason(
        _N,
        "Le prénom de la fiche contient des lettres d’un autre alphabet qui ressemblent aux nôtres.",
        "The given name on the record has letters of another alphabet that look like ours.",
    ),
    "given_names.some_differ": Reason(
        _D,
        "Un prénom est commun, un autre diffère.",
        "One given name is shared, another differs.",
    ),
    "given_names.different": Reason(_D, "Aucun prénom n’est commun.", "No given name is shared."),
    "birth_date.equal": Reason(_E, "Même date de naissance.", "Same birth date."),
    "birth_date.year_only": Reason(
        _C,
        "Même année ; le jour et le mois ne sont pas établis.",
        "Same year; day and month are not established.",
    ),
    "birth_date.month_only": Reason(
        _C, "Même mois ; le jour n’est pas établi.", "Same month; the day is not established."
    ),
    "birth_date.first_of_period": Reason(
        _C,
        "Même année ou même mois, et l’une des dates est un premier : souvent un jour inconnu.",
        "Same year or month, and one date is a first: often an unknown day.",
    ),
    "birth_date.unknown": Reason(
        _U, "La date de naissance n’est pas connue.", "The birth date is not known."
    ),
    "birth_date.day_month_swapped": Reason(
        _N, "Le jour et le mois sont intervertis.", "Day and month are interchanged."
    ),
    "birth_date.slip": Reason(
        _N,
        "Les dates diffèrent d’un chiffre : une faute de frappe l’expliquerait.",
        "The dates differ by a digit: a typing slip would explain it.",
    ),
    "birth_date.other_year": Reason(
        _D,
        "Même jour et même mois, année bien différente : peut-être un père et son fils.",
        "Same day and month, a quite different year: perhaps a father and his son.",
    ),
    "birth_date.different": Reason(_D, "Les dates de naissance diffèrent.", "The birth dates differ."),
    "gender.equal": Reason(_E, "Même sexe.", "Same gender."),
    "gender.unspecified": Reason(
        _C, "Le sexe n’est pas précisé d’un côté.", "Gender is left unspecified on one side."
    ),
    "gender.unknown": Reason(_U, "Le sexe n’est pas connu.", "Gender is not known."),
    "gender.different": Reason(_D, "Le sexe diffère.", "Gender differs."),
    "birth_place.equal": Reason(_E, "Même commune de naissance.", "Same commune of birth."),
    "birth_place.same_commune": Reason(
        _E,
        "Même commune de naissance, sous son ancien code et sous le nouveau.",
        "Same commune of birth, under its former code and under the new one.",
    ),
    "birth_place.abroad": Reason(
        _E,
        "Naissance à l’étranger : le pays tient lieu de commune.",
        "Born abroad: the country stands for the commune.",
    ),
    "birth_place.merged": Reason(
        _C,
        "La commune a été réunie à l’autre, ou s’en est séparée, après la naissance.",
        "The commune joined the other, or left it, after the birth.",
    ),
    "birth_place.whole_city": Reason(
        _C,
        "La fiche nomme la ville sans l’arrondissement.",
        "The record names the city without its district.",
    ),
    "birth_place.unknown": Reason(
        _U, "La commune de naissance n’est pas connue.", "The commune of birth is not known."
    ),
    "birth_place.different": Reason(
        _D, "Les communes de naissance diffèrent.", "The communes of birth differ."
    ),
    "birth_country.equal": Reason(_E, "Même pays de naissance.", "Same country of birth."),
    "birth_country.implied": Reason(
        _C,
        "Le pays n’est pas écrit ; le code du lieu de naissance le dit.",
        "The country is not written; the code of the birthplace tells it.",
    ),
    "birth_country.unknown": Reason(
        _U, "Le pays de naissance n’est pas connu.", "The country of birth is not known."
    ),
    "birth_country.different": Reason(
        _D, "Les pays de naissance diffèrent.", "The countries of birth differ."
    ),
}
"""By code; a code is stable, its words are not."""


def found(code: str) -> FieldComparison:
    """The comparison of the field that a reason speaks of."""
    return FieldComparison(Field(code.partition(".")[0]), REASONS[code].likeness, code)
