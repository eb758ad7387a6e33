"""The store's side of what goes on in the org: marks, notices, notifications, conflicts, comparisons."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, update

from bridge.adapters.store.notifications import REPEATED_FOR
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import pushes
from bridge.domain.causes import CASE_DELETED, CASE_UNKEYED
from bridge.domain.org_case import CaseConflict, HeldCase, Outcome
from bridge.domain.synchronisation import CallLane, PushResult, PushState
from bridge.usecases.ports import CaseFeedState, CaseMark, PastComparison
from tests.adapters.store.samples import change, claim, content, save
from tests.fakes.clock import START

LATER = START + timedelta(minutes=5)
LATEST = LATER + timedelta(minutes=5)


def applied(store: SqlStore, *numbers: str) -> dict[str, str]:
    """Have the org take these cases; give the Case id of each of ours."""
    saved = save(store, *(change(content(number)) for number in numbers))
    with store.begin() as tx:
        results = [
            PushResult(push, PushState.APPLIED, salesforce_id=f"500{push.case_id[2:14]}AAA", is_told=True)
            for push in tx.pushes.claim(200, timedelta(seconds=60), START)
        ]
        tx.pushes.settle(results, START)
    return {case.id: f"500{case.id[2:14]}AAA" for case in saved}


def held(store: SqlStore, case_id: str) -> HeldCase:
    """Give one of our cases with its place in the org."""
    with store.read() as tx:
        return tx.in_org.by_case_ids([case_id])[case_id]


def test_a_failure_keeps_the_place_in_the_walk(store: SqlStore) -> None:
    """Where we were is kept through failures, and a first look that fails was no look."""
    mark = CaseMark(START, "500A")
    with store.begin() as tx:
        assert tx.case_feed.state() is None
        tx.case_feed.failed(START, LATER)
        assert tx.case_feed.state() == CaseFeedState(None, LATER, START)
        tx.case_feed.covered(mark, LATER)
        tx.case_feed.failed(LATER, LATEST)
        tx.case_feed.failed(LATEST, LATEST)
        assert tx.case_feed.state() == CaseFeedState(mark, LATEST, LATER)
        tx.case_feed.make_due(START)
        assert tx.case_feed.state() == CaseFeedState(mark, START, LATER)


def test_a_case_named_while_we_looked_stays_named(store: SqlStore) -> None:
    """The same Case twice is one look, unless it was named again since the look began."""
    with store.begin() as tx:
        tx.case_feed.notice(["500B", "500A"], START)
        tx.case_feed.notice(["500B"], LATER)
        assert tx.case_feed.noticed(10) == ("500A", "500B")
        tx.case_feed.looked_at(["500A", "500B"], START)
        assert tx.case_feed.noticed(10) == ("500B",)


def test_a_notification_is_heard_once_for_two_days(store: SqlStore) -> None:
    """The org repeats for one day; what it cannot repeat any more is forgotten."""
    with store.begin() as tx:
        assert tx.notifications.heard(["04l1", "04l2"], START) == {"04l1", "04l2"}
        assert tx.notifications.heard(["04l2", "04l3"], LATER) == {"04l3"}
        tx.notifications.prune(START + REPEATED_FOR + timedelta(seconds=1))
        assert tx.notifications.heard(["04l1", "04l3"], LATER) == {"04l1"}


def test_what_led_nowhere_is_one_row_however_often_it_is_said(store: SqlStore) -> None:
    """An org that tells of an object nobody follows fills no table."""
    with store.begin() as tx:
        for moment in (START, LATER):
            tx.notifications.park("notification.kind:Lead", "notification.kind", "Lead", moment)
        (cause,) = tx.stopped.causes()
        assert (cause.kind, cause.source, cause.count, cause.oldest) == (
            "notification",
            "salesforce",
            1,
            START,
        )
        (item,) = tx.stopped.named("notification.kind:Lead")
        assert item.explanation == "2 ×"
        assert tx.notifications.forget(["notification.kind:Lead", "unknown"]) == 1
        assert tx.stopped.causes() == ()


def test_one_change_is_one_conflict(store: SqlStore) -> None:
    """However often it is seen; another change of the same case is another one."""
    (case_id,) = applied(store, "PC-1")
    first = CaseConflict(case_id, START, "005A", ("Phase__c",), Outcome.REWRITTEN, LATER)
    second = CaseConflict(case_id, LATER, "005A", ("Subject",), Outcome.LEFT, LATEST)
    with store.begin() as tx:
        assert [tx.conflicts.add(each) for each in (second, first, first)] == [True, True, False]
        assert tx.conflicts.of_case(case_id) == (first, second)
        assert tx.conflicts.count_since(case_id, LATER) == 1
        assert tx.conflicts.count_since("c_other", START) == 0


def test_a_case_is_found_by_its_id_in_the_org_by_its_key_and_by_ours(store: SqlStore) -> None:
    """Three ways to the same row."""
    ids = applied(store, "PC-1", "PC-2")
    case_id, salesforce_id = next(iter(ids.items()))
    one = held(store, case_id)
    assert (one.state, one.applied_version, one.is_settled) == (PushState.APPLIED, 1, True)
    with store.read() as tx:
        assert tx.in_org.by_ids([salesforce_id, "500unknown"]) == {salesforce_id: one}
        key = one.case.content.key
        assert tx.in_org.by_keys([key]) == {key.external_id: one}
        assert tx.in_org.by_ids([]) == {}


def test_every_case_is_paged_once(store: SqlStore) -> None:
    """In order of our ids, of one source or of all."""
    ids = sorted(applied(store, *(f"PC-{number}" for number in range(5))))
    save(store, change(content("V-1", source="voirie")))
    with store.read() as tx:
        first = tx.in_org.page("", 3, "urbanisme")
        rest = tx.in_org.page(first[-1].case_id, 3, "urbanisme")
        assert [row.case_id for row in (*first, *rest)] == ids
        assert len(tx.in_org.page("", 10, None)) == 6
        assert tx.in_org.rows(ids[:2]) == {row.case_id: row for row in first[:2]}


def test_what_a_person_must_decide_is_not_reopened_by_news(store: SqlStore) -> None:
    """A newer state waits with it; a replay, or the cause's own end, sends both."""
    (case_id,) = applied(store, "PC-1")
    with store.begin() as tx:
        assert tx.in_org.hold(case_id, CASE_UNKEYED, "why", LATER) is True
        assert tx.in_org.hold(case_id, CASE_UNKEYED, "again", LATEST) is False
    save(store, change(content("PC-1", title="Autre"), fingerprint=b"2"), now=LATER)
    assert claim(store, LATEST) == ()
    assert held(store, case_id).cause_code == CASE_UNKEYED
    with store.begin() as tx:
        assert tx.in_org.reopen([case_id], LATEST, CallLane.BACKFILL) == 1
        assert tx.in_org.reopen([case_id], LATEST, CallLane.SCHEDULED) == 0
    (push,) = claim(store, LATEST)
    assert (push.version, push.is_first, push.lane) == (2, False, CallLane.BACKFILL)


def test_another_refusal_is_still_given_another_try_by_news(store: SqlStore) -> None:
    """Only what a person must decide waits for one."""
    (case_id,) = applied(store, "PC-1")
    with store.begin() as tx:
        tx.in_org.hold(case_id, "STRING_TOO_LONG", "", LATER)
    save(store, change(content("PC-1", title="Autre"), fingerprint=b"2"), now=LATER)
    assert [push.case_id for push in claim(store, LATEST)] == [case_id]


def test_a_deleted_case_tried_again_is_sent_as_new(store: SqlStore, store_engine: Engine) -> None:
    """With the timeline and what agents own, into whatever Case the org makes of it."""
    (case_id,) = applied(store, "PC-1")
    with store.begin() as tx:
        tx.in_org.hold(case_id, CASE_DELETED, "", LATER)
        assert tx.pushes.replay([case_id], LATEST) == 1
    (push,) = claim(store, LATEST)
    assert push.salesforce_id is None
    with store_engine.begin() as connection:
        connection.execute(update(pushes).values(state=PushState.APPLIED, lease_until=None))
    with store.begin() as tx:
        assert tx.in_org.reopen_new([case_id], LATEST, CallLane.SCHEDULED) == 1
    (push,) = claim(store, LATEST)
    assert push.is_first is True


def test_a_case_is_raised_above_what_the_org_holds(store: SqlStore) -> None:
    """By one, and never lowered."""
    ids = list(applied(store, "PC-1", "PC-2"))
    save(store, *(change(content("PC-2", title=f"{n}"), fingerprint=b"%d" % n) for n in range(3)))
    with store.begin() as tx:
        tx.in_org.raise_above({ids[0]: 6, ids[1]: 0}, LATER, CallLane.BACKFILL)
    assert held(store, ids[0]).case.version == 7
    assert held(store, ids[1]).case.version > 1
    assert {push.version for push in claim(store, LATEST)} == {7, held(store, ids[1]).case.version}


def test_a_comparison_keeps_its_job_until_it_is_closed(store: SqlStore) -> None:
    """The next one knows what an interrupted one left behind, and how the latest ended."""
    with store.begin() as tx:
        assert tx.reconciliations.last() is None
        first = tx.reconciliations.start(START)
        tx.reconciliations.job(first, "750A")
        assert tx.reconciliations.left_jobs() == {first: "750A"}
        tx.reconciliations.fail(first, LATER, "remote.timeout")
        assert tx.reconciliations.last() == PastComparison(START, LATER, None, "remote.timeout")
        tx.reconciliations.job(first, None)
        assert tx.reconciliations.left_jobs() == {}
        assert tx.reconciliations.last_report() is None
        second = tx.reconciliations.start(LATER)
        tx.reconciliations.end(second, LATEST, agrees=True, report="{}")
        assert tx.reconciliations.last() == PastComparison(LATER, LATEST, True, None)
        assert tx.reconciliations.last_report() == (LATEST, "{}")
