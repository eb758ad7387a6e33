"""Gives a request to the citizen who claims it, or back to the one who had it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.contact import AttachMethod
from bridge.errors import ConflictError
from bridge.usecases.ports import AuditEntry, Bell, Clock, Store
from bridge.usecases.settling import Settled, close


@dataclass(frozen=True, slots=True)
class SettleRequest:
    """A decision about one request; refusing changes nothing, for a doubt alone moves no request."""

    store: Store
    clock: Clock
    bell: Bell

    def attach(self, settled: Settled) -> None:
        """Attach the request. Raises: ConflictError when the citizen is no longer linked."""
        review, now = settled.before, self.clock.now()
        assert review.case_id is not None
        with self.store.begin() as tx:
            close(tx, settled, now)
            link = tx.links.by_id(review.link_id) if review.link_id else None
            link = link or tx.links.by_subject([review.subject_hash])
            if link is None:
                raise ConflictError("the citizen is no longer linked", code="link.undone")
            tx.cases.attach(review.case_id, link, AttachMethod.AGENT, now)
            given = AuditEntry(settled.author, "case.given", link.id, review.case_id, settled.reason)
            tx.audit.add(given, now)
        self.bell.ring("push")
