"""Sends one-time codes: reads where the Contact is reached, makes the code, keeps its hash, lets it go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.code_message import code_message
from bridge.domain.proof import DAY, MOST_CODES_A_DAY, Channel, Proof, new_code
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.ports import AuditEntry, Clock, CodeSender, ContactDirectory, Pseudonyms, Store

CODE_PURPOSE = "code"
BATCH = 20
# A mail server and a gateway may each take ten seconds for a message; a batch goes one after the other.
LEASE = timedelta(seconds=60)
RETRY_CLOCK = tuple(timedelta(seconds=s) for s in (20, 60, 120, 180, 180))
"""A server that meets us for the first time says "later" and means minutes."""


@dataclass(frozen=True, slots=True)
class SendCodes:
    """The lane of messages; any number of workers may run it at once.

    A new code is made at each try: one that may have left, or not, opens nothing any more.
    """

    store: Store
    contacts: ContactDirectory
    pseudonyms: Pseudonyms
    clock: Clock
    senders: Mapping[Channel, CodeSender]
    town: str

    def __call__(self) -> int:
        """Send what is due until nothing is; give how many codes left."""
        left = 0
        while proofs := self._claimed():
            left += sum(self._carried(proof) for proof in proofs)
        return left

    def due(self) -> bool:
        """Whether a code waits to be sent."""
        with self.store.read() as tx:
            return tx.proofs.unsent_count(self.clock.now()) > 0

    def _claimed(self) -> tuple[Proof, ...]:
        with self.store.begin() as tx:
            return tx.proofs.claim_unsent(BATCH, LEASE, self.clock.now())

    def _carried(self, proof: Proof) -> bool:
        """Give whether the code left; what may pass is tried again, the rest is noted for an agent."""
        if proof.contact_id is None:
            return self._not_sent(proof, None)
        try:
            return self._sent(proof, proof.contact_id)
        except PermanentError as error:
            return self._not_sent(proof, error.code)
        except (TransientError, BudgetError) as error:
            return self._not_sent(proof, error.code, self._again_at(proof, error))

    def _sent(self, proof: Proof, contact_id: str) -> bool:
        with self.store.read() as tx:
            if tx.proofs.sent_to(contact_id, self.clock.now() - DAY) >= MOST_CODES_A_DAY:
                raise PermanentError("enough codes for a day", system="bridge", code="proof.contact_limit")
        person = self.contacts.reachable(contact_id)
        if person is None:
            raise PermanentError("the Contact is gone", system="salesforce", code="proof.contact_gone")
        code, now = new_code(), self.clock.now()
        with self.store.begin() as tx:
            kept = tx.proofs.keep_code(proof.id, self.pseudonyms.secret(CODE_PURPOSE, proof.id, code), now)
        if kept:
            self.senders[proof.channel].send(person, code_message(code, self.town, proof.expires_at))
            with self.store.begin() as tx:
                tx.proofs.sent(proof.id, self.clock.now())
                tx.audit.add(AuditEntry("rule", "code.sent", contact_id, proof.id), self.clock.now())
        return kept

    def _not_sent(self, proof: Proof, reason: str | None, again_at: datetime | None = None) -> bool:
        with self.store.begin() as tx:
            tx.proofs.send_again(proof.id, again_at)
            if reason:
                entry = AuditEntry("rule", "code.not_sent", proof.contact_id or "", proof.id, reason)
                tx.audit.add(entry, self.clock.now())
        return False

    def _again_at(self, proof: Proof, error: TransientError | BudgetError) -> datetime | None:
        """Give when to try again; never once the code would come too late."""
        asked_s = error.retry_after_s or 0.0 if isinstance(error, TransientError) else 0.0
        step = RETRY_CLOCK[min(proof.sends, len(RETRY_CLOCK)) - 1]
        at = self.clock.now() + max(step, timedelta(seconds=asked_s))
        return at if at < proof.expires_at else None
