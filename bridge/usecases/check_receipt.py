"""Finds the request a number and its receipt's secret open, in the same time whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.receipt import MOST_CLAIMS, Receipt, number_letters, secret_letters
from bridge.errors import TooManyRequestsError
from bridge.usecases.ports import AuditEntry, Pseudonyms, Session, Transaction

RECEIPT_PURPOSE = "receipt"


@dataclass(frozen=True, slots=True)
class CheckReceipt:
    """Counts each try of a person, right or wrong."""

    pseudonyms: Pseudonyms

    def __call__(
        self, tx: Transaction, session: Session, number: str, secret: str, now: datetime
    ) -> Receipt | None:
        """Give the request, or None. Raises: TooManyRequestsError: five tries an hour, twenty a day."""
        _within_limits(tx, session, now)
        tx.receipts.tried(session.subject_hash, now)
        found = self._opened(tx.receipts.bearing(number_letters(number)), secret_letters(secret))
        detail = found.case_id if found else ""
        action = "receipt.accepted" if found else "receipt.refused"
        tx.audit.add(AuditEntry("citizen", action, session.link_id or session.id, detail), now)
        return found

    def _opened(self, receipts: Sequence[Receipt], secret: str | None) -> Receipt | None:
        right = [each for each in receipts if self._opens(each.secret_hash, each.key.external_id, secret)]
        if not receipts:
            # An unknown number costs what a known one does.
            self._opens(None, "", secret)
        return right[0] if len(right) == 1 else None

    def _opens(self, kept: str | None, external_id: str, secret: str | None) -> bool:
        return self.pseudonyms.is_secret(kept, RECEIPT_PURPOSE, external_id, secret or "") and bool(secret)


def _within_limits(tx: Transaction, session: Session, now: datetime) -> None:
    counts = tx.receipts.tries(session.subject_hash, [now - span for span, _most in MOST_CLAIMS])
    for (span, most), count in zip(MOST_CLAIMS, counts, strict=True):
        if count >= most:
            wait_s = span.total_seconds()
            raise TooManyRequestsError(
                "enough receipts tried for now", code="receipt.limit", retry_after_s=wait_s
            )
