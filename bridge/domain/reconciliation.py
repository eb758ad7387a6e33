"""Two counts of the same requests, ours and the org's, and what it means when they differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from bridge.domain.synchronisation import PushState


class Counted(NamedTuple):
    """One Case of the org; `told` is what its status fields say, in one text."""

    external_id: str | None
    salesforce_id: str
    version: int | None
    told: str


class OurRow(NamedTuple):
    """One case of ours, with where its push stands."""

    case_id: str
    source: str
    source_case_id: str
    version: int
    phase: str
    outcome: str | None
    waiting_for: str
    tacit: bool
    state: str
    applied_version: int | None
    salesforce_id: str | None
    cause_code: str | None

    @property
    def external_id(self) -> str:
        """The unique external id of the Case in the org."""
        return f"{self.source}:{self.source_case_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether a push is on its way."""
        return self.state == PushState.DUE


class Finding(StrEnum):
    """What a comparison finds."""

    MISSING = "missing"
    """We hold it, the org does not."""
    DIFFERENT = "different"
    """The org has an older version, or another status under the same one."""
    AHEAD = "ahead"
    """The org has a newer version than we hold: our database was restored, or another bridge writes there."""
    EXTRA = "extra"
    """The org has it under a key of ours, and we do not."""
    UNKEYED = "unkeyed"
    """The Case we wrote is there, and no longer bears its key."""
    DUPLICATED = "duplicated"
    """Two Cases bear one key."""
    WAITING = "waiting"
    """A push is on its way: compare again."""


class Found(NamedTuple):
    """One difference, by opaque ids; `org_version` is the org's where it is ahead."""

    finding: Finding
    source: str
    case_id: str | None
    salesforce_id: str | None
    org_version: int | None = None


def compared(ours: OurRow, found: Counted, told: str) -> Finding | None:
    """Give what two rows of one key differ in; `told` is what the org should tell. None when they agree."""
    if found.version is not None and found.version > ours.version:
        return Finding.AHEAD
    if found.version == ours.version and found.told == told:
        return None
    return Finding.WAITING if ours.is_waiting else Finding.DIFFERENT


@dataclass(slots=True)
class Side:
    """How many rows one side has of a source, and a checksum that does not depend on their order."""

    count: int = 0
    total: int = 0

    def add(self, external_id: str, version: int | None, told: str) -> None:
        """Count one row."""
        digest = hashlib.sha256(f"{external_id}\x1f{version}\x1f{told}".encode()).digest()
        self.count += 1
        self.total = (self.total + int.from_bytes(digest)) % (1 << 256)

    @property
    def checksum(self) -> str:
        """The sum of the rows' SHA-256, modulo 2^256, in hexadecimal."""
        return f"{self.total:064x}"


@dataclass(slots=True)
class Tally:
    """What a whole comparison counted: both sides by source, findings, and the first of each kind."""

    ours: dict[str, Side] = field(default_factory=dict)
    theirs: dict[str, Side] = field(default_factory=dict)
    counts: dict[Finding, int] = field(default_factory=lambda: dict.fromkeys(Finding, 0))
    parked: int = 0
    healed: int = 0

    def count_ours(self, row: OurRow, told: str) -> None:
        """Count a case of ours."""
        self.ours.setdefault(row.source, Side()).add(row.external_id, row.version, told)

    def count_theirs(self, row: Counted) -> None:
        """Count a Case of the org that bears a key."""
        external_id = row.external_id or ""
        self.theirs.setdefault(source_of(external_id), Side()).add(external_id, row.version, row.told)

    def note(self, found: Iterable[Found]) -> None:
        """Count differences."""
        for each in found:
            self.counts[each.finding] += 1

    @property
    def agrees(self) -> bool:
        """Whether both sides hold the same, row by row."""
        return not any(self.counts.values())


def source_of(external_id: str) -> str:
    """Give the source an external id names."""
    return external_id.partition(":")[0]
