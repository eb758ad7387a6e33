"""Attaches an older request to the citizen who holds its receipt; what contradicts that goes to an agent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.contact import AttachMethod, IdentityLink
from bridge.domain.receipt import ClaimAnswer, Receipt
from bridge.domain.review import LinkReview, ReviewKind
from bridge.errors import NotSignedInError
from bridge.usecases.check_receipt import CheckReceipt
from bridge.usecases.ports import AuditEntry, Bell, Clock, Session, Store, Transaction

ANOTHER_PERSON = "claim.names_another"
ANOTHER_CITIZEN = "claim.has_another"


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """For a citizen who is linked; somebody in doubt proves with a receipt who they are."""

    store: Store
    check: CheckReceipt
    clock: Clock
    bell: Bell

    def __call__(self, session: Session, number: str, secret: str) -> ClaimAnswer:
        """Give what became of the claim. Raises: TooManyRequestsError, NotSignedInError without a link."""
        now = self.clock.now()
        with self.store.begin() as tx:
            link = tx.links.by_id(session.link_id or "")
            if link is None:
                raise NotSignedInError("nobody is linked in this session")
            receipt = self.check(tx, session, number, secret, now)
            answer = settle_claim(tx, receipt, link, now) if receipt else ClaimAnswer.REFUSED
        if answer is ClaimAnswer.ATTACHED:
            self.bell.ring("push")
        return answer


def settle_claim(tx: Transaction, receipt: Receipt, link: IdentityLink, now: datetime) -> ClaimAnswer:
    """Attach the request of a receipt, unless somebody else has it or its record names somebody else."""
    if receipt.link_id == link.id:
        return ClaimAnswer.ATTACHED
    if receipt.link_id is not None:
        return _reviewed(tx, receipt, link, ANOTHER_CITIZEN, now)
    if tx.cases.names_somebody_else(receipt.case_id, link.id):
        return _reviewed(tx, receipt, link, ANOTHER_PERSON, now)
    tx.cases.attach(receipt.case_id, link, AttachMethod.RECEIPT, now)
    tx.audit.add(AuditEntry("citizen", "case.claimed", link.id, receipt.case_id), now)
    return ClaimAnswer.ATTACHED


def _reviewed(
    tx: Transaction, receipt: Receipt, link: IdentityLink, reason: str, now: datetime
) -> ClaimAnswer:
    open_case_review(tx, ReviewKind.CLAIM, link, receipt.case_id, reason=reason, now=now)
    return ClaimAnswer.REVIEWED


def open_case_review(
    tx: Transaction, kind: ReviewKind, link: IdentityLink, case_id: str, *, reason: str, now: datetime
) -> None:
    """Ask an agent about a request and its citizen, once; a doubt about a request holds no identity."""
    wanted = LinkReview(
        id=f"r_{secrets.token_hex(10)}",
        kind=kind,
        subject_hash=link.subject_hash,
        candidate_ids=(link.contact_id,),
        reasons=(reason,),
        created_at=now,
        link_id=link.id,
        case_id=case_id,
    )
    review = tx.reviews.open(wanted, "", None)
    if review.id == wanted.id:
        tx.audit.add(AuditEntry("citizen", "review.opened", review.id, reason), now)
