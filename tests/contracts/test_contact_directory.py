"""What every ContactDirectory does, the fake and the org alike."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.errors import AmbiguousContactError, PermanentError
from tests.contracts.benches import ContactBench, Seen
from tests.contracts.people import ANGELA, certified, uncertified


def test_a_created_contact_is_found_by_its_hash(contact_bench: ContactBench) -> None:
    """What a sign-in certified comes back whole, under the hash it was stored with."""
    subject = f"{contact_bench.mark}-a"

    contact_id = contact_bench.contacts.create(subject, certified())
    found = contact_bench.contacts.by_subject([subject])

    assert found is not None
    assert (found.id, found.identity, found.subject_hash) == (contact_id, ANGELA, subject)


def test_a_partly_known_birth_abroad_comes_back_as_it_was(contact_bench: ContactBench) -> None:
    """A completed date stays told apart from a real first of January, and no commune is made up."""
    person = replace(
        ANGELA,
        birth_date=BirthDate("1962-01-01", Precision.YEAR),
        birth_place=None,
        birth_country="99350",
        gender=Gender.UNSPECIFIED,
    )
    subject = f"{contact_bench.mark}-a"

    contact_bench.contacts.create(subject, certified(person))
    found = contact_bench.contacts.by_subject([subject])

    assert found is not None
    assert found.identity == person


def test_creating_gives_the_citizen_a_name_and_an_address(contact_bench: ContactBench) -> None:
    """A new Contact bears the usual name, the first given name and the citizen's e-mail."""
    contact_id = contact_bench.contacts.create(f"{contact_bench.mark}-a", certified())

    assert contact_bench.seen(contact_id) == Seen("Martin", "Angela", "angela@example.fr", "Martin", "eidas1")


def test_creating_again_gives_the_same_contact_untouched(contact_bench: ContactBench) -> None:
    """A repeat makes no second Contact and does not write over the e-mail the Contact has by now."""
    subject = f"{contact_bench.mark}-a"
    first = contact_bench.contacts.create(subject, certified())

    again = contact_bench.contacts.create(subject, certified(email="other@example.fr"))

    assert again == first
    assert contact_bench.seen(first).email == "angela@example.fr"


def test_simultaneous_creations_make_one_contact(contact_bench: ContactBench) -> None:
    """Two first sign-ins at the same moment end in one Contact."""
    subject, ids = f"{contact_bench.mark}-a", []
    start = threading.Barrier(4)

    def sign_in() -> None:
        start.wait(5)
        ids.append(contact_bench.contacts.create(subject, certified()))

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ids) == 4
    assert len(set(ids)) == 1


@pytest.mark.parametrize("hashes", [[], ["nobody"], ["' OR Id != '"], ["x') OR FC_Subject__c LIKE ('%"]])
def test_no_hash_finds_nobody(contact_bench: ContactBench, hashes: list[str]) -> None:
    """An unknown hash, or one that tries to be a query, finds nobody."""
    contact_bench.contacts.create(f"{contact_bench.mark}-a", certified())

    assert contact_bench.contacts.by_subject(hashes) is None


def test_capitals_of_a_hash_matter(contact_bench: ContactBench) -> None:
    """Two hashes that differ in capitals are two people."""
    upper = contact_bench.contacts.create(f"{contact_bench.mark}-A", certified())
    lower = contact_bench.contacts.create(f"{contact_bench.mark}-a", certified(email=None))

    found = contact_bench.contacts.by_subject([f"{contact_bench.mark}-a"])

    assert upper != lower
    assert found is not None
    assert found.id == lower


def test_any_known_hash_finds_the_contact(contact_bench: ContactBench) -> None:
    """After a change of keys the Contact is still found under the older hash."""
    contact_id = contact_bench.contacts.create(f"{contact_bench.mark}-old", certified())

    found = contact_bench.contacts.by_subject([f"{contact_bench.mark}-new", f"{contact_bench.mark}-old"])

    assert found is not None
    assert found.id == contact_id


def test_attaching_writes_the_identity_and_leaves_the_rest(contact_bench: ContactBench) -> None:
    """An existing Contact gets the certified fields and keeps its name and e-mail."""
    contact_id = contact_bench.add_contact(uncertified(), email="own@example.fr")

    contact_bench.contacts.attach(contact_id, f"{contact_bench.mark}-a", certified())
    found = contact_bench.contacts.by_subject([f"{contact_bench.mark}-a"])

    assert found is not None
    assert (found.id, found.identity) == (contact_id, ANGELA)
    assert contact_bench.seen(contact_id) == Seen(
        ANGELA.family_name, "Angela", "own@example.fr", "Martin", "eidas1"
    )


def test_attaching_a_hash_another_contact_bears_is_for_an_agent(contact_bench: ContactBench) -> None:
    """One identity never ends on two Contacts."""
    contact_bench.contacts.create(f"{contact_bench.mark}-a", certified())
    other = contact_bench.add_contact(uncertified(family_name="Autrement"))

    with pytest.raises(AmbiguousContactError) as caught:
        contact_bench.contacts.attach(other, f"{contact_bench.mark}-a", certified())

    assert caught.value.code == "contact.ambiguous"


def test_attaching_to_a_contact_that_is_gone_needs_a_person(contact_bench: ContactBench) -> None:
    """A Contact deleted meanwhile is not made again under the same id."""
    with pytest.raises(PermanentError) as caught:
        contact_bench.contacts.attach("003000000000999AAA", f"{contact_bench.mark}-a", certified())

    assert caught.value.code == "salesforce.not_found"


@pytest.mark.parametrize(
    "known",
    [
        uncertified(),
        uncertified(family_name="DUBOIS LOEVENBRUCK"),
        uncertified(birth_date=None),
        uncertified(birth_date=None, given_names=("Angela", "Claire", "Louise")),
        uncertified(family_name="Dubois--Loevenbruck"),
        uncertified(family_name="DuboisLœvenbrück"),
        uncertified(family_name="Lœvenbrück"),
        uncertified(family_name="Lœvenbrück Dubois"),
        uncertified(family_name="Dubois-Loevenbrucq"),
        uncertified(given_names=("Angéla",)),
        uncertified(given_names=("Claire",), gender=None),
        uncertified(given_names=("Angelà",), birth_date=None),
        uncertified(birth_date=BirthDate("1962-08-25")),
        uncertified(birth_date=BirthDate("1962-01-01", Precision.YEAR)),
        uncertified(family_name="Angela", given_names=("Dubois-Lœvenbrück",)),
    ],
    ids=[
        "as written",
        "another spelling",
        "no birth date",
        "all given names",
        "two hyphens",
        "in one word",
        "half of a double name",
        "double name reversed",
        "a slip in the name",
        "an accent in the first name",
        "the usual first name",
        "an accent, no birth date",
        "a slip in the date",
        "a day nobody knew",
        "names interchanged",
    ],
)
def test_someone_who_could_be_the_person_is_a_candidate(
    contact_bench: ContactBench, known: PivotIdentity
) -> None:
    """The town's own Contact is found by name and birth date, or by first name when it has no date."""
    contact_id = contact_bench.add_contact(known)

    (found,) = contact_bench.contacts.candidates(ANGELA)

    assert (found.id, found.identity, found.subject_hash) == (contact_id, known, None)


def test_a_certified_contact_is_a_candidate(contact_bench: ContactBench) -> None:
    """A person who signed in before under another subject is found by birth name and date."""
    contact_id = contact_bench.contacts.create(f"{contact_bench.mark}-a", certified())

    (found,) = contact_bench.contacts.candidates(ANGELA)

    assert (found.id, found.identity) == (contact_id, ANGELA)


@pytest.mark.parametrize(
    ("certified_name", "filed"), [("HUCHE", "Huché"), ("EVRARD", "Évrard"), ("OEUVRARD", "Œuvrard")]
)
def test_accents_hide_nobody(contact_bench: ContactBench, certified_name: str, filed: str) -> None:
    """The State's register often knows a name without the accents an agent typed."""
    contact_id = contact_bench.add_contact(uncertified(family_name=filed))

    (found,) = contact_bench.contacts.candidates(replace(ANGELA, family_name=certified_name))

    assert found.id == contact_id


def test_a_contact_filed_under_the_name_in_use_is_a_candidate(contact_bench: ContactBench) -> None:
    """Somebody married whom the town knows by that name alone is found, not made a second time."""
    contact_id = contact_bench.add_contact(uncertified(family_name="Mercier"))

    (found,) = contact_bench.contacts.candidates(ANGELA, "MERCIER")

    assert found.id == contact_id
    assert contact_bench.contacts.candidates(ANGELA) == ()


@pytest.mark.parametrize(
    "known",
    [
        uncertified(birth_date=BirthDate("1975-03-02")),
        uncertified(family_name="Durand"),
        uncertified(birth_date=None, given_names=("Anna",)),
        uncertified(given_names=("Anna",)),
    ],
    ids=["another date", "another name", "another first name", "a twin"],
)
def test_someone_else_is_no_candidate(contact_bench: ContactBench, known: PivotIdentity) -> None:
    """A Contact that differs where both sides know something is not shown."""
    contact_bench.add_contact(known)

    assert contact_bench.contacts.candidates(ANGELA) == ()


@pytest.mark.parametrize(
    "name", ["O'Brien", "d’Arc", 'Le "Gall', "Back\\slash", "100%", "x' OR LastName != '", "a_b"]
)
def test_a_name_is_never_read_as_a_query(contact_bench: ContactBench, name: str) -> None:
    """Whatever a name holds, it finds its own Contact and nobody else."""
    person = replace(ANGELA, family_name=name)
    contact_id = contact_bench.add_contact(uncertified(person))
    contact_bench.add_contact(uncertified(family_name="Autrement"))
    contact_bench.add_contact(uncertified(family_name="axb"))

    assert [found.id for found in contact_bench.contacts.candidates(person)] == [contact_id]


def test_an_identity_without_a_name_has_no_candidates(contact_bench: ContactBench) -> None:
    """Nothing to look for is not everybody."""
    contact_bench.add_contact(uncertified())

    assert contact_bench.contacts.candidates(replace(ANGELA, family_name=None)) == ()


def test_where_a_contact_is_reached(contact_bench: ContactBench) -> None:
    """Its e-mail, with what the org knows of the person; None for a Contact that is not there."""
    contact_id = contact_bench.add_contact(uncertified(), email="angela@example.fr")

    found = contact_bench.contacts.reachable(contact_id)

    assert found is not None
    assert (found.contact.id, found.contact.identity, found.contact.subject_hash) == (
        contact_id,
        uncertified(),
        None,
    )
    assert (found.email, found.phones) == ("angela@example.fr", ())
    assert "angela" not in repr(found).lower().split("contact(")[0]
    for nobody in ("003000000000999AAA", "' OR Id != '", ""):
        assert contact_bench.contacts.reachable(nobody) is None
