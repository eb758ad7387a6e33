"""A source is told what we took once it is committed, and never before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, RemoteError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.open_cases import StoredOpenCases
from bridge.usecases.synchronise import Synchronise
from tests.fakes.clock import START, FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, delivery, numbers, row

LOST = TransientError("lost", system="urbanisme", code="remote.timeout")


@dataclass
class Queue:
    """A source that gives again what was not acknowledged, and notes what was stored when it was told."""

    store: SqlStore
    left: list[Delivery]
    failures: list[RemoteError] = field(default_factory=list)
    held: list[list[str]] = field(default_factory=list)

    def read(self, _cursor: str | None) -> Iterator[Delivery]:
        """Give what is left."""
        yield from list(self.left)

    def acknowledge(self, given: Delivery) -> None:
        """Drop it, unless something is in the way."""
        self.held.append(numbers(self.store))
        if self.failures:
            raise self.failures.pop()
        self.left.remove(given)


def queued(number: int) -> Delivery:
    """Give a delivery of one file that wants to be acknowledged."""
    return delivery(row(number), key=f"d{number}", to_acknowledge=({"id": number},))


@pytest.fixture
def queue(sqlite_store: SqlStore) -> Queue:
    """Give a queue of three."""
    return Queue(sqlite_store, [queued(1), queued(2), queued(3)])


def run(queue: Queue, clock: FakeClock) -> str | None:
    """Read the source once; give the code of its failure."""
    absorb = AbsorbDelivery(queue.store, PSEUDONYMS, clock)
    sync = Synchronise(queue.store, {"urbanisme": URBANISME}, {"urbanisme": queue}, absorb, clock, FakeBell())
    return sync("urbanisme").error_code


def test_each_delivery_is_acknowledged_behind_its_own_commit(queue: Queue, clock: FakeClock) -> None:
    """What is told is already stored, and seen by others."""
    assert run(queue, clock) is None
    assert queue.held == [["DP 1"], ["DP 1", "DP 2"], ["DP 1", "DP 2", "DP 3"]]
    assert queue.left == []


def test_a_failed_acknowledgement_is_told_and_tried_at_the_next_run(queue: Queue, clock: FakeClock) -> None:
    """Everything is absorbed all the same; no other is tried in this run, and nothing is doubled later."""
    queue.failures = [LOST]
    assert run(queue, clock) == "remote.timeout"
    assert numbers(queue.store) == ["DP 1", "DP 2", "DP 3"]
    assert (len(queue.held), len(queue.left)) == (1, 3)
    assert run(queue, clock) is None
    assert queue.left == []


def test_what_was_not_committed_is_not_acknowledged(queue: Queue, clock: FakeClock) -> None:
    """A source that fails in the middle keeps what came behind."""

    def broken(_cursor: str | None) -> Iterator[Delivery]:
        yield queue.left[0]
        raise PermanentError("refused", system="urbanisme", code="remote.403")

    queue.read = broken  # type: ignore[method-assign]  # one run reads otherwise
    assert run(queue, clock) == "remote.403"
    assert [given.key for given in queue.left] == ["d2", "d3"]


def test_a_delivery_with_nothing_to_acknowledge_tells_nothing(queue: Queue, clock: FakeClock) -> None:
    """An empty page is no news for the source."""
    queue.left = [delivery(row(1))]
    assert run(queue, clock) is None
    assert queue.held == []


def test_open_cases_are_those_not_final_or_final_for_few_days(store: SqlStore, clock: FakeClock) -> None:
    """In one order, page after page, and of one source alone."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), row(2, CD_ETAT="ACC"), row(3, CD_ETAT="RETRAIT"), row(4)))
    held = StoredOpenCases(store)
    assert list(held.numbers("urbanisme", "", START)) == ["DP 1", "DP 2", "DP 3", "DP 4"]
    clock.set(START.replace(year=2026))
    assert list(held.numbers("urbanisme", "", clock.now())) == ["DP 1", "DP 4"]
    assert list(held.numbers("urbanisme", "DP 1", clock.now())) == ["DP 4"]
    assert list(held.numbers("voirie", "", START)) == []
    assert held.final("urbanisme", ["DP 1", "DP 2", "DP 3", "unknown"]) == {"DP 2", "DP 3"}
