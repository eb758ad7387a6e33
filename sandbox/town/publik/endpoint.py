"""The routes of w.c.s. that are read: a list, one request, the requests of a person, the forms."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox.town.faults import Faults
from sandbox.town.publik.access import AccessError, Gate
from sandbox.town.publik.desk import CitizenDesk
from sandbox.town.publik.forms import FormData
from sandbox.town.publik.question import QueryError, Question, flag
from sandbox.town.publik.wire import full, of_person, short
from sandbox.town.publik.words import FORMS

PREFIX = "/publik/api"
_INCLUDED = ("fields", "workflow", "user", "evolution", "submission", "roles")


def endpoint(desk: CitizenDesk, faults: Faults, gate: Gate | None = None) -> Blueprint:
    """The routes of one desk."""
    routes = Blueprint("publik", __name__, url_prefix=PREFIX)
    views = _Views(desk, faults, gate or Gate())
    routes.before_request(views.admit)
    for path, view in (
        ("/formdefs/", views.forms),
        ("/forms/<slug>/list", views.listed),
        ("/forms/<slug>/<int:serial>/", views.one),
        ("/users/<email>/forms", views.of_user),
    ):
        routes.add_url_rule(path, view.__name__, view)
    routes.register_error_handler(AccessError, lambda error: _refused(403, "Access denied", str(error)))
    routes.register_error_handler(QueryError, lambda error: _refused(400, "Invalid request", str(error)))
    return routes


class _Views:
    """One method a route."""

    def __init__(self, desk: CitizenDesk, faults: Faults, gate: Gate) -> None:
        self._desk = desk
        self._faults = faults
        self._gate = gate

    def admit(self) -> Response | None:
        if self._faults.spend("publik_429"):
            throttled = _refused(429, "Too many requests", None)
            throttled.headers["Retry-After"] = "1"
            return throttled
        self._gate.check(request)
        ill = self._faults.spend("publik_err")
        return _refused(200, "Unavailable", "service unavailable") if ill else None

    def forms(self) -> Response:
        return jsonify(err=0, data=[{"slug": form.slug, "title": form.title} for form in FORMS])

    def listed(self, slug: str) -> Response:
        form = self._desk.form(slug)
        if form is None:
            return _refused(404, "Page not found", None)
        asked = Question.read(request.args)
        failing = self._faults.number("publik_500_offset")
        if failing and asked.offset >= failing:
            return _refused(500, "Internal Server Error", None)
        found = asked.answered(self._desk.of_form(form), self._desk.now)
        cap = self._faults.number("publik_page_cap")
        return jsonify([self._entry(one) for one in (found[:cap] if cap else found)])

    def one(self, slug: str, serial: int) -> Response:
        form = self._desk.form(slug)
        found = next((r for r in self._desk.of_form(form) if r.serial == serial), None) if form else None
        if found is None:
            return _refused(404, "Page not found", None)
        return jsonify(full(found, self._desk.now, _base(), dict.fromkeys(_INCLUDED, True)))

    def of_user(self, email: str) -> Response:
        found = self._desk.of_person(email)
        return jsonify(err=0, data=[of_person(r, self._desk.now, _base()) for r in found])

    def _entry(self, found: FormData) -> dict[str, object]:
        wanted = {name: flag(request.args, f"include-{name}") for name in _INCLUDED}
        if flag(request.args, "full"):
            wanted = {name: request.args.get(f"include-{name}") != "off" for name in _INCLUDED}
        if flag(request.args, "anonymise"):
            wanted["user"] = False
        if not any(wanted.values()):
            return short(found, self._desk.now, _base())
        return full(found, self._desk.now, _base(), wanted)


def _base() -> str:
    return request.host_url.rstrip("/") + "/publik"


def _refused(status: int, kind: str, description: str | None) -> Response:
    body = {"err": 1, "err_class": kind, "err_desc": description, "reason": kind.lower().replace(" ", "-")}
    response = jsonify(body)
    response.status_code = status
    return response
