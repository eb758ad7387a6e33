"""A person in Salesforce, and the link between that person and a FranceConnect identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bridge.domain.identity import PivotIdentity


@dataclass(frozen=True, slots=True)
class Contact:
    """A Contact of the org. `identity` holds what the org knows of the certified fields.

    `subject_hash` is the identity already attached to it, or None.
    """

    id: str
    identity: PivotIdentity
    subject_hash: str | None


@dataclass(frozen=True, slots=True)
class CertifiedPerson:
    """What one sign-in certifies, kept in memory only, with the citizen's own e-mail.

    `subject` is FranceConnect's `sub`; it is hashed before anything is stored.
    """

    subject: str
    issuer: str
    identity: PivotIdentity
    usage_name: str | None
    email: str | None
    acr: str
    authenticated_at: datetime


class LinkMethod(StrEnum):
    """How an identity came to its Contact."""

    CREATED = "created"
    CERTAIN = "certain"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """An identity attached to a Contact, with how, by whom and when."""

    id: str
    subject_hash: str
    contact_id: str
    method: LinkMethod
    author: str
    linked_at: datetime
    acr: str


@dataclass(frozen=True, slots=True)
class LinkReview:
    """A doubt for an agent to decide; the identity stays encrypted until then."""

    id: str
    subject_hash: str
    candidate_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    created_at: datetime
