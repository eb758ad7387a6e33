"""A town's desk over a real store, with the org's Contacts in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bridge.adapters.store.store import SqlStore
from bridge.domain.agent import Agent, Role
from bridge.domain.case import Case
from bridge.domain.contact import CertifiedPerson, IdentityLink
from bridge.domain.review import LinkReview, ReviewDecision, ReviewKind
from bridge.domain.review_choices import Choice
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.agent_desk import AgentDesk, DeskPorts
from bridge.usecases.link_contact import LinkContact, LinkOutcome
from bridge.usecases.ports import Session
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.sealed_person import seal_person
from tests.domain.people import like
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.fakes.desk import FakeDesk
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS, certified, subject_hash
from tests.usecases.town import DEMARCHES, URBANISME, VOIRIE, FakeBell, delivery, row

CAMILLE = Agent("a_camille", Role.REVIEWER, frozenset())
SACHA = Agent("a_sacha", Role.REVIEWER, frozenset())
ROADS_ONLY = Agent("a_roads", Role.REVIEWER, frozenset({"voirie"}))
REASON = "paper file of 2019 seen"
PERSON = certified()


@dataclass
class Town:
    """The desk and what lies behind it."""

    store: SqlStore
    clock: FakeClock
    by_two: bool = False
    contacts: FakeContacts = field(default_factory=FakeContacts)
    bell: FakeBell = field(default_factory=FakeBell)
    spent: Exception | None = None

    def __post_init__(self) -> None:
        self.absorb = AbsorbDelivery(self.store, PSEUDONYMS, self.clock)
        mappings = {"urbanisme": URBANISME, "voirie": VOIRIE, "demarches": DEMARCHES}
        ports = DeskPorts(
            store=self.store,
            contacts=self.contacts,
            sheets=FakeDesk(self.contacts),
            changes=FakeContactChanges(self.contacts, self.clock),
            pseudonyms=PSEUDONYMS,
            vault=FakeVault(),
            clock=self.clock,
            bell=self.bell,
            mappings=mappings,
            replay=ReplayParked(self.store, mappings, self.absorb),
            require_budget=self._budget,
        )
        self.desk = AgentDesk.over(ports, by_two=self.by_two)

    def sign_in(self, person: CertifiedPerson = PERSON) -> LinkOutcome:
        """Let somebody sign in."""
        link = LinkContact(self.store, self.contacts, PSEUDONYMS, FakeVault(), self.clock, self.bell)
        return link(person)

    def in_doubt(self) -> tuple[LinkReview, str]:
        """Let somebody sign in whom the org knows in half; give the doubt and the Contact."""
        contact_id = self.contacts.add(like(birth_place=None))
        review = self.sign_in().review
        assert review is not None
        return review, contact_id

    def doubt(self, kind: ReviewKind, *candidates: str, **about: Any) -> LinkReview:
        """Open a doubt of another kind about this person."""
        person = about.pop("person", PERSON)
        review = LinkReview(
            id=f"r_{kind}",
            kind=kind,
            subject_hash=subject_hash(person),
            candidate_ids=candidates,
            reasons=("birth_date.different",),
            created_at=self.clock.now(),
            **about,
        )
        with self.store.begin() as tx:
            return tx.reviews.open(
                review, PSEUDONYMS.pivot(person.identity), seal_person(FakeVault(), person)
            )

    def linked(self, person: CertifiedPerson = PERSON) -> IdentityLink:
        """Let somebody sign in whom nobody resembles; give their link."""
        link = self.sign_in(person).link
        assert link is not None
        return link

    def requests(self, *rows: dict[str, object], key: str = "d1") -> None:
        """Let the planning office report these rows."""
        self.absorb(URBANISME, delivery(*rows, key=key))

    def request(self, number: int = 1) -> Case:
        """Report one request of this person."""
        self.requests(row(number))
        with self.store.begin() as tx:
            (case,) = tx.cases.by_reference(f"urbanisme:DP {number}")
        return case

    def session(self, person: CertifiedPerson = PERSON, link_id: str | None = None) -> str:
        """Open a citizen's session; give its token."""
        token, now = f"token of {person.subject}", self.clock.now()
        session = Session("s_1", link_id, subject_hash(person), "franceconnect", "Angela", "eidas1", now)
        with self.store.begin() as tx:
            tx.sign_ins.open_session(session, token, "sealed", now)
        return token

    def review(self, review_id: str) -> LinkReview:
        """Give a review as it stands."""
        with self.store.begin() as tx:
            found = tx.reviews.by_id(review_id)
        assert found is not None
        return found

    def decide(
        self, review: LinkReview, decision: ReviewDecision, agent: Agent = CAMILLE, **more: Any
    ) -> LinkReview:
        """Decide a doubt with the usual reason."""
        choice = Choice(decision, more.pop("reason", REASON), **more)
        return self.desk.review_link.decide(agent, review.id, choice)

    def _budget(self) -> None:
        if self.spent is not None:
            raise self.spent
