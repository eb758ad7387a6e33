"""What changed and what was deleted between two moments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.salesforce.wire import NOON, Wire, refusal

BEFORE, AFTER = "2026-11-24T11:00:00Z", "2026-11-24T13:00:00Z"


def asked(wire: Wire, resource: str, start: str = BEFORE, end: str = AFTER) -> dict[str, Any]:
    """Ask for a window that is expected to be accepted."""
    answer = wire.get(f"sobjects/Contact/{resource}/", params={"start": start, "end": end})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_deletions_are_listed_with_how_far_the_list_goes(wire: Wire) -> None:
    """A deleted and a merged record are named; one that is there is not; the last minute is not covered."""
    kept, deleted, loser = (wire.create("Contact", LastName=name) for name in "KDL")
    wire.delete(f"sobjects/Contact/{deleted}")
    wire.post("/sandbox/merge", {"winner": kept, "losers": [loser]})
    assert asked(wire, "deleted")["deletedRecords"] == []
    wire.clock.advance(seconds=90)
    found = asked(wire, "deleted")
    assert [row["id"] for row in found["deletedRecords"]] == [deleted, loser]
    assert found["deletedRecords"][0]["deletedDate"] == "2026-11-24T12:00:00.000+0000"
    assert found["latestDateCovered"] == "2026-11-24T12:01:00.000+0000"
    assert found["earliestDateAvailable"] == "2026-11-09T12:01:00.000+0000"


def test_changes_are_listed(wire: Wire) -> None:
    """A new, a changed and a restored record are named, and what is in the bin is not."""
    ids = [wire.create("Contact", LastName=name) for name in "ABC"]
    wire.clock.advance(hours=2)
    wire.patch(f"sobjects/Contact/{ids[0]}", {"Title": "x"})
    wire.delete(f"sobjects/Contact/{ids[1]}")
    wire.delete(f"sobjects/Contact/{ids[2]}")
    wire.post("/sandbox/undelete", {"ids": [ids[2]]})
    wire.clock.advance(minutes=2)
    assert asked(wire, "updated", AFTER, "2026-11-24T15:00:00Z")["ids"] == [ids[0], ids[2]]


def test_a_log_may_be_behind(wire: Wire) -> None:
    """What the log does not cover yet is listed later, from `latestDateCovered` on."""
    contact = wire.create("Contact", LastName="A")
    wire.delete(f"sobjects/Contact/{contact}")
    wire.fault(replication_lag_s=600)
    wire.clock.advance(minutes=5)
    first = asked(wire, "deleted")
    assert (first["deletedRecords"], first["latestDateCovered"][:16]) == ([], "2026-11-24T11:55")
    wire.clock.advance(minutes=10)
    assert len(asked(wire, "deleted", first["latestDateCovered"])["deletedRecords"]) == 1


def test_a_purged_log_begins_later(wire: Wire) -> None:
    """Who asks for more than the log holds is told where it begins."""
    contact = wire.create("Contact", LastName="A")
    wire.delete(f"sobjects/Contact/{contact}")
    wire.clock.advance(minutes=5)
    wire.post("/sandbox/purge")
    wire.clock.advance(minutes=5)
    found = asked(wire, "deleted")
    assert (found["deletedRecords"], found["earliestDateAvailable"][:16]) == ([], "2026-11-24T12:05")


@pytest.mark.parametrize(
    ("resource", "start", "end"),
    [
        ("deleted", AFTER, BEFORE),
        ("deleted", "2026-11-24T11:59:00Z", "2026-11-24T12:00:00Z"),
        ("updated", "yesterday", AFTER),
        ("updated", (NOON - timedelta(days=31)).isoformat(), AFTER),
    ],
    ids=["backwards", "one minute", "no date", "too old"],
)
def test_a_wrong_window_is_refused(wire: Wire, resource: str, start: str, end: str) -> None:
    """The start precedes the end by more than a minute, and is not older than the log may be."""
    answer = wire.get(f"sobjects/Contact/{resource}", params={"start": start, "end": end})
    assert refusal(answer) == (400, "INVALID_REPLICATION_DATE")
