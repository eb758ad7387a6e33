"""Links a person in doubt by the number and the secret of a receipt of the one Contact that fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bridge.domain.contact import LinkMethod
from bridge.domain.proof import provable_contact
from bridge.domain.receipt import ClaimAnswer, Receipt
from bridge.usecases.check_receipt import CheckReceipt
from bridge.usecases.claim_case import settle_claim
from bridge.usecases.link_proven import Finish, LinkProven
from bridge.usecases.ports import CaseDirectory, Clock, Session, Store, Transaction

ANOTHER_CONTACT = "receipt.another_contact"


@dataclass(frozen=True, slots=True)
class ProveByReceipt:
    """The receipt proves when the org's Case belongs to the very Contact in question."""

    store: Store
    check: CheckReceipt
    cases: CaseDirectory
    clock: Clock
    link: LinkProven

    def __call__(self, session: Session, number: str, secret: str) -> ClaimAnswer:
        """Give REFUSED for what opens nothing, and REVIEWED for a good receipt that settles no doubt.

        Raises: TooManyRequestsError; RemoteError when Salesforce cannot answer.
        """
        if session.link_id is not None:
            return ClaimAnswer.ATTACHED
        with self.store.begin() as tx:
            receipt = self.check(tx, session, number, secret, self.clock.now())
            review = tx.reviews.of_subject([session.subject_hash])
        if receipt is None:
            return ClaimAnswer.REFUSED
        contact_id = provable_contact(review)
        if review is None or contact_id is None or self.cases.contact_of(receipt.key) != contact_id:
            if review is not None:
                self._note(review.id)
            return ClaimAnswer.REVIEWED
        link = self.link(session, review, LinkMethod.RECEIPT, _not_yet_linked(session))
        if link is None:
            return ClaimAnswer.REVIEWED
        with self.store.begin() as tx:
            settle_claim(tx, self._as_it_is_now(tx, receipt), link, self.clock.now())
        return ClaimAnswer.ATTACHED

    def _note(self, review_id: str) -> None:
        with self.store.begin() as tx:
            tx.reviews.add_reason(review_id, ANOTHER_CONTACT)

    def _as_it_is_now(self, tx: Transaction, receipt: Receipt) -> Receipt:
        """Give the receipt again: linking may just have attached its request by the rule."""
        return replace(receipt, link_id=tx.cases.by_ids([receipt.case_id])[receipt.case_id].link_id)


def _not_yet_linked(session: Session) -> Finish:
    """A receipt may serve again, but a person is linked once."""

    def finish(tx: Transaction, _now: datetime) -> bool:
        return tx.links.by_subject([session.subject_hash]) is None

    return finish
