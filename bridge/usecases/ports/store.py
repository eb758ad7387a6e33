"""The store, one port a subject; a transaction gives them all."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.case import Case, CaseEvent, CaseKey
from bridge.domain.contact import AttachMethod, IdentityLink
from bridge.domain.synchronisation import (
    Delivery,
    ParkedPush,
    ParkedRecord,
    Push,
    PushResult,
    SourceHealth,
    SyncSummary,
)
from bridge.usecases.ports.desk import LinkHistory, Stopped
from bridge.usecases.ports.desk_values import AuditFilter, AuditLine
from bridge.usecases.ports.open_cases import OpenFiles
from bridge.usecases.ports.people import Agents, AgentSessions, ContactLog, LinkMoves, Links, Reviews
from bridge.usecases.ports.portal import PortalClients, PortalGrants, PortalKeys, PortalRequests
from bridge.usecases.ports.possession import Proofs, Receipts
from bridge.usecases.ports.service_keys import ServiceKeyRing
from bridge.usecases.ports.values import (
    AuditEntry,
    CaseChange,
    CaseFilter,
    Session,
    SignInStart,
)


class Cases(OpenFiles, Protocol):
    """Cases, their timelines and what Salesforce still has to learn."""

    def fingerprints(self, source: str, ids: Collection[str]) -> dict[str, bytes]:
        """Give the stored fingerprint of each known id."""

    def existing(self, keys: Collection[CaseKey]) -> dict[CaseKey, Case]:
        """Give the stored cases under these keys, locked against other writers."""

    def save(self, changes: Sequence[CaseChange], existing: Mapping[CaseKey, Case], now: datetime) -> None:
        """Write cases and their open pushes, with an event when status or note changed; link by keys."""

    def reported_prints(self, source: str) -> Iterator[Sequence[tuple[str, bytes]]]:
        """Give id and fingerprint of the source's cases that are still reported, in pages."""

    def mark_unreported(self, source: str, reported: Container[str], now: datetime) -> int:
        """Flag the source's cases absent from a complete picture; give how many were flagged now."""

    def reported_count(self, source: str) -> int:
        """Give how many cases of the source are not flagged as no longer reported."""

    def attach_by_person_keys(self, link: IdentityLink, keys: Collection[str], now: datetime) -> int:
        """Attach the cases that share a key with this link and no other; give how many cases it moved."""

    def names_somebody_else(self, case_id: str, link_id: str) -> bool:
        """Whether the case states a whole civil status, and not this person's."""

    def attach(self, case_id: str, link: IdentityLink, how: AttachMethod, now: datetime) -> None:
        """Give the case to this citizen, whoever had it, and forget that they gave it back once."""

    def give_back(self, case_id: str, link: IdentityLink, now: datetime) -> None:
        """Take the case off this citizen, who says that it is not theirs; no rule gives it to them again."""

    def readdress(self, link: IdentityLink, now: datetime) -> int:
        """Send a citizen's cases to the link's Contact, or to none while it is gone; give how many."""

    def leave(self, link_id: str, now: datetime, *, author: str) -> int:
        """Take every case off a link: they are nobody's, in the org too; give how many."""

    def of_citizen(self, link_id: str, wanted: CaseFilter) -> tuple[Case, ...]:
        """Give the citizen's cases, latest change first."""

    def one_of_citizen(self, link_id: str, case_id: str) -> Case | None:
        """Give the case if it is this citizen's."""

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """Give the timeline, oldest first."""

    def untold(self, case_ids: Collection[str]) -> dict[str, tuple[CaseEvent, ...]]:
        """Give the entries of these cases the org was not told of, oldest first."""

    def by_reference(self, reference: str) -> tuple[Case, ...]:
        """Give the cases bearing this number, id or external id (for agents)."""

    def by_ids(self, ids: Collection[str]) -> dict[str, Case]:
        """Give the cases under these ids."""


class Pushes(Protocol):
    """What Salesforce still has to learn: one row per case, due until applied version = desired version."""

    def claim(self, limit: int, lease: timedelta, now: datetime) -> tuple[Push, ...]:
        """Lease due pushes; no other worker gets them until the lease ends.

        One claimed three times without an answer is given alone.
        """

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
        """Make parked pushes due again, all of them with None; give how many.

        A case of which the org holds a newer version goes above it; one made anew in the org is accepted.
        """

    def untold_count(self) -> int:
        """Give how many cases the org has without their whole timeline."""

    def reopen_untold(self, now: datetime) -> int:
        """Make those cases due again, so that their timelines follow; give how many."""


class Intake(Protocol):
    """Deliveries accepted, how far each source was read, and the records that stopped."""

    def record_delivery(self, source: str, delivery: Delivery, changed: int, now: datetime) -> bool:
        """Note a delivery; False when the same one was absorbed before."""

    def cursor(self, source: str) -> str | None:
        """Give where to go on reading."""

    def advance(self, source: str, cursor: str | None) -> None:
        """Move the cursor, if it changed."""

    def source_answered(
        self, source: str, now: datetime, next_due_at: datetime, *, heard: bool = True
    ) -> None:
        """Note that the source was read to the end; its news are of now only when it was `heard`."""

    def source_failed(self, source: str, code: str, now: datetime, due_at: datetime, why: str = "") -> None:
        """Note that the source could not be read, and why."""

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

    def parked(
        self, source: str | None = None, after: ParkedRecord | None = None, limit: int = 500
    ) -> tuple[ParkedRecord, ...]:
        """Give a page of the parked records with their bodies, oldest first."""

    def parked_among(self, keys: Collection[CaseKey]) -> set[CaseKey]:
        """Give which of these cases have a record that no rule could read."""

    def forget_parked(self, ids: Collection[str]) -> None:
        """Drop parked records by their own ids."""

    def parked_ids(self, source: str) -> Iterator[str]:
        """Give the case ids of the source's parked records."""

    def forget_absent(self, source: str, ids: Container[str], positions: Container[str]) -> None:
        """Drop the parked records a complete picture names no more, by case id or, nameless, by place."""

    def unpark(self, source: str, source_case_ids: Collection[str]) -> None:
        """Forget parked records that were read since."""


class SignIns(Protocol):
    """Sign-ins and logouts under way, and the sessions they end in."""

    def start(self, state: str, browser: str, start: SignInStart, now: datetime) -> None:
        """Store a transaction bound to a browser, for ten minutes."""

    def take(self, state: str, browser: str, now: datetime, *, doors: Collection[str]) -> SignInStart | None:
        """Use a transaction of one of these doors up, once; None when unknown, used, too old or another's."""

    def open_session(self, session: Session, token: str, sealed_id_token: str, now: datetime) -> None:
        """Store a session under the hash of its token."""

    def session(self, token: str, now: datetime) -> Session | None:
        """Give a live session, and note its use: 30 minutes idle and 8 hours at most."""

    def recent_session(self, token: str, now: datetime) -> Session | None:
        """Give a live session whose use was noted within the last minute, so that nothing is written."""

    def link_sessions(self, subject_hash: str, link_id: str) -> int:
        """Give a person's waiting sessions the link they waited for; give how many."""

    def end_sessions_of(self, link_id: str) -> int:
        """End every session of a link; give how many."""

    def end_session(self, token: str, now: datetime) -> str | None:
        """End a session; give its sealed id token, once."""

    def prune(self, now: datetime) -> int:
        """Delete transactions and sessions that are over; give how many."""


class Audit(Protocol):
    """One row for each access to a person's data: with the change, or before what was read is shown."""

    def add(self, entry: AuditEntry, now: datetime) -> None:
        """Write an entry."""

    def page(self, wanted: AuditFilter) -> tuple[AuditLine, ...]:
        """Give a page of the journal, the latest first."""

    def people_read(self, actor: str, since: datetime) -> int:
        """Give how many people's data an agent looked at since then, or since they last said why."""


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
    def link_moves(self) -> LinkMoves: ...
    @property
    def contact_log(self) -> ContactLog: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def proofs(self) -> Proofs: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def agents(self) -> Agents: ...
    @property
    def agent_sessions(self) -> AgentSessions: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def service_keys(self) -> ServiceKeyRing: ...
    @property
    def portal_clients(self) -> PortalClients: ...
    @property
    def portal_requests(self) -> PortalRequests: ...
    @property
    def portal_grants(self) -> PortalGrants: ...
    @property
    def portal_keys(self) -> PortalKeys: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def link_history(self) -> LinkHistory: ...
    @property
    def stopped(self) -> Stopped: ...


class Store(Protocol):
    """The truth, in SQL."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """Open a transaction: committed at the end, rolled back on an error."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that writes nothing: it sees one moment, and keeps no writer waiting."""

    def note(self, entry: AuditEntry, now: datetime) -> None:
        """Leave one audit row by itself, kept when this returns; a lock is held for one statement only."""

    def sole(self, name: str) -> AbstractContextManager[bool]:
        """Hold a lock that one process has at a time; gives False when another has it."""
