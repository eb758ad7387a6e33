"""Two registers write one name in many ways; only what both keep is compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.identity import BirthDate, PivotIdentity, Precision, comparison_key, given_name_keys
from tests.domain.people import ABROAD, ANGELA, like


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Dubois", "DUBOIS"),
        ("ÀÂÄÉÈÊËÏÎÔÖÙÛÜŸÇ", "AAAEEEEIIOOUUUYC"),
        ("LŒVENBRÜCK", "LOEVENBRUCK"),
        ("lœvenbrück", "LOEVENBRUCK"),
        ("Ælfric", "AELFRIC"),
        ("Ǽlfric", "AELFRIC"),
        ("Groß", "GROSS"),
        ("Gro\u1e9e", "GROSS"),
        ("Søren", "SOREN"),
        ("Ǿrsted", "ORSTED"),
        ("Đorđe", "DORDE"),
        ("Łukasz", "LUKASZ"),
        ("ﬁlou", "FILOU"),
        ("Martin--Dupont", "MARTIN DUPONT"),
        ("Martin - Dupont", "MARTIN DUPONT"),
        ("Martin-Dupont", "MARTIN DUPONT"),
        ("Martin\u2011Dupont", "MARTIN DUPONT"),
        ("Martin – Dupont", "MARTIN DUPONT"),
        ("Martin\u2212Dupont", "MARTIN DUPONT"),
        ("D'Ürsel", "D URSEL"),
        ("D’URSEL", "D URSEL"),
        ("d‘Ursel", "D URSEL"),
        ("D\u02bcUrsel", "D URSEL"),
        ("D`Ursel", "D URSEL"),
        ("D´Ursel", "D URSEL"),
        ("D\u2032Ursel", "D URSEL"),
        ("D\u201bUrsel", "D URSEL"),
        ("D\uff07Ursel", "D URSEL"),
        ("ST. JEAN", "ST JEAN"),
        ("  De   La\u00a0Tour\t", "DE LA TOUR"),
        ("İnan", "INAN"),
        ("", ""),
        (" - ' . ", ""),
    ],
)
def test_a_name_is_reduced_to_what_registers_agree_on(written: str, key: str) -> None:
    """Case, accents, ligatures, apostrophes and hyphens tell nobody apart."""
    assert comparison_key(written) == key


@pytest.mark.parametrize(
    ("one", "other"), [("Martin", "Martine"), ("Jean Pierre", "Jeanpierre"), ("Renée", "René"), ("Li", "Ly")]
)
def test_other_names_stay_other_names(one: str, other: str) -> None:
    """The reduction does not make two names one."""
    assert comparison_key(one) != comparison_key(other)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(text=st.text(max_size=30))
def test_the_way_accents_are_encoded_does_not_count(form: str, text: str) -> None:
    """A name typed on a Mac and one typed on Windows give one key."""
    written = unicodedata.normalize(form, text)  # type: ignore[arg-type]  # the four forms, by parametrize
    assert comparison_key(written) == comparison_key(text)


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(text: str) -> None:
    """Comparing a key with a name or with a key gives one answer."""
    assert comparison_key(comparison_key(text)) == comparison_key(text)


def test_every_single_character_has_a_stable_key() -> None:
    """No letter or sign of any alphabet, in either form, makes a key that changes when taken again."""
    characters = [chr(code) for code in (*range(0x3000), *range(0xA640, 0xAB70), *range(0xFB00, 0xFFF0))]
    unstable = [c for c in characters if len({_key(c), _key(_key(c)), _key(_decomposed(c))}) > 1]
    assert unstable == []


def _key(text: str) -> str:
    return comparison_key(text)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_given_names_keep_their_order_and_lose_what_is_no_name() -> None:
    """A dash in a list of given names is no name."""
    assert given_name_keys(["Angéla", "-", "Claire", " ", "Louise"]) == ("ANGELA", "CLAIRE", "LOUISE")


def test_six_known_fields_are_complete() -> None:
    """Born in France the commune counts, born abroad the country."""
    assert ANGELA.is_complete
    assert ANGELA.born_in_france
    assert ABROAD.is_complete
    assert not ABROAD.born_in_france


@pytest.mark.parametrize(
    "known",
    [
        like(family_name=None),
        like(family_name=""),
        like(family_name=" - "),
        like(given_names=()),
        like(given_names=("-",)),
        like(given_names=(".", " ")),
        like(birth_date=None),
        like(birth_date=BirthDate("1962-08-01", Precision.MONTH)),
        like(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
        like(gender=None),
        like(birth_place=None),
        like(birth_place=""),
        like(birth_country=None),
        like(birth_country=None, birth_place=None),
    ],
)
def test_one_unknown_field_makes_an_identity_incomplete(known: PivotIdentity) -> None:
    """A missing, presumed or placeholder value is not a known one."""
    assert not known.is_complete


def test_an_identity_says_something_from_its_first_name_on() -> None:
    """A place alone names nobody; a name or a birth date, even alone, begins to."""
    nobody = PivotIdentity(None, (), None, None, None, None)
    assert not nobody.says_anything
    assert not like(nobody, birth_place="75107").says_anything
    assert like(nobody, given_names=("Angela",)).says_anything
    assert ANGELA.says_anything
