"""The arguments of `GET requests`, read the way GeoReport v2 says.

Source: https://wiki.open311.org/GeoReport_v2/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.town.clock import NEW_YORK
from sandbox.town.voirie.desk import StreetDesk, status_of
from sandbox.town.voirie.history import StreetRequest

SPAN = timedelta(days=90)
LIMIT = 1000
PAGE_SIZE = 100
STATUSES = {"open", "closed"}


class FilterError(ValueError):
    """An argument cannot be understood: HTTP 400."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for. `numbers` overrides all the others; no `page` means the first thousand."""

    numbers: Sequence[str]
    services: frozenset[str]
    statuses: frozenset[str]
    start: datetime
    end: datetime
    page: int | None
    page_size: int

    @property
    def window(self) -> slice:
        """The part of the matching requests that the answer carries."""
        if self.page is None:
            return slice(0, LIMIT)
        return slice((self.page - 1) * self.page_size, self.page * self.page_size)


def read_filters(arguments: Mapping[str, str], now: datetime) -> Filters:
    """The filters of a query string.

    Raises: FilterError on a date without a zone, an unknown status, a bad page or a range over 90 days.
    """
    statuses = _listed(arguments, "status")
    if unknown := set(statuses) - STATUSES:
        raise FilterError(f"status must be open or closed, not {min(unknown)}")
    start, end = read_range(arguments, now)
    paged = "page" in arguments or "page_size" in arguments
    return Filters(
        numbers=_listed(arguments, "service_request_id"),
        services=frozenset(_listed(arguments, "service_code")),
        statuses=frozenset(statuses),
        start=start,
        end=end,
        page=_positive(arguments, "page", 1) if paged else None,
        page_size=min(LIMIT, _positive(arguments, "page_size", PAGE_SIZE)),
    )


def read_range(arguments: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """`start_date` and `end_date`, completed to 90 days and never beyond now.

    Raises: FilterError when the range is reversed or spans more than 90 days.
    """
    start, end = _moment(arguments, "start_date"), _moment(arguments, "end_date")
    if start is None:
        end = end or now
        return end - SPAN, min(end, now)
    if end is None:
        return start, min(now, start + SPAN)
    # Counted in elapsed time: on the wall clock, 90 days across March or November differ by an hour.
    elapsed_s = end.timestamp() - start.timestamp()
    if elapsed_s < 0:
        raise FilterError("end_date lies before start_date")
    if elapsed_s > SPAN.total_seconds():
        raise FilterError("start_date and end_date may not span more than 90 days")
    return start, min(end, now)


def select(desk: StreetDesk, filters: Filters, now: datetime) -> list[StreetRequest]:
    """The requests to answer: newest first, or in the order their numbers were given."""
    if filters.numbers:
        found = (desk.find(number, now) for number in filters.numbers)
        return [request for request in found if request is not None][:LIMIT]
    chosen = [
        request
        for request in reversed(desk.opened_between(filters.start, filters.end))
        if (not filters.services or request.service_code in filters.services)
        and (not filters.statuses or status_of(request, now) in filters.statuses)
    ]
    return chosen[filters.window]


def _listed(arguments: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in arguments.get(name, "").split(",") if part.strip()]


def _positive(arguments: Mapping[str, str], name: str, default: int) -> int:
    text = arguments.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
        raise FilterError(f"{name} must be a positive integer")
    return int(text)


def _moment(arguments: Mapping[str, str], name: str) -> datetime | None:
    text = arguments.get(name)
    if not text:
        return None
    try:
        # A literal "+" arrives as a space when the caller did not encode it.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise FilterError(f"{name} must use the W3C format, e.g. 2010-01-01T00:00:00Z") from error
    if moment.tzinfo is None:
        raise FilterError(f"{name} must carry a time zone")
    return moment.astimezone(NEW_YORK)
