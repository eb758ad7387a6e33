"""Every place at which a process may be killed is one at which a test kills it (F86)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import requests

from bridge.adapters.sources import csv_drop, csv_rows, csv_scan
from bridge.adapters.store.store import SqlStore
from bridge.crash_points import PLACES, VARIABLE, arm
from bridge.usecases.absorb_inbox import LEASE as INBOX_LEASE
from bridge.usecases.push_cases import LEASE as PUSH_LEASE
from sandbox.town.pusher import Manners
from tests.architecture.project import ROOT
from tests.fakes.clock import FakeClock
from tests.faults.drop_hall import DropHall, line, text
from tests.faults.forked import dies, store_at, url_of
from tests.faults.pushing_service import PushingService, pushing_settings
from tests.faults.running_service import Service, running_service
from tests.http.site import Site
from tests.servers.org import StandInOrg
from tests.servers.patience import wait_for
from tests.servers.provider import RunningProvider, running_provider
from tests.servers.pushing import pushing
from tests.servers.relying_party import RETURN, VERIFIER, challenge_of
from tests.usecases.pushing import Hall, news
from tests.usecases.town import timeline

DOOR = [place for place in PLACES if place.startswith("inbox.before")]
SENDING = [place for place in PLACES if place.startswith("push.")]
PICTURE = [place for place in PLACES if place.startswith("picture.")]
CALLBACK = ["sign_in.exchanged", "link.inserted"]
ALONE = ["inbox.absorbing", "portal.tokens_issued"]


def killed_at(place: str, folder: Path, store: SqlStore, work: Callable[[SqlStore], object]) -> bool:
    """Have a process work on the store until it passes the place; give whether it was killed there."""
    crash = folder / "crash"
    crash.write_text(place)

    def armed(url: str, _index: int) -> None:
        arm({VARIABLE: str(crash)}, sandbox=True)
        work(store_at(url))

    global _armed  # noqa: PLW0603 - a process is given a function by its name
    _armed = armed
    return dies(_work, url_of(store._engine)) and not crash.exists()


_armed: Callable[[str, int], None]


def _work(url: str, index: int) -> None:
    _armed(url, index)


def test_f86_every_place_is_one_of_these() -> None:
    """What the code names, the list names, and the tests below visit."""
    named = [
        place
        for file in (ROOT / "bridge").rglob("*.py")
        for place in re.findall(r'crash_point\("([^"]+)"\)', file.read_text())
    ]
    assert sorted(named) == sorted(PLACES)
    assert sorted(PLACES) == sorted([*DOOR, *SENDING, *PICTURE, *CALLBACK, *ALONE])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give one service for the module: webhooks before it, FranceConnect and the org behind."""
    folder = tmp_path_factory.mktemp("service")
    with running_service(folder, **pushing_settings(folder)) as running:
        yield running


@pytest.fixture
def door(served: Service) -> PushingService:
    """Give its door of webhooks, before an empty store."""
    door = PushingService(
        folder=served.folder,
        children=served.children,
        url=served.url,
        environment=served.environment,
        web=served.web,
    )
    door.clean()
    return door


@pytest.mark.parametrize("place", DOOR)
def test_f86_a_door_killed_anywhere_takes_a_delivery_once(door: PushingService, place: str) -> None:
    """The sender sends again what was not answered; one delivery is absorbed, into one case."""
    door.crash_at(place)
    assert door.pusher.burst([("d-1", [news()])], Manners(patience_s=15)) == []
    wait_for(lambda: door.crashed)
    door.absorb()
    assert door.rows("SELECT delivery_key, state FROM inbox") == [("d-1", "absorbed")]
    assert door.rows("SELECT version FROM case_events") == [(1,)]


def test_f86_a_worker_of_the_inbox_killed_while_it_absorbs(sqlite_store: SqlStore, tmp_path: Path) -> None:
    """Nothing of the delivery is kept; after its lease it is absorbed, once."""
    clock = FakeClock()
    Hall(sqlite_store, clock).push("d-1", news(10))
    assert killed_at("inbox.absorbing", tmp_path, sqlite_store, lambda store: Hall(store, clock).work())
    clock.move(INBOX_LEASE)
    hall = Hall(sqlite_store, clock)
    assert hall.waiting() == 1
    hall.work()
    assert (hall.waiting(), hall.case(10).version) == (0, 1)


@pytest.mark.parametrize("place", SENDING)
def test_f86_a_worker_killed_anywhere_on_the_way_to_the_org(
    sqlite_store: SqlStore, served_org: StandInOrg, tmp_path: Path, place: str
) -> None:
    """Another one finishes after the lease: each case is there once, with one entry of its timeline."""
    served_org.reset()

    def send(store: SqlStore) -> None:
        with pushing(store, served_org) as lane:
            lane.push()

    with pushing(sqlite_store, served_org) as lane:
        lane.file(1, 2, 3)
        assert killed_at(place, tmp_path, sqlite_store, send)
        served_org.clock.move(PUSH_LEASE)
        lane.push()
        assert (lane.open_count(), lane.parked()) == (0, ())
        assert [case["Source_Version__c"] for case in lane.cases()] == [1, 1, 1]
    assert len(served_org.records("SELECT Id FROM Case_Event__c")) == 3


@pytest.mark.parametrize("place", PICTURE)
def test_f86_a_reader_killed_in_a_file_or_after_it(
    sqlite_store: SqlStore, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """The next run reads on: each row is one case with one entry, and nothing is given up as gone."""
    for module in (csv_drop, csv_rows, csv_scan):
        monkeypatch.setattr(module, "MOST_RECORDS", 2)
    (tmp_path / "depot").mkdir()
    site = Site.over(sqlite_store, clock)
    hall = DropHall(site, tmp_path / "depot", tmp_path / "spool", {"directory": str(tmp_path / "depot")})
    hall.drop("URBA_1.csv", text([line(number) for number in range(5)]))

    def read(store: SqlStore) -> None:
        replace(hall, site=replace(site, store=store)).sync()

    assert killed_at(place, tmp_path, sqlite_store, read)
    assert len(hall.states()) == (2 if place == "picture.midway" else 5)
    again = hall.sync()
    assert (again.error_code, again.parked, again.no_longer_reported) == (None, 0, 0)
    assert hall.states() == {f"DP {number}": "INST" for number in range(5)}
    assert [len(timeline(sqlite_store, number)) for number in range(5)] == [1] * 5


@pytest.mark.parametrize("place", CALLBACK)
def test_f86_a_callback_killed_before_or_after_the_link(served: Service, place: str) -> None:
    """The citizen presses the button again: one Contact, one link, no doubt."""
    served.clean()
    with requests.Session() as browser:
        callback = served.called_back_at(browser)
        served.crash_at(place)
        with pytest.raises(requests.ConnectionError):
            served.get(browser, callback)
        assert served.crashed
        wait_for(partial(_answers, served))
        assert served.sign_in(browser).status_code == 303
    assert len(served.contacts()) == 1
    assert served.rows("SELECT count(*) FROM identity_links") == [(1,)]
    assert served.rows("SELECT count(*) FROM link_reviews") == [(0,)]


def _answers(service: Service) -> bool:
    try:
        return requests.get(f"{service.url}/health/live", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """Give the provider of the portal, for the module."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


def test_f86_a_door_of_the_portal_killed_after_its_tokens_were_issued(
    provider: RunningProvider, tmp_path: Path
) -> None:
    """The code is spent, for nobody: it opens nothing any more, and the next sign-in brings tokens."""
    client, citizen = provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    issue = provider.services.provider.issue
    known = provider.services.provider.clients.authenticated(client.id, client.secret)

    def redeem(store: SqlStore) -> None:
        replace(issue, store=store).for_code(known, code, RETURN, challenge_of(VERIFIER))

    assert killed_at("portal.tokens_issued", tmp_path, provider.store, redeem)
    assert provider.redeemed(client, code).json()["error"] == "invalid_grant"
    again = provider.tokens(citizen, client)
    assert provider.userinfo(again["access_token"]).status_code == 200
