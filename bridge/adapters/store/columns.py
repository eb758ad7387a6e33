"""Column types of the store: aware UTC times, and columns that declare what they may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, DateTime, Dialect
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

Holds = Literal["id", "hash", "time", "word", "number", "sealed", "text"]


class UtcTime(TypeDecorator[datetime]):
    """A moment: takes aware times only, gives aware UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give what the driver stores. Raises: ValueError for a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the stored moment in UTC; SQLite keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def held(
    name: str,
    holds: Holds,
    type_: TypeEngine[Any],
    *rest: SchemaItem,
    nullable: bool = False,
    key: bool = False,
) -> Column[Any]:
    """Give a column that says which class of data it holds; none of the classes is civil status."""
    return Column(name, type_, *rest, nullable=nullable, primary_key=key, info={"holds": holds})
