"""The lane over the stand-in org, where from six due cases on a job carries them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.store.store import SqlStore
from tests.servers.org import StandInOrg
from tests.servers.pushing import Pushing, pushing


@pytest.fixture
def lane(sqlite_store: SqlStore, org: StandInOrg) -> Iterator[Pushing]:
    """Give a worker for whom six cases are many."""
    with pushing(sqlite_store, org, bulk_from=6) as lane:
        yield lane
