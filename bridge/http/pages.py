"""What the pages show of a case, already in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.domain.case import CaseEvent
from bridge.domain.contact import IdentityLink
from bridge.domain.status import CaseStatus, NextStep, Outcome, Phase, WaitingFor
from bridge.domain.words import sentence
from bridge.http.dates_in_words import TOWN_ZONE, day_in_words, moment_in_words, when_in_words
from bridge.http.page_words import say
from bridge.usecases.read_cases import CaseView, SourceState

_SHAPES = {
    Phase.RECEIVED: "inbox",
    Phase.IN_PROGRESS: "working",
    Phase.ACTION_REQUIRED: "attention",
    Phase.AWAITING_THIRD_PARTY: "waiting",
    Phase.SCHEDULED: "calendar",
    Phase.TO_PAY: "attention",
    Phase.READY: "done",
    Phase.UNKNOWN: "waiting",
}
_ENDED_WELL = frozenset({Outcome.ACCEPTED, Outcome.DONE, Outcome.PARTLY_ACCEPTED})
_ACTIONS = frozenset({"send_documents", "answer", "correct_request"})
_ACTIONS_BY_PHASE = {Phase.TO_PAY: "to_pay", Phase.READY: "ready"}


@dataclass(frozen=True, slots=True)
class CasePage:
    """One request in words; also one card of the list."""

    id: str
    title: str
    sentence: str
    shape: str
    actor: str
    age: str
    age_is_late: bool
    references: tuple[str, ...]
    service: str
    service_word: str
    phone: str | None
    email: str | None
    note: str | None
    needs_citizen: bool
    is_final: bool
    is_refused: bool
    action: str
    items: tuple[str, ...]
    due_on: str | None
    received_on: str | None
    since: str | None
    silence_on: str | None
    attached: str | None

    @classmethod
    def of(cls, view: CaseView, now: datetime, language: str) -> CasePage:
        """Give the page of a case as seen now."""
        content, status = view.case.content, view.case.content.status
        step, zone = content.next_step, view.source.timezone
        return cls(
            id=view.case.id,
            title=content.title,
            sentence=sentence(status)[language],
            shape=shape(status),
            actor=say(f"actor_{status.waiting_for.value}", language),
            age=_age(view, now, language),
            age_is_late=view.freshness.source_state is not SourceState.OK,
            references=tuple(reference.value for reference in content.references),
            service=_service(view, language),
            service_word=status.legacy_label or status.legacy_code,
            phone=view.source.contact.get("phone"),
            email=view.source.contact.get("email"),
            note=content.public_note,
            needs_citizen=status.needs_citizen,
            is_final=status.is_final,
            is_refused=status.outcome is Outcome.REFUSED,
            action=_action(status, step),
            items=step.items if step else (),
            due_on=_due(step.due_on, now, zone, language) if step and step.due_on else None,
            received_on=_day(content.received.at, zone, language) if content.received else None,
            since=moment_in_words(status.since, zone, language) if status.since else None,
            silence_on=day_in_words(view.silence.on, language) if view.silence else None,
            attached=_attached(view, language),
        )


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a timeline in words."""

    when: str
    sentence: str
    shape: str
    service_word: str
    note: str | None
    moved_back: bool

    @classmethod
    def of(cls, view: CaseView, event: CaseEvent, language: str) -> EventLine:
        """Give the line of an event."""
        return cls(
            when=moment_in_words(event.occurred, view.source.timezone, language),
            sentence=sentence(event.status)[language],
            shape=shape(event.status),
            service_word=event.status.legacy_label or event.status.legacy_code,
            note=event.public_note,
            moved_back=event.moved_back,
        )


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """The list, what waits for the citizen first; `is_sure` when no news of what runs is missing."""

    yours: tuple[CasePage, ...]
    under_way: tuple[CasePage, ...]
    finished: tuple[CasePage, ...]
    is_sure: bool
    newest_only: bool

    @classmethod
    def of(
        cls, views: Sequence[CaseView], now: datetime, language: str, *, newest_only: bool = False
    ) -> RequestsPage:
        """Sort the requests into the three regions of the page."""
        cases = [CasePage.of(view, now, language) for view in views]
        return cls(
            yours=tuple(c for c in cases if c.needs_citizen and not c.is_final),
            under_way=tuple(c for c in cases if not c.needs_citizen and not c.is_final),
            finished=tuple(c for c in cases if c.is_final),
            is_sure=not newest_only and all(_is_sure(view) for view in views),
            newest_only=newest_only,
        )


def shape(status: CaseStatus) -> str:
    """Give the name of the drawing that stands beside the words, never instead of them."""
    if status.outcome is None:
        return _SHAPES[status.phase]
    return "done" if status.outcome in _ENDED_WELL else "ended"


def why(link: IdentityLink, language: str) -> str:
    """Say why this person sees these requests."""
    day = day_in_words(link.linked_at.astimezone(TOWN_ZONE).date(), language)
    return say(f"why_{link.method.value}", language, day=day)


def _is_sure(view: CaseView) -> bool:
    """Whether nothing new can be expected of the request, or the news are on time and say who acts."""
    status = view.case.content.status
    known = status.waiting_for is not WaitingFor.UNKNOWN
    return status.is_final or (known and view.freshness.source_state is SourceState.OK)


def _action(status: CaseStatus, step: NextStep | None) -> str:
    if step is None:
        return _ACTIONS_BY_PHASE.get(status.phase, "other")
    return step.action if step.action in _ACTIONS else "other"


def _due(day: date, now: datetime, timezone: str, language: str) -> str:
    key = "due_past" if day < now.astimezone(ZoneInfo(timezone)).date() else "due_on"
    return say(key, language, day=day_in_words(day, language))


def _age(view: CaseView, now: datetime, language: str) -> str:
    fresh, service = view.freshness, _service(view, language)
    when = when_in_words(fresh.observed_at, now, language)
    if fresh.source_state is SourceState.STOPPED:
        day = day_in_words(fresh.observed_at.astimezone(TOWN_ZONE).date(), language)
        return say("news_stopped", language, day=day)
    if fresh.source_state is SourceState.UNAVAILABLE and fresh.failing_since:
        since = when_in_words(fresh.failing_since, now, language)
        return say("news_down", language, service=service, since=since, when=when)
    key = "news_late" if fresh.source_state is SourceState.LATE else "news_from"
    return say(key, language, service=service, when=when)


def _attached(view: CaseView, language: str) -> str | None:
    """Say when and why this request came to this citizen."""
    case = view.case
    if case.attached_at is None or case.attached_how is None:
        return None
    day = day_in_words(case.attached_at.astimezone(TOWN_ZONE).date(), language)
    return say(f"attached_{case.attached_how.value}", language, day=day, service=_service(view, language))


def _service(view: CaseView, language: str) -> str:
    return view.source.service.get(language) or view.source.service["fr"]


def _day(at: datetime, timezone: str, language: str) -> str:
    return day_in_words(at.astimezone(ZoneInfo(timezone)).date(), language)
