"""The queue of doubts as an agent asks for it: narrowed, sorted, by pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.sql import Select

from bridge.adapters.store.tables import cases, link_reviews
from bridge.usecases.ports import ReviewFilter


def queue_of(wanted: ReviewFilter) -> Select[Any]:
    """Give the query for one page of the queue."""
    column = link_reviews.c
    query = _visible(select(link_reviews), wanted.sources)
    query = query.where(column.decided_at.is_not(None) if wanted.decided else column.decided_at.is_(None))
    if wanted.kind:
        query = query.where(column.kind == wanted.kind)
    if wanted.state:
        query = query.where(column.state == wanted.state)
    if wanted.grade:
        query = query.where(column.grade == wanted.grade)
    order = (
        (column.created_at.desc(), column.id.desc())
        if wanted.newest_first
        else (column.created_at, column.id)
    )
    return query.order_by(*order).offset(wanted.skip).limit(wanted.limit)


def waiting_of(sources: frozenset[str] | None) -> Select[Any]:
    """Give the query that counts what waits, by kind and state."""
    column = link_reviews.c
    counted = select(column.kind, column.state, func.count(), func.min(column.created_at))
    waiting = _visible(counted, sources).where(column.decided_at.is_(None))
    return waiting.group_by(column.kind, column.state).order_by(func.min(column.created_at))


def _visible(query: Select[Any], sources: frozenset[str] | None) -> Select[Any]:
    """Leave out doubts about requests of other sources; doubts about who somebody is are for every agent."""
    if sources is None:
        return query
    return query.join(cases, cases.c.id == link_reviews.c.case_id, isouter=True).where(_within(sources))


def _within(sources: frozenset[str]) -> ColumnElement[bool]:
    return or_(link_reviews.c.case_id.is_(None), cases.c.source.in_(sorted(sources)))
