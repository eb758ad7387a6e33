"""The citizen's request as the product holds it, and the entries of its timeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bridge.domain.contact import AttachMethod
from bridge.domain.status import CaseStatus, Moment, NextStep


@dataclass(frozen=True, slots=True)
class CaseKey:
    """What makes a case one case: the source and the id that source gives it."""

    source: str
    source_case_id: str

    @property
    def external_id(self) -> str:
        """The unique external id of the Salesforce Case, `source:id`."""
        return f"{self.source}:{self.source_case_id}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A number on the citizen's letter, with who gave it."""

    value: str
    issuer: str


@dataclass(frozen=True, slots=True)
class CaseContent:
    """What a source says of a case; two equal contents are the same state."""

    key: CaseKey
    procedure: str
    title: str
    status: CaseStatus
    references: tuple[Reference, ...]
    received: Moment | None
    public_note: str | None = None
    next_step: NextStep | None = None
    silence_on: date | None = None

    def says_the_same(self, other: CaseContent) -> bool:
        """Whether nothing differs but the edition of the mapping that read it."""
        edition = other.status.mapping_version
        return replace(self, status=replace(self.status, mapping_version=edition)) == other


@dataclass(frozen=True, slots=True)
class Case:
    """A case as stored. `version` rises by one at each change and is what Salesforce compares.

    `contact_withdrawn` says that a Contact was attached once and must be taken off again. `attached_at` and
    `attached_how` tell how it came to its citizen, when it has one.
    """

    id: str
    content: CaseContent
    version: int
    observed_at: datetime
    changed_at: datetime
    link_id: str | None
    contact_id: str | None
    no_longer_reported_at: datetime | None = None
    contact_withdrawn: bool = False
    attached_at: datetime | None = None
    attached_how: AttachMethod | None = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One entry of a timeline: the status a case took, when the source says so and when we learnt it."""

    id: str
    case_id: str
    version: int
    status: CaseStatus
    occurred: Moment
    received_at: datetime
    public_note: str | None = None
    moved_back: bool = False
