"""Which cases a source still reports, read in one index and in little memory."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, func, select, update

from bridge.adapters.store.pushes import open_pushes
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import cases

_PAGE = 10_000
_MOST_AT_ONCE = 50_000
# No report has it, so whatever is reported next is absorbed.
_NO_FINGERPRINT = b""


def reported_pages(connection: Connection, source: str) -> Iterator[Sequence[tuple[str, bytes]]]:
    """Give id and fingerprint of the cases still reported, in pages by id; rows may change meanwhile."""
    query = select(cases.c.source_case_id, cases.c.fingerprint)
    query = query.where(_reported(source)).order_by(cases.c.source_case_id).limit(_PAGE)
    after = ""
    while page := connection.execute(query.where(cases.c.source_case_id > after)).all():
        yield cast("Sequence[tuple[str, bytes]]", page)
        after = page[-1][0]


def count_reported(connection: Connection, source: str) -> int:
    """Give how many cases of the source are not flagged as no longer reported."""
    query = select(func.count()).select_from(cases).where(_reported(source))
    return connection.execute(query).scalar_one()


def flag_absent(connection: Connection, source: str, reported: Container[str], now: datetime) -> int:
    """Flag the cases whose ids are not `reported`, and have the org told; give how many."""
    flagged, absent = 0, list[str]()
    for page in reported_pages(connection, source):
        absent += [source_case_id for source_case_id, _ in page if source_case_id not in reported]
        if len(absent) >= _MOST_AT_ONCE:
            flagged += _flag(connection, source, absent, now)
            absent.clear()
    return flagged + _flag(connection, source, absent, now)


def _flag(connection: Connection, source: str, absent: Sequence[str], now: datetime) -> int:
    ids: list[str] = []
    for piece in in_pieces(absent):
        named = (cases.c.source == source) & cases.c.source_case_id.in_(piece)
        ids += connection.execute(select(cases.c.id).where(named)).scalars()
    flag = update(cases).values(
        no_longer_reported_at=now,
        changed_at=now,
        version=cases.c.version + 1,
        fingerprint=_NO_FINGERPRINT,
    )
    for piece in in_pieces(ids):
        connection.execute(flag.where(cases.c.id.in_(piece)))
    open_pushes(connection, ids, now)
    return len(ids)


def _reported(source: str) -> ColumnElement[bool]:
    return (cases.c.source == source) & cases.c.no_longer_reported_at.is_(None)
