"""A request that has a token before it has a number."""

from __future__ import annotations

import json

from tests.adapters.sources.wire import read_all, reader_of, records_of, town_options
from tests.sandbox.town.live import LiveTown


def options(town: LiveTown, **others: object) -> dict[str, object]:
    """Give the options of the stand-in's street desk, with an overlap shorter than the wait for a number."""
    return town_options(town.ready, "voirie") | {"page_size": 500, "overlap_minutes": 10} | others


def test_a_request_without_a_number_is_waited_for_and_then_read(town: LiveTown) -> None:
    """It is neither parked nor lost, although the list shows it no longer when its number has come."""
    town.post("/sandbox/faults", open311_token_hours=30)
    first, cursor = read_all(reader_of(options(town)))
    waiting = json.loads(cursor or "")["tokens"]
    assert waiting
    assert all(record.values["service_request_id"] for record in records_of(first))
    town.live("2015-12-04")
    second, later = read_all(reader_of(options(town)), cursor)
    numbers = {str(record.values["service_request_id"]) for record in records_of(second)}
    assert {token[:0:-1] for token in waiting} <= numbers
    assert not set(json.loads(later or "").get("tokens", {})) & set(waiting)


def test_a_token_the_server_forgot_keeps_nobody_waiting_for_ever(town: LiveTown) -> None:
    """After ninety days it is given up; until then it is asked for, and is no error."""
    _, cursor = read_all(reader_of(options(town)))
    noted = json.loads(cursor or "")
    young, old = "2025-03-01T00:00:00+00:00", "2024-01-01T00:00:00+00:00"
    noted["tokens"] = {"unknown": young, "forgotten": old, "broken": "never"}
    _, later = read_all(reader_of(options(town)), json.dumps(noted))
    assert json.loads(later or "")["tokens"] == {"unknown": young}
