"""The rule that links by itself, row by row: a wrong link is a data breach."""

from __future__ import annotations

import pytest

from bridge.domain.contact import Contact, Origin
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.domain.matching import Grade, Verdict, compare, decide
from tests.domain.people import ABROAD, ANGELA, contact, like

CERTAIN, PROBABLE, POSSIBLE = Grade.CERTAIN, Grade.PROBABLE, Grade.POSSIBLE
CONFLICT, OTHER = Grade.CONFLICT, Grade.OTHER_PERSON
JANUARY_FIRST = BirthDate("1962-01-01")
JANUARY = like(birth_date=JANUARY_FIRST)


@pytest.mark.parametrize(
    ("certified", "known", "grade"),
    [
        pytest.param(ANGELA, ANGELA, CERTAIN, id="the same six fields"),
        pytest.param(ANGELA, like(family_name="Dubois"), CERTAIN, id="written in another case"),
        pytest.param(ANGELA, like(given_names=("ANGÉLA", "Claire")), CERTAIN, id="shorter list in the org"),
        pytest.param(like(given_names=("Angela",)), ANGELA, CERTAIN, id="shorter list at FranceConnect"),
        pytest.param(ANGELA, like(gender=Gender.UNSPECIFIED), CERTAIN, id="gender unspecified in the org"),
        pytest.param(like(gender=Gender.UNSPECIFIED), ANGELA, CERTAIN, id="gender unspecified by the State"),
        pytest.param(ABROAD, ABROAD, CERTAIN, id="born abroad, same country"),
        pytest.param(ABROAD, like(ABROAD, birth_country="99352"), CONFLICT, id="born in another country"),
        pytest.param(ANGELA, like(family_name=None), POSSIBLE, id="unknown birth name"),
        pytest.param(ANGELA, like(given_names=()), POSSIBLE, id="unknown given names"),
        pytest.param(ANGELA, like(given_names=("-",)), POSSIBLE, id="a dash for a given name"),
        pytest.param(ANGELA, like(birth_date=None), POSSIBLE, id="unknown birth date"),
        pytest.param(ANGELA, like(gender=None), PROBABLE, id="unknown gender"),
        pytest.param(ANGELA, like(birth_place=None), PROBABLE, id="unknown birthplace"),
        pytest.param(ANGELA, like(birth_country=None), PROBABLE, id="unknown country"),
        pytest.param(ANGELA, like(birth_place="69123"), CONFLICT, id="homonym born elsewhere that day"),
        pytest.param(ANGELA, like(gender=Gender.MALE), CONFLICT, id="gender contradicts"),
        pytest.param(ANGELA, like(given_names=("Claire",)), POSSIBLE, id="usual name is the second one"),
        pytest.param(ANGELA, like(given_names=("Angela", "Zoé")), CONFLICT, id="second given name differs"),
        pytest.param(
            ANGELA, like(given_names=("Claire", "Angela", "Louise")), POSSIBLE, id="names in another order"
        ),
        pytest.param(ANGELA, like(given_names=("Zoé", "Anne")), OTHER, id="twin with no given name shared"),
        pytest.param(ANGELA, like(given_names=("Zoé", "Claire")), CONFLICT, id="twin with one name shared"),
        pytest.param(ANGELA, like(birth_date=BirthDate("1990-02-03")), OTHER, id="parent and child"),
        pytest.param(ANGELA, like(family_name="MARTIN"), CONFLICT, id="all but the birth name"),
        pytest.param(
            ANGELA, like(family_name="MARTIN", birth_place=None), OTHER, id="another name altogether"
        ),
        pytest.param(
            JANUARY,
            like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
            PROBABLE,
            id="year alone in the org",
        ),
        pytest.param(
            like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
            JANUARY,
            PROBABLE,
            id="presumed date at FranceConnect",
        ),
        pytest.param(
            like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
            like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
            PROBABLE,
            id="the same presumed date on both sides",
        ),
        pytest.param(
            like(birth_place=None, birth_country=None), ANGELA, PROBABLE, id="certified without a birthplace"
        ),
    ],
)
def test_grades(certified: PivotIdentity, known: PivotIdentity, grade: Grade) -> None:
    """Only six known and equal fields are certain; what differs is never proven, only decided."""
    assert compare(certified, None, contact(known)).grade is grade


def test_a_contact_under_the_usage_name_is_probable_and_never_certain() -> None:
    """A married name finds the file, and links nobody by itself."""
    married = contact(like(family_name="MARTIN"))
    assert compare(ANGELA, "Martin", married).grade is PROBABLE
    assert compare(ANGELA, None, married).grade is CONFLICT


def test_reasons_name_fields_and_no_values() -> None:
    """An agent reads why, and no one reads a name in a log."""
    known = like(given_names=("Angela", "Zoé"), gender=None, birth_place="69123", birth_country=None)
    reasons = compare(ANGELA, None, contact(known)).reasons
    assert reasons == (
        "given_names.some_differ",
        "gender.unknown",
        "birth_place.different",
        "birth_country.implied",
    )


def test_a_placeholder_is_told_as_unknown() -> None:
    """The agent learns that the dash in the file is the reason."""
    assert compare(ANGELA, None, contact(like(given_names=("-",)))).reasons == ("given_names.unknown",)


def test_the_one_certain_and_free_contact_is_linked() -> None:
    """A possible homonym beside it does not hold the certain one back."""
    right, homonym = contact(contact_id="003A"), contact(like(birth_place="69123"), contact_id="003B")
    decision = decide(ANGELA, None, [homonym, right])
    assert (decision.verdict, decision.contact) == (Verdict.LINK, right)
    assert [c.contact.id for c in decision.evidence] == ["003A", "003B"]


def test_two_certain_contacts_go_to_an_agent() -> None:
    """The rule does not choose between two files of one person."""
    decision = decide(ANGELA, None, [contact(contact_id="003A"), contact(contact_id="003B")])
    assert (decision.verdict, decision.contact, len(decision.evidence)) == (Verdict.REVIEW, None, 2)


def test_a_contact_linked_to_somebody_goes_to_an_agent() -> None:
    """An identity never takes the Contact of another one."""
    decision = decide(ANGELA, None, [contact(subject_hash="v1:other")])
    assert (decision.verdict, decision.contact) == (Verdict.REVIEW, None)


def test_a_certain_contact_among_linked_ones_is_not_taken() -> None:
    """Two certain files, one already linked, are still two."""
    taken, free = contact(contact_id="003A", subject_hash="v1:other"), contact(contact_id="003B")
    assert decide(ANGELA, None, [taken, free]).verdict is Verdict.REVIEW


def test_only_possible_contacts_go_to_an_agent() -> None:
    """A doubt creates no second file."""
    assert decide(ANGELA, None, [contact(like(birth_date=None))]).verdict is Verdict.REVIEW


UNPLACED = like(birth_place=None)
HOMONYM = like(birth_place="69123")


def test_the_one_probable_and_free_contact_is_proven() -> None:
    """A merely possible Contact beside it does not hold the proof back."""
    probable, undated = contact(UNPLACED, contact_id="003B"), contact(like(birth_date=None))
    decision = decide(ANGELA, None, [undated, probable])
    assert (decision.verdict, decision.contact) == (Verdict.PROVE, probable)
    assert [each.grade for each in decision.evidence] == [PROBABLE, POSSIBLE]


@pytest.mark.parametrize(
    "held",
    [
        [contact(UNPLACED, subject_hash="v1:other")],
        [contact(UNPLACED), contact(UNPLACED, contact_id="003B")],
        [contact(UNPLACED), contact(UNPLACED, contact_id="003B", subject_hash="v1:other")],
        [contact(UNPLACED), contact(HOMONYM, contact_id="003B")],
        [contact(HOMONYM)],
        [contact(like(given_names=("Claire",)))],
    ],
    ids=["taken", "two probable", "one of two taken", "a conflict beside", "a conflict", "only possible"],
)
def test_proof_is_asked_of_nobody_else(held: list[Contact]) -> None:
    """Two that fit, a Contact of another identity, or one alike that differs: an agent decides."""
    decision = decide(ANGELA, None, held)
    assert (decision.verdict, decision.contact) == (Verdict.REVIEW, None)


@pytest.mark.parametrize("origin", [Origin.EUROPEAN, Origin.HELPER])
@pytest.mark.parametrize("known", [ANGELA, UNPLACED, HOMONYM])
def test_another_origin_never_reaches_a_known_contact_by_itself(origin: Origin, known: PivotIdentity) -> None:
    """Neither the rule nor a proof: an agent attaches a European citizen, or who comes through a helper."""
    decision = decide(ANGELA, None, [contact(known)], origin)
    assert (decision.verdict, decision.contact) == (Verdict.REVIEW, None)
    assert decide(ANGELA, None, [], origin).verdict is Verdict.CREATE


def test_evidence_is_ordered_by_grade_then_by_what_is_equal() -> None:
    """The order an agent reads can be told in one sentence, and is always the same."""
    held = [
        contact(HOMONYM, contact_id="conflict"),
        contact(like(birth_date=None, gender=None), contact_id="possible, two unknown"),
        contact(like(birth_date=None), contact_id="possible, one unknown"),
        contact(like(gender=None, birth_place=None), contact_id="probable, two unknown"),
        contact(UNPLACED, contact_id="probable, one unknown"),
        contact(UNPLACED, contact_id="probable, one unknown, again"),
        contact(like(birth_date=BirthDate("1990-02-03")), contact_id="father"),
    ]
    expected = [
        "probable, one unknown",
        "probable, one unknown, again",
        "probable, two unknown",
        "possible, one unknown",
        "possible, two unknown",
        "conflict",
    ]
    for order in (held, held[::-1]):
        assert [c.contact.id for c in decide(ANGELA, None, order).evidence] == expected


@pytest.mark.parametrize("name", ["МARTIN", "MARTIΝ"])
def test_a26_a_look_alike_is_never_taken_for_the_name(name: str) -> None:
    """A letter of another alphabet is seen by an agent, whatever it looks like."""
    compared = compare(like(family_name="MARTIN"), None, contact(like(family_name=name)))
    assert (compared.grade, compared.reasons) == (POSSIBLE, ("birth_name.look_alike",))


def test_a26_what_nobody_sees_changes_nothing() -> None:
    """Spaces without width, direction marks and NUL in a record neither hide a person nor make one."""
    known = like(family_name="\u202eDU\u200bB\x00OIS\ufeff", given_names=("An\u2060gela",))
    assert compare(ANGELA, None, contact(known)).grade is CERTAIN


@pytest.mark.parametrize(
    "known", [[], [like(birth_date=BirthDate("1990-02-03"))], [like(given_names=("Zoé",))]]
)
def test_nobody_who_fits_means_a_new_contact(known: list[PivotIdentity]) -> None:
    """Father, twin and nobody at all leave no evidence behind."""
    decision = decide(ANGELA, None, [contact(identity) for identity in known])
    assert (decision.verdict, decision.contact, decision.evidence) == (Verdict.CREATE, None, ())
