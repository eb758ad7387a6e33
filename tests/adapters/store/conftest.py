"""A store in which a client of our provider was granted something, and threads to press on it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.adapters.store.store import SqlStore
from tests.adapters.store.portal_samples import (
    CLIENT,
    GRANT,
    TERMS,
)
from tests.adapters.store.samples import add_link, link


@pytest.fixture
def granted(store: SqlStore) -> SqlStore:
    """Give a store with one client, one link, and one grant with its code."""
    add_link(store, link(1))
    with store.begin() as tx:
        tx.portal_clients.add(CLIENT, "hash-1")
        tx.portal_grants.add(GRANT, "code-1", TERMS)
    return store


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Give fifty threads, five times the connections there are."""
    with ThreadPoolExecutor(50) as pool:
        yield pool
