"""The implementations each contract is tested on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contracts import real_org
from tests.contracts.benches import CaseBench, ChangeBench, ContactBench, FakeBench, OrgBench
from tests.servers.org import StandInOrg

IMPLEMENTATIONS = ["fake", "stand-in", *(["real"] if real_org.is_given() else [])]


@pytest.fixture(params=IMPLEMENTATIONS)
def contact_bench(request: pytest.FixtureRequest) -> Iterator[ContactBench]:
    """Give each implementation of ContactDirectory in turn."""
    with _bench(request) as bench:
        yield bench


@pytest.fixture(params=IMPLEMENTATIONS)
def change_bench(request: pytest.FixtureRequest) -> Iterator[ChangeBench]:
    """Give each implementation of ContactChanges in turn."""
    with _bench(request) as bench:
        yield bench


@pytest.fixture(params=["fake", "stand-in"])
def logged_bench(request: pytest.FixtureRequest) -> Iterator[ChangeBench]:
    """Give those whose clock can be moved, for what a log tells a minute later."""
    with _bench(request) as bench:
        yield bench


@pytest.fixture(params=IMPLEMENTATIONS)
def case_bench(request: pytest.FixtureRequest) -> Iterator[CaseBench]:
    """Give each implementation of CaseDirectory in turn."""
    with _bench(request) as bench:
        yield bench


@contextmanager
def _bench(request: pytest.FixtureRequest) -> Iterator[FakeBench | OrgBench]:
    if request.param == "fake":
        yield FakeBench()
        return
    if request.param == "stand-in":
        org: StandInOrg = request.getfixturevalue("org")
        with org.connection() as connection:
            yield OrgBench(connection, org.clock)
        return
    connection = real_org.connect()
    bench = OrgBench(connection)
    yield bench
    bench.tidy()
    connection.close()
