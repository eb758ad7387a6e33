"""From claims to the certified person: names, dates and places as FranceConnect gives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.adapters.franceconnect.claims import certified_person, display_name
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.tokens import Authentication
from bridge.domain.contact import CertifiedPerson, Origin
from bridge.domain.identity import BirthDate, Gender, Precision
from bridge.errors import SignInError
from tests.servers.forged_franceconnect import IDENTITY, SUBJECT

PROOF = Authentication(SUBJECT, "eidas1", datetime(2025, 3, 3, 9, tzinfo=UTC))
ISSUER = "https://fc.example/api/v2"
CONFIG = FranceConnectConfig(ISSUER, "us", "secret", "https://b.example/cb", "https://b.example/out")


def person(**changes: Any) -> CertifiedPerson:
    """Give the person these claims certify; None takes a claim away."""
    claims = {name: value for name, value in (IDENTITY | changes).items() if value is not None}
    return certified_person(claims, PROOF, CONFIG)


def test_the_ordinary_identity_keeps_every_field() -> None:
    """Six certified fields, and the citizen's own e-mail."""
    found = person()
    assert found.identity.family_name == "DUBOIS"
    assert found.identity.given_names == ("Angela", "Claire", "Louise")
    assert found.identity.birth_date == BirthDate("1962-08-24", Precision.DAY)
    assert found.identity.gender is Gender.FEMALE
    assert (found.identity.birth_place, found.identity.birth_country) == ("75107", "99100")
    assert (found.usage_name, found.email) == (None, "angela@exemple.test")
    assert (found.subject, found.issuer, found.acr) == (SUBJECT, ISSUER, "eidas1")
    assert found.identity.is_complete


def test_the_list_of_given_names_wins_over_the_text() -> None:
    """A given name may hold a space."""
    assert person(given_name_array=["Jean Marie", "Paul"]).identity.given_names == ("Jean Marie", "Paul")


@pytest.mark.parametrize("listed", [None, []])
def test_without_a_list_the_text_is_split_on_spaces(listed: Any) -> None:
    """A registration without the list still gives names."""
    names = person(given_name_array=listed, given_name="Anne-Laure  Marie").identity.given_names
    assert names == ("Anne-Laure", "Marie")


def test_names_come_in_composed_form() -> None:
    """The same name typed two ways is one name."""
    assert person(family_name=" DUBINO\u0302RE ").identity.family_name == "DUBINÔRE"


@pytest.mark.parametrize(
    "family_name",
    ["TROIS-DUPRE", "DURANTéàèùòœæŒÆ", "D’ALMEIDA", "O'NEIL", "DUPONT--MARTIN", "ST. JEAN", "A" * 100],
)
def test_names_of_the_civil_status_are_accepted_as_they_are(family_name: str) -> None:
    """Nobody is kept out by an apostrophe."""
    assert person(family_name=family_name).identity.family_name == family_name


@pytest.mark.parametrize(
    ("birthdate", "as_given", "text", "precision"),
    [
        ("1962-08-24", "1962-08-24", "1962-08-24", Precision.DAY),
        ("1955-01-01", "1955-01-01", "1955-01-01", Precision.DAY),
        ("1992-11-01", "1992-11-00", "1992-11-01", Precision.MONTH),
        ("1992-01-01", "1992-00-00", "1992-01-01", Precision.YEAR),
        ("1992-01-01", "1992-01-00", "1992-01-01", Precision.YEAR),
        ("1992-11-05", "1992-00-00", "1992-11-05", Precision.DAY),
        ("1992-01-01", "1992-05-03", "1992-01-01", Precision.YEAR),
        ("1992-11-01", None, "1992-11-01", Precision.MONTH),
        ("1992-01-01", "", "1992-01-01", Precision.YEAR),
        ("1962-08-24", None, "1962-08-24", Precision.DAY),
        ("1992-11-00", None, "1992-11-01", Precision.MONTH),
        ("1992-00-00", "1992-00-00", "1992-01-01", Precision.YEAR),
    ],
)
def test_a_completed_date_is_not_taken_for_a_real_first(
    birthdate: str, as_given: str | None, text: str, precision: Precision
) -> None:
    """A date known in part links nobody by itself, so doubt goes that way."""
    found = person(birthdate=birthdate, idp_birthdate=as_given).identity
    assert found.birth_date == BirthDate(text, precision)
    assert found.is_complete is (precision is Precision.DAY)


def test_a_first_of_january_abroad_is_never_believed_to_the_day() -> None:
    """Two men of one name, both written down as of 1 January, would have nothing else to differ by."""
    claims = {
        "birthdate": "1980-01-01",
        "idp_birthdate": "1980-01-01",
        "birthplace": "",
        "birthcountry": "99335",
    }
    found = person(**claims).identity
    assert found.birth_date == BirthDate("1980-01-01", Precision.YEAR)
    assert not found.is_complete


@pytest.mark.parametrize(
    ("place", "country", "expected"),
    [
        ("75107", "99100", "75107"),
        ("2A004", "99100", "2A004"),
        ("98729", "99100", "98729"),
        ("", "99352", None),
        ("90900", "99352", None),
        ("Alger", "99352", None),
        ("", "99100", None),
        ("Paris", "99100", None),
        ("2C004", "99100", None),
        (None, "99100", None),
    ],
)
def test_the_place_of_birth_is_a_french_commune_or_nothing(
    place: str | None, country: str, expected: str | None
) -> None:
    """Abroad the country tells; an unreadable commune is unknown, hence never certain."""
    assert person(birthplace=place, birthcountry=country).identity.birth_place == expected


@pytest.mark.parametrize("gender", ["female", "male", "unspecified"])
def test_the_three_genders_are_known(gender: str) -> None:
    """The pages list two, the code gives three."""
    assert person(gender=gender).identity.gender == gender


@pytest.mark.parametrize(
    ("given", "expected"),
    [("DULIN", "DULIN"), ("", None), (None, None), ("<b>", None), (5, None), ("X" * 101, None)],
)
def test_an_unfit_usage_name_is_left_out(given: Any, expected: str | None) -> None:
    """It certifies nothing, so it locks nobody out."""
    assert person(preferred_username=given).usage_name == expected


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "no",
        "a@b",
        "a b@c.fr",
        "a@b.fr\r\nBcc: x@y.fr",
        "<a@b.fr>",
        "a@" + "b" * 260 + ".fr",
        "\ud800@b.fr",
        5,
    ],
)
def test_an_unfit_address_is_left_out(given: Any) -> None:
    """An address that could carry a header is no address."""
    assert person(email=given).email is None


def test_the_greeting_uses_the_name_the_person_uses() -> None:
    """The birth name offends some who no longer bear it."""
    assert display_name(person(preferred_username="DULIN")) == "Angela DULIN"
    assert display_name(person()) == "Angela DUBOIS"


PLUS = replace(CONFIG, is_plus=True, acr="eidas2", granted=frozenset(("amr",)))
OF_PLUS = {"given_name_array": None, "idp_birthdate": None}


def plus_person(methods: frozenset[str] = frozenset(("fc", "mfa")), **changes: Any) -> CertifiedPerson:
    """Give the person these claims of FranceConnect+ certify."""
    claims = {name: value for name, value in (IDENTITY | OF_PLUS | changes).items() if value is not None}
    return certified_person(claims, replace(PROOF, acr="eidas2", methods=methods), PLUS)


@pytest.mark.parametrize(
    ("birthdate", "text", "precision"),
    [
        ("1962-08-24", "1962-08-24", Precision.DAY),
        ("1955-01-01", "1955-01-01", Precision.DAY),
        ("1992-11-00", "1992-11-01", Precision.MONTH),
        ("1992-00-00", "1992-01-01", Precision.YEAR),
    ],
)
def test_franceconnect_plus_gives_the_providers_own_date(
    birthdate: str, text: str, precision: Precision
) -> None:
    """It is not completed, so its first of January is one and its zeros say what is not known."""
    assert plus_person(birthdate=birthdate).identity.birth_date == BirthDate(text, precision)


def test_the_registers_copy_is_the_one_compared() -> None:
    """With its list of names, and the provider's date as proof of the day."""
    found = plus_person(
        family_name="Duboys",
        rnipp_family_name="DUBOIS",
        rnipp_given_name="Jean Marie Paul",
        rnipp_given_name_array=["Jean Marie", "Paul"],
        birthdate="1992-11-00",
        rnipp_birthdate="1992-11-01",
        rnipp_gender="male",
        rnipp_birthplace="92040",
        rnipp_birthcountry="99100",
    ).identity
    assert (found.family_name, found.given_names) == ("DUBOIS", ("Jean Marie", "Paul"))
    assert found.birth_date == BirthDate("1992-11-01", Precision.MONTH)
    assert (found.gender, found.birth_place) == (Gender.MALE, "92040")


def test_franceconnect_v2_has_no_register_claims_to_believe() -> None:
    """There the ordinary claims are the register's already."""
    assert person(rnipp_family_name="AUTRE").identity.family_name == "DUBOIS"


EUROPEAN = {"birthcountry": None, "birthplace": "Köln", "email": None, "gender": None}


def test_a_european_identity_says_less_and_proves_less() -> None:
    """Neither gender nor country is demanded, and the free-text place is not kept."""
    found = plus_person(frozenset(("eidas",)), **EUROPEAN, birthdate="1990-01-01")
    assert found.origin is Origin.EUROPEAN
    assert found.identity.birth_date == BirthDate("1990-01-01")
    assert (found.identity.gender, found.identity.birth_place, found.identity.birth_country) == (None,) * 3
    assert not found.identity.is_complete
    assert (
        plus_person(frozenset(("eidas",)), **(EUROPEAN | {"gender": "male"})).identity.gender is Gender.MALE
    )


@pytest.mark.parametrize("birthdate", ["1990-00-00", "1990-05-00", "", None])
def test_a_european_identity_without_a_whole_date_is_refused(birthdate: str | None) -> None:
    """No other State presumes dates."""
    with pytest.raises(SignInError) as caught:
        plus_person(frozenset(("eidas",)), **EUROPEAN, birthdate=birthdate)
    assert caught.value.code == "login.userinfo"


def test_a_european_identity_nobody_told_us_of_is_refused() -> None:
    """Without `amr` it would pass for French, but for the country it lacks: doubt goes that way."""
    with pytest.raises(SignInError) as caught:
        plus_person(frozenset(), **EUROPEAN)
    assert caught.value.code == "login.userinfo"


@pytest.mark.parametrize(
    ("idp_id", "origin", "email"),
    [
        ("aidants", Origin.HELPER, None),
        ("other", Origin.FRENCH, IDENTITY["email"]),
        (None, Origin.FRENCH, IDENTITY["email"]),
        (["aidants"], Origin.FRENCH, IDENTITY["email"]),
    ],
)
def test_a_helper_is_known_by_the_identity_provider(idp_id: Any, origin: Origin, email: str | None) -> None:
    """Nothing else in the answer says that somebody acts for the citizen."""
    claims = dict(IDENTITY) | ({"idp_id": idp_id} if idp_id else {})
    found = certified_person(claims, PROOF, replace(CONFIG, helpers=frozenset(("aidants",))))
    assert (found.origin, found.email) == (origin, email)
