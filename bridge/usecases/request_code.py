"""Takes a person's wish for a one-time code. Whether one will leave is decided, and done, elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from bridge.domain.proof import CODE_LIFE, DAY, MOST_REQUESTS_A_DAY, Channel, Proof, provable_contact
from bridge.errors import RequestError, TooManyRequestsError
from bridge.usecases.ports import AuditEntry, Bell, Clock, Session, Store

MESSAGES = "messages"
_LIMIT_WAIT_S = 3_600.0


@dataclass(frozen=True, slots=True)
class RequestCode:
    """Costs the same, and answers the same, whether or not the town knows where to write.

    `channels` are the roads this town has.
    """

    store: Store
    clock: Clock
    bell: Bell
    channels: Collection[Channel]

    def __call__(self, session: Session, channel: str) -> None:
        """Store the wish and tell a worker. Nothing, for somebody who is linked already.

        Raises: RequestError for a road this town has not, TooManyRequestsError at the sixth wish of a day.
        """
        road = next((known for known in self.channels if known == channel), None)
        if road is None:
            raise RequestError("no code can be sent that way", code="proof.channel")
        if session.link_id is not None:
            return
        now = self.clock.now()
        with self.store.begin() as tx:
            if tx.proofs.requested(session.subject_hash, now - DAY) >= MOST_REQUESTS_A_DAY:
                raise TooManyRequestsError(
                    "enough codes for a day", code="proof.limit", retry_after_s=_LIMIT_WAIT_S
                )
            proof = Proof(
                id=f"q_{secrets.token_hex(10)}",
                subject_hash=session.subject_hash,
                channel=road,
                contact_id=provable_contact(tx.reviews.of_subject([session.subject_hash])),
                created_at=now,
                expires_at=now + CODE_LIFE,
            )
            tx.proofs.start(proof)
            tx.audit.add(AuditEntry("citizen", "code.requested", session.id, proof.id), now)
        self.bell.ring(MESSAGES)
