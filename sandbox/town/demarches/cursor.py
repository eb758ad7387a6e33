"""Pages by cursor, as the real platform cuts them.

Source: demarche.numerique.gouv.fr, app/graphql/connections (January 2026): a cursor is the base64 of
`<UTC time with nanoseconds>;<id>`; the page starts strictly after it; one more row tells if there is more.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from graphql import GraphQLError

from sandbox.town.clock import PARIS

MAX_PAGE = 100
Place = tuple[datetime, int]
T = TypeVar("T")


class CursorError(ValueError):
    """A cursor that decodes to no timestamp: the platform answers 400."""


def encode(place: Place) -> str:
    """The cursor of a place in the order."""
    at, number = place
    # The database keeps microseconds; the cursor always shows nine digits.
    stamp = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}000Z"
    return urlsafe_b64encode(f"{stamp};{number}".encode()).decode().rstrip("=")


def decode(cursor: str) -> Place:
    """The place a cursor stands for.

    Raises: GraphQLError when it is not base64, CursorError when it holds no timestamp.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise GraphQLError(f'Invalid input: "{cursor}"') from error
    stamp, _, number = text.partition(";")
    try:
        at = datetime.fromisoformat(stamp)
        return at if at.tzinfo else at.replace(tzinfo=PARIS), int(number or 0)
    except ValueError as error:
        raise CursorError("invalid date") from error


@dataclass(frozen=True, slots=True)
class Asked:
    """The paging arguments of one connection."""

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None
    order: str = "ASC"

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> Asked:
        """The paging arguments among a field's arguments."""
        return cls(
            first=arguments.get("first"),
            last=arguments.get("last"),
            after=arguments.get("after") or None,
            before=arguments.get("before") or None,
            order=arguments.get("order") or "ASC",
        )

    def check(self) -> None:
        """Raises: GraphQLError `bad_request` on exclusive or negative arguments."""
        for one, other in (("first", "last"), ("before", "after")):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise _bad_request(f'Arguments "{one}" and "{other}" are exclusive')
        for name in ("first", "last"):
            if (getattr(self, name) or 0) < 0:
                raise _bad_request(f'Argument "{name}" must be a non-negative integer')
        if self.last is not None and self.order == "DESC":
            raise _bad_request('Argument "last" is not supported with order "desc"')


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page, in the order it is shown."""

    rows: Sequence[T]
    has_previous: bool
    has_next: bool


def cut(rows: Sequence[T], place: Callable[[T], Place], asked: Asked) -> Page[T]:
    """The page asked for, out of every row.

    Raises: GraphQLError or CursorError on arguments the platform refuses.
    """
    asked.check()
    size = min(size for size in (asked.first, asked.last, MAX_PAGE) if size is not None)
    if asked.order == "DESC":
        return _descending(rows, place, asked, size)
    backwards = asked.last is not None or asked.before is not None
    taken = _walk(rows, place, asked.after, asked.before, backwards=backwards)[: size + 1]
    more = len(taken) > size
    shown = taken[:size]
    return Page(
        shown[::-1] if backwards else shown,
        has_previous=asked.after is not None or (more and backwards),
        has_next=asked.before is not None or (more and not backwards),
    )


def _descending(rows: Sequence[T], place: Callable[[T], Place], asked: Asked, size: int) -> Page[T]:
    # Deprecated order: the roles of `before` and `after` are swapped.
    backwards = asked.before is None
    taken = _walk(rows, place, asked.before, asked.after, backwards=backwards)[: size + 1]
    more = len(taken) > size
    return Page(
        taken[:size],
        has_previous=asked.after is not None or (more and not backwards),
        has_next=asked.before is not None or (more and backwards),
    )


def _walk(
    rows: Sequence[T], place: Callable[[T], Place], after: str | None, before: str | None, *, backwards: bool
) -> list[T]:
    kept = sorted(rows, key=place, reverse=backwards)
    if before is not None:
        limit = decode(before)
        return [row for row in kept if place(row) < limit]
    if after is not None:
        limit = decode(after)
        return [row for row in kept if place(row) > limit]
    return kept


def _bad_request(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "bad_request"})
