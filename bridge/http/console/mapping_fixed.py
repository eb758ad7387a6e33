"""After a mapping was corrected: tries again all it may have to do with, once confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bridge.domain.causes import cause as cause_words
from bridge.errors import RequestError
from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.frame import field_of
from bridge.usecases.ports import StoppedCause
from bridge.usecases.replay_stopped import WAVE, ReplayStopped


def add_mapping_fixed(console: Blueprint, replay: ReplayStopped) -> None:
    """Add `/agents/arrets/correspondance/<source>`."""

    @console.get("/arrets/correspondance/<source>")
    @open_to(Access.REVIEWER)
    def mapping_form(source: str) -> str:
        causes = replay.of_mapping(agent_session().agent, source)
        return render_template(
            "agents/mapping_fixed.html",
            source=source,
            causes=causes,
            words=cause_words,
            wave=_wave(causes),
            count=sum(cause.count for cause in causes),
        )

    @console.post("/arrets/correspondance/<source>")
    @open_to(Access.REVIEWER)
    def mapping_fixed(source: str) -> Response:
        agent = agent_session().agent
        if field_of("nombre") != str(_wave(replay.of_mapping(agent, source))):
            raise RequestError("the number has changed since it was shown", code="stopped.count")
        replay.mapping_fixed(agent, source, WAVE)
        return redirect(url_for("console.stopped"), 303)


def _wave(causes: Iterable[StoppedCause]) -> int:
    """Give how many of these are tried again at once."""
    return sum(min(WAVE, cause.count) for cause in causes)
