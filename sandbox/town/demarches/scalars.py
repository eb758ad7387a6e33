"""Dates on the wire: the platform shows its own zone, Europe/Paris."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema

from sandbox.town.clock import PARIS


def teach_dates(schema: GraphQLSchema) -> None:
    """Give the schema's two date scalars their meaning."""
    _teach(schema, "ISO8601DateTime", show=_show_moment, read=_read_moment)
    _teach(schema, "ISO8601Date", show=_show_day, read=_read_day)


def _teach(
    schema: GraphQLSchema, name: str, *, show: Callable[[Any], str], read: Callable[[Any], date]
) -> None:
    scalar = schema.type_map[name]
    assert isinstance(scalar, GraphQLScalarType)
    # graphql-core 3.2 reads the first name of each pair, 3.3 the second.
    for attribute in ("serialize", "coerce_output_value"):
        setattr(scalar, attribute, show)
    for attribute in ("parse_value", "coerce_input_value"):
        setattr(scalar, attribute, read)


def _show_moment(value: datetime) -> str:
    return value.astimezone(PARIS).isoformat(timespec="seconds")


def _show_day(value: date) -> str:
    return value.isoformat()


def _read_moment(value: Any) -> datetime:
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"{value!r} is not a valid ISO8601DateTime") from error
    return read if read.tzinfo else read.replace(tzinfo=PARIS)


def _read_day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"{value!r} is not a valid ISO8601Date") from error
