"""How a sign-in ended: with a link, or with a doubt that waits for an agent."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.contact import IdentityLink
from bridge.domain.review import LinkReview


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """Exactly one of the two: the link, or the review an agent has to decide."""

    link: IdentityLink | None
    review: LinkReview | None

    @property
    def subject_hash(self) -> str:
        """The pseudonym of whoever signed in."""
        found = self.link or self.review
        assert found is not None
        return found.subject_hash
