"""The table that grades a comparison: read from the top, the first row that fits decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.domain.evidence import Field, FieldComparison, Grade, Likeness

Allowed = frozenset[str]
"""Likenesses and reason codes; a field fits when its likeness or its reason is among them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what the named fields, and any field at all, must say for this grade."""

    code: str
    grade: Grade
    fr: str
    en: str
    where: Mapping[Field, Allowed] = field(default_factory=dict)
    somewhere: Allowed = frozenset()
    """At least one of the six fields says this."""

    def fits(self, fields: Sequence[FieldComparison]) -> bool:
        """Whether the row applies."""
        named = all(_says(each, self.where[each.field]) for each in fields if each.field in self.where)
        return named and (not self.somewhere or any(_says(each, self.somewhere) for each in fields))


def _says(comparison: FieldComparison, allowed: Allowed) -> bool:
    return comparison.likeness in allowed or comparison.reason in allowed


_NAME, _GIVEN, _DATE = Field.BIRTH_NAME, Field.GIVEN_NAMES, Field.BIRTH_DATE
_GENDER, _PLACE, _COUNTRY = Field.GENDER, Field.BIRTH_PLACE, Field.BIRTH_COUNTRY
_EQUAL: Allowed = frozenset({Likeness.EQUAL})
_AGREES: Allowed = frozenset({Likeness.EQUAL, Likeness.COMPATIBLE})
_NEAR: Allowed = frozenset({Likeness.NEAR})
_DIFFERS: Allowed = frozenset({Likeness.DIFFERENT})
_LIST_BEGINS: Allowed = frozenset({"given_names.equal", "given_names.shorter_list"})
_SAME_FIRST: Allowed = _LIST_BEGINS | {"given_names.compound", "given_names.subset"}

RULES: tuple[Rule, ...] = (
    Rule(
        "six_fields",
        Grade.CERTAIN,
        "Les six champs sont connus des deux côtés et concordent.",
        "All six fields are known on both sides and agree.",
        {
            _NAME: _EQUAL,
            _GIVEN: _LIST_BEGINS,
            _DATE: _EQUAL,
            _GENDER: _AGREES,
            _PLACE: _EQUAL,
            _COUNTRY: _EQUAL,
        },
    ),
    Rule(
        "other_date",
        Grade.OTHER_PERSON,
        "Une autre date de naissance : une autre personne.",
        "Another birth date: another person.",
        {_DATE: frozenset({"birth_date.different"})},
    ),
    Rule(
        "no_shared_given_name",
        Grade.OTHER_PERSON,
        "Aucun prénom commun : un jumeau, un frère, ou quelqu’un d’autre.",
        "No given name shared: a twin, a brother, or somebody else.",
        {_GIVEN: frozenset({"given_names.different"})},
    ),
    Rule(
        "all_but_the_name",
        Grade.CONFLICT,
        "Tout concorde sauf le nom de naissance : peut-être un nom d’usage que FranceConnect n’a pas donné.",
        "All agrees but the birth name: perhaps a name in use that FranceConnect did not give.",
        {
            _NAME: _DIFFERS,
            _GIVEN: frozenset({"given_names.equal"}),
            _DATE: _EQUAL,
            _GENDER: _EQUAL,
            _PLACE: _EQUAL,
        },
    ),
    Rule(
        "other_name",
        Grade.OTHER_PERSON,
        "Un autre nom : une autre personne.",
        "Another name: another person.",
        {_NAME: _DIFFERS},
    ),
    Rule(
        "doubtful_name_and_a_difference",
        Grade.OTHER_PERSON,
        "Un nom voisin et un autre champ différent : une autre personne.",
        "A similar name and another field that differs: another person.",
        {_NAME: _NEAR},
        _DIFFERS,
    ),
    Rule(
        "doubtful_date_and_a_difference",
        Grade.OTHER_PERSON,
        "Une date inconnue, incomplète ou voisine et un autre champ différent : une autre personne.",
        "A date unknown, incomplete or similar, and another field that differs: another person.",
        {_DATE: frozenset({Likeness.UNKNOWN, Likeness.COMPATIBLE, Likeness.NEAR})},
        _DIFFERS,
    ),
    Rule(
        "one_field_differs",
        Grade.CONFLICT,
        "Noms et date se ressemblent, mais un champ certifié diffère : homonyme, jumeau, parent ou erreur.",
        "Names and date are alike, but a certified field differs: homonym, twin, relative or error.",
        somewhere=_DIFFERS,
    ),
    Rule(
        "two_slips_same_place",
        Grade.POSSIBLE,
        "Le nom et la date sont voisins ; le prénom et la commune concordent.",
        "Name and date are similar; given name and commune agree.",
        {_NAME: _NEAR, _GIVEN: _SAME_FIRST, _DATE: _NEAR, _PLACE: _EQUAL},
    ),
    Rule(
        "two_slips",
        Grade.OTHER_PERSON,
        "Le nom et la date ne sont que voisins : une autre personne.",
        "Name and date are both only similar: another person.",
        {_NAME: _NEAR, _DATE: frozenset({Likeness.NEAR, Likeness.UNKNOWN, Likeness.COMPATIBLE})},
    ),
    Rule(
        "doubtful_given_name",
        Grade.POSSIBLE,
        "Le prénom n’est que voisin : des jumeaux ne sont pas exclus, un agent décide.",
        "The given name is only similar: twins are not excluded, an agent decides.",
        {_NAME: _AGREES, _GIVEN: _NEAR, _DATE: _AGREES},
    ),
    Rule(
        "slip_in_the_name",
        Grade.PROBABLE,
        "Prénom et date concordent, le nom a une faute de frappe.",
        "Given name and date agree, the name has a typing slip.",
        {_NAME: frozenset({"birth_name.slip"}), _GIVEN: _SAME_FIRST, _DATE: _EQUAL},
    ),
    Rule(
        "doubtful_name",
        Grade.POSSIBLE,
        "Le nom n’est que voisin ; la date concorde.",
        "The name is only similar; the date agrees.",
        {_NAME: _NEAR, _DATE: _EQUAL},
    ),
    Rule(
        "slip_in_the_date",
        Grade.PROBABLE,
        "Nom, prénom et commune concordent, la date a une faute de frappe.",
        "Name, given name and commune agree, the date has a typing slip.",
        {_NAME: _EQUAL, _GIVEN: _SAME_FIRST, _DATE: _NEAR, _PLACE: _EQUAL},
    ),
    Rule(
        "doubtful_date",
        Grade.POSSIBLE,
        "Nom et prénom concordent, la date n’est que voisine.",
        "Name and given name agree, the date is only similar.",
        {_NAME: _AGREES, _GIVEN: _AGREES, _DATE: _NEAR},
    ),
    Rule(
        "name_given_name_and_date",
        Grade.PROBABLE,
        "Nom, premier prénom et date de naissance concordent, et rien de connu ne diffère.",
        "Name, first given name and birth date agree, and nothing known differs.",
        {_NAME: _AGREES, _GIVEN: _SAME_FIRST | {"given_names.swapped"}, _DATE: _EQUAL},
    ),
    Rule(
        "presumed_date",
        Grade.PROBABLE,
        "La date n’est connue qu’en partie ; tout le reste est connu et concorde.",
        "The date is known only in part; all the rest is known and agrees.",
        {
            _NAME: _EQUAL,
            _GIVEN: _SAME_FIRST,
            _DATE: _AGREES,
            _GENDER: _EQUAL,
            _PLACE: _EQUAL,
            _COUNTRY: _EQUAL,
        },
    ),
    Rule(
        "one_name_of_twins",
        Grade.POSSIBLE,
        "Le seul prénom connu n’est pas le premier, ou des jumeaux l’ont en commun : un agent décide.",
        "The only given name known is not the first, or twins share it: an agent decides.",
        {
            _NAME: _AGREES,
            _GIVEN: frozenset({"given_names.usual_name", "given_names.shared_first_name"}),
            _DATE: _AGREES,
        },
    ),
    Rule(
        "name_and_given_name",
        Grade.POSSIBLE,
        "Nom et prénom concordent ; la date manque ou n’est connue qu’en partie.",
        "Name and given name agree; the date is missing or known only in part.",
        {_NAME: _AGREES, _GIVEN: _AGREES},
    ),
    Rule(
        "name_and_date",
        Grade.POSSIBLE,
        "Nom et date concordent ; le prénom manque.",
        "Name and date agree; the given name is missing.",
        {_NAME: _AGREES, _DATE: _EQUAL},
    ),
    Rule(
        "given_name_and_date",
        Grade.POSSIBLE,
        "Prénom et date concordent ; le nom manque.",
        "Given name and date agree; the name is missing.",
        {_GIVEN: _AGREES, _DATE: _EQUAL},
    ),
    Rule(
        "too_little",
        Grade.OTHER_PERSON,
        "Trop peu de champs sont connus pour rapprocher les deux.",
        "Too few fields are known to bring the two together.",
    ),
)

NOT_BY_ITSELF = Rule(
    "not_vouched_by_the_state",
    Grade.POSSIBLE,
    "L’identité vient d’un autre pays ou d’un aidant : seul un agent la rattache à une fiche existante.",
    "The identity comes from another country or a helper: only an agent attaches it to a known record.",
)
"""Takes the place of a row that would link or ask for proof, for any origin but the French register."""


def rule_for(fields: Sequence[FieldComparison]) -> Rule:
    """Give the first row that fits; the last one always does."""
    return next(rule for rule in RULES if rule.fits(fields))


def rule_named(code: str) -> Rule:
    """Give the row of that code."""
    return next(rule for rule in (*RULES, NOT_BY_ITSELF) if rule.code == code)
