"""What a case was before the news we had first: an entry of its timeline, and no change of its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, update

from bridge.adapters.store.case_rows import event_row_of
from bridge.adapters.store.ids import new_id
from bridge.adapters.store.tables import case_events, cases
from bridge.domain.case import Case, CaseContent, CaseEvent
from bridge.domain.status import Moment


def add_past(
    connection: Connection, held: Case, timeline: Sequence[CaseEvent], said: CaseContent, now: datetime
) -> bool:
    """Add an entry unless the timeline tells the same; under a new version, so that the org hears of it."""
    told = {(replace(event.status, mapping_version=""), event.public_note) for event in timeline}
    if (replace(said.status, mapping_version=""), said.public_note) in told:
        return False
    version = held.version + 1
    event = CaseEvent(
        id=new_id("e_"),
        case_id=held.id,
        version=version,
        status=said.status,
        occurred=said.status.since or Moment(now),
        received_at=now,
        public_note=said.public_note,
    )
    connection.execute(update(cases).where(cases.c.id == held.id).values(version=version))
    connection.execute(insert(case_events).values(event_row_of(event)))
    return True
