"""The table of rules: each row decides something, each reason has its words, none says what it must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.evidence import Field, Grade, Likeness
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.domain.link_rules import NOT_BY_ITSELF, RULES, rule_for, rule_named
from bridge.domain.link_words import FIELD_WORDS, GRADE_WORDS, LIKENESS_WORDS, VERDICT_WORDS
from bridge.domain.matching import Verdict, compare
from bridge.domain.reasons import REASONS, found
from tests.domain.people import ANGELA, contact, like

ROWS = {
    "six_fields": ANGELA,
    "other_date": like(birth_date=BirthDate("1990-02-03")),
    "no_shared_given_name": like(given_names=("Zoé",)),
    "all_but_the_name": like(family_name="MARTIN"),
    "other_name": like(family_name="MARTIN", gender=None),
    "doubtful_name_and_a_difference": like(family_name="DUBOYS", birth_place="69381"),
    "doubtful_date_and_a_difference": like(birth_date=BirthDate("1962-08-25"), birth_place="69381"),
    "one_field_differs": like(birth_place="69381"),
    "two_slips_same_place": like(family_name="DUBOYS", birth_date=BirthDate("1962-08-25")),
    "two_slips": like(family_name="DUBOYS", birth_date=BirthDate("1962-08-25"), birth_place=None),
    "doubtful_given_name": like(given_names=("Angella",)),
    "slip_in_the_name": like(family_name="DUBOYS"),
    "doubtful_name": like(family_name="DUBOYS", given_names=("Claire",)),
    "slip_in_the_date": like(birth_date=BirthDate("1962-08-25")),
    "doubtful_date": like(birth_date=BirthDate("1962-08-25"), birth_place=None),
    "name_given_name_and_date": like(birth_place=None),
    "presumed_date": like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
    "one_name_of_twins": like(given_names=("Claire",)),
    "name_and_given_name": like(birth_date=None),
    "name_and_date": like(given_names=()),
    "given_name_and_date": like(family_name=None),
    "too_little": like(family_name=None, given_names=()),
}


def test_every_row_has_its_example() -> None:
    """A row that nothing reaches would mislead whoever reads the table."""
    assert list(ROWS) == [rule.code for rule in RULES]


@pytest.mark.parametrize(("code", "known"), ROWS.items(), ids=ROWS)
def test_a_row_decides_its_example(code: str, known: PivotIdentity) -> None:
    """The first row that fits gives grade and code."""
    compared = compare(ANGELA, None, contact(known))
    assert (compared.rule, compared.grade) == (code, rule_named(code).grade)


TWINS = {
    "no name shared": like(given_names=("Zoé", "Anne")),
    "a later name shared": like(given_names=("Zoé", "Claire")),
    "each bears the other's name": like(given_names=("Claire", "Angela")),
    "the other's first name alone": like(given_names=("Claire",)),
    "names that rhyme": like(given_names=("Angelo",), gender=Gender.MALE),
    "half of a compound": like(given_names=("Angela-Marie",)),
}
RELATIVES = {
    "father of the same name": like(birth_date=BirthDate("1934-03-05")),
    "father of the same name and day": like(birth_date=BirthDate("1934-08-24")),
    "father of the same name, undated, other place": like(birth_date=None, birth_place="69381"),
    "homonym of the day, other place": like(birth_place="69381"),
    "husband in the shared mailbox": like(given_names=("Paul",), gender=Gender.MALE),
}


@pytest.mark.parametrize("known", [*TWINS.values(), *RELATIVES.values()], ids=[*TWINS, *RELATIVES])
def test_a_relative_is_never_proven(known: PivotIdentity) -> None:
    """Who shares a mailbox with a twin, a father or a husband could prove it; nobody asks."""
    for gender in (known.gender, None):
        told = contact(replace(known, gender=gender))
        assert compare(ANGELA, None, told).grade not in {Grade.CERTAIN, Grade.PROBABLE}


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_reason_can_be_read_aloud(code: str) -> None:
    """Both languages, one sentence each, about the field the code names."""
    reason = REASONS[code]
    assert found(code).likeness is reason.likeness
    assert found(code).field in Field
    for text in (reason.fr, reason.en):
        assert text[0].isupper()
        assert text.endswith(".")
        assert len(text) < 120


def test_everything_has_words() -> None:
    """No field, likeness, grade or verdict is shown as a code."""
    assert FIELD_WORDS.keys() == set(Field)
    assert LIKENESS_WORDS.keys() == set(Likeness)
    assert GRADE_WORDS.keys() == set(Grade)
    assert VERDICT_WORDS.keys() == set(Verdict)
    assert all(rule.fr.endswith(".") and rule.en.endswith(".") for rule in (*RULES, NOT_BY_ITSELF))


def test_a_rule_names_reasons_that_exist() -> None:
    """A code mistyped in the table would never fit."""
    known = {*REASONS, *(likeness.value for likeness in Likeness)}
    for rule in RULES:
        assert rule.somewhere <= known
        for field, allowed in rule.where.items():
            assert allowed <= known
            assert all(code.startswith(f"{field}.") for code in allowed if "." in code)


ANSWERS = {field: [code for code in REASONS if code.startswith(f"{field}.")] for field in Field}


@given(st.tuples(*(st.sampled_from(codes) for codes in ANSWERS.values())))
def test_whatever_the_fields_say_a_row_fits(codes: tuple[str, ...]) -> None:
    """Nothing that differs is certain or probable, nor a date that is not known in any part."""
    fields = tuple(map(found, codes))
    rule = rule_for(fields)
    likenesses = {each.field: each.likeness for each in fields}
    if rule.grade in {Grade.CERTAIN, Grade.PROBABLE}:
        assert Likeness.DIFFERENT not in likenesses.values()
        assert likenesses[Field.BIRTH_DATE] is not Likeness.UNKNOWN
        assert likenesses[Field.BIRTH_NAME] is not Likeness.UNKNOWN
        assert likenesses[Field.GIVEN_NAMES] in {Likeness.EQUAL, Likeness.COMPATIBLE}
        twins = {"given_names.usual_name", "given_names.shared_first_name", "given_names.initial"}
        assert codes[1] not in twins
    if rule.grade is Grade.CERTAIN:
        assert set(likenesses.values()) <= {Likeness.EQUAL, Likeness.COMPATIBLE}
        assert likenesses[Field.BIRTH_DATE] is likenesses[Field.BIRTH_PLACE] is Likeness.EQUAL
