"""Any order of deliveries, workers, crashes and repairs ends in the same place: nothing lost, nothing twice.

`BRIDGE_TEST_MACHINE_EXAMPLES` runs more of them than a check does.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import case_events, cases, inbox, metadata, pushes
from bridge.domain.inbox import PushedDelivery
from bridge.domain.synchronisation import Push, PushResult, PushState
from bridge.usecases.absorb_inbox import LEASE
from bridge.usecases.replay_parked import ReplayParked
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.usecases.pushing import ORDERED, SOURCE, Hall, news

STATES = ("DEP", "INST", "INCNOT", "ACC", "NEUF")
"""The last one is a word the mapping does not know until it is mended."""
MENDED = replace(
    ORDERED,
    version=ORDERED.version + 1,
    status=replace(ORDERED.status, words={**ORDERED.status.words, "NEUF": ORDERED.status.words["INST"]}),
)
NUMBERS = st.integers(0, 1)


class Machine(RuleBasedStateMachine):
    """A town hall whose source, workers and org do anything, in any order."""

    held_deliveries: Bundle[PushedDelivery] = Bundle("held_deliveries")
    held_pushes: Bundle[Push] = Bundle("held_pushes")

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_store_engine("sqlite://")
        metadata.create_all(self.engine)
        self.clock = FakeClock()
        self.hall = Hall(SqlStore(self.engine, FakeVault()), self.clock, ORDERED)
        self.sent: dict[int, dict[int, str]] = {}
        self.shown: dict[int, int] = {}
        self.org: dict[str, int] = {}

    @rule(number=NUMBERS, step=st.integers(1, 6), state=st.sampled_from(STATES))
    def deliver(self, number: int, step: int, state: str) -> None:
        """Newer, older than what is known, or the same again."""
        state = self.sent.setdefault(number, {}).setdefault(step, state)
        told = news(number, state, SEQ=step, OBJET=f"step {step}")
        assert self.hall.push(f"d-{number}-{step}", told) == self.hall.push(f"d-{number}-{step}", told)

    @rule()
    def absorb(self) -> None:
        """A worker does all that is due."""
        self.hall.work()

    @rule(target=held_deliveries)
    def claim_delivery(self) -> Any:
        """A worker takes a delivery, and is not heard of again, or comes back late."""
        with self.hall.store.begin() as tx:
            claimed = tx.inbox.claim(1, LEASE, self.clock.now())
        return claimed[0] if claimed else None

    @rule(delivery=held_deliveries)
    def come_back_with_delivery(self, delivery: PushedDelivery | None) -> None:
        """What it took may be somebody else's by now."""
        if delivery is None:
            return
        with self.hall.store.begin() as tx:
            is_mine = tx.inbox.is_held(delivery)
        assert (self.hall.work._tried(delivery) is None) is not is_mine

    @rule(target=held_pushes, limit=st.integers(1, 3))
    def claim_push(self, limit: int) -> Any:
        """A worker takes cases for the org."""
        with self.hall.store.begin() as tx:
            claimed = tx.pushes.claim(limit, LEASE, self.clock.now())
        return claimed[0] if claimed else None

    @rule(delivery=held_deliveries)
    def be_late_with_delivery(self, delivery: PushedDelivery | None) -> None:
        """Its lease is over and others are at work on what is due; then it comes back."""
        self.clock.move(LEASE)
        with self.hall.store.begin() as tx:
            tx.inbox.claim(50, LEASE, self.clock.now())
        self.come_back_with_delivery(delivery)

    @rule(push=held_pushes, how=st.sampled_from(PushState))
    def be_late_with_push(self, push: Push | None, how: PushState) -> None:
        """The same on the way to the org."""
        self.clock.move(LEASE)
        with self.hall.store.begin() as tx:
            tx.pushes.claim(50, LEASE, self.clock.now())
        self.answer(push, how)

    @rule(push=held_pushes, how=st.sampled_from([*PushState, None]))
    def answer(self, push: Push | None, how: PushState | None) -> None:
        """The org takes the case, wants it later, refuses it; or it is taken and the worker dies (None)."""
        if push is None:
            return
        if how in {PushState.APPLIED, None}:
            self.take(push)
        if how is not None:
            self.settle(push, how)

    @rule(seconds=st.sampled_from([1, 60, 120, 4000]))
    def pass_time(self, seconds: int) -> None:
        """Leases end, and what waits comes due."""
        self.clock.move(timedelta(seconds=seconds))

    @rule()
    def replay(self) -> None:
        """An agent tries everything again."""
        with self.hall.store.begin() as tx:
            tx.pushes.replay(None, self.clock.now())
            tx.inbox.replay(None, self.clock.now())

    @rule()
    def mend(self) -> None:
        """The mapping learns the word."""
        mappings = {SOURCE: MENDED}
        self.hall.work = replace(self.hall.work, mappings=mappings)
        ReplayParked(self.hall.store, mappings, self.hall.work.absorb)(SOURCE)

    def take(self, push: Push) -> None:
        """Let the org take the version there is now; never an older one than it has."""
        with self.hall.store.read() as tx:
            version = tx.cases.by_ids([push.case_id])[push.case_id].version
        self.org[push.case_id] = max(version, self.org.get(push.case_id, 0))

    def settle(self, push: Push, how: PushState) -> None:
        """Note an answer; a late one counts for nothing."""
        with self.engine.connect() as connection:
            row = connection.execute(select(pushes).where(pushes.c.case_id == push.case_id)).one()
        retry_at = self.clock.now() + timedelta(seconds=5) if how is PushState.DUE else None
        result = PushResult(
            push, how, retry_at=retry_at, cause_code=None if how is PushState.APPLIED else "X"
        )
        with self.hall.store.begin() as tx:
            counted = tx.pushes.settle([result], self.clock.now())
        assert counted == (row.fence == push.fence)

    @invariant()
    def nothing_regresses(self) -> None:
        """The shown status is never older than one shown before."""
        with self.engine.connect() as connection:
            query = select(cases.c.source_case_id, cases.c.title)
            for source_case_id, title in connection.execute(query):
                number, step = int(source_case_id.split()[1]), int(title.split()[1])
                assert step >= self.shown.get(number, 0)
                self.shown[number] = step

    @invariant()
    def one_push_a_case(self) -> None:
        """Each case has one row for the org, and it wants no version that is not there."""
        with self.engine.connect() as connection:
            joined = select(cases.c.version, pushes.c.desired_version, pushes.c.applied_version)
            rows = connection.execute(joined.join_from(cases, pushes, isouter=True)).all()
        assert all(row.desired_version is not None for row in rows)
        assert all((row.applied_version or 0) <= row.version for row in rows)

    def teardown(self) -> None:
        """When the last fault is over all comes to rest: no loss, no duplicate, no difference."""
        self.mend()
        for _ in range(3):
            self.replay()
            self.clock.move(timedelta(hours=2))
            self.hall.work()
            self._push_all()
        with self.engine.connect() as connection:
            ended = connection.execute(select(inbox.c.delivery_key, inbox.c.state)).all()
            events = connection.execute(select(func.count()).select_from(case_events)).scalar_one()
        keys = {f"d-{number}-{step}" for number, steps in self.sent.items() for step in steps}
        assert {key for key, state in ended if state in {"absorbed", "superseded"}} == keys
        for number, steps in self.sent.items():
            case = self.hall.case(number)
            assert case.content.title == f"step {max(steps)}"
            assert set(self.hall.codes(number)) == set(steps.values())
            assert self.org[case.id] == case.version
        told = [state for steps in self.sent.values() for state in steps.values()]
        # A word nobody knew is told as such, and again once it is read.
        assert events <= len(told) + told.count("NEUF")
        assert len(self.org) == len(self.sent)
        with self.hall.store.read() as tx:
            assert (tx.pushes.open_count(), tx.pushes.parked(), tx.inbox.parked()) == (0, (), ())
        self.engine.dispose()

    def _push_all(self) -> None:
        while True:
            with self.hall.store.begin() as tx:
                claimed = tx.pushes.claim(10, LEASE, self.clock.now())
            if not claimed:
                return
            for push in claimed:
                self.take(push)
                with self.hall.store.read() as tx:
                    version = tx.cases.by_ids([push.case_id])[push.case_id].version
                self.settle(replace(push, version=version), PushState.APPLIED)


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=int(os.environ.get("BRIDGE_TEST_MACHINE_EXAMPLES", "12")),
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize="BRIDGE_TEST_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
