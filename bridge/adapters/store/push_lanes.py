"""The lane a push goes in: what a citizen follows never waits behind a flood."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, literal
from sqlalchemy import case as sql_case

from bridge.domain.synchronisation import CallLane


def lane_for(link_id: ColumnElement[Any] | ScalarSelect[Any], lane: CallLane) -> ColumnElement[int]:
    """Give the lane asked for; in a flood, the regular one for a case that has a citizen."""
    if lane is not CallLane.BACKFILL:
        return literal(lane.value)
    return sql_case((link_id.is_not(None), CallLane.SCHEDULED.value), else_=lane.value)
