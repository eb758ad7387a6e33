"""Which push goes first: the urgent before the rest, and no source behind another's flood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import AttachMethod
from bridge.domain.synchronisation import CallLane, Push, PushResult, PushState
from bridge.usecases.ports import CaseChange
from tests.adapters.store.samples import LEASE, add_link, change, claim, content, link, save
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


def save_in(store: SqlStore, lane: CallLane, *changes: CaseChange, now: datetime = START) -> None:
    """Save changes that came for this reason."""
    with store.begin() as tx:
        tx.cases.save(changes, tx.cases.existing([each.content.key for each in changes]), now, lane)


def many(source: str, number: int) -> list[CaseChange]:
    """Give this many changes of a source."""
    return [change(content(f"{source}-{n}", source=source)) for n in range(number)]


def of_lanes(store: SqlStore, limit: int, *lanes: CallLane, now: datetime = LATER) -> tuple[Push, ...]:
    """Claim from these lanes alone."""
    with store.begin() as tx:
        return tx.pushes.claim(limit, LEASE, now, lanes)


def shares(pushes: Collection[Push]) -> dict[str, int]:
    """Give how many pushes each source got."""
    return dict(Counter(push.key.source for push in pushes))


def test_the_most_urgent_lane_goes_first(store: SqlStore) -> None:
    """What a citizen waits for overtakes what has been due for longer."""
    for minutes, lane in enumerate(reversed(CallLane)):
        save_in(store, lane, change(content(lane.name)), now=START + timedelta(minutes=minutes))

    claimed = claim(store, LATER, limit=3)

    assert [(push.key.source_case_id, push.lane) for push in claimed] == [
        (lane.name, lane) for lane in (CallLane.CITIZEN, CallLane.WEBHOOK, CallLane.SCHEDULED)
    ]


def test_a_worker_may_keep_to_some_lanes(store: SqlStore) -> None:
    """With the budget for floods spent, the others go on."""
    for lane in CallLane:
        save_in(store, lane, change(content(lane.name)))

    assert [push.lane for push in of_lanes(store, 9, CallLane.WEBHOOK, CallLane.SCHEDULED)] == [1, 2]
    assert of_lanes(store, 9, CallLane.SCHEDULED) == ()
    assert [push.lane for push in claim(store, LATER)] == [0, 3]


def test_a_flood_of_one_source_leaves_the_others_their_share(store: SqlStore) -> None:
    """Five changes of the registry office go with the first claim, whatever the planning office sends."""
    save_in(store, CallLane.SCHEDULED, *many("flood", 300))
    save_in(store, CallLane.SCHEDULED, *many("five", 5), now=START + timedelta(minutes=5))

    assert shares(claim(store, LATER, limit=100)) == {"flood": 95, "five": 5}
    assert shares(claim(store, LATER, limit=100)) == {"flood": 100}


def test_more_sources_than_room_take_turns(store: SqlStore) -> None:
    """Nobody stands first in the alphabet for ever."""
    names = {f"s{n}" for n in range(5)}
    for name in sorted(names):
        save_in(store, CallLane.SCHEDULED, *many(name, 40))

    seen = {push.key.source for _ in range(30) for push in claim(store, LATER, limit=2)}

    assert seen == names


def test_an_open_push_keeps_the_more_urgent_lane(store: SqlStore) -> None:
    """A nightly run that names the case again does not send the citizen to the end of the queue."""
    save_in(store, CallLane.BACKFILL, change())
    save_in(store, CallLane.WEBHOOK, change(content(title="court"), fingerprint=b"2"))
    save_in(store, CallLane.BACKFILL, change(content(title="long"), fingerprint=b"3"))
    (push,) = claim(store, LATER)
    assert (push.version, push.lane) == (3, CallLane.WEBHOOK)

    with store.begin() as tx:
        tx.pushes.settle([PushResult(push, PushState.APPLIED, salesforce_id="500A")], LATER)
    save_in(store, CallLane.SCHEDULED, change(fingerprint=b"4"), now=LATER)

    assert [again.lane for again in claim(store, LATER)] == [CallLane.SCHEDULED]


def test_what_a_citizen_does_goes_in_their_lane(store: SqlStore) -> None:
    """A case given back, or attached, is seen in the portal before the night's work."""
    (case,) = save(store, change())
    citizen = add_link(store, link())
    with store.begin() as tx:
        tx.cases.attach(case.id, citizen, AttachMethod.RECEIPT, START)

    assert [push.lane for push in claim(store, LATER)] == [CallLane.CITIZEN]


def test_a_suspect_does_not_hold_more_urgent_lanes_up(store: SqlStore) -> None:
    """A case three workers died of goes alone, after the citizens and before younger cases of its lane."""
    save_in(store, CallLane.SCHEDULED, change(content("bad")))
    now = START
    for _ in range(3):
        claim(store, now)
        now += LEASE
    save_in(store, CallLane.SCHEDULED, *many("urbanisme", 2), now=now)
    save_in(store, CallLane.CITIZEN, change(content("mine")), now=now)
    now += timedelta(seconds=1)

    assert [push.key.source_case_id for push in claim(store, now, limit=1)] == ["mine"]
    assert [push.key.source_case_id for push in claim(store, now)] == ["bad"]
    assert len(claim(store, now)) == 2


def test_a_newer_version_under_a_lease_waits_for_its_end(store: SqlStore) -> None:
    """Two versions of a case are never on the wire together, and a dead worker's case comes back once."""
    save(store, change())
    (old,) = claim(store)
    save_in(store, CallLane.CITIZEN, change(content(title="court"), fingerprint=b"2"))

    assert claim(store, START + LEASE - timedelta(seconds=1)) == ()
    (new,) = claim(store, START + LEASE)
    assert (new.version, new.fence) == (2, old.fence + 1)
    with store.begin() as tx:
        assert tx.pushes.settle([PushResult(replace(old), PushState.APPLIED)], START + LEASE) == 0
