"""Puts the external id back on Cases that lost it, so that the next push finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.domain.causes import CASE_UNKEYED
from bridge.domain.org_case import HeldCase, OrgCase
from bridge.errors import PermanentError
from bridge.usecases.ports import CaseChanges, Store


@dataclass(frozen=True, slots=True)
class RestoreKeys:
    """Asks the org where each stands first: what was deleted or taken meanwhile stays stopped."""

    store: Store
    changes: CaseChanges

    def __call__(self, case_ids: Sequence[str]) -> tuple[str, ...]:
        """Give those of these cases that may be sent: all but the ones whose Case cannot get its key back.

        Raises: TransientError, BudgetError when the org cannot be asked.
        """
        with self.store.read() as tx:
            held = tx.in_org.by_case_ids(case_ids)
        lost = {
            each.salesforce_id: each
            for each in held.values()
            if each.cause_code == CASE_UNKEYED and each.salesforce_id
        }
        if not lost:
            return tuple(case_ids)
        standing = self.changes.standing(lost)
        stopped = {
            each.case.id
            for salesforce_id, each in lost.items()
            if not self._has_key(each, standing.get(salesforce_id))
        }
        return tuple(case_id for case_id in case_ids if case_id not in stopped)

    def _has_key(self, held: HeldCase, found: OrgCase | None) -> bool:
        key = held.case.content.key
        if found is None or found.is_deleted:
            return False
        if found.external_id == key.external_id:
            return True
        try:
            self.changes.restore_key(found.salesforce_id, key)
        except PermanentError:
            return False  # another Case bears it: comparing all names both
        return True
