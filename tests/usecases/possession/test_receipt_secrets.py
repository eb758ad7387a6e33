"""The secret of a receipt: kept as a keyed hash, handed over once, and not guessable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bridge.adapters.store.tables import case_receipts, parked_records
from bridge.domain.receipt import ClaimAnswer
from bridge.errors import (
    RequestError,
    UnknownCaseError,
)
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.usecases.people import NEW_KEY, OLD_KEY, PSEUDONYMS
from tests.usecases.possession.doubt import Doubt
from tests.usecases.possession.receipts import SECRET, UNDATED, absorb, claim, signed_in
from tests.usecases.town import URBANISME, audited, case, delivery, row


def test_the_secret_is_kept_as_a_keyed_hash_only(doubt: Doubt) -> None:
    """Not in the clear, not under a guessable hash, not in a case, and sealed in a parked record."""
    absorb(doubt)
    AbsorbDelivery(doubt.store, PSEUDONYMS, doubt.clock)(
        URBANISME, delivery(row(2, CODE_SUIVI=SECRET, DT_ETAT="31/02/2025"), key="d2")
    )
    with doubt.store._engine.connect() as connection:
        [receipt] = connection.execute(select(case_receipts)).mappings()
        [parked] = connection.execute(select(parked_records)).mappings()
    assert (receipt["number"], receipt["secret_hash"][:3]) == ("DP1", "v1:")
    for text in (str(receipt), str(parked), repr(case(doubt.store))):
        assert "1234" not in text


def test_a_new_secret_replaces_the_old_one(doubt: Doubt) -> None:
    """A record in which the secret alone changed is read anew; one that tells none keeps its receipt."""
    signed_in(doubt)
    absorb(doubt)
    absorb(doubt, secret="9999 8888 7777 6666")
    assert claim(doubt) is ClaimAnswer.REFUSED
    absorb(doubt, secret="")
    assert claim(doubt, secret="9999888877776666") is ClaimAnswer.ATTACHED


def test_an_unchanged_secret_changes_no_record(doubt: Doubt) -> None:
    """The same record is absorbed once; the fingerprint holds the secret under our key alone."""
    absorb(doubt)
    before = case(doubt.store)
    absorbed = AbsorbDelivery(doubt.store, PSEUDONYMS, doubt.clock)(
        URBANISME, delivery(row(1, UNDATED, CODE_SUIVI=SECRET), key="again")
    )
    assert (absorbed.changed, absorbed.unchanged) == (0, 1)
    assert case(doubt.store) == before


def test_a_weak_secret_opens_nothing(doubt: Doubt) -> None:
    """Seven signs could be guessed: the status flows, and there is no receipt."""
    signed_in(doubt)
    absorb(doubt, secret="12 34 567")
    assert claim(doubt, secret="1234567") is ClaimAnswer.REFUSED


def test_a_receipt_outlives_a_change_of_key(doubt: Doubt) -> None:
    """It was hashed under the old key, which is still known."""
    signed_in(doubt)
    absorb(doubt)
    check = doubt.possession.claim.check
    rotated = replace(check, pseudonyms=type(PSEUDONYMS)({"v2": NEW_KEY, "v1": OLD_KEY}))
    answer = replace(doubt.possession.claim, check=rotated)(doubt.session, "DP 1", SECRET)
    assert answer is ClaimAnswer.ATTACHED


def test_an_agent_hands_a_receipt_over(doubt: Doubt) -> None:
    """For a system that prints none: shown once, good at once, and the last one alone."""
    signed_in(doubt)
    absorb(doubt, secret="")
    first = doubt.possession.issue_receipt("DP 1", "a_1")
    second = doubt.possession.issue_receipt("urbanisme:DP 1", "a_1")
    assert claim(doubt, first.number, first.secret) is ClaimAnswer.REFUSED
    assert claim(doubt, second.number, second.secret) is ClaimAnswer.ATTACHED
    assert second.secret not in repr(second)
    assert ("a_1", "receipt.issued", case(doubt.store).id, "") in audited(doubt.store)


def test_no_receipt_for_what_is_not_there(doubt: Doubt) -> None:
    """An unknown number, and one that two requests bear."""
    with pytest.raises(UnknownCaseError):
        doubt.possession.issue_receipt("DP 1", "a_1")
    absorb(doubt, 1)
    AbsorbDelivery(doubt.store, PSEUDONYMS, doubt.clock)(
        replace(URBANISME, source="autre"), delivery(row(1), key="other")
    )
    with pytest.raises(RequestError) as refused:
        doubt.possession.issue_receipt("DP 1", "a_1")
    assert refused.value.code == "case.several"
