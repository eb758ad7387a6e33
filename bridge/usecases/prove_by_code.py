"""Takes the code a person copied: the right one, in time, links them to the Contact it was sent to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bridge.domain.contact import LinkMethod
from bridge.domain.proof import MOST_TRIES, Proof, ProofEnd, provable_contact, typed_code
from bridge.domain.review import LinkReview
from bridge.usecases.link_proven import Finish, LinkProven
from bridge.usecases.ports import AuditEntry, Clock, Pseudonyms, Session, Store, Transaction
from bridge.usecases.send_codes import CODE_PURPOSE

FAILED = "proof.failed"


class CodeAnswer(StrEnum):
    """What became of a code. A wrong one, and one that was never sent, are one answer."""

    PROVEN = "proven"
    WRONG = "wrong"
    OVER = "over"
    """No code is awaited: none was asked for, it is too old, used, or was tried too often."""
    DOUBTFUL = "doubtful"
    """The code is right, and the Contact changed meanwhile: an agent looks."""


@dataclass(frozen=True, slots=True)
class ProveByCode:
    """Five tries a code; the fifth wrong one ends it, and an agent sees that."""

    store: Store
    pseudonyms: Pseudonyms
    clock: Clock
    link: LinkProven

    def __call__(self, session: Session, typed: str) -> CodeAnswer:
        """Give the answer. Raises: RemoteError when Salesforce cannot answer; a right code stays good."""
        if session.link_id is not None:
            return CodeAnswer.PROVEN
        now = self.clock.now()
        with self.store.begin() as tx:
            proof = tx.proofs.live(session.subject_hash, now)
            review = tx.reviews.of_subject([session.subject_hash])
            if proof is None:
                return CodeAnswer.OVER
            if not self._is_right(proof, typed):
                return self._missed(tx, proof, review, now)
        if review is None or provable_contact(review) != proof.contact_id:
            return CodeAnswer.DOUBTFUL
        linked = self.link(session, review, LinkMethod.CODE, _using(proof))
        return CodeAnswer.PROVEN if linked else CodeAnswer.DOUBTFUL

    def _is_right(self, proof: Proof, typed: str) -> bool:
        """Compare in the same time whether a code was sent or not, and whatever was typed."""
        code = typed_code(typed)
        right = self.pseudonyms.is_secret(proof.code_hash, CODE_PURPOSE, proof.id, code or "")
        return right and code is not None

    def _missed(self, tx: Transaction, proof: Proof, review: LinkReview | None, now: datetime) -> CodeAnswer:
        missed = tx.proofs.missed(proof, now)
        tx.audit.add(AuditEntry("citizen", "code.refused", proof.id), now)
        if missed.attempts < MOST_TRIES:
            return CodeAnswer.WRONG
        if review is not None:
            tx.reviews.add_reason(review.id, FAILED)
        return CodeAnswer.OVER


def _using(proof: Proof) -> Finish:
    def finish(tx: Transaction, now: datetime) -> bool:
        return tx.proofs.end(proof.id, ProofEnd.PROVEN, now)

    return finish
