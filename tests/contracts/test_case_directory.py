"""What every CaseDirectory does, the fake and the org alike."""

from __future__ import annotations

import pytest

from tests.contracts.benches import CaseBench, StoredCase
from tests.contracts.people import uncertified
from tests.contracts.requests_made import a_case

NOBODY = "003000000000999AAA"


def test_cases_are_answered_in_the_order_sent(case_bench: CaseBench) -> None:
    """Each case gets its own record, and its answer stands where the case stood."""
    numbers = [f"{case_bench.mark}-{n}" for n in (3, 1, 2)]

    answers = case_bench.cases.upsert([a_case(number, title=number) for number in numbers])
    again = case_bench.cases.upsert([a_case(number, title=number) for number in reversed(numbers)])

    assert all(answer.error_code is None and answer.salesforce_id for answer in answers)
    assert [a.salesforce_id for a in again] == [a.salesforce_id for a in reversed(answers)]
    assert len({answer.salesforce_id for answer in answers}) == 3


def test_repeating_a_case_makes_no_second_record(case_bench: CaseBench) -> None:
    """The same state sent twice, as after a timeout, is accepted and is one record."""
    case = a_case(case_bench.mark)

    case_bench.cases.upsert([case])
    (answer,) = case_bench.cases.upsert([case])

    assert answer.error_code is None
    assert case_bench.stored(case.content.key) == [StoredCase("Permis de construire", 1, None)]


def test_a_newer_version_replaces_the_older(case_bench: CaseBench) -> None:
    """A change reaches the record the case already has."""
    case_bench.cases.upsert([a_case(case_bench.mark)])

    (answer,) = case_bench.cases.upsert([a_case(case_bench.mark, version=2, title="Modifié")])

    assert answer.error_code is None
    assert case_bench.stored(a_case(case_bench.mark).content.key) == [StoredCase("Modifié", 2, None)]


def test_an_older_version_is_stale(case_bench: CaseBench) -> None:
    """A late writer does not put an old status over a newer one, and is told so for good."""
    case_bench.cases.upsert([a_case(case_bench.mark, version=5)])

    (answer,) = case_bench.cases.upsert([a_case(case_bench.mark, version=4, title="Ancien")])

    assert (answer.salesforce_id, answer.error_code, answer.transient) == (None, "STALE_VERSION", False)
    assert (answer.error_fields, answer.held_version) == (("Source_Version__c",), 5)
    assert case_bench.stored(a_case(case_bench.mark).content.key) == [
        StoredCase("Permis de construire", 5, None)
    ]


def test_states_of_one_case_in_one_call_become_the_newest(case_bench: CaseBench) -> None:
    """A case given twice is written once, in its newest state, and both get its answer."""
    newest = a_case(case_bench.mark, version=2, title="Nouveau")

    answers = case_bench.cases.upsert([newest, a_case(case_bench.mark)])

    assert answers[0] == answers[1]
    assert answers[0].error_code is None
    assert case_bench.stored(newest.content.key) == [StoredCase("Nouveau", 2, None)]


def test_a_case_belongs_to_its_contact(case_bench: CaseBench) -> None:
    """The record points to the citizen, and a later change that names nobody does not cut it off."""
    contact_id = case_bench.add_contact(uncertified())

    case_bench.cases.upsert([a_case(case_bench.mark, contact_id=contact_id)])
    case_bench.cases.upsert([a_case(case_bench.mark, version=2)])

    (stored,) = case_bench.stored(a_case(case_bench.mark).content.key)
    assert (stored.version, stored.contact_id) == (2, contact_id)


def test_a_missing_contact_stops_its_case_alone(case_bench: CaseBench) -> None:
    """A Contact deleted meanwhile is refused for good, and the other cases of the call are written."""
    lost, fine = a_case(f"{case_bench.mark}-1", contact_id=NOBODY), a_case(f"{case_bench.mark}-2")

    refused, written = case_bench.cases.upsert([lost, fine])

    assert (refused.salesforce_id, refused.transient) == (None, False)
    assert refused.error_code == "INVALID_CROSS_REFERENCE_KEY"
    assert written.error_code is None
    assert case_bench.stored(lost.content.key) == []


def test_two_hundred_cases_fit_in_a_call(case_bench: CaseBench) -> None:
    """A full batch is written at once."""
    answers = case_bench.cases.upsert([a_case(f"{case_bench.mark}-{n}") for n in range(200)])

    assert len({answer.salesforce_id for answer in answers}) == 200
    assert all(answer.error_code is None for answer in answers)


def test_more_than_two_hundred_is_a_mistake_of_ours(case_bench: CaseBench) -> None:
    """A batch the platform would refuse is never sent."""
    with pytest.raises(ValueError, match="at most 200"):
        case_bench.cases.upsert([a_case(f"{case_bench.mark}-{n}") for n in range(201)])


def test_no_case_is_no_call(case_bench: CaseBench) -> None:
    """Nothing to write is not an error."""
    assert case_bench.cases.upsert([]) == ()


def test_the_contact_of_a_case_is_read_as_it_is_now(case_bench: CaseBench) -> None:
    """None without a Contact and without a Case; an agent's change in the org counts."""
    owner = case_bench.add_contact(uncertified())
    first, second = f"{case_bench.mark}-1", f"{case_bench.mark}-2"

    case_bench.cases.upsert([a_case(first, contact_id=owner), a_case(second)])

    assert case_bench.cases.contact_of(a_case(first).content.key) == owner
    assert case_bench.cases.contact_of(a_case(second).content.key) is None
    assert case_bench.cases.contact_of(a_case(f"{case_bench.mark}-' OR 1=1").content.key) is None
