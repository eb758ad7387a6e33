"""A doubt with its evidence side by side: what the State certifies, and what each Contact says."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.agent import Agent
from bridge.domain.case import Case
from bridge.domain.contact import CertifiedPerson, IdentityLink
from bridge.domain.matching import Comparison, Grade, compare
from bridge.domain.review import LinkReview, ReviewState
from bridge.errors import BudgetError, TransientError, UnknownCaseError
from bridge.usecases.ports import Clock, ContactDesk, ContactSheet, LinkStory, Store, Transaction, Vault
from bridge.usecases.sealed_person import open_person
from bridge.usecases.watch_reading import note_reading

_GRADES = tuple(Grade)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Contact that could be meant; no sheet when it is gone or the org is away.

    `link` is the identity it is linked to by now.
    """

    contact_id: str
    sheet: ContactSheet | None
    comparison: Comparison | None
    link: IdentityLink | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A doubt and all there is to judge it by; only the doubt itself once it is decided."""

    review: LinkReview
    person: CertifiedPerson | None = None
    candidates: tuple[Candidate, ...] = ()
    org_answers: bool = True
    case: Case | None = None
    story: LinkStory | None = None


@dataclass(frozen=True, slots=True)
class ReadReview:
    """Opens a doubt for an agent; the Contacts are read fresh, in one call."""

    store: Store
    desk: ContactDesk
    vault: Vault
    clock: Clock

    def __call__(self, agent: Agent, review_id: str) -> Evidence:
        """Give the evidence, and leave one audit row.

        Raises: UnknownCaseError for no such doubt or one outside the agent's sectors; ForbiddenError when
        the agent has read too many people.
        """
        with self.store.begin() as tx:
            review, case = doubt_of(tx, agent, review_id)
            note_reading(tx, agent, "review.read", [review.id], self.clock.now())
            sealed = tx.reviews.sealed_identity(review.id)
            story = tx.link_history.story(review.link_id) if review.link_id else None
            ids = _shown(review, story)
            links = tx.links.by_contact(ids)
        if review.state is ReviewState.DECIDED:
            return Evidence(review, case=case, story=story)
        person = open_person(self.vault, sealed, "") if sealed else None
        sheets = self._sheets(ids)
        candidates = (_candidate(i, person, (sheets or {}).get(i), links.get(i)) for i in ids)
        ordered = tuple(sorted(candidates, key=_likeliest_first))
        return Evidence(review, person, ordered, sheets is not None, case, story)

    def _sheets(self, contact_ids: tuple[str, ...]) -> dict[str, ContactSheet] | None:
        try:
            return self.desk.sheets(contact_ids)
        except (TransientError, BudgetError):
            return None


def doubt_of(tx: Transaction, agent: Agent, review_id: str) -> tuple[LinkReview, Case | None]:
    """Give a doubt with its request. Raises: UnknownCaseError, out of sight or not there alike."""
    review = tx.reviews.by_id(review_id)
    case = tx.cases.by_ids([review.case_id]).get(review.case_id) if review and review.case_id else None
    if review is None or (case and not agent.may_see(case.content.key.source)):
        raise UnknownCaseError("no such doubt among yours", code="review.unknown")
    return review, case


def _shown(review: LinkReview, story: LinkStory | None) -> tuple[str, ...]:
    linked = (story.link.contact_id,) if story else ()
    return tuple(dict.fromkeys((*review.candidate_ids, *linked)))


def _candidate(
    contact_id: str, person: CertifiedPerson | None, sheet: ContactSheet | None, link: IdentityLink | None
) -> Candidate:
    comparison = None
    if person and sheet:
        comparison = compare(person.identity, person.usage_name, sheet.contact, person.origin)
    return Candidate(contact_id, sheet, comparison, link)


def _likeliest_first(candidate: Candidate) -> int:
    return _GRADES.index(candidate.comparison.grade) if candidate.comparison else len(_GRADES)
