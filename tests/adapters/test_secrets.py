"""What is stored names nobody, and still finds the right person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.adapters.secrets import FernetVault, KeyedPseudonyms, derived_key
from bridge.domain.contact import Contact
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity, Precision
from bridge.domain.matching import Grade, compare
from bridge.errors import ConfigurationError
from tests.domain.people import ABROAD, ANGELA, like

OLD, NEW = b"1" * 32, b"2" * 32
V1 = KeyedPseudonyms({"v1": OLD})
V2 = KeyedPseudonyms({"v2": NEW, "v1": OLD})
V2_ALONE = KeyedPseudonyms({"v2": NEW})
ISSUER = "https://fc.example/api/v2"

NAMES = ("DUBOIS", "Dubois", "D'Ürsel", "d-ursel", "LŒVEN", "LOEVEN", "-", "", None)
GIVEN = ("Angela", "ANGÉLA", "Marie", "Claire", "Louise", "Angela Claire", "-")
GIVEN_NAMES = st.sampled_from(
    [
        ("Marie",),
        ("Marie", "Claire"),
        ("Marie", "Claire", "Zoé"),
        ("Angela",),
        ("Angéla", "Claire"),
        ("Angela", "Claire", "Louise"),
        ("Angela", "Louise"),
        ("Claire",),
    ]
)
DATES = (
    None,
    BirthDate("1962-01-01"),
    BirthDate("1962-01-01", Precision.YEAR),
    BirthDate("1962-01-01", Precision.MONTH),
    BirthDate("1990-02-03"),
)
FIELDS = {
    "family_name": st.sampled_from(NAMES),
    "given_names": GIVEN_NAMES | st.lists(st.sampled_from(GIVEN), max_size=3).map(tuple),
    "birth_date": st.sampled_from(DATES),
    "gender": st.sampled_from([None, *Gender]),
    "birth_place": st.sampled_from([None, "75107", "69123", "75040", "92040", "75056"]),
    "birth_country": st.sampled_from([None, FRANCE, "99109", "99352"]),
}
COMPLETE = st.builds(
    PivotIdentity,
    family_name=st.sampled_from(NAMES[:6]),
    given_names=GIVEN_NAMES,
    birth_date=st.sampled_from([BirthDate("1962-01-01"), BirthDate("1990-02-03")]),
    gender=st.sampled_from(Gender),
    birth_place=st.sampled_from(["75107", "75040", "92040"]),
    birth_country=st.sampled_from([FRANCE, "99109"]),
)


@st.composite
def two_registers(draw: st.DrawFn) -> tuple[PivotIdentity, PivotIdentity]:
    """Give a certified identity and one a source states: alike but for a few fields, else unrelated."""
    certified = draw(COMPLETE)
    changed = draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=2))
    stated = replace(certified, **{name: draw(FIELDS[name]) for name in sorted(changed)})
    if draw(st.booleans()):
        lost = draw(st.sampled_from(sorted(FIELDS)))
        certified = replace(certified, **{lost: draw(FIELDS[lost])})
    # FranceConnect gives no commune to who was born abroad.
    place = certified.birth_place if certified.born_in_france else None
    return replace(certified, birth_place=place), stated


@settings(max_examples=600)
@given(two_registers())
def test_keys_meet_exactly_when_the_certain_rule_holds(pair: tuple[PivotIdentity, PivotIdentity]) -> None:
    """A case finds its citizen by hashes alone just when a reader of both identities would be certain."""
    certified, stated = pair
    is_certain = compare(certified, None, Contact("003A", stated, None)).grade is Grade.CERTAIN
    assert bool(V1.case_keys(stated) & V1.link_keys(certified)) is is_certain


@pytest.mark.parametrize(
    "stated",
    [
        ANGELA,
        like(family_name="Dubois"),
        like(given_names=("Angéla",)),
        like(given_names=(*ANGELA.given_names, "Marie")),
        like(gender=Gender.UNSPECIFIED),
    ],
)
def test_keys_that_meet(stated: PivotIdentity) -> None:
    """Each tolerance of the certain rule has its key."""
    assert V1.case_keys(stated) & V1.link_keys(ANGELA)


def test_two_codes_of_one_commune_meet() -> None:
    """Issy was 75040 before 1968: the certificate and the town's record are of one person."""
    stated, certified = like(birth_place="92040"), like(birth_place="75040")
    assert V1.case_keys(stated) & V1.link_keys(certified)
    assert V1.pivot(stated) == V1.pivot(certified)


@pytest.mark.parametrize(
    "stated",
    [
        like(family_name="DUBOIT"),
        like(given_names=("Claire",)),
        like(given_names=("Angela", "Zoé", "Louise")),
        like(given_names=("Angela Claire",)),
        like(birth_date=BirthDate("1962-08-25")),
        like(gender=Gender.MALE),
        like(birth_place="75108"),
        like(birth_place="75056"),
        ABROAD,
    ],
)
def test_keys_that_do_not_meet(stated: PivotIdentity) -> None:
    """One field that differs, and nothing is shared."""
    assert V1.case_keys(stated)
    assert not V1.case_keys(stated) & V1.link_keys(ANGELA)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_an_incomplete_identity_has_no_keys(name: str) -> None:
    """What is not known cannot lead to anybody."""
    unknown: dict[str, Any] = {name: () if name == "given_names" else None}
    incomplete = like(**unknown)
    assert V1.case_keys(incomplete) == frozenset()
    assert V1.link_keys(incomplete) == frozenset()


def test_a_rotation_loses_no_case_and_no_link() -> None:
    """Whichever of the two was stored before the hash key was rotated, they find each other."""
    assert V1.case_keys(ANGELA) & V2.link_keys(ANGELA)
    assert V2.case_keys(ANGELA) & V1.link_keys(ANGELA)
    assert V2.case_keys(ANGELA) & V2_ALONE.link_keys(ANGELA)
    assert not V1.case_keys(ANGELA) & V2_ALONE.link_keys(ANGELA)


def test_a_rotation_makes_nobody_more_alike() -> None:
    """Keys under two hash keys meet exactly where keys under one do."""
    assert not V2.case_keys(like(birth_place="69123")) & V2.link_keys(ANGELA)
    assert {key.partition(":")[0] for key in V2.case_keys(ANGELA)} == {"v1", "v2"}
    assert {key.partition(":")[0] for key in V2.link_keys(ANGELA)} == {"v1", "v2"}


def test_single_hashes_are_made_under_the_newest_key() -> None:
    """A retired key makes no new hash of a subject or of a civil status."""
    assert V2.subject(ISSUER, "s").startswith("v2:")
    assert V2.pivot(ANGELA) == V2_ALONE.pivot(ANGELA)


def test_a_subject_is_known_under_every_key() -> None:
    """A citizen linked before a rotation is found after it."""
    assert V2.subjects(ISSUER, "s") == (V2_ALONE.subject(ISSUER, "s"), V1.subject(ISSUER, "s"))


def test_a_subject_belongs_to_its_issuer() -> None:
    """The same `sub` from two providers is two people."""
    assert V1.subject(ISSUER, "s") != V1.subject("https://other.example", "s")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ANGELA, like(family_name="dubois"), True),
        (ANGELA, like(gender=None), False),
        (ANGELA, like(birth_place="69123"), False),
        (ANGELA, like(birth_date=BirthDate("1962-08-24", Precision.MONTH)), False),
        (ANGELA, like(given_names=("Angela",)), False),
        (ABROAD, like(ABROAD, birth_country="99352"), False),
        (like(family_name=None), like(family_name=None), True),
    ],
)
def test_the_pivot_hash_changes_with_each_field(one: PivotIdentity, other: PivotIdentity, same: bool) -> None:
    """A corrected civil status is noticed without keeping it."""
    assert (V1.pivot(one) == V1.pivot(other)) is same


def test_nothing_of_a_person_shows() -> None:
    """Outputs are a version and a digest, and a printed object shows no key."""
    outputs = [
        V2.subject(ISSUER, "SUBJECT"),
        V2.pivot(ANGELA),
        *V2.case_keys(ANGELA),
        *V2.link_keys(ANGELA),
    ]
    for output in outputs:
        version, _, digest = output.partition(":")
        assert version in {"v1", "v2"}
        assert len(bytes.fromhex(digest)) == 32
    printed = repr(V2) + repr(FernetVault([OLD]))
    assert "1111" not in printed
    assert "2222" not in printed


def test_purposes_do_not_share_a_hash() -> None:
    """A subject's hash never equals a pivot's or a person's, whatever the texts."""
    keys = {V1.pivot(ANGELA), V1.subject(ISSUER, "s")} | V1.case_keys(ANGELA)
    assert len(keys) == 2 + len(V1.case_keys(ANGELA))
    assert derived_key(OLD, "one") != derived_key(OLD, "other")
    assert len(derived_key(OLD, "one")) == 32


@given(st.text())
def test_what_is_sealed_comes_back(text: str) -> None:
    """A sealed text is unreadable without the key and whole with it."""
    vault = FernetVault([OLD])
    sealed = vault.seal("review", text)
    assert vault.open("review", sealed) == text
    assert len(text) < 4 or text not in sealed


def test_an_identity_does_not_show_through_its_seal() -> None:
    """Two seals of one text differ, and none holds a name."""
    vault = FernetVault([OLD])
    text = json.dumps({"family_name": "DUBOIS"})
    assert vault.seal("review", text) != vault.seal("review", text)
    assert "DUBOIS" not in vault.seal("review", text)


def test_rotation_opens_the_old_and_seals_with_the_new() -> None:
    """After a rotation old seals open, and new ones need the new key."""
    rotated = FernetVault([NEW, OLD])
    assert rotated.open("review", FernetVault([OLD]).seal("review", "x")) == "x"
    assert FernetVault([NEW]).open("review", rotated.seal("review", "x")) == "x"
    _refused([OLD], "review", rotated.seal("review", "x"))


def test_a_seal_opens_for_its_purpose_alone() -> None:
    """A session's token cannot be passed off as a review."""
    _refused([OLD], "review", FernetVault([OLD]).seal("session", "x"))


@pytest.mark.parametrize("sealed", ["", "not sealed", "é", "gAAAAA=="])
def test_rubbish_is_refused_like_a_wrong_key(sealed: str) -> None:
    """A damaged row says what to do, and no library error escapes."""
    _refused([OLD], "review", sealed)


def _refused(keys: Iterable[bytes], purpose: str, sealed: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FernetVault(keys).open(purpose, sealed)
    assert caught.value.explanation == (
        "BRIDGE_ENCRYPTION_KEYS: no key opens what was sealed earlier; put the old key back, last"
    )


def test_a_secret_is_known_again_by_its_hash_alone() -> None:
    """For its purpose and what it opens; under every key still known, and never when none was kept."""
    old, both = KeyedPseudonyms({"v1": b"1" * 32}), KeyedPseudonyms({"v2": b"2" * 32, "v1": b"1" * 32})
    kept = old.secret("code", "q_1", "12345678")
    assert both.is_secret(kept, "code", "q_1", "12345678")
    for wrong in (("receipt", "q_1", "12345678"), ("code", "q_2", "12345678"), ("code", "q_1", "12345679")):
        assert not both.is_secret(kept, *wrong)
    for nothing in (None, "", "v1:", "v9:" + "0" * 64, "0" * 64, "v1:" + "0" * 64):
        assert not both.is_secret(nothing, "code", "q_1", "12345678")
    assert not KeyedPseudonyms({"v2": b"2" * 32}).is_secret(kept, "code", "q_1", "12345678")
    assert "12345678" not in kept
