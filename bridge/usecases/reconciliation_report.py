"""What a comparison says, as data to sign: counts and checksums of both sides, and opaque ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.reconciliation import Finding, Found, Side, Tally
from mappings.model import SourceMapping

FORMAT = "citizen-bridge/reconciliation/1"


@dataclass(frozen=True, slots=True)
class Account:
    """Which comparison it was, when, over what, and what it spent."""

    id: str
    started_at: datetime
    ended_at: datetime
    source: str | None
    api_calls: int


def report_of(
    account: Account,
    tally: Tally,
    listed: Mapping[Finding, tuple[Found, ...]],
    mappings: Mapping[str, SourceMapping],
) -> dict[str, Any]:
    """Give the report as plain values; of a case it holds ids that say nothing."""
    return {
        "format": FORMAT,
        "id": account.id,
        "started_at": account.started_at.isoformat(timespec="seconds"),
        "ended_at": account.ended_at.isoformat(timespec="seconds"),
        "compared": account.source or "all sources",
        "agrees": tally.agrees,
        "sources": {
            source: _sides(tally, source, mappings) for source in sorted({*tally.ours, *tally.theirs})
        },
        "found": {finding.value: tally.counts[finding] for finding in Finding},
        "healed": tally.healed,
        "parked": tally.parked,
        "listed": {finding.value: [_named(each) for each in found] for finding, found in listed.items()},
        "api_calls": account.api_calls,
    }


def _sides(tally: Tally, source: str, mappings: Mapping[str, SourceMapping]) -> dict[str, Any]:
    ours, theirs = tally.ours.get(source, Side()), tally.theirs.get(source, Side())
    return {
        "mapping_version": mappings[source].version if source in mappings else None,
        "store": {"cases": ours.count, "checksum": ours.checksum},
        "org": {"cases": theirs.count, "checksum": theirs.checksum},
    }


def _named(each: Found) -> dict[str, str]:
    named = {"source": each.source, "case": each.case_id, "salesforce": each.salesforce_id}
    return {name: value for name, value in named.items() if value}
