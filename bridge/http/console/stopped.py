"""What stopped, by cause with the next step; tried again one by one, or in waves once confirmed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.causes import cause as cause_words
from bridge.errors import RequestError
from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.frame import field_of, page_number
from bridge.usecases.overview import Overview
from bridge.usecases.ports import StoppedCause, StoppedKind
from bridge.usecases.replay_stopped import PAGE, WAVE, ReplayStopped, Wave

_KINDS: dict[str, StoppedKind] = {
    "fiche": "record",
    "livraison": "delivery",
    "envoi": "push",
    "notification": "notification",
}
_WORDS = {
    "record": "Relevé du service",
    "delivery": "Livraison reçue du service",
    "push": "Envoi vers Salesforce",
    "notification": "Notification de Salesforce",
}


def add_stopped(console: Blueprint, overview: Overview, replay: ReplayStopped) -> None:
    """Add `/agents/arrets` and what is below it."""

    @console.get("/arrets")
    @open_to(Access.READER)
    def stopped() -> str:
        causes = overview(agent_session().agent).stopped
        return render_template(
            "agents/stopped.html",
            causes=causes,
            words=cause_words,
            kinds=_WORDS,
            path=cause_path,
            mappings=sorted({cause.source for cause in causes if cause.kind == "record"}),
        )

    @console.get("/arrets/<kind>/<source>/<code>")
    @open_to(Access.READER)
    def stopped_cause(kind: str, source: str, code: str) -> str:
        found = cause_of(kind, source, code)
        items = replay.items(found, (page_number() - 1) * PAGE)
        return render_template(
            "agents/stopped_cause.html",
            cause=found,
            words=cause_words(found.cause_code),
            kind=_WORDS[found.kind],
            items=items[:PAGE],
            has_more=len(items) > PAGE,
            page=page_number(),
            path=cause_path(found),
            wave=min(WAVE, found.count),
            done=_done(),
        )

    @console.get("/arrets/<kind>/<source>/<code>/rejouer")
    @open_to(Access.REVIEWER)
    def replay_form(kind: str, source: str, code: str) -> str:
        found = cause_of(kind, source, code)
        wave = min(WAVE, found.count)
        return render_template(
            "agents/replay.html",
            cause=found,
            words=cause_words(found.cause_code),
            wave=wave,
            calls=-(-wave // 200),
            path=cause_path(found),
        )

    @console.post("/arrets/<kind>/<source>/<code>/rejouer")
    @open_to(Access.REVIEWER)
    def replay_now(kind: str, source: str, code: str) -> Response:
        found, agent = cause_of(kind, source, code), agent_session().agent
        if one := request.form.get("id"):
            done = replay.one(agent, found.kind, one)
        else:
            _require_confirmed(found)
            done = replay.all_of(agent, found)
        return _told(found, done)

    def cause_of(kind: str, source: str, code: str) -> StoppedCause:
        if kind not in _KINDS:
            raise RequestError("no such kind", code="stopped.unknown")
        return replay.cause(agent_session().agent, _KINDS[kind], source, "" if code == "-" else code)


def cause_path(cause: StoppedCause) -> dict[str, str]:
    """Give the parts of a cause's address."""
    kind = next(word for word, kind in _KINDS.items() if kind == cause.kind)
    return {"kind": kind, "source": cause.source, "code": cause.cause_code or "-"}


def _require_confirmed(cause: StoppedCause) -> None:
    """Many at once only with the number the agent was shown. Raises: RequestError."""
    if field_of("nombre") != str(min(WAVE, cause.count)):
        raise RequestError("the number has changed since it was shown", code="stopped.count")


def _told(cause: StoppedCause, done: Wave) -> Response:
    told = {"essayes": str(done.tried), "arretes": str(done.still_stopped)}
    if done.still_stopped or done.left:
        address: dict[str, Any] = {**cause_path(cause), **told}
        return redirect(url_for("console.stopped_cause", **address), 303)
    return redirect(url_for("console.stopped"), 303)


def _done() -> tuple[int, int] | None:
    """Give what the last wave did, as the address says: two numbers and nothing else."""
    tried, still = request.args.get("essayes", ""), request.args.get("arretes", "")
    if tried.isdecimal() and still.isdecimal() and len(tried) < 6 and len(still) < 6:
        return int(tried), int(still)
    return None
