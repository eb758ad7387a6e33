"""The Open311 GeoReport v2 routes, read side."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request

from sandbox.town.faults import Faults
from sandbox.town.voirie.desk import StreetDesk
from sandbox.town.voirie.filters import LIMIT, FilterError, read_filters, read_range, select
from sandbox.town.voirie.history import StreetRequest
from sandbox.town.voirie.wire import (
    answer,
    definition,
    refusal,
    request_entry,
    service_entry,
    token_entry,
    token_of,
    update_entry,
    with_token,
)

PREFIX = "/open311/v2"
FORMATS = "<any(json, xml):form>"


def endpoint(desk: StreetDesk, faults: Faults) -> Blueprint:
    """The routes of one desk; reading needs no key and shows no identity."""
    routes = Blueprint("voirie", __name__, url_prefix=PREFIX)
    views = _Views(desk, faults)
    routes.before_request(views.disturb)
    for path, view in (
        ("/services", views.services),
        ("/services/<code>", views.service),
        ("/requests", views.requests),
        ("/requests/<number>", views.request),
        ("/servicerequestupdates", views.updates),
        ("/tokens/<token>", views.token),
    ):
        routes.add_url_rule(f"{path}.{FORMATS}", view.__name__, view)
    routes.register_error_handler(FilterError, views.refuse)
    return routes


class _Views:
    """One method a route; every answer is in the format the address ends with."""

    def __init__(self, desk: StreetDesk, faults: Faults) -> None:
        self._desk = desk
        self._faults = faults

    def services(self, form: str) -> Response:
        return answer([service_entry(s) for s in self._desk.services.values()], form, "services", "service")

    def service(self, code: str, form: str) -> Response:
        if code not in self._desk.services:
            return refusal(404, "service_code not found", form)
        return definition(code, form)

    def requests(self, form: str) -> Response:
        now = self._desk.now
        chosen = select(self._desk, read_filters(request.args, now), now)
        entries = [request_entry(r, now) for r in chosen]
        shown = [e if self._is_numbered(r) else with_token(e) for r, e in zip(chosen, entries, strict=True)]
        return answer(shown, form, "service_requests", "request")

    def token(self, token: str, form: str) -> Response:
        found = self._desk.find(token[:0:-1], self._desk.now)
        if found is None or token != token_of(found.number):
            return refusal(404, "token not found", form)
        entry = token_entry(found.number, given=self._is_numbered(found))
        return answer([entry], form, "service_requests", "request")

    def _is_numbered(self, found: StreetRequest) -> bool:
        hours = self._faults.number("open311_token_hours")
        return self._desk.now - found.opened_at >= timedelta(hours=hours)

    def request(self, number: str, form: str) -> Response:
        now = self._desk.now
        found = self._desk.find(number, now)
        if found is None:
            return refusal(404, "service_request_id not found", form)
        return answer([request_entry(found, now)], form, "service_requests", "request")

    def updates(self, form: str) -> Response:
        if self._faults.number("open311_without_updates"):
            return refusal(404, "not found", form)
        closed = self._desk.closed_between(*read_range(request.args, self._desk.now))[:LIMIT]
        return answer([update_entry(r) for r in closed], form, "service_request_updates", "request_update")

    def refuse(self, error: Exception) -> Response:
        return refusal(400, str(error), _form())

    def disturb(self) -> Response | None:
        if self._faults.spend("open311_429"):
            refused = refusal(429, "too many requests", _form())
            refused.headers["Retry-After"] = str(self._faults.number("open311_retry_after_s"))
            return refused
        broken_page = self._faults.number("open311_500_page")
        page = request.args.get("page", "1")
        if broken_page and request.endpoint == "voirie.requests" and page == str(broken_page):
            return refusal(500, "internal error", _form())
        return None


def _form() -> str:
    return "xml" if request.path.endswith(".xml") else "json"
