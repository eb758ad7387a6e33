"""The journal, for administrators; and the reason an agent gives before reading more people."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.frame import field_of
from bridge.usecases.ports import AuditFilter
from bridge.usecases.read_audit import ReadAudit
from bridge.usecases.watch_reading import ExplainReading

_PAGE = 100


def add_journal(console: Blueprint, read: ReadAudit, explain: ExplainReading) -> None:
    """Add `/agents/journal`, read only, and `/agents/motif`."""

    @console.get("/journal")
    @open_to(Access.ADMINISTRATOR)
    def journal() -> str:
        wanted = {name: request.args.get(name) or None for name in ("auteur", "action", "objet")}
        lines = read(
            agent_session().agent,
            AuditFilter(wanted["auteur"], wanted["action"], wanted["objet"], _before(), _PAGE),
        )
        kept = {name: value for name, value in wanted.items() if value}
        return render_template(
            "agents/journal.html", lines=lines, wanted=wanted, kept=kept, has_more=len(lines) == _PAGE
        )

    @console.get("/motif")
    @open_to(Access.READER)
    def reading_reason() -> str:
        return render_template("agents/reading_reason.html")

    @console.post("/motif")
    @open_to(Access.READER)
    def explain_reading() -> Response:
        explain(agent_session().agent, field_of("motif"))
        return redirect(url_for("console.home"), 303)


def _before() -> int | None:
    given = request.args.get("avant", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
