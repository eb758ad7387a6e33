"""The citizen's pages: do I have to do something, and where does each request stand?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, render_template, request

from bridge.domain.review import ReviewKind
from bridge.domain.status import OUTCOMES_BY_PHASE, Phase
from bridge.http.access import Access, open_to, signed_in
from bridge.http.case_ids import case_id_of
from bridge.http.languages import LANGUAGES, page_language, remember_language
from bridge.http.notices import notice
from bridge.http.page_words import say
from bridge.http.pages import CasePage, EventLine, RequestsPage, why
from bridge.usecases.ports import CaseFilter, Clock, Session
from bridge.usecases.read_cases import ReadCases

SHOWN = 100
_ONE_MORE = CaseFilter(limit=SHOWN + 1)
_RUNNING = CaseFilter(phases=frozenset(Phase) - OUTCOMES_BY_PHASE.keys(), limit=1_000)


def portal_blueprint(read: ReadCases, clock: Clock, town: str) -> Blueprint:
    """Give `/` and `/demandes/<id>`."""
    portal = Blueprint("portal", __name__)
    portal.after_request(kept_by_nobody)

    @portal.app_context_processor
    def words() -> dict[str, Any]:
        chosen = page_language()
        other = next(language for language in LANGUAGES if language != chosen)
        return {
            "language": chosen,
            "other_language": other,
            "town": town,
            "session": g.get("session"),
            "notice": notice(),
            "say": lambda key, **values: say(key, chosen, **values),
        }

    @portal.get("/")
    @open_to(Access.EVERYONE)
    def home() -> str:
        session: Session | None = g.session
        if session is None:
            return render_template("welcome.html", signed_out=request.args.get("au-revoir"))
        link = read.link(session)
        if link is None:
            not_recognised = read.doubt(session) is ReviewKind.NEW_SUBJECT
            asked = read.asked(session)
            return render_template("review.html", not_recognised=not_recognised, asked=asked, fault=None)
        page = _requests(read, session, clock.now())
        return render_template("requests.html", page=page, newest=SHOWN, why=why(link, page_language()))

    @portal.get("/demandes/<case_id>")
    @open_to(Access.CITIZEN)
    def one_request(case_id: str) -> str:
        view, events = read.timeline(signed_in(), case_id_of(case_id))
        case = CasePage.of(view, clock.now(), page_language())
        lines = [EventLine.of(view, event, page_language()) for event in reversed(events)]
        return render_template("request.html", case=case, events=lines)

    return portal


def _requests(read: ReadCases, session: Session, now: datetime) -> RequestsPage:
    """Give the latest requests, and every older one that waits for the citizen."""
    views = read.many(session, _ONE_MORE)
    newest_only = len(views) > SHOWN
    if newest_only:
        newest, ids = views[:SHOWN], {view.case.id for view in views[:SHOWN]}
        older = (view for view in read.many(session, _RUNNING) if view.case.id not in ids)
        views = (*newest, *(view for view in older if view.case.content.status.needs_citizen))
    return RequestsPage.of(views, now, page_language(), newest_only=newest_only)


def kept_by_nobody(response: Response) -> Response:
    """Mark a page as personal, for its head shows who is signed in, and keep a language just chosen."""
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.update(["Cookie", "Accept-Language"])
    return remember_language(response)
