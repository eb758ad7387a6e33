"""What goes through the ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bridge.domain.case import CaseContent, CaseEvent, CaseKey
from bridge.domain.contact import CertifiedPerson

DATABASE_SKEW_TOLD_S = 5.0
"""Beyond it an operator is told: leases given by one machine are read by another."""


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What the org said of one record: its id, or a refusal with the platform's code and field names.

    `held_version` is the newer version the org holds, when it refused an older one and could tell.
    """

    salesforce_id: str | None
    error_code: str | None = None
    error_fields: tuple[str, ...] = ()
    transient: bool = False
    held_version: int | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry on its way to the timeline of a Case, with that Case's id in the org."""

    event: CaseEvent
    case_key: CaseKey
    salesforce_id: str

    @property
    def key(self) -> str:
        """Give its unique key, `source:id:version`."""
        return f"{self.case_key.external_id}:{self.event.version}"


@dataclass(frozen=True, slots=True)
class ContactStanding:
    """Where a Contact stands in the org: there or in the bin, where `survivor_id` took its place if given.

    `subject_hash` is the identity it bears, in the bin too.
    """

    id: str
    is_deleted: bool
    survivor_id: str | None = None
    subject_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ContactNews:
    """Contacts that went into the bin, and up to when the org's log told so.

    Not `is_whole` when that log begins later than asked: then every linked Contact has to be looked at.
    """

    gone: frozenset[str]
    covered_until: datetime
    is_whole: bool = True


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""How far Contacts were followed before the first look."""


@dataclass(frozen=True, slots=True)
class ContactMark:
    """How far Contacts were followed, when to look again, and since when that fails."""

    covered_until: datetime
    due_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case to write: new content under a fingerprint, with the keys that may find its citizen.

    `person_keys` is None when the record says nothing of a person, empty when it says too little. A case
    that names another person than before leaves the citizen it was attached to. `receipt` is the hash of the
    secret on its receipt, None when the record tells none.
    """

    content: CaseContent
    fingerprint: bytes
    person_keys: frozenset[str] | None
    receipt: str | None = field(default=None, repr=False)


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
    """A signed-in browser. With no `link_id` the person waits for a review.

    `door` is the registration the person came through, so that they leave by the same one. With a `client_id`
    it is not a browser but that client of our provider, on the person's behalf.
    """

    id: str
    link_id: str | None
    subject_hash: str
    door: str
    display_name: str
    acr: str
    signed_in_at: datetime
    given_name: str = ""
    family_name: str = ""
    client_id: str | None = None

    @property
    def actor(self) -> str:
        """Give who acts, for the audit: the citizen, or a client on their behalf."""
        return f"client:{self.client_id}" if self.client_id else "citizen"


@dataclass(frozen=True, slots=True)
class SignInStart:
    """A sign-in under way, as it was started: at which door, and the PKCE verifier where one is used.

    `origin_hash` is the keyed hash of the address it was asked from; None when nobody can tell.
    """

    door: str
    nonce: str
    next_path: str
    verifier: str | None = None
    origin_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """What the identity provider certified: the person, how to greet them, and the hint to log them out."""

    person: CertifiedPerson
    display_name: str
    id_token: str


@dataclass(frozen=True, slots=True)
class ServiceKeys:
    """One generation of our own keys: the private ones as a JWKS document, the public ones as published."""

    id: str
    generation: int
    private_jwks: str = field(repr=False)
    public_keys: tuple[Mapping[str, Any], ...]
    created_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One access to, or change of, a person's data. Ids only, but for the `reason` an agent gave."""

    actor: str
    action: str
    subject: str
    detail: str = ""
    reason: str | None = None
