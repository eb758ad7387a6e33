"""The outside world but for the store: time, keys, Salesforce, FranceConnect, sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from bridge.domain.agent import IdentifiedAgent
from bridge.domain.case import Case, CaseKey
from bridge.domain.code_message import CodeMessage
from bridge.domain.contact import CertifiedPerson, Contact, Reachable
from bridge.domain.identity import PivotIdentity
from bridge.domain.synchronisation import Delivery
from bridge.usecases.ports.values import CaseAnswer, ContactNews, ContactStanding, Identified, TimelineEntry


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

    def logins(self, login: str) -> tuple[str, ...]:
        """Give the hashes of an agent's e-mail under every key still known, newest first."""

    def pivot(self, identity: PivotIdentity) -> str:
        """Give the hash of the six normalised fields, under the newest key."""

    def pivots(self, identity: PivotIdentity) -> tuple[str, ...]:
        """Give the hashes of the six normalised fields under every key still known, newest first."""

    def case_keys(self, identity: PivotIdentity) -> frozenset[str]:
        """Give the keys of the person a case names; empty when a field is missing.

        They meet `link_keys` of another identity exactly when the certain rule holds between the two.
        """

    def link_keys(self, identity: PivotIdentity) -> frozenset[str]:
        """Give the keys of a certified person, under every hash key still known; empty when incomplete."""

    def secret(self, purpose: str, *parts: str) -> str:
        """Give the hash of a secret under the newest key; `parts` tie it to what it opens."""

    def is_secret(self, kept: str | None, purpose: str, *parts: str) -> bool:
        """Whether this is the secret behind a hash, in a time that tells nothing; not when none was kept."""


class Vault(Protocol):
    """Encrypts what must be read back later."""

    def seal(self, purpose: str, text: str) -> str:
        """Give the encrypted form."""

    def open(self, purpose: str, sealed: str) -> str:
        """Give the text back. Raises: ConfigurationError when no known key fits."""

    def seal_rows(self, purpose: str, rows: Sequence[tuple[str, str]]) -> list[bytes]:
        """Give one seal for each (place, text): cheap for thousands, and it opens in its own place only."""

    def open_rows(self, purpose: str, rows: Sequence[tuple[str, bytes]]) -> list[str]:
        """Give the texts back. Raises: ConfigurationError when no known key fits."""


class SourceReader(Protocol):
    """Reads one legacy system over its own transport."""

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give deliveries after `cursor`, oldest first. Raises: TransientError, PermanentError."""


@runtime_checkable
class Acknowledging(Protocol):
    """A reader whose source gives again what was not acknowledged."""

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the source what is absorbed; safe to repeat. Raises: TransientError, PermanentError."""


class ContactDirectory(Protocol):
    """The Contacts of the org."""

    def by_subject(self, subject_hashes: Sequence[str]) -> Contact | None:
        """Give the Contact that bears one of these hashes."""

    def candidates(self, identity: PivotIdentity, usage_name: str | None = None) -> tuple[Contact, ...]:
        """Give at most 50 Contacts who could be this person, filed under either name; never a scan."""

    def attach(self, contact_id: str, subject_hash: str, person: CertifiedPerson) -> None:
        """Write the certified fields on an existing Contact, nothing the citizen owns. Raises: GoneError."""

    def reachable(self, contact_id: str) -> Reachable | None:
        """Give a Contact with its e-mail and telephones, None when it is gone; the answer is kept nowhere."""

    def create(self, subject_hash: str, person: CertifiedPerson) -> str:
        """Give the id of the one Contact with this hash, made now if need be; safe to repeat."""


class ContactChanges(Protocol):
    """What becomes of the org's Contacts: merged, deleted, brought back.

    Each method raises TransientError, BudgetError or PermanentError when the org cannot answer.
    """

    def since(self, mark: datetime, now: datetime) -> ContactNews:
        """Give which Contacts went into the bin since, losers of merges included."""

    def standing(self, contact_ids: Collection[str]) -> dict[str, ContactStanding]:
        """Give where each of these stands; one that is gone for good is left out."""

    def merged_into(self, contact_ids: Collection[str]) -> frozenset[str]:
        """Give the Contacts that were merged into one of these."""

    def certify(self, survivor_id: str, merged_id: str, subject_hash: str) -> None:
        """Write what was certified on a merged Contact, or the subject at least, on the one that survived.

        Raises: GoneError, AmbiguousContactError when another Contact bears the subject, in the bin or not.
        """


class CaseDirectory(Protocol):
    """The Cases of the org."""

    def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
        """Write at most 200 cases by external id; one answer each, in the same order.

        `first` names the cases the org never took; only these get what agents own from then on.
        Raises: TransientError, BudgetError, PermanentError when the call as a whole failed.
        """

    def contact_of(self, key: CaseKey) -> str | None:
        """Give the id of the Contact the org's Case bears, read now; None without Case or Contact."""


class CodeSender(Protocol):
    """One road a code can take: e-mail, or SMS."""

    def send(self, to: Reachable, message: CodeMessage) -> None:
        """Hand the message over, once; it may have left even when a TransientError comes.

        Raises: TransientError, PermanentError with a stable code; no address and no text of a server in them.
        """


class TimelineDirectory(Protocol):
    """The timelines of the org's Cases."""

    def is_kept(self) -> bool:
        """Whether the org has a place for timelines; it has none before its package is brought up to date.

        Raises: TransientError, BudgetError, PermanentError.
        """

    def upsert(self, entries: Sequence[TimelineEntry]) -> tuple[CaseAnswer, ...]:
        """Write at most 200 entries by their key; one answer each, in the same order; safe to repeat.

        Raises: TransientError, BudgetError, PermanentError when the call as a whole failed.
        """


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


class AgentProvider(Protocol):
    """ProConnect, or who stands in for it."""

    def authorization_url(
        self, state: str, nonce: str, verifier: str, *, another_account: bool = False
    ) -> str:
        """Give the address to send the browser to; it holds the challenge of the PKCE verifier, never it.

        `another_account` has the provider ask who is there although somebody is signed in with it.
        """

    def identify(self, code: str, nonce: str, verifier: str) -> tuple[IdentifiedAgent, str]:
        """Exchange a code, once, and check everything it brings; give the agent and the id token.

        Raises: SignInError, AssuranceError, TransientError, PermanentError.
        """

    def logout_url(self, id_token: str, state: str) -> str:
        """Give the address that ends the provider's own session."""
