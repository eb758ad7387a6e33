"""The handles of the stand-in: its day, its faults, its truth, and one plain page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.town.clock import DayError, read_day
from sandbox.town.faults import FaultError
from sandbox.town.town import Town


def handles(town: Town) -> Blueprint:
    """Routes under /sandbox, which no real town has, and the page at /."""
    routes = Blueprint("sandbox", __name__, template_folder="templates")
    views = _Views(town)
    for method, path, view in (
        ("GET", "/", views.page),
        ("POST", "/sandbox/next", views.next_day),
        ("GET", "/sandbox/day", views.show_day),
        ("POST", "/sandbox/day", views.change_day),
        ("POST", "/sandbox/reset", views.reset),
        ("POST", "/sandbox/drop", views.drop),
        ("GET", "/sandbox/truth", views.truth),
        ("GET", "/sandbox/people", views.people),
        ("GET", "/sandbox/stats", views.stats),
        ("GET", "/sandbox/faults", views.show_faults),
        ("POST", "/sandbox/faults", views.change_faults),
    ):
        routes.add_url_rule(path, view.__name__, view, methods=[method])
    for refused in (DayError, FaultError):
        routes.register_error_handler(refused, views.refuse)
    return routes


class _Views:
    """One method a route; bodies are JSON objects."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def page(self) -> str:
        town = self._town
        counts = {name: len(system.truth(town.day)) for name, system in town.systems.items()}
        return render_template(
            "town.html", day=town.day, counts=counts, served=town.served, receipts=town.receipts()
        )

    def next_day(self) -> AnyResponse:
        following = self._town.day + timedelta(days=1)
        self._town.move(read_day(following.isoformat()))
        return redirect("/", 303)

    def show_day(self) -> Response:
        return jsonify(day=self._town.day.isoformat())

    def change_day(self) -> Response:
        self._town.move(read_day(_body().get("day")))
        return self.show_day()

    def reset(self) -> Response:
        self._town.reset(_optional_day())
        return self.show_day()

    def drop(self) -> Response:
        return jsonify(dropped=self._town.drop(_optional_day()).isoformat())

    def truth(self) -> Response:
        return jsonify(self._town.truth())

    def people(self) -> Response:
        return jsonify(self._town.people())

    def stats(self) -> Response:
        return jsonify(day=self._town.day.isoformat(), requests=dict(self._town.served))

    def show_faults(self) -> Response:
        return jsonify(self._town.faults.shown())

    def change_faults(self) -> Response:
        self._town.faults.change(_body())
        self._town.refresh()
        return self.show_faults()

    def refuse(self, error: Exception) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400


def _body() -> Mapping[str, object]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _optional_day() -> date | None:
    day = _body().get("day")
    return None if day is None else read_day(day)
