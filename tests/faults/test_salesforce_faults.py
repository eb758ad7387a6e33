"""The org goes wrong, or the road to it: nothing lost, nothing twice, and it is told (F36–F43, F47, F52)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import CallLane, SourceHealth
from bridge.errors import TransientError
from bridge.usecases.push_cases import PushSummary
from bridge.usecases.settle_pushes import CROWDED, SALESFORCE
from mappings.loader import load_salesforce
from tests.adapters.salesforce.scripted_org import EXPIRED, Answer, ScriptedOrg
from tests.contracts.requests_made import a_case
from tests.servers.loopback import serving
from tests.servers.org import StandInOrg
from tests.servers.pushing import Pushing, pushing

QUICK = OutboundLimits(connect_timeout_s=2.0, read_timeout_s=2.0)
HALF_MINUTE = timedelta(seconds=30)
PICKLIST = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


@pytest.fixture
def lane(sqlite_store: SqlStore, org: StandInOrg) -> Iterator[Pushing]:
    """Give a worker that sends by call."""
    with pushing(sqlite_store, org) as lane:
        yield lane


def health(lane: Pushing) -> SourceHealth:
    """Give what the console is told of the lane."""
    with lane.store.read() as tx:
        return tx.intake.health()[SALESFORCE]


def test_f36_an_org_away_for_half_an_hour_is_hardly_knocked_at(lane: Pushing) -> None:
    """Two probes a minute at most; the lane says since when it fails; then each case arrives in order."""
    lane.file(1)
    lane.org.switch(status=503, calls=-1)
    began = lane.org.clock.now()
    before = lane.org.stats()["statuses"].get("503", 0)
    for _ in range(60):
        lane.push()
        lane.org.clock.move(HALF_MINUTE)
    assert lane.org.stats()["statuses"]["503"] - before <= 60
    assert health(lane).failing_since == began
    lane.file(1, CD_ETAT="ACC")
    lane.org.switch(status=0)
    lane.org.clock.move(timedelta(minutes=1))
    assert lane.push() == PushSummary(applied=1)
    assert [case["Source_Version__c"] for case in lane.cases()] == [2]
    assert health(lane).failing_since is None


def test_f36_the_circuit_spares_whoever_waits(org: StandInOrg) -> None:
    """After five failures in a minute a call fails at once; one probe each half minute finds the org well."""
    with org.connection() as connection:
        connection.read("limits", "limits")
        org.switch(status=503, calls=-1)
        for _ in range(20):
            with pytest.raises(TransientError) as caught:
                connection.read("limits", "limits")
        assert (caught.value.code, connection.circuit.is_open) == ("remote.circuit_open", True)
        assert connection.calls_made == 1 + 5
        for _ in range(10):
            org.clock.move(timedelta(seconds=6))
            with pytest.raises(TransientError):
                connection.read("limits", "limits")
        assert connection.calls_made <= 1 + 7
        org.switch(status=0)
        org.clock.move(HALF_MINUTE)
        assert connection.read("limits", "limits")["DailyApiRequests"]["Max"] > 0
        assert not connection.circuit.is_open


@pytest.mark.parametrize(("fault", "held_s"), [("hold", 3.0), ("drop", 0.0)], ids=["f37_slow", "f38_reset"])
def test_f37_f38_an_answer_lost_after_the_write_leaves_one_case(
    sqlite_store: SqlStore, org: StandInOrg, fault: str, held_s: float
) -> None:
    """The write was made and nobody heard of it; the same upsert, sent again, finds its record."""
    with pushing(sqlite_store, org, limits=QUICK) as lane:
        lane.file(1)
        org.switch(after_write=fault, hold_s=held_s, write_calls=1)
        assert lane.push().error_code in {"remote.timeout", "remote.interrupted"}
        org.clock.move(timedelta(minutes=1))
        assert lane.push() == PushSummary(applied=1)
        assert len(lane.cases()) == 1


def test_f39_thirty_seven_of_two_hundred_fail_alone(lane: Pushing) -> None:
    """163 are applied, 37 are parked under the org's cause, in one call."""
    lane.file(*range(200))
    lane.push()
    lane.file(*range(200), OBJET="Abri de jardin")
    lane.org.switch(fail_first=37, fail_code="FIELD_CUSTOM_VALIDATION_EXCEPTION")
    assert lane.push() == PushSummary(applied=163, parked=37)
    assert {parked.cause_code for parked in lane.parked()} == {"FIELD_CUSTOM_VALIDATION_EXCEPTION"}
    assert [case["Subject"] for case in lane.cases()].count("Abri de jardin") == 163


def test_f40_locked_rows_come_back_alone(lane: Pushing) -> None:
    """Every fifth row is locked at each try; all are applied within five minutes of theirs."""
    lane.file(*range(100))
    lane.org.switch(lock_rate=0.2, seed=7)
    began = lane.org.clock.now()
    applied = 0
    while lane.open_count():
        applied += lane.push().applied
        lane.org.clock.move(timedelta(seconds=5))
    assert (applied, len(lane.cases()), lane.parked()) == (100, 100, ())
    assert lane.org.clock.now() - began <= timedelta(minutes=5)


def test_f41_a_budget_reached_in_a_run_stops_it_and_lets_it_go_on(lane: Pushing) -> None:
    """Scheduled work stops at 85 %, a webhook still goes, and a quarter of an hour later all goes on."""
    lane.file(*range(6))
    lane.push()
    lane.org.switch(daily_limit_max=20, daily_limit_used=14)
    done = []
    for number in range(5):
        lane.file(number, OBJET="Abri")
        done.append(lane.push())
    assert done == [PushSummary(applied=1)] * 3 + [PushSummary()] * 2
    lane.file(5, lane=CallLane.WEBHOOK, OBJET="Abri")
    assert lane.push() == PushSummary(applied=1)
    lane.org.switch(daily_limit_max=20, daily_limit_used=3)
    assert lane.push() == PushSummary()
    lane.org.clock.move(timedelta(minutes=15))
    assert lane.push() == PushSummary(applied=2)


def test_f41_an_org_that_refuses_every_call_is_left_alone(lane: Pushing) -> None:
    """One refusal, then silence for a quarter of an hour; no case is blamed."""
    lane.file(1, 2)
    lane.org.switch(daily_limit_max=50, daily_limit_used=50)
    assert lane.push().error_code == "remote.budget"
    made = lane.connection.calls_made
    for _ in range(20):
        lane.push()
    assert lane.connection.calls_made == made
    lane.org.switch(daily_limit_max=50, daily_limit_used=10)
    lane.org.clock.move(timedelta(minutes=15))
    assert lane.push() == PushSummary(applied=2)


def test_f42_a_session_that_ends_between_two_calls_costs_one_login() -> None:
    """The fourth call is sent once more, whole: same headers, same body, another token."""
    org = ScriptedOrg()
    written = Answer(200, [{"id": "500000000000001AAA", "success": True, "created": True, "errors": []}])
    org.answers = [written, written, written, Answer(401, EXPIRED), written]
    with serving(org.at) as address:
        org.instance_url = address
        with org.connection() as connection:
            cases = SalesforceCases(connection, load_salesforce("case"))
            for number in range(4):
                assert cases.upsert([a_case(str(number))])[0].error_code is None
            assert connection.logins == 2
    refused, again = org.asked[3:]
    assert refused.headers.pop("AUTHORIZATION") != again.headers.pop("AUTHORIZATION")
    assert refused == again


def test_f43_a_login_refused_for_good_is_tried_three_times_in_half_an_hour(lane: Pushing) -> None:
    """The connector is paused and says why; no case is blamed, however often the bell rings."""
    lane.file(1)
    lane.org.switch(login_error="user hasn't approved this consumer")
    before = lane.calls("login")
    for _ in range(60):
        lane.push()
        lane.org.clock.move(HALF_MINUTE)
    assert lane.calls("login") - before <= 3
    assert health(lane).error_code == "salesforce.login.invalid_grant"
    assert (lane.parked(), lane.open_count()) == ((), 1)


def test_f47_a_value_taken_off_a_picklist_stops_its_rows_alone(lane: Pushing) -> None:
    """They are parked in one group, the others flow, and one replay after the mending sends them all."""
    mapping = load_salesforce("case")
    phase = next(rule for rule in mapping.fields if rule.target == "Phase__c")
    gone = replace(phase, table={"in_progress": "in_progress", "decided": "no longer there"})
    others = tuple(gone if rule is phase else rule for rule in mapping.fields)
    broken = SalesforceCases(lane.connection, replace(mapping, fields=others))
    lane.file(*range(6))
    lane.file(*range(10, 14), CD_ETAT="ACC")
    assert replace(lane.push, directory=broken)() == PushSummary(applied=6, parked=4)
    assert {(one.cause_code, one.cause_text) for one in lane.parked()} == {
        (PICKLIST, f"{PICKLIST} (Phase__c)")
    }
    with lane.store.begin() as tx:
        assert tx.pushes.replay(None, lane.org.clock.now()) == 4
    assert lane.push() == PushSummary(applied=4)


def test_f52_a_retired_version_is_the_connectors_fault(sqlite_store: SqlStore, org: StandInOrg) -> None:
    """The error names the version; no case is parked, and a mended setting sends them."""
    with pushing(sqlite_store, org, api_version="20.0") as lane:
        lane.file(1, 2)
        assert lane.push().error_code == "salesforce.unsupported_api_version"
        assert (lane.parked(), lane.open_count()) == ((), 2)
        with pytest.raises(Exception, match=r"API version 20\.0: UNSUPPORTED_API_VERSION"):
            lane.connection.read("limits", "limits")
    org.clock.move(timedelta(minutes=15))
    with pushing(sqlite_store, org) as lane:
        assert lane.push() == PushSummary(applied=2)


def test_an_org_crowded_with_long_calls_is_asked_less_at_once(lane: Pushing) -> None:
    """It says so under the code of a spent day; no lane pauses for it, no case is blamed, ours are fewer."""
    lane.file(1, 2)
    lane.org.switch(crowded=1)
    assert lane.push().error_code == CROWDED
    with lane.store.read() as tx:
        assert tx.calls.at_once(lane.org.clock.now()) == 1
    assert lane.budget.open_lanes() == frozenset(CallLane)
    lane.org.clock.move(timedelta(seconds=15))
    assert lane.push() == PushSummary(applied=2)
