"""Number and secret of a receipt: they attach a request, or settle a doubt, and tell nothing otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.contact import AttachMethod, LinkMethod
from bridge.domain.matching import Grade
from bridge.domain.receipt import ClaimAnswer
from bridge.domain.review import ReviewKind, ReviewState
from bridge.errors import (
    NotSignedInError,
    TooManyRequestsError,
    TransientError,
)
from bridge.usecases.claim_case import ANOTHER_CITIZEN, ANOTHER_PERSON
from bridge.usecases.prove_by_receipt import ANOTHER_CONTACT
from tests.adapters.store.samples import add_link, link
from tests.usecases.people import PAUL
from tests.usecases.possession.doubt import Doubt
from tests.usecases.possession.receipts import SECRET, absorb, claim, open_reviews, signed_in
from tests.usecases.town import audited, case


@pytest.mark.parametrize(
    ("number", "secret"),
    [
        ("DP 1", SECRET),
        ("dp1", "1234567890123456"),
        (" dp  1 ", "1234-5678-9012-3456"),
        ("D P-1", " 1234 5678.9012 3456 "),
    ],
)
def test_the_receipt_attaches_an_older_request(doubt: Doubt, number: str, secret: str) -> None:
    """However both are typed: the request is the citizen's, and Salesforce learns it."""
    signed_in(doubt)
    absorb(doubt)
    assert case(doubt.store).link_id is None
    assert claim(doubt, number, secret) is ClaimAnswer.ATTACHED
    held, linked = case(doubt.store), doubt.link
    assert linked
    assert (held.link_id, held.contact_id) == (linked.id, linked.contact_id)
    assert (held.attached_how, held.attached_at) == (AttachMethod.RECEIPT, doubt.clock.now())
    assert (held.version, doubt.bell.rung) == (2, ["push"])
    assert [action for _a, action, _s, _d in audited(doubt.store)][-3:] == [
        "receipt.accepted",
        "case.attached",
        "case.claimed",
    ]


@pytest.mark.parametrize(
    ("number", "secret"),
    [
        ("DP 2", SECRET),
        ("DP 1", "0000 0000 0000 0000"),
        ("DP 1", ""),
        ("DP 1", "1234"),
        ("", ""),
        ("x" * 10_000, "y"),
    ],
)
def test_what_opens_nothing_is_one_answer(doubt: Doubt, number: str, secret: str) -> None:
    """Unknown number, wrong secret, short secret, nothing at all."""
    signed_in(doubt)
    absorb(doubt)
    assert claim(doubt, number, secret) is ClaimAnswer.REFUSED
    assert case(doubt.store).link_id is None


def test_a_receipt_opens_its_own_request_only(doubt: Doubt) -> None:
    """The secret of one request is nothing for another."""
    signed_in(doubt)
    absorb(doubt, 1)
    absorb(doubt, 2, secret="9999 8888 7777 6666")
    assert claim(doubt, "DP 2") is ClaimAnswer.REFUSED


def test_a_request_that_names_another_person_goes_to_an_agent(doubt: Doubt) -> None:
    """Possession is not enough against a whole civil status; the request stays nobody's."""
    signed_in(doubt)
    absorb(doubt, person=PAUL)
    assert claim(doubt) is ClaimAnswer.REVIEWED
    assert claim(doubt) is ClaimAnswer.REVIEWED
    assert case(doubt.store).link_id is None
    assert open_reviews(doubt) == [(ReviewKind.CLAIM, (ANOTHER_PERSON,))]


def test_a_request_somebody_else_has_is_never_moved(doubt: Doubt) -> None:
    """Whoever has it keeps it until an agent decides."""
    other = add_link(doubt.store, link(9, subject="v1:other"))
    signed_in(doubt)
    absorb(doubt)
    held = case(doubt.store)
    with doubt.store.begin() as tx:
        tx.cases.attach(held.id, other, AttachMethod.AGENT, doubt.clock.now())
    assert claim(doubt) is ClaimAnswer.REVIEWED
    assert case(doubt.store).link_id == other.id
    assert open_reviews(doubt) == [(ReviewKind.CLAIM, (ANOTHER_CITIZEN,))]


def test_claiming_what_one_has_changes_nothing(doubt: Doubt) -> None:
    """A second time, or a request that came by the rule."""
    signed_in(doubt)
    absorb(doubt)
    claim(doubt)
    assert claim(doubt) is ClaimAnswer.ATTACHED
    assert case(doubt.store).version == 2


def test_five_tries_an_hour_and_twenty_a_day(either_doubt: Doubt) -> None:
    """Right or wrong, each counts; the limit of the day outlasts that of the hour."""
    doubt = either_doubt
    signed_in(doubt)
    absorb(doubt)
    session, claim_case = doubt.session, doubt.possession.claim
    for _hour in range(4):
        for _ in range(5):
            assert claim_case(session, "DP 9", SECRET) is ClaimAnswer.REFUSED
        with pytest.raises(TooManyRequestsError) as refused:
            claim_case(session, "DP 1", SECRET)
        assert refused.value.code == "receipt.limit"
        doubt.clock.move(timedelta(hours=1))
    with pytest.raises(TooManyRequestsError):
        claim_case(session, "DP 1", SECRET)
    doubt.clock.move(timedelta(hours=20))
    assert claim_case(session, "DP 1", SECRET) is ClaimAnswer.ATTACHED


def test_somebody_in_doubt_cannot_claim(doubt: Doubt) -> None:
    """First who they are, then what is theirs."""
    doubt.sign_in()
    absorb(doubt)
    with pytest.raises(NotSignedInError):
        claim(doubt)


def test_a_receipt_of_the_contact_settles_a_doubt(either_doubt: Doubt) -> None:
    """The org's Case belongs to the very Contact in question: link, and the request with it."""
    doubt = either_doubt
    contact_id = doubt.sign_in()
    absorb(doubt)
    doubt.cases.cases["urbanisme:DP 1"] = replace(case(doubt.store), contact_id=contact_id)
    assert doubt.possession.by_receipt(doubt.session, "DP 1", SECRET) is ClaimAnswer.ATTACHED
    linked = doubt.link
    assert linked
    assert (linked.contact_id, linked.method) == (contact_id, LinkMethod.RECEIPT)
    assert (case(doubt.store).link_id, case(doubt.store).attached_how) == (linked.id, AttachMethod.RECEIPT)
    assert doubt.session.link_id == linked.id


@pytest.mark.parametrize("owner", [None, "003000000000999AAA"])
def test_a_receipt_of_another_contact_settles_nothing(doubt: Doubt, owner: str | None) -> None:
    """Good, and not enough: an agent reads that it was given."""
    doubt.sign_in()
    absorb(doubt)
    doubt.cases.cases["urbanisme:DP 1"] = replace(case(doubt.store), contact_id=owner)
    assert doubt.possession.by_receipt(doubt.session, "DP 1", SECRET) is ClaimAnswer.REVIEWED
    assert (doubt.link, case(doubt.store).link_id) == (None, None)
    review = doubt.review
    assert review
    assert (review.state, review.reasons[-1]) == (ReviewState.OPEN, ANOTHER_CONTACT)


@pytest.mark.parametrize("grade", [Grade.CONFLICT, Grade.POSSIBLE, None])
def test_no_other_doubt_is_settled_by_a_receipt(doubt: Doubt, grade: Grade | None) -> None:
    """A twin may hold the other one's letter."""
    contact_id = doubt.sign_in(grade)
    absorb(doubt)
    doubt.cases.cases["urbanisme:DP 1"] = replace(case(doubt.store), contact_id=contact_id)
    assert doubt.possession.by_receipt(doubt.session, "DP 1", SECRET) is ClaimAnswer.REVIEWED
    assert doubt.link is None


def test_a_wrong_receipt_never_asks_the_org(doubt: Doubt) -> None:
    """An org that is away is noticed only by somebody who knows a secret."""
    doubt.sign_in()
    absorb(doubt)
    doubt.cases.failure = TransientError("away", system="salesforce", code="remote.timeout")
    assert doubt.possession.by_receipt(doubt.session, "DP 1", "0" * 16) is ClaimAnswer.REFUSED
    with pytest.raises(TransientError):
        doubt.possession.by_receipt(doubt.session, "DP 1", SECRET)
