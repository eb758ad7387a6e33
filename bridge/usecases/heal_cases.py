"""Does what may be done about differences: sends again what is ours to send, stops what a person must see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from bridge.domain.causes import CASE_UNKEYED, MADE_ANEW
from bridge.domain.reconciliation import Finding, Found, OurRow
from bridge.domain.synchronisation import CallLane, PushState
from bridge.usecases.ports import AuditEntry, Clock, Store


@dataclass(frozen=True, slots=True)
class Healed:
    """How many cases are sent again, and how many differ because they are parked and stay so."""

    healed: int
    parked: int


@dataclass(frozen=True, slots=True)
class HealCases:
    """Acts on one batch of differences.

    A Case that lost its key is held whether or not we heal: the next push would make a second one. What the
    org holds newer is overwritten only for the sources in `reread`, read since our database was restored.
    """

    store: Store
    clock: Clock
    heal: bool
    reread: frozenset[str]

    def __call__(self, found: Collection[Found]) -> Healed:
        """Give what was done."""
        by_kind: defaultdict[Finding, list[Found]] = defaultdict(list)
        for each in found:
            by_kind[each.finding].append(each)
        self._hold(by_kind[Finding.UNKEYED])
        with self.store.read() as tx:
            rows = tx.in_org.rows({each.case_id for each in found if each.case_id})
        parked = sum(row.state == PushState.PARKED for row in rows.values())
        if not self.heal:
            return Healed(0, parked)
        missing = {
            each.case_id
            for each in by_kind[Finding.MISSING]
            if each.case_id and _may_be_made(rows[each.case_id])
        }
        older = {
            each.case_id
            for each in by_kind[Finding.DIFFERENT]
            if each.case_id and rows[each.case_id].state == PushState.APPLIED
        }
        ahead = {
            each.case_id: each.org_version or 0
            for each in by_kind[Finding.AHEAD]
            if each.case_id and each.source in self.reread
        }
        return Healed(self._sent(missing, older, ahead), parked)

    def _sent(self, missing: Collection[str], older: Collection[str], ahead: dict[str, int]) -> int:
        now = self.clock.now()
        with self.store.begin() as tx:
            healed = tx.in_org.reopen_new(missing, now, CallLane.BACKFILL)
            healed += tx.in_org.reopen(older, now, CallLane.BACKFILL)
            healed += tx.in_org.raise_above(ahead, now, CallLane.BACKFILL)
            if healed:
                tx.audit.add(AuditEntry("operator", "cases.healed", "", str(healed)), now)
        return healed

    def _hold(self, unkeyed: Collection[Found]) -> None:
        now = self.clock.now()
        with self.store.begin() as tx:
            for each in unkeyed:
                text = f"{CASE_UNKEYED} ({each.salesforce_id})"
                if each.case_id and tx.in_org.hold(each.case_id, CASE_UNKEYED, text, now):
                    tx.audit.add(AuditEntry("rule", "case.held", each.case_id, CASE_UNKEYED), now)


def _may_be_made(row: OurRow) -> bool:
    """Whether a missing Case may be made: the org took it once, or a person says so by healing."""
    return row.state == PushState.APPLIED or row.cause_code in MADE_ANEW
