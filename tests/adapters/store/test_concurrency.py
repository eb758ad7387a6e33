"""Real threads on one database: nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event
from typing import TypeVar

import pytest
from sqlalchemy import Engine, text

from bridge.adapters.store.schema import check, migrate
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.domain.case import CaseKey
from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview
from bridge.domain.status import Phase
from bridge.domain.synchronisation import Push, PushResult, PushState
from bridge.errors import TransientError
from bridge.usecases.ports import CaseFilter, SignInStart
from tests.adapters.store.samples import (
    LEASE,
    SOURCE,
    add_link,
    change,
    claim,
    content,
    link,
    review,
    save,
    status,
    timeline,
)
from tests.fakes.clock import START

T = TypeVar("T")
KEY = CaseKey(SOURCE, "PC-1")
IN_PROGRESS = change(content(said=status(Phase.IN_PROGRESS)))
PATIENCE_S = 60.0
# SQLite lets one writer in at a time, so nothing can come between.
two_writers = pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Give threads to work with."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


def together(threads: ThreadPoolExecutor, work: Callable[[int], T], number: int = 4) -> list[T]:
    """Give what each thread's work came to, all begun at the same moment."""
    barrier = Barrier(number)

    def one(index: int) -> T:
        barrier.wait(PATIENCE_S)
        return work(index)

    return [future.result(PATIENCE_S) for future in [threads.submit(one, n) for n in range(number)]]


def until_stuck_or_done(engine: Engine, other: Future[T]) -> None:
    """Wait until another transaction waits for a lock of ours, or needs none."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine.connect() as connection:
        while not other.done() and connection.execute(waiting).scalar_one() == 0:
            connection.rollback()


def test_claimers_never_share_a_push(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    """Workers side by side send each case once."""
    save(store, *(change(content(f"PC-{n}")) for n in range(60)))

    def work(_index: int) -> list[Push]:
        mine: list[Push] = []
        while claimed := claim(store, limit=7):
            mine += claimed
        return mine

    claimed = [push for mine in together(threads, work) for push in mine]

    assert len(claimed) == len({push.case_id for push in claimed}) == 60
    assert {push.fence for push in claimed} == {1}


@two_writers
def test_a_claimer_takes_what_another_has_left(
    store: SqlStore, store_engine: Engine, threads: ThreadPoolExecutor
) -> None:
    """It waits for the other's claim alone, so that no Contact is in two batches, and takes the next ones."""
    save(store, *(change(content(f"PC-{n}")) for n in range(4)))
    with store.begin() as tx:
        first = tx.pushes.claim(2, LEASE, START)
        claiming = threads.submit(claim, store)
        until_stuck_or_done(store_engine, claiming)
    second = claiming.result(PATIENCE_S)

    assert len(first) == len(second) == 2
    assert not {push.case_id for push in first} & {push.case_id for push in second}


@two_writers
def test_a_result_during_a_change_loses_neither(
    store: SqlStore, store_engine: Engine, threads: ThreadPoolExecutor
) -> None:
    """A worker that settles while the case moves on leaves the newer version due."""
    save(store, change())
    (push,) = claim(store)

    def settle() -> int:
        with store.begin() as tx:
            return tx.pushes.settle([PushResult(push, PushState.APPLIED, "500A")], START)

    with store.begin() as tx:
        tx.cases.save([IN_PROGRESS], tx.cases.existing([KEY]), START)
        settled = threads.submit(settle)
        until_stuck_or_done(store_engine, settled)
    assert settled.result(PATIENCE_S) == 1

    assert [newer.version for newer in claim(store)] == [2]


@two_writers
def test_two_changes_of_a_case_follow_each_other(
    store: SqlStore, store_engine: Engine, threads: ThreadPoolExecutor
) -> None:
    """A second writer waits, and builds on what the first one wrote."""
    save(store, change())
    with store.begin() as tx:
        tx.cases.save([IN_PROGRESS], tx.cases.existing([KEY]), START)
        second = threads.submit(save, store, change(content(public_note="Reçu")))
        until_stuck_or_done(store_engine, second)
    (case,) = second.result(PATIENCE_S)

    assert case.version == 3
    assert [event.moved_back for event in timeline(store, case)] == [False, False, True]


def test_two_first_reports_of_a_case_are_one_case(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    """A webhook and a file that bring the same new request make one case (F32)."""

    def work(_index: int) -> None:
        for _ in range(2):
            with suppress(TransientError):
                save(store, change())
                return

    together(threads, work)

    with store.begin() as tx:
        (case,) = tx.cases.existing([KEY]).values()
        assert tx.cases.reported_count(SOURCE) == 1
    assert (case.version, len(timeline(store, case))) == (1, 1)


@two_writers
def test_the_second_of_two_inserts_is_told_to_try_again(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    """When both saw no case, one wins; the other finds it at its next try (F32)."""
    looked = Event()

    def late() -> None:
        with store.begin() as tx:
            existing = tx.cases.existing([KEY])
            looked.set()
            tx.cases.save([IN_PROGRESS], existing, START)

    with store.begin() as tx:
        tx.cases.save([change()], tx.cases.existing([KEY]), START)
        second = threads.submit(late)
        assert looked.wait(PATIENCE_S)
    with pytest.raises(TransientError) as refused:
        second.result(PATIENCE_S)
    assert (refused.value.system, refused.value.code) == ("database", "database.unavailable")
    threads.submit(late).result(PATIENCE_S)

    with store.begin() as tx:
        assert [case.version for case in tx.cases.existing([KEY]).values()] == [2]


@two_writers
def test_a_case_and_its_citizen_at_the_same_moment_find_each_other(
    store: SqlStore, store_engine: Engine, threads: ThreadPoolExecutor
) -> None:
    """A request delivered during its citizen's first sign-in is on their page, whoever commits first."""
    mine = link(1)

    def sign_in() -> int:
        with store.begin() as tx:
            return tx.cases.attach_by_person_keys(tx.links.add(mine, "pivot", ["k1"]), ["k1"], START)

    with store.begin() as tx:
        tx.cases.save([change(keys=["k1"])], tx.cases.existing([KEY]), START)
        signed_in = threads.submit(sign_in)
        until_stuck_or_done(store_engine, signed_in)
    assert signed_in.result(PATIENCE_S) == 1

    with store.begin() as tx:
        assert [case.content.key for case in tx.cases.of_citizen(mine.id, CaseFilter())] == [KEY]


def test_simultaneous_first_sign_ins_give_one_link(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    """Two windows of one person end in one link, and both get it."""

    def work(index: int) -> IdentityLink:
        return add_link(store, link(index, subject="same", contact="003SAME"), "k1")

    assert len({found.id for found in together(threads, work)}) == 1


@two_writers
def test_a_second_sign_in_waits_for_the_first(
    store: SqlStore, store_engine: Engine, threads: ThreadPoolExecutor
) -> None:
    """Neither a link nor a doubt is told to try again: the second window gets what the first made."""

    def second() -> tuple[IdentityLink, LinkReview]:
        with store.begin() as tx:
            doubt = tx.reviews.open(review(2, subject="doubtful"), "pivot", "sealed")
            return tx.links.add(link(2, subject="same"), "pivot", []), doubt

    with store.begin() as tx:
        doubt = tx.reviews.open(review(1, subject="doubtful"), "pivot", "sealed")
        made = tx.links.add(link(1, subject="same"), "pivot", [])
        found = threads.submit(second)
        until_stuck_or_done(store_engine, found)

    assert found.result(PATIENCE_S) == (made, doubt)


def test_a_sign_in_is_taken_by_one_of_many(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    """A callback raced by its copy signs in once."""
    with store.begin() as tx:
        tx.sign_ins.start("state", "browser", SignInStart("franceconnect", "nonce", "/"), START)

    def work(_index: int) -> SignInStart | None:
        with store.begin() as tx:
            return tx.sign_ins.take("state", "browser", START, doors=("franceconnect",))

    assert sorted(taken is None for taken in together(threads, work)) == [False, True, True, True]


@pytest.mark.own_database
def test_processes_that_start_together_migrate_once(
    store_engine: Engine, threads: ThreadPoolExecutor
) -> None:
    """Two processes of a new version started at once both find the database ready."""
    with store_engine.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")

    together(threads, lambda _index: migrate(store_engine), 2)

    check(store_engine)
