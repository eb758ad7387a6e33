"""Does what a decision says, and ends the doubt in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.domain.review import LinkReview, ReviewDecision, ReviewKind
from bridge.usecases.ports import Clock, Store
from bridge.usecases.settle_contact import SettleContact
from bridge.usecases.settle_person import SettlePerson
from bridge.usecases.settle_request import SettleRequest
from bridge.usecases.settling import Settled, close

Way = Callable[[Settled], None]


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Knows the way of each decision; one without a way of its own changes nothing but the doubt."""

    store: Store
    clock: Clock
    person: SettlePerson
    contact: SettleContact
    request: SettleRequest

    def __call__(self, before: LinkReview, after: LinkReview, by: str) -> LinkReview:
        """Give the doubt as it ended; `by` is the agent whose click this is.

        Raises: ConflictError when the doubt, the link or the Contact is no longer as it was; what Salesforce
        raises, before anything is stored.
        """
        assert after.decision is not None
        way = self._ways.get((after.kind, after.decision), self._nothing_else)
        way(Settled(before, after, by))
        return after

    def _nothing_else(self, settled: Settled) -> None:
        with self.store.begin() as tx:
            close(tx, settled, self.clock.now())

    @property
    def _ways(self) -> Mapping[tuple[ReviewKind, ReviewDecision], Way]:
        kind, decision = ReviewKind, ReviewDecision
        return {
            (kind.IDENTITY, decision.LINK): self.person.link,
            (kind.IDENTITY, decision.CREATE): self.person.create,
            (kind.TWO_SUBJECTS, decision.CREATE): self.person.create,
            (kind.TWO_SUBJECTS, decision.MOVE): self.person.take_over,
            (kind.NEW_SUBJECT, decision.MOVE): self.person.renew,
            (kind.CONTACT_GONE, decision.MOVE): self.contact.move,
            (kind.CONTACT_GONE, decision.UNDO): self.contact.undo,
            (kind.NOT_MINE, decision.ATTACH): self.request.attach,
            (kind.CLAIM, decision.ATTACH): self.request.attach,
        }
