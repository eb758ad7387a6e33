"""A person in Salesforce, and the link between that person and a FranceConnect identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.domain.identity import PivotIdentity


@dataclass(frozen=True, slots=True)
class Contact:
    """A Contact of the org. `identity` holds what the org knows of the certified fields.

    `subject_hash` is the identity already attached to it, or None. `also_named` are names it bears beside
    its birth name.
    """

    id: str
    identity: PivotIdentity
    subject_hash: str | None
    also_named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reachable:
    """A Contact with where the town reaches the person; read when needed, stored and logged nowhere.

    `phones` are as somebody typed them, the mobile one first.
    """

    contact: Contact
    email: str | None = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)


class Origin(StrEnum):
    """Who vouches for an identity, and so what it may do by itself."""

    FRENCH = "french"
    """The State's register: birth name, COG codes. The only origin that may link by itself."""
    EUROPEAN = "european"
    """Another Member State, through eIDAS: a usage name and free text; never linked to a known Contact."""
    HELPER = "helper"
    """A professional helper acts for the citizen (Aidants Connect); never linked to a known Contact."""


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
    origin: Origin = Origin.FRENCH


class LinkMethod(StrEnum):
    """How an identity came to its Contact."""

    CREATED = "created"
    CERTAIN = "certain"
    RECOVERED = "recovered"
    CODE = "code"
    """A one-time code sent to an address the Contact already had."""
    RECEIPT = "receipt"
    """The number and the secret of a receipt of this Contact."""
    AGENT = "agent"
    """An agent's decision."""


class AttachMethod(StrEnum):
    """How a request came to its citizen."""

    PERSON_KEYS = "person_keys"
    """The request names this person: the certain rule holds between the two."""
    RECEIPT = "receipt"
    """The citizen gave its number and the secret of its receipt."""
    AGENT = "agent"
    """An agent's decision."""


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """An identity attached to a Contact, with how, by whom, when and why.

    `person_id` is what other services know the person by; it outlives a change of subject or Contact.
    `author` is `rule`, or the id of an agent. `contact_gone_at` is when the Contact was found deleted, or
    merged into one this link may not have; until it is back, requests go to Salesforce without a Contact.
    """

    id: str
    person_id: str
    subject_hash: str
    contact_id: str
    method: LinkMethod
    author: str
    linked_at: datetime
    acr: str
    reasons: tuple[str, ...] = ()
    contact_gone_at: datetime | None = None
