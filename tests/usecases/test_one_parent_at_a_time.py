"""Cases of one Contact are never in two calls at once, whichever workers carry them."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import cases
from bridge.domain.case import Case
from bridge.domain.synchronisation import CallLane
from bridge.errors import TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import CaseAnswer
from bridge.usecases.push_cases import LEASE, PushCases, PushSummary
from bridge.usecases.settle_pushes import CROWDED, NARROW_FOR, SALESFORCE
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, case, delivery, row

PARENTS = 7


def file(store: SqlStore, clock: FakeClock, *numbers: int) -> None:
    """Let the planning office tell these files; each belongs to one of a few Contacts."""
    AbsorbDelivery(store, PSEUDONYMS, clock)(URBANISME, delivery(*map(row, numbers), key=str(numbers)))
    for number in numbers:
        own(store, number, f"003{number % PARENTS:012}AAA")


def own(store: SqlStore, number: int, contact_id: str | None) -> None:
    """Give a file to a Contact."""
    owned = update(cases).where(cases.c.source_case_id == f"DP {number}").values(contact_id=contact_id)
    with store._engine.begin() as connection:
        connection.execute(owned)


@dataclass
class Watched(FakeCases):
    """An org that sees which parents are in its hands, and complains of one that is there twice."""

    clashes: list[str] = field(default_factory=list)
    most_at_once: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.clashes, self.most_at_once = [], 0
        self._here: list[str] = []
        self._lock = threading.Lock()
        self._busy = threading.Event()

    def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
        """Take a moment over each call."""
        with self._touched({case.contact_id for case in cases if case.contact_id}):
            self._busy.wait(0.03)
            with self._lock:
                return super().upsert(cases, first)

    @contextmanager
    def _touched(self, parents: set[str]) -> Iterator[None]:
        with self._lock:
            self.clashes += [parent for parent in parents if parent in self._here]
            self._here += parents
            self.most_at_once = max(self.most_at_once, len(self._here))
        try:
            yield
        finally:
            with self._lock:
                self._here = [parent for parent in self._here if parent not in parents]


class SmallBatches(PushCases):
    """A worker that takes three cases a call, so that four of them meet often."""

    def _claim(self, lease: timedelta, lanes: Collection[CallLane]) -> tuple:  # type: ignore[type-arg]
        with self.store.begin() as tx:
            return tx.pushes.claim(3, lease, self.clock.now(), lanes)


def test_four_workers_never_meet_over_a_contact(store: SqlStore, clock: FakeClock) -> None:
    """Sixty cases of seven Contacts, three a call: every case arrives, and no parent is in two calls."""
    file(store, clock, *range(60))
    org = Watched()
    threads = [threading.Thread(target=_until_empty, args=(store, clock, org)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (org.clashes, len(org.ids)) == ([], 60)
    assert org.most_at_once > 1


def _until_empty(store: SqlStore, clock: FakeClock, org: Watched) -> None:
    left = 1
    while left:
        SmallBatches(store, org, clock)()
        with store.read() as tx:
            left = tx.pushes.open_count()


def test_a_claim_passes_over_the_contacts_of_another(store: SqlStore, clock: FakeClock) -> None:
    """Until that batch is settled, or its lease is over; cases without a Contact go at any time."""
    file(store, clock, 1)
    with store.begin() as tx:
        (held,) = tx.pushes.claim(1, LEASE, clock.now())
    file(store, clock, 2, 1 + PARENTS, 2 + PARENTS)
    own(store, 2, None)
    own(store, 2 + PARENTS, None)
    with store.begin() as tx:
        others = tx.pushes.claim(10, LEASE, clock.now())
    assert held.parent_id
    assert sorted(push.key.source_case_id for push in others) == ["DP 2", f"DP {2 + PARENTS}"]
    clock.move(LEASE)
    with store.begin() as tx:
        assert len(tx.pushes.claim(10, LEASE, clock.now())) == 4


def test_a_case_that_moved_to_another_contact_is_claimed_anew(
    sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Claimed under one Contact it is never sent under another, which somebody else may hold."""
    file(sqlite_store, clock, 1, 2)
    org = FakeCases()

    class Slow(PushCases):
        def _claim(self, lease: timedelta, lanes: Collection[CallLane]) -> tuple:  # type: ignore[type-arg]
            claimed = super()._claim(lease, lanes)
            own(sqlite_store, 1, "003000000000099AAA")
            return claimed

    assert Slow(sqlite_store, org, clock)() == PushSummary(applied=2)
    assert [[one.contact_id for one in call] for call in org.calls][-1] == ["003000000000099AAA"]
    assert len(org.calls) == 2
    assert case(sqlite_store, 1).contact_id == "003000000000099AAA"


def test_an_org_that_bears_no_more_calls_halves_ours(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Half as many batches are under way for a while, by whomever; then as many as before."""
    nobody_s = delivery(*map(row, range(40)))
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, nobody_s)
    for _ in range(3):
        with sqlite_store.begin() as tx:
            tx.pushes.claim(3, LEASE, clock.now())
    org = FakeCases()
    org.failure = TransientError("too many", system=SALESFORCE, code=CROWDED)
    worker = SmallBatches(sqlite_store, org, clock)
    assert worker().error_code == CROWDED
    with sqlite_store.read() as tx:
        assert (tx.calls.at_once(clock.now()), tx.pushes.under_way(clock.now())) == (2, 3)
        assert "salesforce" not in tx.intake.health()
    org.failure = None
    assert PushCases(sqlite_store, org, clock)() == PushSummary()
    clock.move(max(LEASE, NARROW_FOR))
    with sqlite_store.read() as tx:
        assert tx.calls.at_once(clock.now()) is None
    assert PushCases(sqlite_store, org, clock)().applied == 40
