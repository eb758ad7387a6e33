"""Turns what the use cases give into what the API shows: an allowed list of fields, nothing else."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bridge.domain.case import CaseEvent
from bridge.domain.status import CaseStatus, DatePrecision, Moment
from bridge.domain.words import sentence
from bridge.usecases.read_cases import CaseView
from bridge.usecases.tell_silence import SilenceNotice


def case_resource(view: CaseView, language: str) -> dict[str, Any]:
    """Give one case as `CaseResource` shows it."""
    case, content, source = view.case, view.case.content, view.source
    return {
        "id": case.id,
        "domain": source.sector,
        "procedure": {"code": content.procedure, "title": content.title},
        "references": [
            {"value": reference.value, "system": reference.issuer, "shown_to_citizen": True}
            for reference in content.references
        ],
        "status": _status(view, content.status, language),
        "note": content.public_note,
        "next": _next(view),
        "dates": {
            "received_on": _day(content.received, source.timezone),
            "silence": _silence(view.silence),
            "no_longer_reported_at": case.no_longer_reported_at,
        },
        "contact": {
            "service": source.service.get(language, source.service["fr"]),
            "phone": source.contact.get("phone"),
            "email": source.contact.get("email"),
        },
        "freshness": {
            "observed_at": view.freshness.observed_at,
            "source_state": view.freshness.source_state.value,
            "next_refresh": view.freshness.next_refresh,
        },
        "attached": _attached(view),
        "version": case.version,
        "changed_at": case.changed_at,
        "links": {"self": f"/api/v1/cases/{case.id}", "timeline": f"/api/v1/cases/{case.id}/events"},
    }


def event_resource(view: CaseView, event: CaseEvent, language: str) -> dict[str, Any]:
    """Give one entry of a timeline as `Event` shows it."""
    words = sentence(event.status)
    return {
        "id": event.id,
        "at": instant(event.occurred, view.source.timezone),
        "precision": event.occurred.precision.value,
        "phase": event.status.phase.value,
        "outcome": event.status.outcome,
        "waiting_for": event.status.waiting_for.value,
        "label": words,
        "text": words[language],
        "legacy": _legacy(view, event.status),
        "note": event.public_note,
        "moved_back": event.moved_back,
        "received_at": event.received_at,
    }


def instant(moment: Moment | None, timezone: str) -> str | None:
    """Give a day as YYYY-MM-DD, and an instant with its zone: an hour is shown only when it is known."""
    if moment is None:
        return None
    local = moment.at.astimezone(ZoneInfo(timezone))
    if moment.precision is DatePrecision.DAY:
        return local.date().isoformat()
    return local.isoformat(timespec="minutes")


def _status(view: CaseView, status: CaseStatus, language: str) -> dict[str, Any]:
    words = sentence(status)
    return {
        "phase": status.phase.value,
        "outcome": status.outcome,
        "tacit": status.tacit,
        "waiting_for": status.waiting_for.value,
        "is_final": status.is_final,
        "since": instant(status.since, view.source.timezone),
        "label": words,
        "text": words[language],
        "legacy": _legacy(view, status),
        "mapping_version": status.mapping_version,
    }


def _legacy(view: CaseView, status: CaseStatus) -> dict[str, str]:
    return {"system": view.source.source, "code": status.legacy_code, "label": status.legacy_label}


def _next(view: CaseView) -> dict[str, Any] | None:
    step = view.case.content.next_step
    if step is None:
        return None
    actor = view.case.content.status.waiting_for.value
    return {"actor": actor, "action": step.action, "items": list(step.items), "due_on": step.due_on}


def _silence(notice: SilenceNotice | None) -> dict[str, Any] | None:
    if notice is None:
        return None
    return {
        "on": notice.on,
        "if_complete": True,
        "basis": notice.basis.value,
        "effect": notice.rule.effect if notice.rule else None,
        "reference": notice.rule.reference if notice.rule else None,
    }


def _attached(view: CaseView) -> dict[str, Any] | None:
    case = view.case
    if case.attached_at is None or case.attached_how is None:
        return None
    return {"at": case.attached_at, "how": case.attached_how.value}


def _day(moment: Moment | None, timezone: str) -> Any:
    return moment.at.astimezone(ZoneInfo(timezone)).date() if moment else None
