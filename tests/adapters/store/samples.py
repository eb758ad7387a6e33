"""Cases, links and steps the store tests start from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import Case, CaseContent, CaseEvent, CaseKey, Reference
from bridge.domain.contact import IdentityLink, LinkMethod
from bridge.domain.review import LinkReview, ReviewKind
from bridge.domain.status import CaseStatus, Moment, Outcome, Phase, WaitingFor
from bridge.domain.synchronisation import Push
from bridge.usecases.ports import CaseChange
from tests.fakes.clock import START

SOURCE = "urbanisme"
LEASE = timedelta(seconds=120)

_RECEIVED = CaseStatus(
    phase=Phase.RECEIVED,
    outcome=None,
    waiting_for=WaitingFor.TOWN,
    tacit=False,
    since=None,
    legacy_code="DEP",
    legacy_label="Déposé",
    mapping_version="1",
)


def status(phase: Phase = Phase.RECEIVED, outcome: Outcome | None = None, **changed: object) -> CaseStatus:
    """Give a status, as received unless told otherwise."""
    given: dict[str, object] = {"phase": phase, "outcome": outcome, **changed}
    return replace(_RECEIVED, **given)  # type: ignore[arg-type]


def content(
    source_case_id: str = "PC-1",
    *,
    said: CaseStatus = _RECEIVED,
    source: str = SOURCE,
    title: str = "Permis de construire",
    references: tuple[Reference, ...] = (),
    received: Moment | None = None,
    public_note: str | None = None,
) -> CaseContent:
    """Give what a source says of a case."""
    return CaseContent(
        key=CaseKey(source, source_case_id),
        procedure="building-permit",
        title=title,
        status=said,
        references=references,
        received=received,
        public_note=public_note,
    )


def change(
    reported: CaseContent | None = None, *, keys: Iterable[str] = (), fingerprint: bytes = b"1"
) -> CaseChange:
    """Give a change to write."""
    return CaseChange(reported or content(), fingerprint, frozenset(keys))


def save(store: SqlStore, *changes: CaseChange, now: datetime = START) -> tuple[Case, ...]:
    """Save changes as a delivery does; give the cases they are now, in the same order."""
    keys = [each.content.key for each in changes]
    with store.begin() as tx:
        tx.cases.save(changes, tx.cases.existing(keys), now)
    with store.begin() as tx:
        stored = tx.cases.existing(keys)
    return tuple(stored[key] for key in keys)


def timeline(store: SqlStore, case: Case) -> tuple[CaseEvent, ...]:
    """Give the timeline of a case."""
    with store.begin() as tx:
        return tx.cases.events(case.id)


def claim(store: SqlStore, now: datetime = START, limit: int = 200) -> tuple[Push, ...]:
    """Claim due pushes and commit, as a worker does before it calls."""
    with store.begin() as tx:
        return tx.pushes.claim(limit, LEASE, now)


def link(number: int = 1, *, subject: str | None = None, contact: str | None = None) -> IdentityLink:
    """Give an identity link."""
    return IdentityLink(
        id=f"l_{number}",
        person_id=f"p_{number}",
        subject_hash=subject or f"subject-{number}",
        contact_id=contact or f"003{number:012d}",
        method=LinkMethod.CERTAIN,
        author="rule",
        linked_at=START,
        acr="eidas1",
    )


def add_link(store: SqlStore, wanted: IdentityLink, *keys: str) -> IdentityLink:
    """Store a link that bears these keys."""
    with store.begin() as tx:
        return tx.links.add(wanted, "pivot", keys)


def review(
    number: int = 1, *, subject: str = "subject-1", kind: ReviewKind = ReviewKind.IDENTITY
) -> LinkReview:
    """Give a review with two candidates."""
    return LinkReview(f"r_{number}", kind, subject, ("003A", "003B"), ("birth_date.different",), START)
