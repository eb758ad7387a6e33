"""One-time codes: asked for, sent by a worker, answered or over. Their hashes only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, update

from bridge.adapters.store.locks import queue_up
from bridge.adapters.store.tables import proofs
from bridge.domain.proof import KEPT_FOR, MOST_TRIES, Channel, Proof, ProofEnd

_OPEN = proofs.c.ended_at.is_(None)


class SqlProofs:
    """The `Proofs` port. What a request of a citizen runs costs the same with and without a Contact."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def requested(self, subject_hash: str, since: datetime) -> int:
        """Give how many codes this person asked for since then."""
        queue_up(self._connection, subject_hash)
        asked = (proofs.c.subject_hash == subject_hash, proofs.c.created_at > since)
        return self._connection.execute(select(func.count()).select_from(proofs).where(*asked)).scalar_one()

    def start(self, proof: Proof) -> None:
        """Store a proof whose code is to be sent now; the live one of its person ends."""
        before = update(proofs).where(proofs.c.subject_hash == proof.subject_hash, _OPEN)
        self._connection.execute(before.values(_ended(ProofEnd.REPLACED, proof.created_at)))
        row = {
            "id": proof.id,
            "subject_hash": proof.subject_hash,
            "channel": proof.channel,
            "contact_id": proof.contact_id,
            "attempts": 0,
            "sends": 0,
            "created_at": proof.created_at,
            "expires_at": proof.expires_at,
            "send_due_at": proof.created_at,
        }
        self._connection.execute(insert(proofs).values(row))

    def live(self, subject_hash: str, now: datetime) -> Proof | None:
        """Give the proof this person may answer now, locked against other writers."""
        query = select(proofs).where(proofs.c.subject_hash == subject_hash, _live(now))
        row = self._connection.execute(query.with_for_update()).mappings().first()
        return None if row is None else _proof_of(row)

    def missed(self, proof: Proof, now: datetime) -> Proof:
        """Count a wrong code; the proof ends with the last try it has."""
        missed = replace(proof, attempts=proof.attempts + 1)
        row: dict[str, object] = {"attempts": missed.attempts}
        if missed.attempts >= MOST_TRIES:
            row |= _ended(ProofEnd.FAILED, now)
        self._connection.execute(update(proofs).where(proofs.c.id == proof.id).values(row))
        return missed

    def end(self, proof_id: str, how: ProofEnd, now: datetime) -> bool:
        """End a live proof; False when it was over."""
        statement = update(proofs).where(proofs.c.id == proof_id, _live(now))
        return self._connection.execute(statement.values(_ended(how, now))).rowcount == 1

    def claim_unsent(self, limit: int, lease: timedelta, now: datetime) -> tuple[Proof, ...]:
        """Lease proofs whose code is to be sent; no other worker gets them until the lease ends."""
        query = select(proofs).where(_unsent(now)).order_by(proofs.c.send_due_at, proofs.c.id)
        rows = self._connection.execute(query.limit(limit).with_for_update(skip_locked=True)).mappings().all()
        if rows:
            leased = update(proofs).where(proofs.c.id.in_([row["id"] for row in rows]))
            values = {"send_due_at": now + lease, "sends": proofs.c.sends + 1}
            self._connection.execute(leased.values(values))
        return tuple(replace(_proof_of(row), sends=row["sends"] + 1) for row in rows)

    def keep_code(self, proof_id: str, code_hash: str, now: datetime) -> bool:
        """Keep the hash of the code about to leave, the last one alone; False when the proof is over."""
        statement = update(proofs).where(proofs.c.id == proof_id, _live(now))
        return self._connection.execute(statement.values(code_hash=code_hash)).rowcount == 1

    def sent(self, proof_id: str, now: datetime) -> None:
        """Note that the code left."""
        statement = update(proofs).where(proofs.c.id == proof_id)
        self._connection.execute(statement.values(sent_at=now, send_due_at=None))

    def send_again(self, proof_id: str, at: datetime | None) -> None:
        """Have the code sent again at a moment; never, with None."""
        self._connection.execute(update(proofs).where(proofs.c.id == proof_id).values(send_due_at=at))

    def sent_to(self, contact_id: str, since: datetime) -> int:
        """Give how many codes went to this Contact since then."""
        sent = (proofs.c.contact_id == contact_id, proofs.c.sent_at > since)
        return self._connection.execute(select(func.count()).select_from(proofs).where(*sent)).scalar_one()

    def unsent_count(self, now: datetime) -> int:
        """Give how many could be claimed now."""
        query = select(func.count()).select_from(proofs).where(_unsent(now))
        return self._connection.execute(query).scalar_one()

    def prune(self, now: datetime) -> int:
        """Delete proofs made more than 30 days ago; give how many."""
        return self._connection.execute(delete(proofs).where(proofs.c.created_at <= now - KEPT_FOR)).rowcount


def _live(now: datetime) -> ColumnElement[bool]:
    return _OPEN & (proofs.c.expires_at > now)


def _unsent(now: datetime) -> ColumnElement[bool]:
    return _live(now) & proofs.c.send_due_at.is_not(None) & (proofs.c.send_due_at <= now)


def _ended(how: ProofEnd, now: datetime) -> dict[str, object]:
    """Give the columns of a proof that is over: its code opens nothing more, so its hash goes."""
    return {"ended_at": now, "ended_how": how, "send_due_at": None, "code_hash": None}


def _proof_of(row: RowMapping) -> Proof:
    return Proof(
        id=row["id"],
        subject_hash=row["subject_hash"],
        channel=Channel(row["channel"]),
        contact_id=row["contact_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        attempts=row["attempts"],
        sends=row["sends"],
        code_hash=row["code_hash"],
    )
