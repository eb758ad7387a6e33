"""Pages of a view that follow its key, so that none is skipped while rows come and go."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bridge.adapters.sources.sql_session import Row, ViewSession

Column = sa.ColumnClause[Any]
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order, and whether they are the last."""

    number: int
    rows: Sequence[Row]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads a view through one session; `required` are the columns it must have."""

    session: ViewSession
    view: sa.TableClause
    key: Column
    required: tuple[str, ...]
    batch: int

    def following(self, order: tuple[Column, ...], wanted: sa.ColumnElement[bool]) -> Iterator[Page]:
        """Give page after page. Rows that share a place are never parted by a border.

        Raises: PermanentError `source.key` when a page cannot end, or the next one does not go on.
        """
        condition, number, before = wanted, 1, None
        while True:
            rows = self._rows(condition, order)
            places = [tuple(row[column.name] for column in order) for row in rows]
            is_last = len(rows) <= self.batch
            size = len(rows) if is_last else _whole(places, self.batch)
            if not is_last and (size == 0 or places[size - 1] == before):
                raise self._refusal(f"over {self.batch} rows share one {self.key.name}")
            yield Page(number, rows[:size], is_last)
            if is_last:
                return
            before = places[size - 1]
            condition, number = sa.and_(wanted, _after(order, before)), number + 1

    def keyless(self) -> Iterator[Page]:
        """Give the rows without a key, if any: no more than a page, for none stands behind another."""
        rows = self._rows(self.key.is_(None), ())
        if len(rows) > self.batch:
            raise self._refusal(f"over {self.batch} rows have no {self.key.name}")
        if rows:
            yield Page(0, sorted(rows, key=lambda row: repr(tuple(row.values()))), is_last=False)

    def _rows(self, wanted: sa.ColumnElement[bool], order: tuple[Column, ...]) -> Sequence[Row]:
        question = sa.select(sa.text("*")).select_from(self.view).where(wanted).order_by(*order)
        found = self.session.answer(question.limit(self.batch + 1))
        missing = [name for name in self.required if name not in found.names]
        if missing:
            problem = f"the view has no column {', '.join(missing)}"
            raise self.session.database.refusal("source.header", problem)
        return found.rows

    def _refusal(self, problem: str) -> Exception:
        return self.session.database.refusal("source.key", problem)


def _whole(places: Sequence[Place], size: int) -> int:
    """Give how many rows to take so that the next one stands at another place."""
    while size and _alike(places[size - 1]) == _alike(places[size]):
        size -= 1
    return size


def _alike(place: Place) -> Place:
    """Many databases sort `a1` with `A1` and `é` with `e`: what may be one place to them is one here."""
    return tuple(_folded(value) if isinstance(value, str) else value for value in place)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).rstrip()


def _after(order: tuple[Column, ...], place: Place) -> sa.ColumnElement[bool]:
    first, *others = order
    beyond = sa.and_(first > place[0])
    if not others:
        return beyond
    return sa.or_(beyond, sa.and_(first == place[0], _after(tuple(others), place[1:])))
