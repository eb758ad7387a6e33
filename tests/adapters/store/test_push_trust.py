"""What a push keeps beside its lease: deaths under it, the org's id and version, and what a replay does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import cases, pushes
from bridge.domain.causes import CASE_RECREATED
from bridge.domain.synchronisation import Push, PushResult, PushState
from tests.adapters.store.samples import LEASE, change, claim, content, save
from tests.fakes.clock import START


def settle(store: SqlStore, *results: PushResult) -> int:
    """Record results in a transaction of their own."""
    with store.begin() as tx:
        return tx.pushes.settle(results, START)


def stale(push: Push, org_version: int | None) -> PushResult:
    """Give the result of a push the org holds a newer version of."""
    return PushResult(push, PushState.PARKED, cause_code="STALE_VERSION", org_version=org_version)


def replay(store: SqlStore, *case_ids: str) -> int:
    """Replay all, or these."""
    with store.begin() as tx:
        return tx.pushes.replay(case_ids or None, START)


def versions(engine: Engine) -> dict[str, tuple[int, int]]:
    """Give version and desired version of each case by its number."""
    query = select(cases.c.source_case_id, cases.c.version, pushes.c.desired_version).join_from(cases, pushes)
    with engine.connect() as connection:
        return {number: (version, desired) for number, version, desired in connection.execute(query)}


def test_claimed_twice_without_an_answer_it_is_given_alone(store: SqlStore) -> None:
    """Those beside it are too, for nobody knows which one it is; new ones go together without them."""
    save(store, *(change(content(f"PC-{n}")) for n in (1, 2)))
    now = START
    for died in range(2):
        assert [push.unanswered for push in claim(store, now)] == [died + 1] * 2
        now += LEASE
    save(store, *(change(content(f"PC-{n}")) for n in (3, 4)), now=now)

    claims = [[push.key.source_case_id for push in claim(store, now)] for _ in range(4)]

    assert sorted(claims[:2]) == [["PC-1"], ["PC-2"]]
    assert sorted(claims[2]) == ["PC-3", "PC-4"]
    assert claims[3] == []


def test_an_answer_and_a_call_that_failed_whole_are_no_death(store: SqlStore) -> None:
    """A worker that lived to tell counts nothing against the case."""
    save(store, change())
    (push,) = claim(store)
    retry = PushResult(push, PushState.DUE, retry_at=START, cause_code="UNABLE_TO_LOCK_ROW")
    settle(store, retry)
    for _ in range(5):
        (push,) = claim(store)
        assert push.unanswered == 1
        with store.begin() as tx:
            tx.pushes.postpone([push], START)


def test_a_push_is_the_first_until_one_was_applied(store: SqlStore) -> None:
    """Not the version tells it, but what the org was ever given; its id goes with the push."""
    save(store, change())
    save(store, change(content(title="court")))
    (push,) = claim(store)
    assert (push.version, push.is_first, push.salesforce_id) == (2, True, None)
    settle(store, PushResult(push, PushState.APPLIED, salesforce_id="500A"))
    save(store, change(content(title="long")))

    (push,) = claim(store)

    assert (push.version, push.is_first, push.salesforce_id) == (3, False, "500A")


def test_a_replay_raises_a_stale_case_above_the_version_of_the_org(
    store: SqlStore, store_engine: Engine
) -> None:
    """Only those parked as stale, only as far as needed, and only when replayed."""
    save(store, *(change(content(f"PC-{n}")) for n in range(1, 5)))
    held = {"PC-1": 9, "PC-2": 40, "PC-3": None, "PC-4": 1}
    claimed = claim(store)
    settle(store, *(stale(push, held[push.key.source_case_id]) for push in claimed))
    first = next(push.case_id for push in claimed if push.key.source_case_id == "PC-1")

    assert replay(store, first) == 1
    assert versions(store_engine) == {"PC-1": (10, 10), "PC-2": (1, 1), "PC-3": (1, 1), "PC-4": (1, 1)}
    assert replay(store) == 3
    assert versions(store_engine) == {"PC-1": (10, 10), "PC-2": (41, 41), "PC-3": (1, 1), "PC-4": (2, 2)}
    assert {push.version for push in claim(store)} == {10, 41, 1, 2}


def test_a_version_already_above_the_orgs_stays(store: SqlStore, store_engine: Engine) -> None:
    """A replay never takes a case back."""
    save(store, change())
    (push,) = claim(store)
    settle(store, stale(push, 5))
    for n in range(8):
        save(store, change(content(title=f"{n}")))

    assert replay(store) == 0
    (push,) = claim(store, START + timedelta(seconds=1))
    settle(store, stale(push, 5))
    replay(store)

    assert versions(store_engine) == {"PC-1": (9, 9)}


def test_a_replay_accepts_the_case_made_anew(store: SqlStore) -> None:
    """The old id is kept until a person has looked, then the next one is taken."""
    save(store, change(), change(content("PC-2")))
    settle(store, *(PushResult(push, PushState.APPLIED, salesforce_id="500A") for push in claim(store)))
    save(store, change(content(title="court")), change(content("PC-2", title="court")))
    recreated, long = claim(store)
    settle(
        store,
        PushResult(recreated, PushState.PARKED, cause_code=CASE_RECREATED),
        PushResult(long, PushState.PARKED, cause_code="STRING_TOO_LONG"),
    )

    assert replay(store) == 2

    assert {push.case_id: push.salesforce_id for push in claim(store)} == {
        recreated.case_id: None,
        long.case_id: "500A",
    }
