"""Many cases go as one job of the org, few by call, and both leave the same record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import cases
from bridge.domain.synchronisation import CallLane
from bridge.usecases import send_bulk
from bridge.usecases.push_cases import PushSummary
from tests.servers.org import StandInOrg
from tests.servers.pushing import Pushing, pushing

ALL_FIELDS = (
    "Source_Key__c, Source__c, Reference__c, Procedure__c, Subject, Phase__c, Outcome__c, Waiting_For__c,"
    " Tacit__c, Status_Since__c, Legacy_Code__c, Legacy_Label__c, Public_Note__c, Next_Due_On__c,"
    " Mapping_Version__c, Source_Version__c, No_Longer_Reported_At__c, ContactId, Status, Origin"
)


def test_many_cases_are_one_job(store: SqlStore, org: StandInOrg) -> None:
    """From the threshold on a job carries them, another their timelines; nothing goes by call."""
    with pushing(store, org, bulk_from=6) as lane:
        lane.file(*range(20))
        assert lane.push() == PushSummary(applied=20)
        assert (len(lane.cases()), len(org.records("SELECT Id FROM Case_Event__c"))) == (20, 20)
        assert (lane.open_count(), lane.jobs(), lane.calls("collections")) == (0, (), 0)
        with store.read() as tx:
            assert tx.pushes.untold_count() == 0


def test_few_cases_go_by_call(lane: Pushing) -> None:
    """Below the threshold no job is opened."""
    lane.file(*range(5))
    assert lane.push() == PushSummary(applied=5)
    assert lane.calls("bulk-ingest") == 0


def test_a_citizen_waits_for_no_job(lane: Pushing) -> None:
    """However many cases are due in the lanes that may wait, the urgent ones go by call before them."""
    lane.file(*range(20), lane=CallLane.BACKFILL)
    lane.file(100, lane=CallLane.WEBHOOK)
    lane.org.switch(bulk_delay_s=0.3)
    lane.push(patience_s=0)
    assert [case["Source_Key__c"] for case in lane.cases()] == ["urbanisme:DP 100"]
    assert lane.push() == PushSummary(applied=20)


def test_a_citizen_goes_between_two_pieces_of_a_job(lane: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is at a job of many rows lets a call pass after each piece of it."""
    monkeypatch.setattr(send_bulk, "SLICE", 5)
    lane.file(*range(20), lane=CallLane.BACKFILL)
    ended: list[int] = []

    def tell(count: int) -> None:
        if not ended:
            lane.file(100, lane=CallLane.WEBHOOK)
        ended.append(count)

    assert lane.push(tell) == PushSummary(applied=21)
    assert ended == [5, 1, 5, 5, 5]


def test_both_ways_leave_the_same_record(sqlite_store: SqlStore, org: StandInOrg, lane: Pushing) -> None:
    """What is unknown is empty, what went away is emptied, and odd characters arrive, by job as by call."""
    odd = 'Clôture, "haute" et verte; #N/A'
    found = []
    for bulk_from in (0, 6):
        with pushing(sqlite_store, org, bulk_from=bulk_from) as way:
            numbers = range(1, 10) if bulk_from else range(11, 20)
            way.file(*numbers, OBJET=odd, DT_LIMITE="03/05/2025")
            assert way.push() == PushSummary(applied=9)
            way.file(*numbers, CD_ETAT="ACC", LB_ETAT="accordé", OBJET=odd)
            assert way.push() == PushSummary(applied=9)
            found.append(way.cases(ALL_FIELDS)[-9:])
            org.reset()
    by_call, by_job = found
    alike = ("Source_Key__c", "Reference__c")
    for one, other in zip(by_call, by_job, strict=True):
        for name in alike:
            assert one.pop(name) != other.pop(name)
        assert one == other
    assert by_call[0]["Subject"] == odd
    assert lane.open_count() == 0


def test_a_text_that_means_null_to_a_job_goes_by_call(lane: Pushing) -> None:
    """`#N/A` as somebody's own words cannot be said in an upload; the case arrives all the same."""
    lane.file(*range(9))
    lane.file(9, OBJET="#N/A")
    assert lane.push() == PushSummary(applied=10)
    assert {case["Subject"] for case in lane.cases()} == {"Clôture", "#N/A"}


def test_cases_whose_contact_is_in_a_call_wait_for_it(lane: Pushing) -> None:
    """However many they are: no empty job is opened, and they go once that call is over."""
    contact = lane.org.add("Contact", LastName="Dubois")
    lane.file(*range(8))
    with lane.store._engine.begin() as connection:
        connection.execute(update(cases).values(contact_id=contact))
    with lane.store.begin() as tx:
        (held,) = tx.pushes.claim(1, timedelta(seconds=60), lane.org.clock.now())
    assert lane.push() == PushSummary()
    assert (lane.jobs(), lane.calls("bulk-ingest")) == ((), 0)
    with lane.store.begin() as tx:
        tx.pushes.postpone([held], lane.org.clock.now())
    assert lane.push() == PushSummary(applied=8)
    assert lane.calls("bulk-ingest") > 0
    assert {case["ContactId"] for case in lane.cases("Source_Key__c, ContactId")} == {contact}
