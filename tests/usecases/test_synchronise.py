"""One run over a source: what it reads, what it counts, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import runs
from bridge.domain.synchronisation import Delivery, SourceHealth, SyncSummary
from bridge.errors import ConfigurationError, PermanentError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.synchronise import RETRY_FAILED_SOURCE, Synchronise
from tests.fakes.clock import START, FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, VOIRIE, FakeBell, FakeReader, delivery, numbers, picture, row

MAPPINGS = {"urbanisme": URBANISME, "voirie": VOIRIE}
DOWN = TransientError("down", system="urbanisme", code="remote.503")
Build = Callable[..., Synchronise]


@pytest.fixture
def bell() -> FakeBell:
    """The door-bell."""
    return FakeBell()


@pytest.fixture
def build(sqlite_store: SqlStore, clock: FakeClock, bell: FakeBell) -> Build:
    """Give the use case over what the planning office gives."""

    def built(*gives: Delivery | Exception) -> Synchronise:
        readers = {"urbanisme": FakeReader(gives), "voirie": FakeReader()}
        absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
        return Synchronise(sqlite_store, MAPPINGS, readers, absorb, clock, bell)

    return built


def health(store: SqlStore, source: str = "urbanisme") -> SourceHealth:
    """Give what is known of a source."""
    with store.begin() as tx:
        return tx.intake.health()[source]


def last_run(store: SqlStore) -> dict[str, Any]:
    """Give the row of the latest run."""
    with store._engine.connect() as connection:
        return dict(
            connection.execute(select(runs).order_by(runs.c.started_at.desc())).mappings().first() or {}
        )


def test_a_run_reads_to_the_end_and_counts(build: Build, sqlite_store: SqlStore, bell: FakeBell) -> None:
    """Each record is counted once as what became of it, and a worker is told that cases changed."""
    first = delivery(row(1), row(2), cursor="a")
    second = delivery(row(2), row(3, DT_DEPOT="31/02/2025"), row(4), key="d2", cursor="b")
    told: list[tuple[int, int | None]] = []
    summary = build(first, second)("urbanisme", lambda read, total: told.append((read, total)))
    assert summary == SyncSummary("urbanisme", read=5, changed=3, unchanged=1, parked=1)
    assert told == [(2, None), (3, None)]
    assert bell.rung == ["push"]
    run = last_run(sqlite_store)
    counts = (run["read"], run["changed"], run["unchanged"], run["parked"], run["error_code"])
    assert counts == (5, 3, 1, 1, None)
    assert run["ended_at"] == START


def test_the_next_run_goes_on_where_this_one_ended(build: Build, sqlite_store: SqlStore) -> None:
    """The cursor of the last delivery absorbed is what the reader is asked with."""
    build(delivery(row(1), cursor="a"))("urbanisme")
    again = build()
    again("urbanisme")
    reader = again.readers["urbanisme"]
    assert isinstance(reader, FakeReader)
    assert reader.cursors == ["a"]


def test_a_run_without_news_rings_for_nobody(build: Build, bell: FakeBell) -> None:
    """An unchanged source wakes no worker."""
    build(delivery(row(1)))("urbanisme")
    bell.rung.clear()
    summary = build(delivery(row(1)))("urbanisme")
    assert (summary.changed, summary.unchanged) == (0, 1)
    assert bell.rung == []


def test_an_answer_sets_the_next_date(build: Build, sqlite_store: SqlStore, clock: FakeClock) -> None:
    """A source is due again after the interval its file states, and every source at first."""
    use_case = build(picture(row(1)))
    assert use_case.due() == ("urbanisme", "voirie")
    use_case("urbanisme")
    due = clock.now() + timedelta(minutes=URBANISME.poll_minutes)
    known = health(sqlite_store)
    assert (known.last_success_at, known.failing_since, known.next_due_at) == (START, None, due)
    assert use_case.due() == ("voirie",)
    clock.set(due - timedelta(seconds=1))
    assert use_case.due() == ("voirie",)
    clock.set(due)
    assert use_case.due() == ("urbanisme", "voirie")


def test_a_failing_source_keeps_what_it_gave_and_is_tried_again(
    build: Build, sqlite_store: SqlStore, clock: FakeClock, bell: FakeBell
) -> None:
    """What came before the failure stays, the failure is dated from its first time, and the bell rings."""
    use_case = build(delivery(row(1), cursor="a"), DOWN)
    summary = use_case("urbanisme")
    assert (summary.read, summary.changed, summary.error_code) == (1, 1, "remote.503")
    assert numbers(sqlite_store) == ["DP 1"]
    assert bell.rung == ["push"]
    clock.move(timedelta(minutes=10))
    use_case("urbanisme")
    known = health(sqlite_store)
    assert (known.failing_since, known.error_code, known.last_success_at) == (START, "remote.503", None)
    assert known.last_attempt_at == clock.now()
    assert known.next_due_at == clock.now() + RETRY_FAILED_SOURCE
    assert last_run(sqlite_store)["error_code"] == "remote.503"
    with sqlite_store.begin() as tx:
        assert tx.intake.cursor("urbanisme") == "a"


def test_a_source_that_answers_again_is_no_longer_failing(
    build: Build, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """The first whole answer ends the failure."""
    build(PermanentError("refused", system="urbanisme", code="source.columns"))("urbanisme")
    assert health(sqlite_store).error_code == "source.columns"
    clock.move(timedelta(minutes=15))
    build(picture(row(1)))("urbanisme")
    known = health(sqlite_store)
    assert (known.failing_since, known.error_code) == (None, None)
    assert known.last_success_at == clock.now()


def test_an_empty_folder_is_no_news(build: Build, sqlite_store: SqlStore, clock: FakeClock) -> None:
    """F70: looking without finding a file does not make yesterday's news younger."""
    build(picture(row(1)))("urbanisme")
    clock.move(timedelta(days=3))
    build()("urbanisme")
    known = health(sqlite_store)
    assert (known.last_success_at, known.last_attempt_at, known.error_code) == (START, clock.now(), None)


def test_a_hint_that_comes_while_we_read_is_not_lost(
    build: Build, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """What moved behind the reader's back is read at the next look, not in a day."""

    def hint(_read: int, _total: int | None) -> None:
        with sqlite_store.begin() as tx:
            tx.intake.make_due("urbanisme", clock.now())

    build(picture(row(1)))("urbanisme")
    clock.move(timedelta(hours=1))
    use_case = build(picture(row(1)))
    use_case("urbanisme", hint)
    assert "urbanisme" in use_case.due()


def test_a_fault_nobody_foresaw_is_noted_and_the_run_is_closed(
    build: Build, sqlite_store: SqlStore, capfd: pytest.CaptureFixture[str]
) -> None:
    """One source's bug stops neither the others nor the watch; its text may hold a name and is not told."""
    summary = build(delivery(row(1)), ValueError("Angela DUBOIS"))("urbanisme")
    assert (summary.changed, summary.error_code) == (1, "source.fault")
    assert health(sqlite_store).error_code == "source.fault"
    assert "DUBOIS" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("fault", "minutes"),
    [
        (PermanentError("refused", system="urbanisme", code="source.header"), 15),
        (TransientError("busy", system="urbanisme", code="remote.429", retry_after_s=1800), 30),
        (TransientError("gone", system="urbanisme", code="remote.503"), 5),
    ],
    ids=["a refusal waits for somebody", "as the source asks", "soon"],
)
def test_a_failing_source_is_tried_again_in_its_time(
    build: Build, sqlite_store: SqlStore, clock: FakeClock, fault: Exception, minutes: int
) -> None:
    """F67: a source that says when to come back is obeyed; a refused file is not hashed all day."""
    build(fault)("urbanisme")
    assert health(sqlite_store).next_due_at == clock.now() + timedelta(minutes=minutes)


def test_a_source_is_read_by_one_at_a_time(
    build: Build, store: SqlStore, clock: FakeClock, bell: FakeBell
) -> None:
    """A second reader of the same source is turned away; another source is free."""
    readers = {"urbanisme": FakeReader([delivery(row(1))]), "voirie": FakeReader()}
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    use_case = Synchronise(store, MAPPINGS, readers, absorb, clock, bell)
    with store.sole("sync-urbanisme") as alone:
        assert alone
        with pytest.raises(TransientError) as caught:
            use_case("urbanisme")
        assert caught.value.code == "sync.busy"
        assert use_case("voirie").error_code is None


def test_an_unknown_source_is_refused_with_the_known_ones(build: Build) -> None:
    """A mistyped name says which there are."""
    with pytest.raises(ConfigurationError, match="unknown source 'urbanism'; known: urbanisme, voirie"):
        build()("urbanism")
