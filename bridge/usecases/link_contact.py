"""Attaches a certified identity to its Contact: the known, the certain, a new one, or an agent's choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bridge.domain.contact import CertifiedPerson, Contact, IdentityLink, LinkMethod, Origin
from bridge.domain.corrections import one_correction_apart
from bridge.domain.matching import Comparison, Decision, Verdict, compare, decide
from bridge.domain.review import LinkReview, ReviewKind
from bridge.errors import AmbiguousContactError, BudgetError, GoneError, TransientError
from bridge.usecases.add_link import AddLink
from bridge.usecases.link_outcome import LinkOutcome
from bridge.usecases.move_subject import MoveSubject
from bridge.usecases.open_review import Doubt, OpenReview
from bridge.usecases.ports import Bell, Clock, ContactDirectory, Pseudonyms, Store, Vault

__all__ = ["LinkContact", "LinkOutcome"]

UNDONE_BEFORE = "link.undone_before"
_TRIES = 2


@dataclass(frozen=True, slots=True)
class LinkContact:
    """The one way from a sign-in to a Contact.

    Only a French identity is linked to a known Contact by itself. A European one gets a new Contact, or an
    agent when somebody is alike. A helper's sign-in, whose claims are the citizen's, gets a link that is
    there already, or an agent.
    """

    store: Store
    contacts: ContactDirectory
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    bell: Bell

    def __call__(self, person: CertifiedPerson) -> LinkOutcome:
        """Give the person's link, made if the rules allow, else the open review.

        Two simultaneous first sign-ins end in one Contact: the org's unique hash and the store's
        unique subject decide, whoever comes first.
        Raises: TransientError, BudgetError, PermanentError when Salesforce cannot answer.
        """
        if known := self._known(person):
            return LinkOutcome(known, None)
        try:
            found = self._move(person) or self._recovered(person) or self._decided(person)
        except (TransientError, BudgetError):
            if review := self._under_review(person):
                return LinkOutcome(None, review)
            raise
        if isinstance(found, IdentityLink):
            return LinkOutcome(found, None)
        return LinkOutcome(None, self._review(person, found))

    @property
    def _add(self) -> AddLink:
        return AddLink(self.store, self.pseudonyms, self.clock, self.bell)

    @property
    def _move(self) -> MoveSubject:
        return MoveSubject(self._add, self.contacts)

    @property
    def _review(self) -> OpenReview:
        return OpenReview(self.store, self.pseudonyms, self.vault, self.clock)

    def _subjects(self, person: CertifiedPerson) -> tuple[str, ...]:
        return self.pseudonyms.subjects(person.issuer, person.subject)

    def _kept_apart(self, person: CertifiedPerson) -> frozenset[str]:
        """Give the Contacts an agent took this person off or ruled out: only an agent links them again."""
        subjects = self._subjects(person)
        with self.store.read() as tx:
            return tx.link_history.unlinked_from(subjects) | tx.reviews.ruled_out(subjects)

    def _under_review(self, person: CertifiedPerson) -> LinkReview | None:
        with self.store.read() as tx:
            return tx.reviews.of_subject(self._subjects(person))

    def _known(self, person: CertifiedPerson) -> IdentityLink | None:
        """A link answers at once; a review does not, for an agent may have mended the Contact since."""
        subjects = self._subjects(person)
        with self.store.begin() as tx:
            link = tx.links.by_subject(subjects)
            if link is None:
                return None
            pivot, keys = self.pseudonyms.pivot(person.identity), self.pseudonyms.link_keys(person.identity)
            now = self.clock.now()
            tx.links.seen(
                link.id, subject_hash=subjects[0], pivot_hash=pivot, person_keys=keys, acr=person.acr, now=now
            )
            attached = tx.cases.attach_by_person_keys(link, keys, now)
        if attached:
            self.bell.ring("push")
        return link

    def _recovered(self, person: CertifiedPerson) -> IdentityLink | Doubt | None:
        """The Contact was made or attached, but we stopped before the link was stored."""
        contact = self.contacts.by_subject(self._subjects(person))
        return self._bearing(person, contact) if contact else None

    def _bearing(self, person: CertifiedPerson, contact: Contact) -> IdentityLink | Doubt:
        """Link the Contact that bears this very identity, unless our store gave it to another one."""
        if contact.id in self._kept_apart(person):
            return Doubt(UNDONE_BEFORE, (self._compared(person, contact),))
        try:
            return self._add(person, contact.id, LinkMethod.RECOVERED)
        except AmbiguousContactError as doubt:
            evidence = (self._compared(person, contact),)
            holder = self._holders([contact]).get(contact.id)
            return Doubt(doubt.code, evidence, ReviewKind.TWO_SUBJECTS, holder.id if holder else None)

    def _decided(self, person: CertifiedPerson) -> IdentityLink | Doubt:
        for _ in range(_TRIES):
            try:
                return self._judged(person)
            except GoneError:
                continue  # merged or deleted since we asked: whoever is there now is another question
            except AmbiguousContactError as doubt:
                # Another tab of the same person may have come first.
                return self._recovered(person) or Doubt(doubt.code, self._alike(person))
        return Doubt("contact.gone")

    def _judged(self, person: CertifiedPerson) -> IdentityLink | Doubt:
        with self.store.read() as tx:
            ruled_out = tx.reviews.ruled_out(self._subjects(person))
        candidates = self.contacts.candidates(person.identity, person.usage_name)
        found = [contact for contact in candidates if contact.id not in ruled_out]
        if ours := self._ours(person, found):
            return self._bearing(person, ours)
        decision = decide(person.identity, person.usage_name, found, person.origin)
        if person.origin is Origin.HELPER:
            return Doubt("origin.helper", decision.evidence)
        if decision.contact and decision.contact.id in self._kept_apart(person):
            return Doubt(UNDONE_BEFORE, decision.evidence)
        if decision.verdict is Verdict.LINK and person.origin is Origin.FRENCH and decision.contact:
            return self._linked(person, decision, decision.contact)
        if decision.verdict is Verdict.CREATE:
            return self._created(person, found)
        return self._doubted(person, decision)

    def _linked(self, person: CertifiedPerson, decision: Decision, contact: Contact) -> IdentityLink | Doubt:
        holder = self._holders([contact]).get(contact.id)
        if holder and holder.subject_hash not in self._subjects(person):
            return self._doubted(person, decision)
        self.contacts.attach(contact.id, self._subjects(person)[0], person)
        return self._add(person, contact.id, LinkMethod.CERTAIN)

    def _created(self, person: CertifiedPerson, found: list[Contact]) -> IdentityLink | Doubt:
        """Make a Contact, unless somebody linked may be this person under an earlier civil status."""
        sure = person.origin is Origin.FRENCH and person.identity.is_complete
        if sure and (doubt := self._corrected(person, found)):
            return doubt
        contact_id = self.contacts.create(self._subjects(person)[0], person)
        return self._add(person, contact_id, LinkMethod.CREATED)

    def _doubted(self, person: CertifiedPerson, decision: Decision) -> Doubt:
        if doubt := self._corrected(person, [each.contact for each in decision.evidence]):
            return Doubt(doubt.reason, decision.evidence, doubt.kind, doubt.link_id)
        french = person.origin is Origin.FRENCH
        may_prove = decision.verdict is Verdict.PROVE and french
        if may_prove and decision.contact and not self._holders([decision.contact]):
            one = tuple(each for each in decision.evidence if each.contact.id == decision.contact.id)
            return Doubt("candidates.one_probable", one, may_be_proven=True)
        return Doubt("candidates.none_certain" if french else "origin.european", decision.evidence)

    def _corrected(self, person: CertifiedPerson, contacts: list[Contact]) -> Doubt | None:
        """Give the doubt when a linked Contact may be this person before their civil status was corrected."""
        holders = self._holders(contacts)
        alike = [
            contact
            for contact in contacts
            if (contact.subject_hash or contact.id in holders)
            and one_correction_apart(person.identity, contact.identity)
        ]
        if not alike:
            return None
        evidence = tuple(self._compared(person, contact) for contact in alike)
        links = (holders[contact.id].id for contact in alike if contact.id in holders)
        return Doubt("subject.new", evidence, ReviewKind.NEW_SUBJECT, next(links, None))

    def _ours(self, person: CertifiedPerson, contacts: Iterable[Contact]) -> Contact | None:
        """Give the Contact that bears this very subject, as when another tab came first."""
        subjects = self._subjects(person)
        return next((contact for contact in contacts if contact.subject_hash in subjects), None)

    def _holders(self, contacts: list[Contact]) -> dict[str, IdentityLink]:
        """Give the links of these Contacts, of whoever it is."""
        with self.store.read() as tx:
            return tx.links.by_contact([contact.id for contact in contacts])

    def _alike(self, person: CertifiedPerson) -> tuple[Comparison, ...]:
        found = self.contacts.candidates(person.identity, person.usage_name)
        return decide(person.identity, person.usage_name, found, person.origin).evidence

    def _compared(self, person: CertifiedPerson, contact: Contact) -> Comparison:
        return compare(person.identity, person.usage_name, contact, person.origin)
