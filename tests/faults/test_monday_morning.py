"""Twelve hours of news at once, and an org that others have half used up (F87)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.agent import Role
from bridge.domain.synchronisation import CallLane
from bridge.usecases import push_cases
from bridge.usecases.push_cases import PushSummary
from tests.adapters.store.samples import add_link, link
from tests.http.answers import body_of
from tests.http.console.desk import agent
from tests.http.site import Browser, Site
from tests.http.visits import read
from tests.servers.org import StandInOrg, serving_org
from tests.servers.pushing import Pushing, pushing
from tests.usecases.people import PAUL, PSEUDONYMS

BACKLOG, WATCHED = range(1, 401), range(381, 401)


@pytest.fixture
def org() -> Iterator[StandInOrg]:
    """Give an org that is this test's own."""
    with serving_org() as org:
        yield org


@pytest.fixture
def lane(sqlite_store: SqlStore, org: StandInOrg) -> Iterator[Pushing]:
    """Give a worker that sends by call, before a flood."""
    with pushing(sqlite_store, org) as lane:
        backlog(lane)
        yield lane


def backlog(lane: Pushing) -> None:
    """Have a flood wait for the org, with the requests of one citizen at its end."""
    contact = lane.org.add("Contact", LastName="MARTIN", FirstName="Paul")
    add_link(lane.store, link(1, contact=contact), *PSEUDONYMS.link_keys(PAUL))
    lane.file(*BACKLOG[: -len(WATCHED)], lane=CallLane.BACKFILL)
    lane.file(*WATCHED, lane=CallLane.BACKFILL, person=PAUL)


def told(desk: Browser) -> str:
    """Give what the console says of the way to the org."""
    return read(desk, "/agents/").sections["Vers Salesforce"]


def test_f87_on_monday_morning_the_citizens_come_first(
    lane: Pushing, org: StandInOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody follows arrives first, citizens are served meanwhile, lanes pause; the end is told."""
    monkeypatch.setattr(push_cases, "BATCH", 50)
    site, followed = Site.over(lane.store, org.clock), []
    site.citizens.add(1)
    overview = replace(site.services.desk.overview, budget=lane.budget)
    services = replace(site.services, desk=replace(site.services.desk, overview=overview))
    citizen, desk = site.citizen(), agent(Site.serving(services, site), Role.READER)

    def meanwhile(_sent: int) -> None:
        followed.append(sum(case["ContactId"] is not None for case in lane.cases("ContactId")))
        assert len(body_of(citizen.get("/api/v1/cases"))["cases"]) == len(WATCHED)

    assert "400 demandes attendent d’y arriver. Rien n’est parti ces dernières minutes" in told(desk)
    org.switch(daily_limit_max=40, daily_limit_used=20)
    # The third batch spends the share of the flood between its cases and their timelines.
    assert lane.push(meanwhile) == PushSummary(applied=100, retried=50)
    assert followed == [len(WATCHED)] * 3
    assert "Les reprises de données attendent." in told(desk)

    org.clock.move(timedelta(minutes=2))
    assert "300 demandes" in told(desk)
    assert "tout y sera vers aujourd’hui à 10 h 08." in told(desk)
    lane.file(WATCHED[0], lane=CallLane.BACKFILL, person=PAUL, OBJET="Abri")
    assert lane.push() == PushSummary(applied=1)

    org.clock.move(timedelta(minutes=15))
    assert lane.push() == PushSummary()
    assert "Rien n’est parti ces dernières minutes : la fin n’est pas connue." in told(desk)

    org.switch(daily_limit_max=40, daily_limit_used=3)
    org.clock.move(timedelta(minutes=15))
    assert lane.push() == PushSummary(applied=300)
    assert "Tout y est arrivé." in told(desk)
    keys = [case["Source_Key__c"] for case in lane.cases("Source_Key__c")]
    assert len(keys) == len(set(keys)) == len(BACKLOG)


def test_f87_what_a_citizen_follows_waits_for_no_job_of_the_flood(
    sqlite_store: SqlStore, org: StandInOrg
) -> None:
    """The flood goes as a job the org works on in its own time; before it, the few go by call."""
    with pushing(sqlite_store, org, bulk_from=200) as lane:
        backlog(lane)
        there: list[int] = []
        lane.push(lambda sent: there.append(len(lane.cases())) if sent else None)
        assert (there[0], lane.open_count(), len(lane.cases())) == (len(WATCHED), 0, len(BACKLOG))
        assert lane.calls("bulk-ingest") > 0
