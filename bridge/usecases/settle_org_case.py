"""Settles one Case of the org against ours: an echo, the agents' own, a conflict, or a stop for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bridge.domain.causes import CASE_CONTESTED, CASE_DELETED, CASE_MERGED, CASE_RECREATED, CASE_UNKEYED
from bridge.domain.org_case import CaseConflict, HeldCase, OrgCase, Outcome
from bridge.domain.synchronisation import CallLane
from bridge.usecases.ports import AuditEntry, CaseChanges, Clock, ContactStanding, Store

QUARREL = 3
QUARREL_WITHIN = timedelta(days=1)
CONTACT = "ContactId"
_ENDED_BY_THE_ORG = frozenset({CASE_DELETED, CASE_MERGED, CASE_UNKEYED})
_SENT_NO_MORE = _ENDED_BY_THE_ORG | {CASE_CONTESTED, CASE_RECREATED}


class Fate(StrEnum):
    """What became of a Case we looked at."""

    SAME = "same"
    """Our own echo, or what agents own: nothing to do."""
    REWRITTEN = "rewritten"
    LEFT = "left"
    HELD = "held"
    RELEASED = "released"
    """What was held is as it was: sending goes on."""


@dataclass(frozen=True, slots=True)
class SettleOrgCase:
    """The source wins on its fields, once for each change; the agents' fields are not looked at.

    `standing` says where those of our Contacts stand whose Cases bear another one.
    """

    store: Store
    changes: CaseChanges
    clock: Clock
    standing: Mapping[str, ContactStanding]

    def __call__(self, held: HeldCase, found: OrgCase) -> Fate:
        """Give what became of it."""
        if found.salesforce_id != held.salesforce_id:
            return self._other(held, found)
        if code := _lost(held, found):
            return self._hold(held, found, code, found.survivor_id or found.modified_by)
        if held.cause_code in _ENDED_BY_THE_ORG:
            return self._release(held)
        if held.cause_code in _SENT_NO_MORE or not held.is_settled or self._is_echo(held, found):
            return Fate.SAME  # what is on its way rewrites it anyway
        return self._compared(held, found)

    def _is_echo(self, held: HeldCase, found: OrgCase) -> bool:
        return found.version == held.applied_version and found.modified_by == self.changes.own_user()

    def _other(self, held: HeldCase, found: OrgCase) -> Fate:
        """Another Case than the one we wrote bears the key: ours was told by its own id, or will be."""
        if held.salesforce_id is None or found.is_deleted:
            return Fate.SAME
        return self._hold(held, found, CASE_RECREATED, found.salesforce_id)

    def _compared(self, held: HeldCase, found: OrgCase) -> Fate:
        if found.version is not None and found.version > held.case.version:
            return Fate.SAME  # our database was restored: comparing all tells, one Case does not
        fields = self.changes.differing(held.case, found)
        contact = self._contact(held, found)
        if contact is Outcome.REWRITTEN:
            fields = (*fields, CONTACT)
        if fields:
            return self._rewrite(held, found, fields)
        return self._left(held, found) if contact is Outcome.LEFT else Fate.SAME

    def _contact(self, held: HeldCase, found: OrgCase) -> Outcome | None:
        """Give what to do about the Contact an agent put on the Case; None when there is nothing.

        Ours was chosen by a rule, a proof or an agent of the console, and stands. One that was merged or
        deleted is followed first. A Contact on a Case that is nobody's stays, and makes nobody its citizen.
        """
        ours = held.case.contact_id
        if found.contact_id == ours or (ours is None and not found.contact_id):
            return None
        if ours is None:
            return Outcome.REWRITTEN if held.case.contact_withdrawn else Outcome.LEFT
        stands = self.standing.get(ours)
        if stands is None or stands.is_deleted:
            with self.store.begin() as tx:
                tx.contact_log.notice([ours], self.clock.now())
            return None
        return Outcome.REWRITTEN

    def _rewrite(self, held: HeldCase, found: OrgCase, fields: tuple[str, ...]) -> Fate:
        """Send ours again, once for this change; not for ever against somebody who does the same."""
        case_id, now = held.case.id, self.clock.now()
        with self.store.begin() as tx:
            quarrels = tx.conflicts.count_since(case_id, now - QUARREL_WITHIN)
            outcome = Outcome.HELD if quarrels >= QUARREL else Outcome.REWRITTEN
            if not tx.conflicts.add(self._conflict(held, found, fields, outcome)):
                return Fate.SAME
            if outcome is Outcome.HELD:
                tx.in_org.hold(case_id, CASE_CONTESTED, f"{CASE_CONTESTED} ({', '.join(fields)})", now)
                return Fate.HELD
            tx.in_org.reopen([case_id], now, CallLane.SCHEDULED)
            return Fate.REWRITTEN

    def _left(self, held: HeldCase, found: OrgCase) -> Fate:
        with self.store.begin() as tx:
            is_new = tx.conflicts.add(self._conflict(held, found, (CONTACT,), Outcome.LEFT))
        return Fate.LEFT if is_new else Fate.SAME

    def _hold(self, held: HeldCase, found: OrgCase, code: str, other: str) -> Fate:
        """Stop a case for a person, with a line in its history and one in the journal."""
        now, case_id = self.clock.now(), held.case.id
        with self.store.begin() as tx:
            if not tx.in_org.hold(case_id, code, f"{code} ({held.salesforce_id}, {other})", now):
                return Fate.SAME
            tx.conflicts.add(self._conflict(held, found, (code,), Outcome.HELD))
            tx.audit.add(AuditEntry("rule", "case.held", case_id, code), now)
        return Fate.HELD

    def _release(self, held: HeldCase) -> Fate:
        now = self.clock.now()
        with self.store.begin() as tx:
            tx.in_org.reopen([held.case.id], now, CallLane.SCHEDULED)
            tx.audit.add(AuditEntry("rule", "case.released", held.case.id, held.cause_code or ""), now)
        return Fate.RELEASED

    def _conflict(
        self, held: HeldCase, found: OrgCase, fields: tuple[str, ...], outcome: Outcome
    ) -> CaseConflict:
        return CaseConflict(
            case_id=held.case.id,
            changed_at=found.modified_at,
            changed_by=found.modified_by,
            fields=fields,
            outcome=outcome,
            seen_at=self.clock.now(),
        )


def _lost(held: HeldCase, found: OrgCase) -> str | None:
    """Give why the Case we wrote is no longer where the next push would look for it."""
    if found.is_deleted:
        return CASE_MERGED if found.survivor_id else CASE_DELETED
    return CASE_UNKEYED if found.external_id != held.case.content.key.external_id else None
