"""What the use cases need from the outside; each adapter bears the name of its port."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.case import Case, CaseContent, CaseEvent, CaseKey
from bridge.domain.contact import CertifiedPerson, Contact, IdentityLink, LinkReview
from bridge.domain.identity import PivotIdentity
from bridge.domain.synchronisation import (
    Delivery,
    ParkedPush,
    ParkedRecord,
    Push,
    PushResult,
    SourceHealth,
    SyncSummary,
)


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Give the present moment in UTC."""


class Bell(Protocol):
    """Tells a worker there is work; losing it costs a delay, never a fact."""

    def ring(self, lane: str) -> bool:
        """Ring for a lane; False when nobody could be told. Never raises, never waits over a second."""


class Pseudonyms(Protocol):
    """Keyed, versioned hashes, so that a stolen database names nobody."""

    def subject(self, issuer: str, subject: str) -> str:
        """Give the hash of a FranceConnect `sub`, under the newest key."""

    def subjects(self, issuer: str, subject: str) -> tuple[str, ...]:
        """Give the hashes under every key still known, newest first."""

    def pivot(self, identity: PivotIdentity) -> str:
        """Give the hash of the six normalised fields."""

    def case_keys(self, identity: PivotIdentity) -> frozenset[str]:
        """Give the keys of the person a case names; empty when a field is missing.

        They meet `link_keys` of another identity exactly when the certain rule holds between the two.
        """

    def link_keys(self, identity: PivotIdentity) -> frozenset[str]:
        """Give the keys of a certified person, under every hash key still known; empty when incomplete."""


class Vault(Protocol):
    """Encrypts what must be read back later."""

    def seal(self, purpose: str, text: str) -> str:
        """Give the encrypted form."""

    def open(self, purpose: str, sealed: str) -> str:
        """Give the text back. Raises: ConfigurationError when no known key fits."""


class SourceReader(Protocol):
    """Reads one legacy system over its own transport."""

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give deliveries after `cursor`, oldest first. Raises: TransientError, PermanentError."""


class ContactDirectory(Protocol):
    """The Contacts of the org."""

    def by_subject(self, subject_hashes: Sequence[str]) -> Contact | None:
        """Give the Contact that bears one of these hashes."""

    def candidates(self, identity: PivotIdentity, usage_name: str | None = None) -> tuple[Contact, ...]:
        """Give at most 50 Contacts who could be this person, filed under either name; never a scan."""

    def attach(self, contact_id: str, subject_hash: str, person: CertifiedPerson) -> None:
        """Write the certified fields on an existing Contact, nothing the citizen owns."""

    def create(self, subject_hash: str, person: CertifiedPerson) -> str:
        """Give the id of the one Contact with this hash, made now if need be; safe to repeat."""


class CaseDirectory(Protocol):
    """The Cases of the org."""

    def upsert(self, cases: Sequence[Case]) -> tuple[CaseAnswer, ...]:
        """Write at most 200 cases by external id; one answer each, in the same order.

        Raises: TransientError, BudgetError, PermanentError when the call as a whole failed.
        """


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What the org said of one case: its id, or a refusal with the platform's code and field names."""

    salesforce_id: str | None
    error_code: str | None = None
    error_fields: tuple[str, ...] = ()
    transient: bool = False


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case to write: new content under a fingerprint, with the keys that may find its citizen.

    `person_keys` is None when the record says nothing of a person, empty when it says too little. A case
    that names another person than before leaves the citizen it was attached to.
    """

    content: CaseContent
    fingerprint: bytes
    person_keys: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a citizen's list is narrowed to; `after` is (changed_at, id) of the last one seen."""

    phases: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    changed_since: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. With no `link_id` the person waits for a review."""

    id: str
    link_id: str | None
    display_name: str
    acr: str
    signed_in_at: datetime


@dataclass(frozen=True, slots=True)
class SignInStart:
    """A sign-in under way, as it was started."""

    nonce: str
    next_path: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One access to, or change of, a person's data. Ids only."""

    actor: str
    action: str
    subject: str
    detail: str = ""


class Cases(Protocol):
    """Cases, their timelines and what Salesforce still has to learn."""

    def fingerprints(self, source: str, ids: Collection[str]) -> dict[str, bytes]:
        """Give the stored fingerprint of each known id."""

    def existing(self, keys: Collection[CaseKey]) -> dict[CaseKey, Case]:
        """Give the stored cases under these keys, locked against other writers."""

    def save(self, changes: Sequence[CaseChange], existing: Mapping[CaseKey, Case], now: datetime) -> None:
        """Write cases and their open pushes, with an event when status or note changed; link by keys."""

    def mark_unreported(self, source: str, reported: Collection[str], now: datetime) -> int:
        """Flag the source's cases absent from a complete picture; give how many were flagged now."""

    def reported_count(self, source: str) -> int:
        """Give how many cases of the source are not flagged as no longer reported."""

    def attach_by_person_keys(self, link: IdentityLink, keys: Collection[str], now: datetime) -> int:
        """Attach the unlinked cases that share a key with this link; give how many."""

    def of_citizen(self, link_id: str, wanted: CaseFilter) -> tuple[Case, ...]:
        """Give the citizen's cases, latest change first."""

    def one_of_citizen(self, link_id: str, case_id: str) -> Case | None:
        """Give the case if it is this citizen's."""

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """Give the timeline, oldest first."""

    def by_reference(self, reference: str) -> tuple[Case, ...]:
        """Give the cases bearing this number, id or external id (for agents)."""

    def by_ids(self, ids: Collection[str]) -> dict[str, Case]:
        """Give the cases under these ids."""


class Pushes(Protocol):
    """What Salesforce still has to learn: one row per case, due until applied version = desired version."""

    def claim(self, limit: int, lease: timedelta, now: datetime) -> tuple[Push, ...]:
        """Lease due pushes; no other worker gets them until the lease ends."""

    def settle(self, results: Sequence[PushResult], now: datetime) -> int:
        """Record results; one whose fence has moved on counts for nothing. Give how many counted."""

    def postpone(self, pushes: Sequence[Push], until: datetime) -> None:
        """Give claimed pushes back untouched, due at `until`."""

    def due_count(self, now: datetime) -> int:
        """Give how many could be claimed now."""

    def open_count(self) -> int:
        """Give how many are due, now or later."""

    def parked(self) -> tuple[ParkedPush, ...]:
        """Give the parked ones, oldest first."""

    def replay(self, case_ids: Collection[str] | None, now: datetime) -> int:
        """Make parked pushes due again, all of them with None; give how many."""


class Intake(Protocol):
    """Deliveries accepted, how far each source was read, and the records that stopped."""

    def record_delivery(self, source: str, delivery: Delivery, changed: int, now: datetime) -> bool:
        """Note a delivery; False when the same one was absorbed before."""

    def cursor(self, source: str) -> str | None:
        """Give where to go on reading."""

    def advance(self, source: str, cursor: str | None) -> None:
        """Move the cursor, if it changed."""

    def source_answered(self, source: str, now: datetime, next_due_at: datetime) -> None:
        """Note that the source was read to the end."""

    def source_failed(self, source: str, code: str, now: datetime, next_due_at: datetime) -> None:
        """Note that the source could not be read."""

    def make_due(self, source: str, now: datetime) -> None:
        """Have the source read at the next look; one never read is due already."""

    def health(self) -> dict[str, SourceHealth]:
        """Give each source's health."""

    def start_run(self, source: str, now: datetime) -> str:
        """Open a run; give its id."""

    def end_run(self, run_id: str, summary: SyncSummary, now: datetime) -> None:
        """Close a run with its counts."""

    def park(self, records: Sequence[ParkedRecord]) -> None:
        """Keep records that no rule could read; a newer one of the same case replaces the older."""

    def parked(self, source: str | None = None) -> tuple[ParkedRecord, ...]:
        """Give the parked records with their bodies, oldest first."""

    def unpark(self, source: str, source_case_ids: Collection[str]) -> None:
        """Forget parked records that were read since."""


class Links(Protocol):
    """Identities attached to Contacts, and doubts."""

    def by_subject(self, subject_hashes: Collection[str]) -> IdentityLink | None:
        """Give the active link of a subject."""

    def by_id(self, link_id: str) -> IdentityLink | None:
        """Give an active link."""

    def by_contact(self, contact_ids: Collection[str]) -> dict[str, IdentityLink]:
        """Give the active links of these Contacts."""

    def add(self, link: IdentityLink, pivot_hash: str, person_keys: Collection[str]) -> IdentityLink:
        """Store a link; when the subject has one already, give that one instead.

        Raises: AmbiguousContactError when the Contact is linked to another subject.
        """

    def open_review(self, review: LinkReview, pivot_hash: str, sealed_identity: str) -> LinkReview:
        """Store a review; when the subject has an open one already, give that one instead."""

    def review_of(self, subject_hashes: Collection[str]) -> LinkReview | None:
        """Give the open review of a subject."""

    def seen(
        self,
        link_id: str,
        *,
        subject_hash: str,
        pivot_hash: str,
        person_keys: Collection[str],
        acr: str,
        now: datetime,
    ) -> None:
        """Note a sign-in, and store the hashes anew: keys rotate and civil status is corrected."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What the identity provider certified: the person, how to greet them, and the hint to log them out."""

    person: CertifiedPerson
    display_name: str
    id_token: str


class IdentityProvider(Protocol):
    """FranceConnect, or who stands in for it."""

    def authorization_url(self, state: str, nonce: str) -> str:
        """Give the address to send the browser to."""

    def identify(self, code: str, nonce: str) -> Identified:
        """Exchange a code and check everything it brings; never retried, for a code is used once.

        Raises: SignInError, AssuranceError, TransientError, PermanentError.
        """

    def logout_url(self, id_token: str, state: str) -> str:
        """Give the address that ends the provider's own session."""


class SignIns(Protocol):
    """Sign-ins and logouts under way, and the sessions they end in."""

    def start(self, state: str, browser: str, start: SignInStart, now: datetime) -> None:
        """Store a transaction bound to a browser, for ten minutes."""

    def take(self, state: str, browser: str, now: datetime) -> SignInStart | None:
        """Use a transaction up, once; None when unknown, used, too old or another browser's."""

    def open_session(self, session: Session, token: str, sealed_id_token: str, now: datetime) -> None:
        """Store a session under the hash of its token."""

    def session(self, token: str, now: datetime) -> Session | None:
        """Give a live session: 30 minutes idle and 8 hours at most."""

    def end_session(self, token: str, now: datetime) -> str | None:
        """End a session; give its sealed id token, once."""

    def prune(self, now: datetime) -> int:
        """Delete transactions and sessions that are over; give how many."""


class Audit(Protocol):
    """One row for each access to a person's data, in the same transaction."""

    def add(self, entry: AuditEntry, now: datetime) -> None:
        """Write an entry."""


class Transaction(Protocol):
    """Everything read and written together."""

    @property
    def cases(self) -> Cases: ...
    @property
    def pushes(self) -> Pushes: ...
    @property
    def intake(self) -> Intake: ...
    @property
    def links(self) -> Links: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def audit(self) -> Audit: ...


class Store(Protocol):
    """The truth, in SQL."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """Open a transaction: committed at the end, rolled back on an error."""

    def sole(self, name: str) -> AbstractContextManager[bool]:
        """Hold a lock that one process has at a time; gives False when another has it."""
