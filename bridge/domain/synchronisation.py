"""What a source hands over, what we owe Salesforce, and what stopped on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from bridge.domain.case import CaseKey


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One raw record. `position` says where it stood (row 17, cursor …) without naming a person."""

    position: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch a source gave us, absorbed in one transaction.

    `key` is the same whenever the same content comes again. `cursor` is where to go on once this is
    absorbed. Batches of one full picture share `picture`; the last one says so. `unchanged` counts the
    rows of the picture that were compared, found as they were, and left out. `to_acknowledge` is what the
    reader tells the source once this is absorbed, in the source's own values.
    """

    key: str
    records: tuple[SourceRecord, ...]
    cursor: str | None
    picture: str | None = None
    last_of_picture: bool = False
    total_records: int | None = None
    unchanged: int = 0
    to_acknowledge: tuple[Mapping[str, object], ...] = ()


class CallLane(IntEnum):
    """Why the org is called, the most urgent first; the number is kept in the store."""

    CITIZEN = 0
    WEBHOOK = 1
    SCHEDULED = 2
    BACKFILL = 3


class PushState(StrEnum):
    """Where a push stands."""

    DUE = "due"
    APPLIED = "applied"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Push:
    """A case whose desired version Salesforce does not have yet, claimed under a lease.

    A late result is refused when `fence` has moved on. `unanswered` counts the claims, this one included,
    since the last answer. `is_first` says that the org never took this case, `salesforce_id` which record
    it took it into. `parent_id` is the Contact it had when it was claimed, in no other call meanwhile.
    """

    case_id: str
    key: CaseKey
    version: int
    attempts: int
    fence: int
    unanswered: int
    is_first: bool
    salesforce_id: str | None = None
    lane: CallLane = CallLane.SCHEDULED
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class PushResult:
    """How the org answered one push: applied, to try again at `retry_at`, or parked with a cause.

    `org_version` is the newer version the org holds, when that is the cause. A `salesforce_id` says that the
    org took the case itself, whatever the state; `is_told`, that it has the timeline up to that version.
    """

    push: Push
    state: PushState
    salesforce_id: str | None = None
    retry_at: datetime | None = None
    cause_code: str | None = None
    cause_text: str | None = None
    org_version: int | None = None
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A record no rule could read. `explanation` names file, record, key and allowed values."""

    id: str
    source: str
    source_case_id: str | None
    position: str
    cause_code: str
    mapping_key: str
    explanation: str
    parked_at: datetime
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParkedPush:
    """A case Salesforce refused, with a cause an agent understands."""

    case_id: str
    external_id: str
    cause_code: str
    cause_text: str
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """When a source last answered, and since when and why it does not."""

    source: str
    last_success_at: datetime | None
    last_attempt_at: datetime | None
    failing_since: datetime | None
    error_code: str | None
    next_due_at: datetime | None
    error_text: str | None = None


@dataclass(frozen=True, slots=True)
class SyncSummary:
    """What one synchronisation did, in records.

    The last full picture judged named `reported` cases, where `expected` are known.
    """

    source: str
    read: int = 0
    changed: int = 0
    unchanged: int = 0
    parked: int = 0
    no_longer_reported: int = 0
    error_code: str | None = None
    reported: int | None = None
    expected: int | None = None
