"""The citizen status API: my requests, one of them, its timeline, and who I am."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from bridge.domain.contact import IdentityLink
from bridge.http.access import Access, open_to, signed_in
from bridge.http.case_ids import case_id_of
from bridge.http.cursors import Cursors
from bridge.http.json_answers import json_answer
from bridge.http.languages import language
from bridge.http.representations import case_resource, event_resource
from bridge.http.schemas import CasePage, CaseQuery, CaseResource, Me, Problem, Timeline
from bridge.usecases.ports import CaseFilter, Session
from bridge.usecases.read_cases import CaseView, ReadCases

_JSON = "application/json"
_UNCHANGED = "Nothing changed since the ETag sent in If-None-Match"


def cases_blueprint(read: ReadCases, cursors: Cursors) -> Blueprint:
    """Give the routes below /api/v1."""
    api = Blueprint("cases", __name__, url_prefix="/api/v1", description="Requests of the signed-in citizen")
    api.after_request(_personal)

    @api.get("/cases")
    @api.arguments(CaseQuery, location="query")
    @api.response(
        200, CasePage, content_type=_JSON, description="The citizen's requests, the latest change first"
    )
    @api.alt_response(304, description=_UNCHANGED)
    @api.alt_response(400, schema=Problem)
    @api.alt_response(401, schema=Problem)
    @open_to(Access.CITIZEN)
    def list_cases(query: dict[str, Any]) -> Response:
        """My requests"""
        session = signed_in()
        question = _question(session, query)
        after = cursors.read(question, query["cursor"]) if query["cursor"] else None
        views = read.many(session, _filter(query, after))
        page, rest = views[: query["limit"]], views[query["limit"] :]
        return json_answer(
            {
                "cases": [case_resource(view, language()) for view in page],
                "next_cursor": cursors.make(question, _place(page[-1])) if rest else None,
            }
        )

    @api.get("/cases/<case_id>")
    @api.response(200, CaseResource, content_type=_JSON)
    @api.alt_response(304, description=_UNCHANGED)
    @api.alt_response(401, schema=Problem)
    @api.alt_response(404, schema=Problem)
    @open_to(Access.CITIZEN)
    def one_case(case_id: str) -> Response:
        """One of my requests; someone else's and an unknown one give the same answer"""
        return json_answer(case_resource(read.one(signed_in(), case_id_of(case_id)), language()))

    @api.get("/cases/<case_id>/events")
    @api.response(200, Timeline, content_type=_JSON)
    @api.alt_response(304, description=_UNCHANGED)
    @api.alt_response(401, schema=Problem)
    @api.alt_response(404, schema=Problem)
    @open_to(Access.CITIZEN)
    def events_of_case(case_id: str) -> Response:
        """The whole history of one of my requests, oldest first"""
        view, events = read.timeline(signed_in(), case_id_of(case_id))
        entries = [event_resource(view, event, language()) for event in events]
        return json_answer({"case": view.case.id, "events": entries})

    @api.get("/me")
    @api.response(200, Me, content_type=_JSON)
    @api.alt_response(304, description=_UNCHANGED)
    @api.alt_response(401, schema=Problem)
    @open_to(Access.CITIZEN)
    def me() -> Response:
        """Who is signed in, and why these requests are theirs"""
        session = signed_in()
        link = read.link(session)
        return json_answer(
            {
                "state": "linked" if link else "under_review",
                "link": _link(link) if link else None,
                "acr": session.acr,
                "signed_in_at": session.signed_in_at,
            }
        )

    return api


def _personal(response: Response) -> Response:
    """Personal answers are never kept by a shared cache; an unchanged one costs no body."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Language"] = language()
    response.vary.update(["Cookie", "Authorization", "Accept-Language"])
    if response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def _filter(query: dict[str, Any], after: Any) -> CaseFilter:
    """One more than the page, to know whether another follows."""
    return CaseFilter(
        phases=frozenset(query["phase"]),
        sources=frozenset(query["source"]),
        changed_since=query["changed_since"],
        after=after,
        limit=query["limit"] + 1,
    )


def _question(session: Session, query: dict[str, Any]) -> str:
    parts = (session.link_id, sorted(query["phase"]), sorted(query["source"]), query["changed_since"])
    return repr(parts)


def _place(view: CaseView) -> Any:
    return view.case.changed_at, view.case.id


def _link(link: IdentityLink) -> dict[str, Any]:
    return {"method": link.method.value, "linked_at": link.linked_at}
