"""What a mapping file says once read, and what it makes of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from mappings.rules import Rule, StatusRules

Absence = Literal["unchanged", "gone", "unknown"]
ABSENCES: tuple[Absence, ...] = ("unchanged", "gone", "unknown")
Webhook = Literal["hint", "records"]
WEBHOOKS: tuple[Webhook, ...] = ("hint", "records")
GENDERS = ("female", "male", "unspecified")
TRANSPORTS = ("csv_drop", "xml_drop", "sql_view", "graphql", "open311", "rest", "soap")
"""The transports that have an adapter."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The status words the product knows; a phase absent from `outcomes_by_phase` takes no outcome."""

    phases: frozenset[str]
    outcomes: frozenset[str]
    waiting_for: frozenset[str]
    outcomes_by_phase: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PersonRules:
    """Where the stated identity is read; a field the source has not is None."""

    family_name: Rule | None = None
    given_names: Rule | None = None
    birth_date: Rule | None = None
    gender: Rule | None = None
    birth_place: Rule | None = None
    birth_country: Rule | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """A number on the citizen's letter, with who gave it."""

    value: Rule
    issuer: str


@dataclass(frozen=True, slots=True)
class RecordRules:
    """Where the content of a case is read."""

    id: Rule
    procedure: Rule
    title: Rule
    references: tuple[ReferenceRule, ...] = ()
    received: Rule | None = None
    note: Rule | None = None
    receipt_secret: Rule | None = None
    person: PersonRules | None = None


@dataclass(frozen=True, slots=True)
class NextRules:
    """What the citizen has to send and until when; `due_codes` limits the date to some status codes."""

    items: Rule | None = None
    due_on: Rule | None = None
    due_codes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class SilenceRules:
    """The date at which silence decides, read only under these status codes."""

    on: Rule
    codes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One legacy system of the town. `title` and `service` are by language, fr and en.

    `contact` holds phone, email and url when the town gives them; `transport` is for the adapter, and a
    value "env:NAME" in it is for the bridge to resolve. The source is looked at every `poll_minutes`, and
    has news every `every_minutes`. Its `webhook` says that something moved, or brings the records; then
    `order_by` tells an older record of a case from a newer. Its raw records are kept `raw_days` at most,
    where that is given.
    """

    source: str
    version: int
    title: Mapping[str, str]
    service: Mapping[str, str]
    contact: Mapping[str, str]
    sector: str
    timezone: str
    every_minutes: int
    poll_minutes: int
    absence: Absence
    minimum_share: float
    transport: Mapping[str, object]
    record: RecordRules
    status: StatusRules
    next: NextRules = field(default_factory=NextRules)
    silence: SilenceRules | None = None
    webhook: Webhook = "hint"
    order_by: Rule | None = None
    internal: frozenset[str] = frozenset()
    raw_days: int | None = None
    file: str = ""

    @property
    def mapping_version(self) -> str:
        """What produced a status, `urbanisme@3`."""
        return f"{self.source}@{self.version}"


@dataclass(frozen=True, slots=True)
class MappedMoment:
    """An instant in UTC; a day is its local midnight."""

    at: datetime
    precision: Literal["day", "minute"]


@dataclass(frozen=True, slots=True)
class MappedStatus:
    """A status in the product's words.

    `keep_final` leaves an outcome already reached; `only_known` says nothing of a case never seen before.
    """

    phase: str
    outcome: str | None
    waiting_for: str
    tacit: bool
    since: MappedMoment | None
    legacy_code: str
    legacy_label: str
    keep_final: bool = False
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class MappedPerson:
    """The identity a record states. `birth_date` is YYYY-MM-DD, its unknown parts completed with 01."""

    family_name: str | None
    given_names: tuple[str, ...]
    birth_date: str | None
    birth_precision: Literal["day", "month", "year"] | None
    gender: str | None
    birth_place: str | None
    birth_country: str | None


@dataclass(frozen=True, slots=True)
class MappedRecord:
    """One record as the product understands it; `references` are (value, issuer)."""

    source_case_id: str
    procedure: str
    title: str
    references: tuple[tuple[str, str], ...]
    received: MappedMoment | None
    status: MappedStatus
    person: MappedPerson | None = None
    public_note: str | None = None
    next_action: str | None = None
    next_items: tuple[str, ...] = ()
    due_on: date | None = None
    silence_on: date | None = None
    receipt_secret: str | None = field(default=None, repr=False)
