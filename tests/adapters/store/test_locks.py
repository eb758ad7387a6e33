"""One holder at a time, and none once the holder is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from tests.fakes.vault import FakeVault

_HOLD_AND_WAIT = """
import sys
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from tests.fakes.vault import FakeVault

with SqlStore(create_store_engine(sys.argv[1]), FakeVault()).sole("sweeper") as held:
    print(held, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def in_memory_store(vault: FakeVault) -> Iterator[SqlStore]:
    """Give a store that ends with the process."""
    engine = create_store_engine("sqlite://")
    yield SqlStore(engine, vault)
    engine.dispose()


def free(store: SqlStore) -> bool:
    """Whether nobody has the lock now."""
    with store.sole("sweeper") as held:
        return held


def test_a_lock_has_one_holder(store: SqlStore) -> None:
    """A second holder is told no, at once; another lock is another matter."""
    with store.sole("sweeper") as first, store.sole("sweeper") as second, store.sole("sync-voirie") as other:
        assert (first, second, other) == (True, False, True)
    assert free(store)


def test_a_lock_in_memory_has_one_holder(in_memory_store: SqlStore) -> None:
    """The same holds where there is no file to lock."""
    with in_memory_store.sole("sweeper") as first, in_memory_store.sole("sweeper") as second:
        assert (first, second) == (True, False)
    with in_memory_store.sole("sweeper") as again:
        assert again


def test_an_error_gives_the_lock_back(store: SqlStore) -> None:
    """A round that failed does not stop the next one."""
    with pytest.raises(ZeroDivisionError), store.sole("sweeper"):
        _ = 1 / 0
    assert free(store)


def test_a_killed_process_holds_nothing(store: SqlStore, store_engine: Engine) -> None:
    """After a kill -9 of the sweeper another takes over, without waiting for a timeout (F09)."""
    address = store_engine.url.render_as_string(hide_password=False)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD_AND_WAIT, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with store.sole("sweeper") as while_held:
            assert not while_held
        holder.kill()
    # PostgreSQL notices a closed connection in its own time.
    assert any(free(store) for _ in range(1000))
