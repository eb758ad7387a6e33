"""The promise as a whole: whatever breaks, nothing acknowledged is lost, doubled or shown backwards (F85)."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from requests.exceptions import RequestException

from sandbox.town.pusher import Pusher
from tests.soak.faults import Schedule
from tests.soak.hall import SECRET, Hall, open_hall
from tests.soak.ledger import Ledger, Watch
from tests.soak.towns import PlanningOffice, PushingDesk, Registry, Town, version_in

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
CASES_EACH = 40
_CONVERGED_WITHIN_S = 300.0
_LOOKS = 5

pytestmark = pytest.mark.slow


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Give the product, running."""
    with open_hall(tmp_path) as running:
        running.start()
        yield running


def test_f85_nothing_is_lost_doubled_or_shown_backwards_whatever_breaks(hall: Hall, tmp_path: Path) -> None:
    """Faults of every kind for a minute while the town moves; then store, org and ledger agree."""
    print(f"\nsoak: seed {SEED}, {SECONDS:.0f} s")
    chance = random.Random(SEED)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    pusher = Pusher(f"{hall.url}/webhooks/sources/guichet", bytes.fromhex(SECRET))
    desk = PushingDesk(pusher, random.Random(SEED + 2))
    offices = (PlanningOffice(tmp_path / "urbanisme"), Registry(tmp_path / "registry.db"), desk)
    town = Town(offices, random.Random(SEED + 1), CASES_EACH, ledger.attempt, ledger.acknowledge)
    over = threading.Event()
    shown, org = Watch("API"), Watch("org")
    threads = [
        threading.Thread(target=_live, args=(hall, town, desk, over)),
        threading.Thread(target=_watch, args=(hall, shown, org, over)),
    ]
    for thread in threads:
        thread.start()
    schedule = Schedule(chance)
    began = time.monotonic()
    while (lasted := time.monotonic() - began) < SECONDS or (
        # A machine out of breath needs longer to break everything, and to look at it.
        lasted < 4 * SECONDS and (schedule.missing() or min(shown.looks, org.looks) < _LOOKS)
    ):
        over.wait(chance.uniform(0.5, 2.5))
        schedule.strike(hall, over.wait)
    hall.heal()
    over.set()
    for thread in threads:
        thread.join(60)
    # What was told last lies where it can be read, and nothing breaks any more: all of it must arrive.
    ledger.acknowledge(town.last_told())
    took = _converge(hall, ledger)
    verdict = ledger.judge(
        _history(hall), _parked(hall), [*shown.went_back, *org.went_back, *_org_differs(hall)]
    )
    print(f"soak: faults {dict(schedule.done)}, restarts {hall.restarts}")
    print(f"soak: told {len(ledger.attempted)}, looks {shown.looks}+{org.looks}, agreed after {took:.0f} s")
    print(f"soak: {verdict.counts}")
    assert not schedule.missing(), f"void: {schedule.missing()} never happened"
    assert min(shown.looks, org.looks) >= _LOOKS, "void: nobody was looking"
    assert verdict.is_clean, (SEED, verdict)


def _live(hall: Hall, town: Town, desk: PushingDesk, over: threading.Event) -> None:
    """Let the town move until it is over, and once more when everything works again."""
    while not over.wait(0.4):
        for office in town.offices:
            town.move(office)
        _tell(hall, town, desk)
    for office in town.offices:
        town.move(office)
    while not _tell(hall, town, desk):
        time.sleep(0.2)


def _tell(hall: Hall, town: Town, desk: PushingDesk) -> bool:
    """Say that two offices moved, and have the third send what it has; True when all was received."""
    town.acknowledge(desk.send())
    hinted = [hall.hint(office.source) == 202 for office in town.offices if office is not desk]
    return all(hinted) and not desk.waits


def _watch(hall: Hall, shown: Watch, org: Watch, over: threading.Event) -> None:
    """Look each second, as the citizen and as a person in the org."""
    while not over.wait(1.0):
        if (seen := hall.shown()) is not None:
            shown.look(seen)
        try:
            rows = hall.org_rows("SELECT Source_Key__c, Legacy_Label__c FROM Case")
        except RequestException:
            continue
        org.look({row["Source_Key__c"]: version_in(row["Legacy_Label__c"]) for row in rows})


def _converge(hall: Hall, ledger: Ledger) -> float:
    """Wait until store and org hold the newest version of each; give how long it took (I8)."""
    began = time.monotonic()
    wanted: dict[str, int] = {}
    for key, version in ledger.acknowledged:
        wanted[key] = max(version, wanted.get(key, -1))
    while time.monotonic() - began < _CONVERGED_WITHIN_S:
        rows = hall.org_rows("SELECT Source_Key__c, Legacy_Label__c FROM Case")
        held = {row["Source_Key__c"]: version_in(row["Legacy_Label__c"]) for row in rows}
        if held == wanted and not _count(hall, "SELECT count(*) FROM pushes WHERE state = 'due'"):
            break
        time.sleep(0.5)
    return time.monotonic() - began


def _history(hall: Hall) -> dict[str, list[int]]:
    """Give the versions each case went through, from the timelines of our store."""
    found: dict[str, list[int]] = defaultdict(list)
    query = (
        "SELECT c.source || ':' || c.source_case_id, e.legacy_label FROM case_events e "
        "JOIN cases c ON c.id = e.case_id"
    )
    for key, label in hall.rows(query):
        found[str(key)].append(version_in(str(label)))
    return found


def _org_differs(hall: Hall) -> list[str]:
    """Name what the org holds twice, or otherwise than we do."""
    query = "SELECT source || ':' || source_case_id, legacy_label FROM cases"
    ours = {str(key): str(label) for key, label in hall.rows(query)}
    cases = hall.org_rows("SELECT Source_Key__c, Legacy_Label__c FROM Case")
    theirs = {row["Source_Key__c"]: row["Legacy_Label__c"] for row in cases}
    entries = [row["Event_Key__c"] for row in hall.org_rows("SELECT Event_Key__c FROM Case_Event__c")]
    told = _count(hall, "SELECT count(*) FROM case_events")
    odd = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    odd += ["two Cases under one key"] if len(theirs) != len(cases) else []
    odd += (
        [f"{len(set(entries))} entries in the org, {told} in the store"] if len(set(entries)) != told else []
    )
    return odd + (["one entry twice"] if len(set(entries)) != len(entries) else [])


def _parked(hall: Hall) -> list[str]:
    query = (
        "SELECT c.source || ':' || c.source_case_id FROM pushes p JOIN cases c ON c.id = p.case_id "
        "WHERE p.state = 'parked'"
    )
    return [str(row[0]) for row in hall.rows(query)]


def _count(hall: Hall, query: str) -> int:
    return int(str(hall.rows(query)[0][0]))
