"""Statements over many rows: long lists in pieces, and inserts that may meet a row already there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert
# Below the number of variables every supported SQLite takes in one statement.
PIECE = 900


def in_pieces(values: Collection[str]) -> Iterator[list[str]]:
    """Give the values sorted, in lists short enough for one statement.

    Sorted, so that two transactions lock the same rows in the same order.
    """
    ordered = iter(sorted(values))
    while piece := list(islice(ordered, PIECE)):
        yield piece


def insert_into(connection: Connection, table: Table) -> Insert:
    """Give an insert that knows ON CONFLICT, in the words of the connection's database."""
    return insert_in(connection.dialect.name, table)


def insert_in(dialect: str, table: Table) -> Insert:
    """Give such an insert for a database, by its name."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
