"""Links: found by Contact or by a request's number, with their history, and undone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.case import Case
from bridge.domain.doubt_words import reason_words
from bridge.domain.words import sentence
from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.frame import field_of, is_recent, require_recent
from bridge.http.console.words import METHODS
from bridge.usecases.ports import Clock
from bridge.usecases.read_link import ReadLink
from bridge.usecases.undo_link import UndoLink


def add_links(console: Blueprint, read: ReadLink, undo: UndoLink, clock: Clock) -> None:
    """Add `/agents/liens` and what is below it."""

    @console.get("/liens")
    @open_to(Access.READER)
    def search() -> str:
        wanted = request.args.get("q", "")
        found = read.search(agent_session().agent, wanted) if wanted else None
        return render_template(
            "agents/search.html", wanted=wanted, found=found, methods=METHODS, status=_status
        )

    @console.get("/liens/<link_id>")
    @open_to(Access.READER)
    def link(link_id: str) -> str:
        page = read.history(agent_session().agent, link_id)
        return render_template(
            "agents/link.html",
            page=page,
            link=page.story.link,
            methods=METHODS,
            status=_status,
            reason=lambda code: reason_words(code)["fr"],
        )

    @console.get("/liens/<link_id>/defaire")
    @open_to(Access.REVIEWER)
    def undo_form(link_id: str) -> str:
        session = agent_session()
        page = read.history(session.agent, link_id)
        recent = is_recent(session, clock.now())
        return render_template("agents/undo.html", page=page, link=page.story.link, is_recent=recent)

    @console.post("/liens/<link_id>/defaire")
    @open_to(Access.REVIEWER)
    def undo_now(link_id: str) -> Response:
        session = require_recent(clock.now())
        undo(session.agent, link_id, field_of("motif"))
        return redirect(url_for("console.link", link_id=link_id), 303)


def _status(case: Case) -> str:
    """Give where a request stands, in the words the citizen reads."""
    return sentence(case.content.status)["fr"]
