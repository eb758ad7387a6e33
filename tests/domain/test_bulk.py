"""How long the org is left alone with a job."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bridge.domain.bulk import BulkJob, BulkKind, BulkProgress, BulkState, next_look
from tests.fakes.clock import START

JOB = BulkJob("b_1", BulkKind.CASES, BulkState.SENT, 10_000, created_at=START, sent_at=START)


def at_work(processed: int) -> BulkProgress:
    """Give a job the org has done so many rows of."""
    return BulkProgress(is_open=False, is_over=False, processed=processed)


def test_the_first_wait_is_as_long_as_rows_took_last_time() -> None:
    """Ten thousand at five milliseconds are fifty seconds."""
    assert next_look(JOB, START, 0.005) == timedelta(seconds=50)


def test_a_pace_that_shows_decides() -> None:
    """A quarter done in a minute leaves three."""
    now = START + timedelta(minutes=1)
    assert next_look(JOB, now, 0.005, at_work(2_500)) == timedelta(minutes=3)


def test_each_wait_is_longer_than_the_one_before() -> None:
    """An org that shows nothing is asked some thirty times in four hours, and every ten minutes at least."""
    waits = [next_look(replace(JOB, rows=10, looks=n), START, 0.001, at_work(0)) for n in range(40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=2), timedelta(minutes=10))
    assert sum(waits[:30], timedelta()) > timedelta(hours=2)
