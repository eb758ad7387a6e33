"""Our own keys, on both databases: published, renewed, and good for what is still under way."""

from __future__ import annotations

import threading
from datetime import timedelta

from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock

DAY = timedelta(hours=24)


def kids(keys: OwnKeys) -> list[str]:
    """Give the names of what is published."""
    return [key["kid"] for key in keys.published()]


def test_the_first_keys_are_made_once_and_kept(store: SqlStore, clock: FakeClock) -> None:
    """Every process publishes the same."""
    first = kids(OwnKeys(store, clock, "plus"))
    assert len(first) == 2
    assert kids(OwnKeys(store, clock, "plus")) == first


def test_two_processes_that_start_together_end_with_the_same_keys(store: SqlStore, clock: FakeClock) -> None:
    """Whoever comes second takes the first one's."""
    together, found = threading.Barrier(2), []

    def publish() -> None:
        keys = OwnKeys(store, clock, "plus")
        together.wait()
        found.append(kids(keys))

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1] == kids(OwnKeys(store, clock, "plus"))


def test_renewed_keys_are_published_alone_and_the_old_ones_open_for_a_day(
    store: SqlStore, clock: FakeClock
) -> None:
    """Longer than any sign-in under way; then they are gone from the database."""
    keys = OwnKeys(store, clock, "plus")
    old = kids(keys)
    made = keys.rotate()
    assert kids(keys) == [key["kid"] for key in made.public_keys]
    assert set(old).isdisjoint(kids(keys))
    assert all(keys.private(kid) is not None for kid in (*old, *kids(keys)))
    clock.move(DAY)
    assert all(keys.private(kid) is None for kid in old)
    assert len(keys.generations()) == 1
    keys.rotate()
    with store.read() as tx:
        assert [each.generation for each in tx.service_keys.usable("plus", clock.now() - 3 * DAY)] == [3, 2]


def test_the_keys_of_one_purpose_are_no_other_ones(store: SqlStore, clock: FakeClock) -> None:
    """Two registrations share nothing."""
    plus, other = OwnKeys(store, clock, "plus"), OwnKeys(store, clock, "other")
    assert set(kids(plus)).isdisjoint(kids(other))
    assert plus.private(kids(other)[0]) is None
    assert plus.private(None) is None
