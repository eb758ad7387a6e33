"""The org holds something else than we think: an agent is told, and a replay settles it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import Case
from bridge.domain.causes import CASE_RECREATED, cause
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.push_cases import PushCases, PushSummary
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, case, delivery, row

KEY = "urbanisme:DP 1"


@pytest.fixture
def org() -> FakeCases:
    """The org's Cases."""
    return FakeCases()


@pytest.fixture
def push(sqlite_store: SqlStore, org: FakeCases, clock: FakeClock) -> PushCases:
    """The use case."""
    return PushCases(sqlite_store, org, clock)


def file(push: PushCases, number: int = 1, **changes: object) -> None:
    """Absorb a file."""
    AbsorbDelivery(push.store, PSEUDONYMS, push.clock)(URBANISME, delivery(row(number) | changes))


def state(push: PushCases, number: int = 1) -> Case:
    """Give a stored case."""
    assert isinstance(push.store, SqlStore)
    return case(push.store, number)


def parked(push: PushCases) -> list[tuple[str, str]]:
    """Give code and text of each parked push."""
    with push.store.begin() as tx:
        return [(one.cause_code, one.cause_text) for one in tx.pushes.parked()]


def replay(push: PushCases) -> int:
    """Try everything parked again."""
    with push.store.begin() as tx:
        return tx.pushes.replay(None, push.clock.now())


def test_a_newer_version_in_the_org_is_not_overwritten_in_silence(push: PushCases, org: FakeCases) -> None:
    """After a restored backup the org's newer state stands, and an agent reads why."""
    file(push)
    org.upsert([replace(state(push), version=9)])
    assert push() == PushSummary(parked=1)
    assert org.cases[KEY].version == 9
    assert parked(push) == [("STALE_VERSION", "STALE_VERSION (Source_Version__c)")]


def test_after_a_restored_backup_a_replay_makes_our_state_stand(push: PushCases, org: FakeCases) -> None:
    """The version is raised above the org's, and the changes that follow go on from there (F34)."""
    file(push)
    org.upsert([replace(state(push), version=9)])
    push()
    file(push, CD_ETAT="CONSULT")
    assert push() == PushSummary(parked=1)
    assert replay(push) == 1
    assert push() == PushSummary(applied=1)
    assert (org.cases[KEY].version, state(push).version) == (10, 10)
    file(push, CD_ETAT="ACC")
    assert push() == PushSummary(applied=1)
    assert org.cases[KEY].version == 11
    assert "notre état" in cause("STALE_VERSION").next_step


def test_a_case_made_anew_in_the_org_is_told_and_accepted_by_a_replay(
    push: PushCases, org: FakeCases
) -> None:
    """An agent emptied the external id: the second Case is named beside the first one (F48)."""
    file(push)
    push()
    org.lose(KEY)
    file(push, CD_ETAT="ACC")
    assert push() == PushSummary(parked=1)
    both = f"{CASE_RECREATED} (500000000000001AAA, 500000000000002AAA)"
    assert parked(push) == [(CASE_RECREATED, both)]
    assert replay(push) == 1
    assert push() == PushSummary(applied=1)
    assert parked(push) == []


def test_a_case_made_anew_stays_told_until_a_person_replays(push: PushCases, org: FakeCases) -> None:
    """A change of the source is written, and does not hide that there are two Cases."""
    file(push)
    push()
    org.lose(KEY)
    for state in ("CONSULT", "ACC"):
        file(push, CD_ETAT=state)
        assert push() == PushSummary(parked=1)
    assert [code for code, _ in parked(push)] == [CASE_RECREATED]
    assert org.cases[KEY].version == 3


def test_the_org_is_told_which_cases_it_never_had(push: PushCases, org: FakeCases) -> None:
    """What agents own is written once, also when the first version was replaced before it went."""
    file(push)
    file(push, CD_ETAT="CONSULT")
    push()
    file(push, CD_ETAT="ACC")
    file(push, 2)
    push()
    first, second = state(push), state(push, 2)
    assert org.firsts == [{first.id}, {second.id}]
