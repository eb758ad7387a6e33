"""Cases and timeline entries as rows, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from bridge.domain.case import Case, CaseContent, CaseEvent, CaseKey, Reference
from bridge.domain.contact import AttachMethod
from bridge.domain.status import CaseStatus, DatePrecision, Moment, NextStep, Outcome, Phase, WaitingFor


def case_of(row: RowMapping, references: Sequence[Reference]) -> Case:
    """Give the case a row holds."""
    return Case(
        id=row["id"],
        content=_content_of(row, references),
        version=row["version"],
        observed_at=row["observed_at"],
        changed_at=row["changed_at"],
        link_id=row["link_id"],
        contact_id=row["contact_id"],
        no_longer_reported_at=row["no_longer_reported_at"],
        contact_withdrawn=row["contact_withdrawn"],
        attached_at=row["attached_at"],
        attached_how=AttachMethod(row["attached_how"]) if row["attached_how"] else None,
    )


def row_of(case: Case, fingerprint: bytes) -> dict[str, Any]:
    """Give the row that holds a case; its references have rows of their own."""
    content = case.content
    step = content.next_step
    return {
        "id": case.id,
        "source": content.key.source,
        "source_case_id": content.key.source_case_id,
        "procedure": content.procedure,
        "title": content.title,
        **_status_row(content.status, content.public_note),
        **_moment_row("received", content.received),
        "next_action": step.action if step else None,
        "next_items": list(step.items) if step else None,
        "next_due_on": step.due_on if step else None,
        "silence_on": content.silence_on,
        "fingerprint": fingerprint,
        "version": case.version,
        "observed_at": case.observed_at,
        "changed_at": case.changed_at,
        "no_longer_reported_at": case.no_longer_reported_at,
        "link_id": case.link_id,
        "contact_id": case.contact_id,
        "contact_withdrawn": case.contact_withdrawn,
        "attached_at": case.attached_at,
        "attached_how": case.attached_how,
    }


def event_of(row: RowMapping) -> CaseEvent:
    """Give the timeline entry a row holds."""
    return CaseEvent(
        id=row["id"],
        case_id=row["case_id"],
        version=row["version"],
        status=_status_of(row),
        occurred=Moment(row["occurred_at"], DatePrecision(row["occurred_precision"])),
        received_at=row["received_at"],
        public_note=row["public_note"],
        moved_back=row["moved_back"],
    )


def event_row_of(event: CaseEvent) -> dict[str, Any]:
    """Give the row that holds a timeline entry."""
    return {
        "id": event.id,
        "case_id": event.case_id,
        "version": event.version,
        **_status_row(event.status, event.public_note),
        **_moment_row("occurred", event.occurred),
        "received_at": event.received_at,
        "moved_back": event.moved_back,
    }


def _content_of(row: RowMapping, references: Sequence[Reference]) -> CaseContent:
    step = None
    if row["next_action"] is not None:
        step = NextStep(row["next_action"], tuple(row["next_items"]), row["next_due_on"])
    return CaseContent(
        key=CaseKey(row["source"], row["source_case_id"]),
        procedure=row["procedure"],
        title=row["title"],
        status=_status_of(row),
        references=tuple(references),
        received=_moment_of("received", row),
        public_note=row["public_note"],
        next_step=step,
        silence_on=row["silence_on"],
    )


def _status_of(row: RowMapping) -> CaseStatus:
    return CaseStatus(
        phase=Phase(row["phase"]),
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        waiting_for=WaitingFor(row["waiting_for"]),
        tacit=row["tacit"],
        since=_moment_of("since", row),
        legacy_code=row["legacy_code"],
        legacy_label=row["legacy_label"],
        mapping_version=row["mapping_version"],
    )


def _status_row(status: CaseStatus, public_note: str | None) -> dict[str, Any]:
    return {
        "phase": status.phase,
        "outcome": status.outcome,
        "waiting_for": status.waiting_for,
        "tacit": status.tacit,
        **_moment_row("since", status.since),
        "legacy_code": status.legacy_code,
        "legacy_label": status.legacy_label,
        "mapping_version": status.mapping_version,
        "public_note": public_note,
    }


def _moment_of(name: str, row: RowMapping) -> Moment | None:
    at = row[f"{name}_at"]
    return None if at is None else Moment(at, DatePrecision(row[f"{name}_precision"]))


def _moment_row(name: str, moment: Moment | None) -> dict[str, Any]:
    return {
        f"{name}_at": moment.at if moment else None,
        f"{name}_precision": moment.precision if moment else None,
    }
