"""A Case as the org shows it, what we think of it, and what an agent's change there means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.domain.case import Case
from bridge.domain.synchronisation import PushState


@dataclass(frozen=True, slots=True)
class OrgCase:
    """A Case of the org, there or in the bin, where `survivor_id` took its place if given.

    `values` are those of the fields the source owns, under the org's names; `modified_by` is a user's id.
    """

    salesforce_id: str
    external_id: str | None
    version: int | None
    contact_id: str | None
    modified_by: str
    modified_at: datetime
    stamp: datetime
    is_deleted: bool = False
    survivor_id: str | None = None
    values: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case of ours with where its push stands and the Case of the org it went into."""

    case: Case
    state: PushState
    applied_version: int | None
    salesforce_id: str | None
    cause_code: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the org has what we hold, as far as we know."""
        return self.state is PushState.APPLIED and self.applied_version == self.case.version


class Outcome(StrEnum):
    """What became of an agent's change to what is not theirs."""

    REWRITTEN = "rewritten"
    """The source's value was sent again."""
    LEFT = "left"
    """It stays; a person is told."""
    HELD = "held"
    """Nothing is sent any more until a person decides."""


@dataclass(frozen=True, slots=True)
class CaseConflict:
    """One change in the org against the town's own data: who, when, which fields; never the values."""

    case_id: str
    changed_at: datetime
    changed_by: str
    fields: tuple[str, ...]
    outcome: Outcome
    seen_at: datetime
