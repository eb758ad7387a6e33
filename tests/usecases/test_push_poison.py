"""One case that brings a whole call, or its worker, down does not keep its neighbours back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import Case
from bridge.domain.synchronisation import ParkedPush
from bridge.errors import BudgetError, PermanentError, RemoteError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import CaseAnswer
from bridge.usecases.push_cases import LEASE, PushCases, PushSummary
from bridge.usecases.settle_pushes import PAUSE_REFUSED, PAUSE_UNAVAILABLE
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, open_pushes, row

GARBLED = PermanentError("Case: JSON_PARSER_ERROR", system="salesforce", code="salesforce.json_parser_error")
LATE = TransientError("No answer in time", system="salesforce", code="remote.timeout")


@pytest.fixture
def org() -> FakeCases:
    """The org's Cases."""
    return FakeCases()


@pytest.fixture
def push(sqlite_store: SqlStore, org: FakeCases, clock: FakeClock) -> PushCases:
    """The use case."""
    return PushCases(sqlite_store, org, clock)


def file(store: SqlStore, clock: FakeClock, *numbers: int) -> None:
    """Absorb these files."""
    AbsorbDelivery(store, PSEUDONYMS, clock)(URBANISME, delivery(*map(row, numbers)))


def parked(store: SqlStore) -> list[tuple[str, str, str]]:
    """Give external id, code and text of each parked push."""
    with store.begin() as tx:
        found: tuple[ParkedPush, ...] = tx.pushes.parked()
    return sorted((one.external_id, one.cause_code, one.cause_text) for one in found)


@pytest.mark.parametrize("guilty", [0, 99, 100, 199])
def test_the_one_case_a_call_fails_for_is_parked_alone(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, guilty: int
) -> None:
    """Halved until it stands alone, it is parked with the call's code, and 199 neighbours are applied."""
    file(sqlite_store, clock, *range(200))
    org.poison = {f"urbanisme:DP {guilty}": GARBLED}
    assert push() == PushSummary(applied=199, parked=1)
    assert parked(sqlite_store) == [(f"urbanisme:DP {guilty}", GARBLED.code, "Case: JSON_PARSER_ERROR")]
    assert len(org.tries) <= 17
    assert open_pushes(sqlite_store) == 0


def test_several_guilty_cases_are_found_in_one_round(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Each is parked under its own name, wherever they stand."""
    file(sqlite_store, clock, *range(200))
    org.poison = {f"urbanisme:DP {number}": GARBLED for number in range(0, 200, 20)}
    assert push() == PushSummary(applied=190, parked=10)
    assert {external_id for external_id, *_ in parked(sqlite_store)} == set(org.poison)


def test_a_fault_of_every_call_parks_nothing(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """When no call at all is answered no case is to blame: a few tries, a pause, and all goes later."""
    file(sqlite_store, clock, *range(450))
    org.failure = GARBLED
    for _ in range(5):
        org.tries.clear()
        assert push() == PushSummary(error_code=GARBLED.code)
        assert len(org.tries) <= 13
        clock.move(PAUSE_REFUSED)
    assert parked(sqlite_store) == []
    org.failure = None
    assert push() == PushSummary(applied=450)


@pytest.mark.parametrize(
    "code",
    [
        "salesforce.login.invalid_grant",
        "salesforce.invalid_session_id",
        "salesforce.host_refused",
        "salesforce.instance_refused",
    ],
)
def test_a_refused_login_is_asked_once(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, code: str
) -> None:
    """What no record can cause is not sought among the records."""
    file(sqlite_store, clock, *range(200))
    org.failure = PermanentError("refused", system="salesforce", code=code)
    assert push() == PushSummary(error_code=code)
    assert org.tries == [200]


def test_a_case_that_fails_with_no_neighbour_waits_for_one(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Alone it proves nothing, for the org may refuse all; beside a case that is taken it is parked."""
    file(sqlite_store, clock, 1)
    org.poison = {"urbanisme:DP 1": GARBLED}
    assert push() == PushSummary(error_code=GARBLED.code)
    file(sqlite_store, clock, 2)
    clock.move(PAUSE_REFUSED)
    assert push() == PushSummary(applied=1, parked=1)


def test_a_call_too_slow_once_waits_and_too_slow_again_is_halved(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """One timeout is an accident; the second in a row has the calls shrink until the slow case is alone."""
    file(sqlite_store, clock, *range(200))
    org.poison = {"urbanisme:DP 7": LATE}
    assert push() == PushSummary(error_code="remote.timeout")
    assert org.tries == [200]
    clock.move(PAUSE_UNAVAILABLE)
    assert push() == PushSummary(applied=199, parked=1)
    assert parked(sqlite_store) == [("urbanisme:DP 7", "remote.timeout", "No answer in time")]


def test_a_slow_org_is_fed_smaller_calls(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """When no case is to blame but their number, all are applied and none is parked."""

    class Slow(FakeCases):
        def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
            self.failure = LATE if len(cases) > 60 else None
            return super().upsert(cases, first)

    file(sqlite_store, clock, *range(200))
    push = PushCases(sqlite_store, Slow(), clock)
    push()
    clock.move(PAUSE_UNAVAILABLE)
    assert push() == PushSummary(applied=200)


def test_an_outage_of_timeouts_parks_nothing(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """However long the org hangs, every case keeps its place and its eight tries."""
    file(sqlite_store, clock, *range(450))
    org.failure = LATE
    for _ in range(30):
        assert push() == PushSummary(error_code="remote.timeout")
        clock.move(PAUSE_UNAVAILABLE)
    assert parked(sqlite_store) == []
    with sqlite_store.begin() as tx:
        assert {one.attempts for one in tx.pushes.claim(450, timedelta(0), clock.now())} == {1}


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(TransientError("down", system="salesforce", code="remote.503"), id="away"),
        pytest.param(
            BudgetError("spent", system="salesforce", resume_at=FakeClock().now() + timedelta(hours=1)),
            id="budget spent",
        ),
    ],
)
def test_an_outage_in_the_middle_of_the_search_blames_nobody(
    sqlite_store: SqlStore, clock: FakeClock, stop: RemoteError
) -> None:
    """What was applied stays so; what was refused last and what was not sent wait together."""

    class Falling(FakeCases):
        def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
            if len(self.tries) == 4:
                self.failure = stop
            return super().upsert(cases, first)

    file(sqlite_store, clock, 1, 2, 3, 4)
    org = Falling()
    org.poison = {f"urbanisme:DP {number}": GARBLED for number in (1, 2, 3, 4)}
    pushes = PushCases(sqlite_store, org, clock)
    assert pushes() == PushSummary(error_code=stop.code)
    assert parked(sqlite_store) == []
    assert open_pushes(sqlite_store) == 4


def test_a_search_ends_before_the_lease(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Halves are not sent once another worker may be about to claim them."""

    class Heavy(FakeCases):
        def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
            clock.move(LEASE / 4)
            return super().upsert(cases, first)

    file(sqlite_store, clock, *range(8))
    org = Heavy()
    org.failure = GARBLED
    assert PushCases(sqlite_store, org, clock)() == PushSummary(error_code=GARBLED.code)
    assert org.tries == [8, 4, 2]


class WorkerDied(Exception):  # noqa: N818 - not an error: a kill
    """What stands for a killed process: nothing after the call runs."""


def _deaths(push: PushCases, org: FakeCases, clock: FakeClock) -> int:
    """Run workers until one comes back; give how many died."""
    for died in range(40):
        try:
            push()
        except WorkerDied:
            clock.move(LEASE)
        else:
            return died
    raise AssertionError("workers die for ever")


def test_a_case_workers_die_of_is_sent_alone_then_parked(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Two deaths together, one alone, then a person looks; the neighbours are applied meanwhile (F11)."""
    file(sqlite_store, clock, *range(20))
    org.poison = {"urbanisme:DP 7": WorkerDied()}
    assert _deaths(push, org, clock) == 3
    assert len(org.ids) == 19
    assert org.tries[:2] == [20, 20]
    assert set(org.tries[2:]) == {1}
    assert parked(sqlite_store) == [("urbanisme:DP 7", "push.workers_died", "push.workers_died")]
    assert open_pushes(sqlite_store) == 0


def test_a_case_workers_die_of_does_not_stop_those_that_come_after(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """While it is under suspicion new cases go in calls of their own."""
    file(sqlite_store, clock, 1)
    org.poison = {"urbanisme:DP 1": WorkerDied()}
    for _ in range(2):
        with pytest.raises(WorkerDied):
            push()
        clock.move(LEASE)
    file(sqlite_store, clock, 2, 3)
    with pytest.raises(WorkerDied):
        push()
    assert push() == PushSummary(applied=2)


def test_an_answer_clears_the_suspicion(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Deaths long ago do not count against a case that was answered since."""
    file(sqlite_store, clock, 1, 2)
    org.poison = {"urbanisme:DP 1": WorkerDied()}
    for _ in range(2):
        with pytest.raises(WorkerDied):
            push()
        clock.move(LEASE)
    org.poison = {}
    assert push() == PushSummary(applied=2)
    org.tries.clear()
    with sqlite_store.begin() as tx:
        tx.cases.mark_unreported("urbanisme", (), clock.now())
    assert push() == PushSummary(applied=2)
    assert org.tries == [2]
