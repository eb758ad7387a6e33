"""The street-report desk: what it holds at the end of a day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.town.clock import NEW_YORK, end_of
from sandbox.town.records import Standing
from sandbox.town.voirie.history import StreetRequest


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of request that can be made."""

    code: str
    name: str
    group: str


class StreetDesk:
    """Requests indexed by opening and by closing, so that any day is found by bisection."""

    def __init__(self, requests: Iterable[StreetRequest], day: date) -> None:
        self._opened = sorted(requests, key=lambda r: (r.opened_at, r.number))
        self._opening_times = [request.opened_at for request in self._opened]
        closings = sorted((r.closed_at, r.number, r) for r in self._opened if r.closed_at is not None)
        self._closing_times = [closed_at for closed_at, _, _ in closings]
        self._closed = [request for _, _, request in closings]
        self._by_number = {request.number: request for request in self._opened}
        self.services = _services(self._opened)
        self.now = end_of(day, NEW_YORK)

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""
        self.now = end_of(day, NEW_YORK)

    def find(self, number: str, now: datetime) -> StreetRequest | None:
        """The request of that number, if it exists yet."""
        request = self._by_number.get(number)
        return request if request is not None and request.opened_at <= now else None

    def opened_between(self, start: datetime, end: datetime) -> Sequence[StreetRequest]:
        """Requests opened in that range, bounds included, oldest first."""
        low = bisect_left(self._opening_times, start)
        return self._opened[low : bisect_right(self._opening_times, end)]

    def closed_between(self, start: datetime, end: datetime) -> Sequence[StreetRequest]:
        """Requests closed in that range, bounds included, oldest closure first."""
        low = bisect_left(self._closing_times, start)
        return self._closed[low : bisect_right(self._closing_times, end)]

    def truth(self, day: date) -> Mapping[str, Standing]:
        """Every request opened by the end of that day: open or closed."""
        now = end_of(day, NEW_YORK)
        existing = self._opened[: bisect_right(self._opening_times, now)]
        return {request.number: _standing(request, now) for request in existing}

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: a street request is never deleted."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Nothing: Open311 carries no identity."""
        return {}


def status_of(request: StreetRequest, now: datetime) -> str:
    """`open` or `closed`, the only two words of Open311."""
    return "closed" if request.closed_by(now) else "open"


def _standing(request: StreetRequest, now: datetime) -> Standing:
    status = status_of(request, now)
    return Standing(status, request.closure_reason if status == "closed" else "")


def _services(requests: Iterable[StreetRequest]) -> Mapping[str, Service]:
    found: dict[str, Service] = {}
    for request in requests:
        found.setdefault(
            request.service_code, Service(request.service_code, request.service_name, request.agency)
        )
    return dict(sorted(found.items()))
