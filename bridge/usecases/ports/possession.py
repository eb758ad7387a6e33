"""The store's side of what proves that somebody is who they say: codes sent, receipts, tries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.proof import Proof, ProofEnd
from bridge.domain.receipt import Receipt


class Proofs(Protocol):
    """One-time codes; a person has one live proof at a time."""

    def requested(self, subject_hash: str, since: datetime) -> int:
        """Give how many codes this person asked for since then."""

    def start(self, proof: Proof) -> None:
        """Store a proof whose code is to be sent now; the live one of its person ends."""

    def live(self, subject_hash: str, now: datetime) -> Proof | None:
        """Give the proof this person may answer now, locked against other writers."""

    def missed(self, proof: Proof, now: datetime) -> Proof:
        """Count a wrong code; the proof ends with the last try it has."""

    def end(self, proof_id: str, how: ProofEnd, now: datetime) -> bool:
        """End a live proof; False when it was over."""

    def claim_unsent(self, limit: int, lease: timedelta, now: datetime) -> tuple[Proof, ...]:
        """Lease proofs whose code is to be sent; no other worker gets them until the lease ends."""

    def keep_code(self, proof_id: str, code_hash: str, now: datetime) -> bool:
        """Keep the hash of the code about to leave, the last one alone; False when the proof is over."""

    def sent(self, proof_id: str, now: datetime) -> None:
        """Note that the code left."""

    def send_again(self, proof_id: str, at: datetime | None) -> None:
        """Have the code sent again at a moment; never, with None."""

    def sent_to(self, contact_id: str, since: datetime) -> int:
        """Give how many codes went to this Contact since then."""

    def unsent_count(self, now: datetime) -> int:
        """Give how many could be claimed now."""

    def prune(self, now: datetime) -> int:
        """Delete proofs made more than 30 days ago; give how many."""


class Receipts(Protocol):
    """Receipts of requests, and how often somebody tried one."""

    def bearing(self, number: str) -> tuple[Receipt, ...]:
        """Give the requests whose receipt bears this number, in letters and digits: one statement always."""

    def issue(self, case_id: str, number: str, secret_hash: str) -> None:
        """Keep the receipt of a request, instead of the one it had."""

    def tries(self, subject_hash: str, since: Sequence[datetime]) -> tuple[int, ...]:
        """Give how often this person tried since each of these moments, in one statement."""

    def tried(self, subject_hash: str, now: datetime) -> None:
        """Note a try."""

    def prune(self, now: datetime) -> int:
        """Delete tries older than any limit looks back; give how many."""
