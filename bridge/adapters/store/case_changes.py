"""What one report of a case changes: its version, its timeline, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bridge.adapters.store.ids import dated_id
from bridge.domain.case import Case, CaseContent, CaseEvent
from bridge.domain.status import CaseStatus, Moment, Phase

_RANK = {
    Phase.RECEIVED: 0,
    Phase.IN_PROGRESS: 1,
    Phase.AWAITING_THIRD_PARTY: 1,
    Phase.ACTION_REQUIRED: 1,
    Phase.SCHEDULED: 2,
    Phase.TO_PAY: 2,
    Phase.READY: 2,
    Phase.DECIDED: 3,
    Phase.CLOSED: 4,
}


@dataclass(frozen=True, slots=True)
class Reported:
    """A case after a report, with the timeline entry it earned."""

    case: Case
    event: CaseEvent | None


def report(before: Case | None, content: CaseContent, now: datetime) -> Reported:
    """Give the case after its source said `content`; the version moves only with what it says."""
    if before is None:
        case = Case(dated_id("c_", now), content, 1, now, now, link_id=None, contact_id=None)
        return Reported(case, _event(case, before, now))
    if before.content == content and before.no_longer_reported_at is None:
        return Reported(before, None)
    case = replace(
        before,
        content=content,
        version=before.version + 1,
        observed_at=now,
        changed_at=now,
        no_longer_reported_at=None,
    )
    told_anew = _told(before.content) != _told(content)
    return Reported(case, _event(case, before, now) if told_anew else None)


def moved_back(before: CaseStatus, after: CaseStatus) -> bool:
    """Whether a status went back on its road; a phase we could not read is on no road."""
    if before.phase not in _RANK or after.phase not in _RANK:
        return False
    reopened = before.is_final and not after.is_final
    return reopened or _RANK[after.phase] < _RANK[before.phase]


def _told(content: CaseContent) -> tuple[CaseStatus, str | None]:
    """Give what the timeline tells; a new edition of the mapping alone is no news."""
    return replace(content.status, mapping_version=""), content.public_note


def _event(case: Case, before: Case | None, now: datetime) -> CaseEvent:
    status = case.content.status
    return CaseEvent(
        id=dated_id("e_", now),
        case_id=case.id,
        version=case.version,
        status=status,
        occurred=status.since or Moment(now),
        received_at=now,
        public_note=case.content.public_note,
        moved_back=before is not None and moved_back(before.content.status, status),
    )
