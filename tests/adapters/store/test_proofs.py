"""One-time codes in the store: one live a person, five tries even all at once, nothing kept for long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import proofs
from bridge.domain.proof import CODE_LIFE, KEPT_FOR, MOST_TRIES, Channel, Proof, ProofEnd
from bridge.errors import TransientError
from tests.fakes.clock import START

MINUTE = timedelta(minutes=1)


def start(store: SqlStore, number: int = 1, subject: str = "v1:who", contact: str | None = "003A") -> Proof:
    """Store a proof."""
    proof = Proof(f"q_{number}", subject, Channel.SMS, contact, START, START + CODE_LIFE)
    with store.begin() as tx:
        tx.proofs.start(proof)
    return proof


def ends(store: SqlStore) -> dict[str, str | None]:
    """Give how each proof ended."""
    with store._engine.connect() as connection:
        return dict(connection.execute(select(proofs.c.id, proofs.c.ended_how)).all())


def test_a_person_has_one_live_proof(store: SqlStore) -> None:
    """A new one ends the one before; another person's stays."""
    start(store, 1)
    start(store, 2, subject="v1:other")
    last = start(store, 3)
    with store.begin() as tx:
        assert tx.proofs.live("v1:who", START) == last
        assert tx.proofs.live("v1:nobody", START) is None
    assert ends(store) == {"q_1": ProofEnd.REPLACED, "q_2": None, "q_3": None}


def test_tries_are_counted_even_all_at_once(store: SqlStore) -> None:
    """Twelve wrong codes in the same moment: five are counted, and the proof is over."""
    start(store)

    def guess(_number: int) -> int | None:
        while True:
            try:
                with store.begin() as tx:
                    proof = tx.proofs.live("v1:who", START)
                    return tx.proofs.missed(proof, START).attempts if proof else None
            except TransientError:
                continue

    with ThreadPoolExecutor(4) as threads:
        counted = [tries for tries in threads.map(guess, range(12)) if tries]
    assert sorted(counted) == list(range(1, MOST_TRIES + 1))
    assert ends(store) == {"q_1": ProofEnd.FAILED}


def test_a_proof_ends_once(store: SqlStore) -> None:
    """The second who uses it up is told so; its hash is gone."""
    start(store)
    with store.begin() as tx:
        assert tx.proofs.keep_code("q_1", "v1:hash", START)
        assert tx.proofs.end("q_1", ProofEnd.PROVEN, START)
        assert not tx.proofs.end("q_1", ProofEnd.PROVEN, START)
        assert not tx.proofs.keep_code("q_1", "v1:other", START)
    with store._engine.connect() as connection:
        assert connection.execute(select(proofs.c.code_hash)).scalar_one() is None


def test_what_is_too_old_is_neither_live_nor_sent(store: SqlStore) -> None:
    """Ten minutes for the person and for the worker."""
    start(store)
    late = START + CODE_LIFE
    with store.begin() as tx:
        assert tx.proofs.live("v1:who", late) is None
        assert tx.proofs.claim_unsent(9, MINUTE, late) == ()
        assert tx.proofs.unsent_count(late) == 0
        assert not tx.proofs.end("q_1", ProofEnd.PROVEN, late)


def test_two_workers_share_the_codes_to_send(store: SqlStore) -> None:
    """What one holds the other does not get, until the lease is over."""
    start(store, 1, "v1:a")
    start(store, 2, "v1:b")
    with store.begin() as tx:
        [first] = tx.proofs.claim_unsent(1, MINUTE, START)
    with store.begin() as tx:
        [second] = tx.proofs.claim_unsent(9, MINUTE, START)
        tx.proofs.sent(second.id, START)
    assert {first.id, second.id} == {"q_1", "q_2"}
    with store.begin() as tx:
        [again] = tx.proofs.claim_unsent(9, MINUTE, START + MINUTE)
        assert (again.id, again.sends) == (first.id, 2)
        tx.proofs.send_again(again.id, None)
        assert tx.proofs.unsent_count(START + 5 * MINUTE) == 0
        assert tx.proofs.sent_to("003A", START - MINUTE) == 1
        assert tx.proofs.sent_to("003A", START) == 0


@pytest.mark.parametrize("contact", ["003A", None])
def test_a_proof_without_contact_is_stored_the_same_way(store: SqlStore, contact: str | None) -> None:
    """Same row but for the one column."""
    start(store, contact=contact)
    with store._engine.connect() as connection:
        row = dict(connection.execute(select(proofs)).mappings().one())
    assert row.pop("contact_id") == contact
    assert [name for name, value in row.items() if value is None] == [
        "code_hash",
        "sent_at",
        "ended_at",
        "ended_how",
    ]


def test_old_proofs_and_tries_are_deleted(store: SqlStore) -> None:
    """After 30 days, and after the longest span a limit looks back."""
    start(store)
    with store.begin() as tx:
        tx.receipts.tried("v1:who", START)
        assert tx.receipts.tries("v1:who", [START - MINUTE, START]) == (1, 0)
        assert (tx.proofs.prune(START + KEPT_FOR - MINUTE), tx.receipts.prune(START)) == (0, 0)
        assert (tx.proofs.prune(START + KEPT_FOR), tx.receipts.prune(START + KEPT_FOR)) == (1, 1)
