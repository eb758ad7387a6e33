"""Settles one link by where its Contact stands: there, merged into another, gone, or back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview, ReviewKind
from bridge.errors import AmbiguousContactError, GoneError, PermanentError
from bridge.usecases.add_link import end_by_rule
from bridge.usecases.open_review import opened
from bridge.usecases.ports import AuditEntry, Clock, ContactChanges, ContactStanding, Store, Transaction


class Fate(StrEnum):
    """What became of a link."""

    SAME = "same"
    MOVED = "moved"
    GONE = "gone"
    BACK = "back"
    DOUBTFUL = "doubtful"
    """Two identities claim one Contact: an agent decides."""


@dataclass(frozen=True, slots=True)
class FollowLink:
    """The store follows what the org says; nothing another identity has is written over."""

    store: Store
    changes: ContactChanges
    clock: Clock

    def __call__(
        self, link: IdentityLink, stands: ContactStanding | None, known: Mapping[str, ContactStanding]
    ) -> Fate:
        """Give what became of the link; `stands` is None when its Contact is gone for good.

        Raises: TransientError, BudgetError when Salesforce cannot be told.
        """
        if stands is not None and not stands.is_deleted:
            return self._there(link, stands)
        survivor = _survivor(stands, known)
        if stands is None or survivor is None:
            return self._gone(link, ReviewKind.CONTACT_GONE, "contact.deleted", link.contact_id)
        return self._merged(link, stands, survivor)

    def _there(self, link: IdentityLink, stands: ContactStanding) -> Fate:
        if self._is_claimed(link, stands, stands):
            self._doubted(link, ReviewKind.TWO_SUBJECTS, "contact.other_subject", stands.id)
            return Fate.DOUBTFUL
        if link.contact_gone_at is None:
            return Fate.SAME
        with self.store.begin() as tx:
            tx.link_moves.contact_back(link.id)
            self._readdressed(tx, replace(link, contact_gone_at=None), "link.contact_back")
        return Fate.BACK

    def _merged(self, link: IdentityLink, stands: ContactStanding, survivor: ContactStanding) -> Fate:
        """Move the link to the survivor, which first gets what was certified on the loser."""
        with self.store.read() as tx:
            holder = tx.links.by_contact([survivor.id]).get(survivor.id)
        if (holder and holder.id != link.id) or self._is_claimed(link, stands, survivor):
            return self._gone(link, ReviewKind.TWO_SUBJECTS, "merge.survivor_linked", survivor.id)
        unwritten = None
        try:
            self.changes.certify(survivor.id, stands.id, link.subject_hash)
        except GoneError:
            return Fate.SAME  # merged again while we looked: the next look follows
        except (AmbiguousContactError, PermanentError):
            unwritten = "merge.identity_unwritten"
        try:
            self._move(link, survivor.id, unwritten)
        except AmbiguousContactError:
            return self._gone(link, ReviewKind.TWO_SUBJECTS, "merge.survivor_linked", survivor.id)
        return Fate.MOVED

    def _move(self, link: IdentityLink, survivor_id: str, unwritten: str | None) -> None:
        now = self.clock.now()
        with self.store.begin() as tx:
            tx.link_moves.to_contact(link.id, survivor_id)
            tx.contact_log.merged(link.contact_id, survivor_id, now)
            moved = replace(link, contact_id=survivor_id, contact_gone_at=None)
            self._readdressed(tx, moved, "link.contact_moved")
            if unwritten:
                opened(tx, self._review(link, ReviewKind.CONTACT_GONE, unwritten, survivor_id))

    def _gone(self, link: IdentityLink, kind: ReviewKind, reason: str, contact_id: str) -> Fate:
        """Keep the link, flag it once, and send its requests without a Contact meanwhile."""
        now = self.clock.now()
        with self.store.begin() as tx:
            if not tx.link_moves.contact_gone(link.id, now):
                return Fate.SAME  # an agent was told, and may have decided since
            tx.audit.add(AuditEntry("rule", "link.contact_gone", link.id, reason), now)
            tx.cases.readdress(replace(link, contact_gone_at=now), now)
            opened(tx, self._review(link, kind, reason, contact_id))
        return Fate.GONE if kind is ReviewKind.CONTACT_GONE else Fate.DOUBTFUL

    def _doubted(self, link: IdentityLink, kind: ReviewKind, reason: str, contact_id: str) -> None:
        with self.store.begin() as tx:
            opened(tx, self._review(link, kind, reason, contact_id))

    def _readdressed(self, tx: Transaction, link: IdentityLink, action: str) -> None:
        now = self.clock.now()
        tx.audit.add(AuditEntry("rule", action, link.id, link.contact_id), now)
        tx.cases.readdress(link, now)
        for review in tx.reviews.about_link(link.id):
            # Somebody else's claim on this Contact stays, wherever the Contact is.
            own = review.subject_hash == link.subject_hash
            if review.kind is ReviewKind.CONTACT_GONE or (own and review.kind is ReviewKind.TWO_SUBJECTS):
                end_by_rule(tx, review, link.id, now)

    def _is_claimed(self, link: IdentityLink, stands: ContactStanding, bearer: ContactStanding) -> bool:
        """Whether the bearer has another identity than this link's, as the org last knew it.

        After a change of keys the org still bears the older hash; only another link's is a contradiction,
        or, on a survivor, one that its loser did not bear.
        """
        if bearer.subject_hash in {None, link.subject_hash}:
            return False
        if bearer is not stands:
            return bearer.subject_hash != stands.subject_hash
        with self.store.read() as tx:
            holder = tx.links.by_subject([bearer.subject_hash or ""])
        return holder is not None and holder.id != link.id

    def _review(self, link: IdentityLink, kind: ReviewKind, reason: str, contact_id: str) -> LinkReview:
        return LinkReview(
            id=f"r_{secrets.token_hex(10)}",
            kind=kind,
            subject_hash=link.subject_hash,
            candidate_ids=(contact_id,),
            reasons=(reason,),
            created_at=self.clock.now(),
            link_id=link.id,
        )


def _survivor(stands: ContactStanding | None, known: Mapping[str, ContactStanding]) -> ContactStanding | None:
    """Give who took the place at the end of a chain of merges; None when it was deleted in the end."""
    seen: set[str] = set()
    while stands is not None and stands.is_deleted and stands.id not in seen:
        seen.add(stands.id)
        stands = known.get(stands.survivor_id or "")
    return stands if stands is not None and not stands.is_deleted else None
