"""What a corrected mapping changes in the cases of a source, counted by phase."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bridge.domain.case import Case
from bridge.usecases.ports import CaseChange
from mappings.errors import RecordError

MOST_SHOWN = 5


@dataclass(slots=True)
class RemapReport:
    """Counts of cases. `changed` are those the org will hear of; `noted`, those that only move to an edition.

    `gone` are no longer reported and stay as they are; `renumbered` have another number by this mapping;
    `outdated` came from another record than the one kept; `unreadable` stop on a rule, the first few told
    in `errors`. `reported` counts the cases of the source.
    """

    looked_at: int = 0
    changed: int = 0
    noted: int = 0
    same_edition: int = 0
    gone: int = 0
    renumbered: int = 0
    outdated: int = 0
    unreadable: int = 0
    reported: int = 0
    replayed: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    errors: list[RecordError] = field(default_factory=list)

    @property
    def without_record(self) -> int:
        """How many cases have no raw record any more."""
        return self.reported - self.looked_at - self.renumbered - self.outdated - self.unreadable

    def judge(self, change: CaseChange, held: Case, known: bytes) -> bool:
        """Count a case; give whether something of it is to be written."""
        self.looked_at += 1
        self.before[held.content.status.phase] += 1
        self.after[change.content.status.phase] += 1
        if not held.content.says_the_same(change.content):
            self.changed += 1
            edition = change.content.status.mapping_version
            self.same_edition += edition == held.content.status.mapping_version
            return True
        noted = change.fingerprint != known or change.content != held.content
        self.noted += noted
        return noted

    def stopped(self, error: RecordError) -> None:
        """Count a record the mapping cannot read."""
        self.unreadable += 1
        if len(self.errors) < MOST_SHOWN:
            self.errors.append(error)
