"""HubEE by a YAML file alone: two steps, and an acknowledgement after the commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import Delivery
from bridge.errors import TransientError
from bridge.usecases.ports import Acknowledging, SourceReader
from tests.adapters.sources.declared import Desk
from tests.sandbox.town.live import LiveTown

DAY = "2015-02-20"


@pytest.fixture
def desk(town: LiveTown, sqlite_store: SqlStore) -> Desk:
    """Give the hub early in the year, when a few dozen notifications wait."""
    assert town.post("/sandbox/reset", day=DAY).ok
    return Desk("hubee", town.ready, sqlite_store)


def hub(town: LiveTown) -> requests.Session:
    """Give a session of the town's own client."""
    session = requests.Session()
    ready = town.ready
    pair = (ready["hubee_client_id"], ready["hubee_client_secret"])
    form = {"grant_type": "client_credentials", "scope": "SI"}
    token = session.post(ready["hubee_token_url"], data=form, auth=pair, timeout=10).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    return session


def waiting(town: LiveTown) -> list[dict[str, str | None]]:
    """Give the notifications that wait."""
    found: list[dict[str, str | None]] = []
    found += hub(town).get(f"{town.ready['hubee_url']}/notifications", timeout=10).json()
    return found


def test_what_is_absorbed_is_acknowledged_and_nothing_else(town: LiveTown, desk: Desk) -> None:
    """Every case is stored, the queue is empty, and each event is marked as received."""
    before = waiting(town)
    assert {bool(notice["eventId"]) for notice in before} == {True, False}
    summary = desk.sync()
    assert (summary.error_code, summary.parked) == (None, 0)
    assert desk.stored() == town.truth("hubee")
    assert waiting(town) == []
    event = next(notice for notice in before if notice["eventId"])
    address = f"{town.ready['hubee_url']}/cases/{event['caseId']}/events/{event['eventId']}"
    assert hub(town).get(address, timeout=10).json()["status"] == "RECEIVED"


def test_a_day_brings_its_own_notifications(town: LiveTown, desk: Desk) -> None:
    """The queue is the cursor: a later run reads what came since, and nothing again."""
    desk.sync()
    town.live("2015-02-26")
    came = len(waiting(town))
    assert desk.sync().read == came > 0
    assert desk.stored() == town.truth("hubee")


def test_the_internal_comment_is_never_read(town: LiveTown, desk: Desk) -> None:
    """Only what was written for the other side becomes a note; the comment stays in the hub."""
    for delivery in desk.reader().read(None):
        assert "INTERNE" not in repr(delivery.records)
        assert all("events" not in record.values for record in delivery.records)


@dataclass
class Deaf:
    """A reader whose acknowledgements are lost on the way."""

    real: SourceReader
    tried: list[Delivery] = field(default_factory=list)

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give what the real one gives."""
        return self.real.read(cursor)

    def acknowledge(self, delivery: Delivery) -> None:
        """Fail each time."""
        self.tried.append(delivery)
        raise TransientError("lost", system="hubee", code="remote.timeout")


def test_an_acknowledgement_that_fails_loses_nothing(town: LiveTown, desk: Desk) -> None:
    """All is stored, the source is said to fail, and the next run takes it again and acknowledges."""
    came = len(waiting(town))
    deaf = Deaf(desk.reader())
    assert isinstance(deaf, Acknowledging)
    summary = desk.sync(deaf)
    assert (summary.error_code, len(deaf.tried)) == ("remote.timeout", 1)
    assert desk.stored() == town.truth("hubee")
    assert len(waiting(town)) == came
    second = desk.sync()
    assert (second.error_code, second.changed) == (None, 0)
    assert waiting(town) == []


def test_where_patch_is_blocked_its_twin_is_used(town: LiveTown, desk: Desk) -> None:
    """A network that refuses PATCH is no obstacle."""
    town.post("/sandbox/faults", hubee_no_patch=True)
    assert desk.sync().error_code is None
    assert waiting(town) == []


def test_a_token_that_ends_is_fetched_anew_once(town: LiveTown, desk: Desk) -> None:
    """The call is made again under a new token; a token refused twice is for a person."""
    town.post("/sandbox/faults", hubee_expire_tokens=1)
    assert desk.sync().error_code is None
    town.live("2015-02-26")
    town.post("/sandbox/faults", hubee_expire_tokens=100)
    assert desk.sync().error_code == "remote.401"


def test_one_case_that_fails_keeps_its_notification(town: LiveTown, desk: Desk) -> None:
    """The others are read and acknowledged; the one that failed is told, and comes again."""
    town.post("/sandbox/faults", hubee_case_500=3)
    summary = desk.sync()
    assert summary.error_code == "remote.500"
    assert len({notice["caseId"] for notice in waiting(town)}) == 1
    assert desk.sync().error_code is None
    assert desk.stored() == town.truth("hubee")
