"""The queue of doubts: narrowed, sorted and paged by its address."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, render_template, request

from bridge.domain.doubt_words import reason_words
from bridge.domain.matching import Grade
from bridge.domain.review import ReviewKind, ReviewState
from bridge.http.access import Access, agent_session, open_to
from bridge.http.console.frame import page_number
from bridge.http.console.words import GRADES, KINDS, STATES
from bridge.usecases.list_reviews import ListReviews
from bridge.usecases.ports import ReviewFilter

Word = TypeVar("Word", bound=StrEnum)
_PAGE = 50


def add_queue(console: Blueprint, list_reviews: ListReviews) -> None:
    """Add `/agents/doutes`."""

    @console.get("/doutes")
    @open_to(Access.READER)
    def reviews() -> str:
        wanted = _wanted()
        found = list_reviews(agent_session().agent, wanted)
        return render_template(
            "agents/reviews.html",
            reviews=found[:_PAGE],
            wanted=wanted,
            page=page_number(),
            has_more=len(found) > _PAGE,
            kinds=KINDS,
            states=STATES,
            grades=GRADES,
            reason=lambda code: reason_words(code)["fr"],
            address=partial(_address, wanted),
        )


def _wanted() -> ReviewFilter:
    state = _word(ReviewState, "etat")
    decided = state is ReviewState.DECIDED
    return ReviewFilter(
        kind=_word(ReviewKind, "genre"),
        state=None if decided else state,
        grade=_word(Grade, "niveau"),
        decided=decided,
        newest_first=request.args.get("tri") == "recent",
        skip=(page_number() - 1) * _PAGE,
        limit=_PAGE,
    )


def _address(wanted: ReviewFilter, **changed: Any) -> dict[str, Any]:
    """Give the parameters of this very list with some changed; None leaves one out."""
    kept = {
        "genre": wanted.kind,
        "etat": ReviewState.DECIDED if wanted.decided else wanted.state,
        "niveau": wanted.grade,
        "tri": "recent" if wanted.newest_first else None,
    }
    return {name: value for name, value in (kept | changed).items() if value is not None}


def _word(words: type[Word], name: str) -> Word | None:
    given = request.args.get(name)
    return next((word for word in words if word.value == given), None)
