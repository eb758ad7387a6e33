"""Reads cases with their references, two statements whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_
from sqlalchemy.sql import Select

from bridge.adapters.store.case_rows import case_of
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import case_references, cases, identity_links
from bridge.domain.case import Case, Reference
from bridge.usecases.ports import CaseFilter


def cases_of(connection: Connection, query: Select[Any]) -> tuple[Case, ...]:
    """Give the cases a query over `cases` finds, in its order."""
    rows = connection.execute(query).mappings().all()
    references = _references(connection, {row["id"] for row in rows})
    return tuple(case_of(row, references.get(row["id"], ())) for row in rows)


def owned_by(link_id: str) -> Select[Any]:
    """Give the query for all cases of a citizen; none once the link is undone."""
    link = identity_links.c
    active = select(link.id).where(link.id == link_id, link.undone_at.is_(None))
    return select(cases).where(cases.c.link_id == link_id, active.exists())


def narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    """Give the page of a query that a filter asks for, latest change first."""
    place = tuple_(cases.c.changed_at, cases.c.id)
    if wanted.phases:
        query = query.where(cases.c.phase.in_(sorted(wanted.phases)))
    if wanted.sources:
        query = query.where(cases.c.source.in_(sorted(wanted.sources)))
    if wanted.changed_since is not None:
        query = query.where(cases.c.changed_at >= wanted.changed_since)
    if wanted.after is not None:
        query = query.where(place < wanted.after)
    return query.order_by(cases.c.changed_at.desc(), cases.c.id.desc()).limit(wanted.limit)


def bearing(reference: str) -> ColumnElement[bool]:
    """Give the condition of the cases a number, an id or an external id names."""
    named = select(case_references.c.case_id).where(case_references.c.value == reference)
    source, _, source_case_id = reference.partition(":")
    external = (cases.c.source == source) & (cases.c.source_case_id == source_case_id)
    return (cases.c.id == reference) | external | cases.c.id.in_(named)


def _references(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Reference]]:
    found: defaultdict[str, list[Reference]] = defaultdict(list)
    for piece in in_pieces(case_ids):
        query = select(case_references).where(case_references.c.case_id.in_(piece))
        for row in connection.execute(query.order_by(case_references.c.position)).mappings():
            found[row["case_id"]].append(Reference(row["value"], row["issuer"]))
    return dict(found)
