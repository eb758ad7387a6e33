"""Takes a request off a citizen who says that it is not theirs: at once here, then in Salesforce."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.receipt import NotMine
from bridge.domain.review import ReviewKind
from bridge.errors import RequestError, UnknownCaseError
from bridge.usecases.claim_case import open_case_review
from bridge.usecases.ports import AuditEntry, Bell, Clock, Session, Store


@dataclass(frozen=True, slots=True)
class GiveBackCase:
    """No rule gives the request to this citizen again; an agent may, or its receipt."""

    store: Store
    clock: Clock
    bell: Bell

    def __call__(self, session: Session, case_id: str, why: str) -> None:
        """Detach the request and ask an agent. Raises: UnknownCaseError, RequestError for no known reason."""
        reason = next((known for known in NotMine if known == why), None)
        if reason is None:
            raise RequestError("one of the reasons offered is needed", code="case.reason")
        now = self.clock.now()
        with self.store.begin() as tx:
            link = tx.links.by_id(session.link_id or "")
            if link is None or tx.cases.one_of_citizen(link.id, case_id) is None:
                raise UnknownCaseError("no request of yours bears this number")
            tx.cases.give_back(case_id, link, now)
            tx.audit.add(AuditEntry("citizen", "case.given_back", link.id, case_id, reason), now)
            told = f"not_mine.{reason}"
            open_case_review(tx, ReviewKind.NOT_MINE, link, case_id, reason=told, now=now)
        self.bell.ring("push")
