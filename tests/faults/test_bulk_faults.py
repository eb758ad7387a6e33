"""A job of the org is stopped, stuck or left by a killed process: nothing lost, nothing twice (F44, F45)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
from structlog.testing import capture_logs

from bridge.adapters.store.store import SqlStore
from bridge.domain.bulk import BulkState
from bridge.usecases.carry_bulk import LANES
from bridge.usecases.push_cases import PushSummary
from bridge.usecases.send_bulk import HOLD
from tests.servers.org import StandInOrg
from tests.servers.patience import wait_for
from tests.servers.pushing import Pushing, pushing

TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def lane(sqlite_store: SqlStore, org: StandInOrg) -> Iterator[Pushing]:
    """Give a worker for whom six cases are many."""
    with pushing(sqlite_store, org, bulk_from=6) as lane:
        yield lane


def states(org: StandInOrg) -> list[str]:
    """Give the states of every job of Cases the org was ever given."""
    found = requests.get(
        f"{org.url}/services/data/v62.0/jobs/ingest",
        headers={"Authorization": f"Bearer {org.ready['access_token']}"},
        timeout=10,
    )
    return sorted(job["state"] for job in found.json()["records"] if job["object"] == "Case")


def test_f44_rows_an_aborted_job_left_go_once_more(lane: Pushing) -> None:
    """An administrator stops the job after five rows: these count, the rest is one more job."""
    lane.file(*range(12))
    lane.org.switch(bulk_batch_size=5, bulk_stop="abort", bulk_stop_after=1)
    lane.push(patience_s=0)
    wait_for(lambda: states(lane.org) == ["Aborted"])
    lane.org.switch(bulk_stop="")
    assert lane.push() == PushSummary(applied=12)
    assert (len(lane.cases()), states(lane.org)) == (12, ["Aborted", "JobComplete"])


def test_f44_rows_left_by_two_jobs_go_by_call(lane: Pushing) -> None:
    """Whoever aborts every job stops nothing: the second time the rows go two hundred a call."""
    lane.file(*range(12))
    lane.org.switch(bulk_stop="abort")
    assert lane.push() == PushSummary(applied=12)
    assert (len(lane.cases()), states(lane.org)) == (12, ["Aborted", "Aborted"])


def test_a_failed_job_is_settled_from_what_it_did(lane: Pushing) -> None:
    """Rows committed before the failure are applied, refused ones parked by cause, the others sent again."""
    lane.file(*range(12))
    lane.org.switch(
        bulk_batch_size=6, bulk_stop="fail", bulk_stop_after=1, fail_first=2, fail_code="STRING_TOO_LONG"
    )
    lane.push(patience_s=0)
    wait_for(lambda: states(lane.org) == ["Failed"])
    lane.org.switch(bulk_stop="", fail_first=0)
    assert lane.push() == PushSummary(applied=10, parked=2)
    assert {one.cause_code for one in lane.parked()} == {"STRING_TOO_LONG"}
    assert len(lane.cases()) == 10


def test_f45_a_job_stuck_for_hours_is_never_sent_again(lane: Pushing) -> None:
    """Its age is told, it is asked ever less often, and its rows stay with it until the org is done."""
    lane.file(*range(12))
    lane.org.switch(bulk_stop="hold")
    lane.push(patience_s=0)
    (job,) = lane.jobs()
    asked = lane.connection.calls_made
    with capture_logs() as logs:
        for _ in range(26):
            lane.org.clock.move(timedelta(minutes=5))
            lane.push(patience_s=0)
    told = [log["age_s"] for log in logs if log["event"] == "bulk job slow"]
    assert told
    assert min(told) > TWO_HOURS.total_seconds()
    assert (states(lane.org), lane.jobs()[0].id, lane.cases()) == (["InProgress"], job.id, [])
    assert lane.connection.calls_made - asked <= 26
    lane.file(*range(20, 28))
    assert lane.push(patience_s=0) == PushSummary(applied=8)  # by call: a job might be stuck as well
    lane.org.switch(bulk_stop="")
    wait_for(lambda: states(lane.org) == ["JobComplete"])
    lane.org.clock.move(timedelta(minutes=10))
    assert lane.push() == PushSummary(applied=12)
    assert len(lane.cases()) == 20


def test_a_change_that_comes_while_a_job_is_at_work_is_not_lost(lane: Pushing) -> None:
    """The job's answer settles the version it carried; the newer one goes right after it."""
    lane.file(*range(8))
    lane.org.switch(bulk_stop="hold")
    lane.push(patience_s=0)
    lane.file(3, CD_ETAT="ACC", LB_ETAT="accordé")
    lane.org.switch(bulk_stop="")
    assert lane.push() == PushSummary(applied=9)
    (case,) = [case for case in lane.cases() if case["Source_Key__c"] == "urbanisme:DP 3"]
    assert case["Source_Version__c"] == 2


def test_a_job_an_administrator_deleted_is_sent_again(lane: Pushing) -> None:
    """Without its results nobody knows what it did; the same upserts again find its records."""
    lane.file(*range(8))
    lane.push(patience_s=0)
    wait_for(lambda: states(lane.org) == ["JobComplete"])
    (job,) = lane.jobs()
    with lane.org.connection() as administrator:
        administrator._client.restful(f"jobs/ingest/{job.job_id}", method="DELETE")
    assert lane.push() == PushSummary(applied=8)
    assert len(lane.cases()) == 8


@pytest.mark.parametrize(
    ("moment", "jobs"),
    [("opened", ["Aborted", "JobComplete"]), ("uploaded", ["JobComplete"])],
)
def test_another_process_goes_on_where_one_was_killed(lane: Pushing, moment: str, jobs: list[str]) -> None:
    """By the stored id: what the org was given is not sent again, what it was not given begins anew."""
    lane.file(*range(9))
    with another_worker(lane, moment) as worker:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert [job.state for job in lane.jobs()] == [BulkState.OPEN]
    assert lane.push(patience_s=0).applied == 0
    lane.org.clock.move(HOLD)
    assert lane.push() == PushSummary(applied=9)
    assert (len(lane.cases()), states(lane.org), lane.jobs()) == (9, jobs, ())


def test_a_job_nobody_came_to_open_is_opened_by_another(lane: Pushing) -> None:
    """Its rows were claimed and the process died: they are nobody else's, and go when its hold is over."""
    lane.file(*range(9))
    assert lane.push.bulk is not None
    lane.push.bulk._claimed(LANES, lambda _done: None)
    assert lane.push(patience_s=0) == PushSummary()
    assert states(lane.org) == []
    lane.org.clock.move(HOLD)
    assert lane.push() == PushSummary(applied=9)
    assert states(lane.org) == ["JobComplete"]


def test_another_worker_sees_a_job_to_its_end(lane: Pushing, sqlite_store: SqlStore) -> None:
    """Whoever comes by first asks the org by the stored id."""
    lane.file(*range(9))
    lane.push(patience_s=0)
    with pushing(sqlite_store, lane.org, bulk_from=6) as other:
        assert other.push() == PushSummary(applied=9)
    assert (states(lane.org), lane.push()) == (["JobComplete"], PushSummary())


@contextmanager
def another_worker(lane: Pushing, moment: str) -> Iterator[subprocess.Popen[str]]:
    """Give a worker process on the same store and org that stops in mid-work at a moment."""
    config = lane.org.config()
    url = lane.store._engine.url.render_as_string(hide_password=False)
    told = (url, lane.org.clock.now().isoformat(), moment, config.login_url, config.consumer_key)
    command = [sys.executable, "-m", "tests.faults.dying_worker", *told, config.consumer_secret or ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            process.kill()
