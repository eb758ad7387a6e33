"""The routes of HubEE a receiver uses: notifications, cases, events, and the way to say "received"."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from sandbox.town.faults import Faults
from sandbox.town.hubee.hub import Hub, HubCase
from sandbox.town.hubee.wire import case_entry, event_entry, notification, refused
from sandbox.town.tokens import TokenDesk

PREFIX = "/hubee/teledossiers/v1"
TOKEN_PATH = "/hubee/token"  # noqa: S105 - an address
MOST_NOTICES = 100
_EVENT = "/cases/<case_id>/events/<event_id>"


def endpoint(hub: Hub, faults: Faults, tokens: TokenDesk) -> Blueprint:
    """The routes of the hub for one commune."""
    routes = Blueprint("hubee", __name__)
    views = _Views(hub, faults, tokens)
    routes.before_request(views.admit)
    routes.add_url_rule(TOKEN_PATH, "token", lambda: tokens.give(request), methods=["POST"])
    for method, path, view in (
        ("GET", "/notifications", views.notifications),
        ("DELETE", "/notifications/<notice_id>", views.delete),
        ("GET", "/cases/<case_id>", views.case),
        ("GET", _EVENT, views.event),
        ("PATCH", _EVENT, views.update_event),
        ("POST", _EVENT, views.update_event_with_post),
    ):
        routes.add_url_rule(PREFIX + path, view.__name__, view, methods=[method])
    return routes


class _Views:
    """One method a route."""

    def __init__(self, hub: Hub, faults: Faults, tokens: TokenDesk) -> None:
        self._hub = hub
        self._faults = faults
        self._tokens = tokens

    def admit(self) -> Response | None:
        if request.path == TOKEN_PATH:
            return None
        if request.method == "PATCH" and self._faults.number("hubee_no_patch"):
            return Response("Method Not Allowed\n", 405, content_type="text/plain")
        if self._faults.spend("hubee_expire_tokens"):
            self._tokens.expire()
        return self._tokens.refusal(request)

    def notifications(self) -> Response:
        text = request.args.get("maxResult", str(MOST_NOTICES))
        if not (text.isascii() and text.isdigit() and int(text)):
            return refused(400, "Bad Request : Validation failed. @query.maxResult")
        found = self._hub.waiting(request.args.getlist("processCode"))
        first = request.args.getlist("processPriority")
        found.sort(key=lambda notice: notice.case.process not in first)
        return jsonify([notification(notice) for notice in found[: min(int(text), MOST_NOTICES)]])

    def delete(self, notice_id: str) -> Response:
        if not _is_uuid(notice_id):
            return refused(400, "Bad Request : Validation failed. @path.notificationId is not a valid UUID")
        if self._faults.spend("hubee_delete_500"):
            return Response(status=500)
        known = self._hub.delete(notice_id)
        return Response(status=204) if known else refused(404, "Notification is not found")

    def case(self, case_id: str) -> Response:
        if self._faults.spend("hubee_case_500"):
            return Response(status=500)
        found = self._found(case_id)
        return found if isinstance(found, Response) else jsonify(case_entry(self._hub, found))

    def event(self, case_id: str, event_id: str) -> Response:
        found = self._found(case_id)
        if isinstance(found, Response):
            return found
        for rank in range(1, len(found.past(self._hub.now))):
            if found.event_id(rank) == event_id:
                return jsonify(event_entry(self._hub, found, rank))
        return refused(404, "event is not found")

    def update_event(self, case_id: str, event_id: str) -> Response:
        found = self._found(case_id)
        if isinstance(found, Response):
            return found
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or body.get("status") not in {"SENT", "RECEIVED"}:
            return refused(400, "Bad request")
        known = self._hub.receive(found, event_id)
        return Response(status=204) if known else refused(404, "event is not found")

    def update_event_with_post(self, case_id: str, event_id: str) -> Response:
        return self.update_event(case_id, event_id)

    def _found(self, case_id: str) -> HubCase | Response:
        if not _is_uuid(case_id):
            return refused(400, "Bad request")
        return self._hub.case(case_id) or refused(404, "Case is not found")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
