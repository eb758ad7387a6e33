"""One doubt: its evidence, the decision with its reason, and a second agent's confirmation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bridge.domain.doubt_words import reason_words
from bridge.domain.review import LinkReview, Question, ReviewDecision, ReviewState
from bridge.domain.review_choices import Choice
from bridge.errors import ConflictError, RequestError
from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.evidence import lines_of, options_of
from bridge.http.console.frame import field_of, is_recent, require_recent
from bridge.http.console.words import GRADES, KINDS, STATES, decision_words
from bridge.usecases.ports import Clock
from bridge.usecases.read_review import ReadReview
from bridge.usecases.review_link import ReviewLink


def add_reviews(console: Blueprint, read: ReadReview, decide: ReviewLink, clock: Clock) -> None:
    """Add `/agents/doutes/<id>` and its two forms."""

    @console.get("/doutes/<review_id>")
    @open_to(Access.REVIEWER)
    def review(review_id: str) -> str:
        return page(review_id)

    @console.post("/doutes/<review_id>/decision")
    @open_to(Access.REVIEWER)
    def decision(review_id: str) -> Response | tuple[str, int]:
        choice = _choice()
        session = agent_session()
        if choice.decision is not ReviewDecision.ASK:
            session = require_recent(clock.now())
        try:
            decide.decide(session.agent, review_id, choice)
        except ConflictError as conflict:
            return page(review_id, conflict), 409
        return _seen(review_id)

    @console.post("/doutes/<review_id>/confirmation")
    @open_to(Access.REVIEWER)
    def confirmation(review_id: str) -> Response | tuple[str, int]:
        session = require_recent(clock.now())
        try:
            if field_of("accord") == "oui":
                decide.confirm(session.agent, review_id)
            else:
                decide.send_back(session.agent, review_id, field_of("motif"))
        except ConflictError as conflict:
            return page(review_id, conflict), 409
        return _seen(review_id)

    def page(review_id: str, conflict: ConflictError | None = None) -> str:
        session = agent_session()
        evidence = read(session.agent, review_id)
        return render_template(
            "agents/review.html",
            evidence=evidence,
            review=evidence.review,
            lines=lines_of(evidence),
            options=options_of(evidence),
            kind=KINDS[evidence.review.kind],
            state=STATES[evidence.review.state],
            grades=GRADES,
            reason=lambda code: reason_words(code)["fr"],
            decided=_decided(evidence.review),
            is_recent=is_recent(session, clock.now()),
            by_two=decide.by_two,
            conflict=conflict.code if conflict else None,
            ReviewState=ReviewState,
        )


def _choice() -> Choice:
    """Give what the form says: `link:003…`, `ask:call_us` or `create:`, and the reason."""
    word, _, about = field_of("choix").partition(":")
    try:
        decision = ReviewDecision(word)
        question = Question(about) if decision is ReviewDecision.ASK else None
    except ValueError:
        raise RequestError("no such decision", code="review.choice") from None
    contact = about if about and question is None else None
    return Choice(decision, field_of("motif"), contact_id=contact, question=question)


def _decided(review: LinkReview) -> tuple[str, str] | None:
    if review.decision is None:
        return None
    return decision_words(
        review.kind, review.decision, contact=review.decided_contact_id, question=review.asked_for
    )


def _seen(review_id: str) -> Response:
    return redirect(url_for("console.review", review_id=review_id), 303)
