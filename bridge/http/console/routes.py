"""The console put together, and its first page: what needs me now."""

from __future__ import annotations

from flask import Blueprint, render_template

from bridge.domain.causes import cause as cause_words
from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.case_history import add_case_history
from bridge.http.console.frame import console_blueprint
from bridge.http.console.journal import add_journal
from bridge.http.console.links import add_links
from bridge.http.console.mapping_fixed import add_mapping_fixed
from bridge.http.console.queue import add_queue
from bridge.http.console.reviews import add_reviews
from bridge.http.console.stopped import add_stopped, cause_path
from bridge.http.console.words import KINDS, STATES, paused_lanes
from bridge.usecases.agent_desk import AgentDesk
from bridge.usecases.overview import Overview


def agents_console(desk: AgentDesk, base_url: str) -> Blueprint:
    """Give `/agents` and all below it but the sign-in."""
    clock, mappings = desk.overview.clock, desk.overview.mappings
    console = console_blueprint(clock, base_url, mappings, desk.names)
    _add_home(console, desk.overview)
    add_queue(console, desk.list_reviews)
    add_reviews(console, desk.read_review, desk.review_link, clock)
    add_links(console, desk.read_link, desk.undo_link, clock)
    add_case_history(console, desk.read_history)
    add_stopped(console, desk.overview, desk.replay_stopped)
    add_mapping_fixed(console, desk.replay_stopped)
    add_journal(console, desk.read_audit, desk.explain_reading)
    return console


def _add_home(console: Blueprint, overview: Overview) -> None:
    @console.get("/")
    @open_to(Access.READER)
    def home() -> str:
        return render_template(
            "agents/home.html",
            needs=overview(agent_session().agent),
            kinds=KINDS,
            states=STATES,
            words=cause_words,
            path=cause_path,
            paused=paused_lanes,
        )
