"""Store and org compared case by case, and what is done about what differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.domain.causes import CASE_UNKEYED
from bridge.domain.reconciliation import Finding
from bridge.errors import PermanentError, RequestError, TransientError
from tests.servers.org_hall import OrgHall
from tests.usecases.town import audited


def found(hall: OrgHall, **wanted: Any) -> dict[str, int]:
    """Compare; give what was found, without what was not."""
    counts = hall.compare(**wanted).tally.counts
    return {finding.value: count for finding, count in counts.items() if count}


def test_two_equal_sides_agree_and_the_report_says_so(hall: OrgHall) -> None:
    """Count and checksum are the same on both sides, and no case of a person can be read from it."""
    hall.sent(*range(1, 8))
    done = hall.compare()
    report = hall.seal.verified(done.report)
    assert (done.tally.agrees, report["agrees"]) == (True, True)
    sides = report["sources"]["urbanisme"]
    assert sides["store"] == sides["org"]
    assert sides["store"]["cases"] == 7
    assert sides["mapping_version"]
    assert report["found"] == dict.fromkeys(map(str, Finding), 0)
    assert "DP 1" not in done.report
    with hall.store.read() as tx:
        last = tx.reconciliations.last()
        stored = tx.reconciliations.last_report()
    assert last is not None
    assert last.agrees is True
    assert stored == (last.ended_at, done.report)


def test_a_comparison_is_a_handful_of_calls(hall: OrgHall) -> None:
    """Created, polled, read, forgotten: the number of cases adds a call for 50,000 only."""
    hall.sent(*range(1, 30))
    done = hall.compare()
    assert hall.seal.verified(done.report)["api_calls"] <= 6
    assert hall.org.stats()["calls"]["bulk-query"] >= 4


def test_what_the_org_lacks_is_found_healed_and_zero_the_next_time(hall: OrgHall) -> None:
    """Deleted for good by an administrator: the poll sees nothing, the comparison does."""
    hall.sent(*range(1, 6))
    for number in (2, 4):
        hall.org.delete("Case", hall.theirs(number)["Id"])
    hall.org.control("purge")
    assert found(hall) == {"missing": 2}
    assert found(hall, heal=True) == {"missing": 2}
    assert hall.bell.rung == ["push"]
    assert ("operator", "cases.healed", "", "2") in audited(hall.store)
    assert hall.push().applied == 2
    assert found(hall) == {}
    assert hall.count() == 5


def test_another_status_under_the_same_version_is_different(hall: OrgHall) -> None:
    """Written by a tool of the org in the integration's own name, which no look at changes tells."""
    hall.sent(1, 2)
    hall.org.write("Case", hall.theirs(2)["Id"], Phase__c="closed")
    assert found(hall) == {"different": 1}
    assert found(hall, heal=True) == {"different": 1}
    hall.push()
    assert found(hall) == {}
    assert hall.theirs(2)["Phase__c"] == "in_progress"


def test_what_the_org_has_besides_is_listed_and_never_touched(hall: OrgHall) -> None:
    """A Case under a key of ours that we do not know: somebody looks at it."""
    hall.sent(1)
    other = hall.org.add("Case", Subject="?", Source__c="urbanisme", Source_Key__c="urbanisme:DP 9")
    done = hall.compare(heal=True)
    (extra,) = done.listed[Finding.EXTRA]
    assert (extra.salesforce_id, extra.case_id) == (other, None)
    assert hall.count() == 2


def test_a_case_without_its_key_is_stopped_and_gets_it_back(hall: OrgHall) -> None:
    """Found by the Case id our push remembers; a person's replay puts the key back, and no second is made."""
    hall.sent(1, 2)
    kept = hall.theirs(1)["Id"]
    hall.org.write("Case", kept, Source_Key__c=None)
    assert found(hall) == {"unkeyed": 1}
    assert hall.stopped() == {CASE_UNKEYED: 1}
    hall.tell(1, CD_ETAT="ACC")
    assert hall.push().applied == 0
    assert hall.replay_all() == 0
    assert hall.push().applied == 1
    assert (hall.theirs(1)["Id"], hall.theirs(1)["Phase__c"]) == (kept, "decided")
    assert found(hall) == {}
    assert hall.count() == 2


def test_a_key_moved_to_another_case_names_both(hall: OrgHall) -> None:
    """The one we wrote is unkeyed under a key we know, the other one is not ours."""
    hall.sent(1)
    first = hall.theirs(1)["Id"]
    hall.org.write("Case", first, Source_Key__c=None)
    hall.org.add("Case", Subject="copie", Source__c="urbanisme", Source_Key__c="urbanisme:DP 1")
    assert found(hall) == {"duplicated": 1, "extra": 1}
    assert hall.replay_all() == 0


def test_a_push_on_its_way_is_no_fault_and_no_agreement(hall: OrgHall) -> None:
    """Both sides will be the same: they are not yet."""
    hall.sent(1, 2)
    hall.tell(1, CD_ETAT="ACC")
    hall.tell(3)
    assert found(hall) == {"waiting": 2}
    hall.push()
    assert found(hall) == {}


def test_one_source_alone_is_compared(hall: OrgHall) -> None:
    """Another source's Cases are neither counted nor missed."""
    hall.sent(1)
    hall.org.add("Case", Subject="?", Source__c="voirie", Source_Key__c="voirie:7")
    assert found(hall) == {"extra": 1}
    assert found(hall, source="urbanisme") == {}
    assert found(hall, source="voirie") == {"extra": 1}


def test_what_changes_while_we_compare_is_looked_at_twice(
    hall: OrgHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A push that arrives between the two readings is no difference."""
    hall.sent(1, 2)
    census = hall.reconcile.census
    closes = type(census).read

    def read(self: Any, job_id: str) -> Any:
        rows = list(closes(self, job_id))
        hall.sent(1, CD_ETAT="ACC")
        return iter(rows)

    monkeypatch.setattr(type(census), "read", read)
    assert found(hall) == {}


def test_a_job_left_by_a_comparison_that_died_is_closed_by_the_next(hall: OrgHall) -> None:
    """The id is kept before anything is waited for, so that no job stays in the org."""
    hall.sent(1)
    hall.org.switch(bulk_stop="fail")
    with pytest.raises(PermanentError) as caught:
        hall.compare()
    assert caught.value.code == "salesforce.bulk_failed"
    with hall.store.read() as tx:
        assert len(tx.reconciliations.left_jobs()) == 1
        last = tx.reconciliations.last()
    assert last is not None
    assert last.error_code == "salesforce.bulk_failed"
    hall.org.switch(bulk_stop="")
    assert found(hall) == {}
    with hall.store.read() as tx:
        assert tx.reconciliations.left_jobs() == {}


def test_two_comparisons_are_one(hall: OrgHall) -> None:
    """The second one is refused with its own code."""
    with hall.store.sole("reconcile") as alone:
        assert alone
        with pytest.raises(TransientError) as caught:
            hall.compare()
    assert caught.value.code == "reconcile.busy"


def test_an_altered_report_is_not_ours(hall: OrgHall) -> None:
    """One count more, another key, half a file: refused alike."""
    hall.sent(1)
    report = hall.compare().report
    whole = json.loads(report)
    whole["report"]["sources"]["urbanisme"]["org"]["cases"] = 2
    strange = json.loads(report)
    strange["signature"]["key"] = "v9"
    for altered in (json.dumps(whole), json.dumps(strange), report[:-40], "[]", ""):
        with pytest.raises(RequestError) as caught:
            hall.seal.verified(altered)
        assert caught.value.code == "report.signature"
    spaced = json.dumps(json.loads(report))
    assert hall.seal.verified(spaced)["agrees"] is True
