"""A town hall before the stand-in org."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.store.store import SqlStore
from tests.servers.org import StandInOrg
from tests.servers.org_hall import OrgHall, org_hall


@pytest.fixture
def hall(sqlite_store: SqlStore, served_org: StandInOrg) -> Iterator[OrgHall]:
    """Give a town hall whose org is as on its first day."""
    with org_hall(sqlite_store, served_org) as hall:
        yield hall
