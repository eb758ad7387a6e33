"""Where a request stands: three fields, plus what the legacy system said in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Phase(StrEnum):
    """What is happening to the request."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    AWAITING_THIRD_PARTY = "awaiting_third_party"
    SCHEDULED = "scheduled"
    TO_PAY = "to_pay"
    READY = "ready"
    DECIDED = "decided"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How it ended; only with `decided` or `closed`."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REFUSED = "refused"
    DONE = "done"
    CLOSED_WITHOUT_DECISION = "closed_without_decision"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    DUPLICATE = "duplicate"


class WaitingFor(StrEnum):
    """Who must act next."""

    CITIZEN = "citizen"
    TOWN = "town"
    THIRD_PARTY = "third_party"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class DatePrecision(StrEnum):
    """Whether a source knows the minute or only the day."""

    DAY = "day"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC with the precision its source knows; a day is its local midnight."""

    at: datetime
    precision: DatePrecision = DatePrecision.MINUTE


OUTCOMES_BY_PHASE = {
    Phase.DECIDED: frozenset({Outcome.ACCEPTED, Outcome.PARTLY_ACCEPTED, Outcome.REFUSED}),
    Phase.CLOSED: frozenset(Outcome) - {Outcome.ACCEPTED, Outcome.PARTLY_ACCEPTED, Outcome.REFUSED},
}


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """The status of one case, with the legacy word and the mapping version that produced it.

    Raises: ValueError when the outcome does not belong to the phase.
    """

    phase: Phase
    outcome: Outcome | None
    waiting_for: WaitingFor
    tacit: bool
    since: Moment | None
    legacy_code: str
    legacy_label: str
    mapping_version: str

    def __post_init__(self) -> None:
        """Refuse a phase and an outcome that cannot go together."""
        allowed = OUTCOMES_BY_PHASE.get(self.phase)
        if (allowed is None) != (self.outcome is None) or (allowed and self.outcome not in allowed):
            raise ValueError(f"phase {self.phase} cannot have outcome {self.outcome}")

    @property
    def is_final(self) -> bool:
        """Whether the source does not intend to go on; it still may."""
        return self.phase in OUTCOMES_BY_PHASE

    @property
    def needs_citizen(self) -> bool:
        """Whether the next move is the citizen's."""
        return self.waiting_for is WaitingFor.CITIZEN


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is expected of whom, and until when."""

    action: str
    items: tuple[str, ...] = ()
    due_on: date | None = None
