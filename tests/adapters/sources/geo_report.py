"""A small GeoReport server with habits of its own, for the tests of the street requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, jsonify, request

from bridge.domain.synchronisation import Delivery
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import reader_of, records_of, serving_app

START = datetime(2015, 10, 1, tzinfo=UTC)


@dataclass(slots=True)
class Habits:
    """A small GeoReport server: requests by minute of opening, updates by minute, and what it does oddly."""

    opened: dict[str, datetime]
    updates: list[tuple[str, datetime]] = field(default_factory=list)
    pages: bool = True
    page_cap: int = 1000
    most_updates: int = 1000
    newest_first: bool = False
    circle: bool = False
    undated_window: tuple[str, ...] = ()
    now: datetime = START + timedelta(days=30)
    asked: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        """Give the server."""
        app = Flask(__name__)
        app.get("/requests.json")(self._requests)
        app.get("/servicerequestupdates.json")(self._updates)
        return app

    def _window(self) -> tuple[datetime, datetime]:
        dates = [request.args.get(name) for name in ("start_date", "end_date")]
        first = datetime.fromisoformat(dates[0]) if dates[0] else self.now - timedelta(days=90)
        last = datetime.fromisoformat(dates[1]) if dates[1] else self.now
        assert last - first <= timedelta(days=90)
        return first, min(last, self.now)

    def _requests(self) -> Response:
        self.asked.append(request.full_path)
        if numbers := request.args.get("service_request_id"):
            listed = numbers.split(",")
            assert len(listed) <= 50
            return jsonify([self._entry(number) for number in listed])
        first, last = self._window()
        chosen = [number for number, at in self.opened.items() if first <= at <= last]
        if "start_date" not in request.args and self.undated_window:
            chosen = list(self.undated_window)
        chosen.sort(key=lambda number: (self.opened[number], number), reverse=self.newest_first)
        size = min(int(request.args["page_size"]), self.page_cap)
        page = int(request.args["page"]) if self.pages else 1
        if self.circle and chosen:
            page = 1 + (page - 1) % 2
        return jsonify([self._entry(number) for number in chosen[(page - 1) * size : page * size]])

    def _entry(self, number: str) -> Mapping[str, object]:
        moved = [at for n, at in self.updates if n == number and at <= self.now]
        return {
            "service_request_id": number,
            "status": "closed" if moved else "open",
            "requested_datetime": self.opened[number].isoformat(),
            "updated_datetime": max(moved).isoformat() if moved else None,
        }

    def _updates(self) -> Response:
        self.asked.append(request.full_path)
        first, last = self._window()
        chosen = [(n, at) for n, at in self.updates if first <= at <= last][: self.most_updates]
        return jsonify([{"service_request_id": n, "updated_datetime": at.isoformat()} for n, at in chosen])


@contextmanager
def server(habits: Habits, **options: object) -> Iterator[SourceReader]:
    """Give a reader of a server with these habits."""
    with serving_app(habits.app()) as url:
        yield reader_of({"kind": "open311", "url": url, "since": "2015-10-01", **options})


def many(count: int, *, minutes: float = 1.0) -> dict[str, datetime]:
    """Give requests opened one after the other."""
    return {f"R{n:05d}": START + timedelta(hours=6, minutes=n * minutes) for n in range(count)}


def numbers(deliveries: list[Delivery]) -> list[object]:
    """Give the ids in the order they were delivered."""
    return [record.values["service_request_id"] for record in records_of(deliveries)]
