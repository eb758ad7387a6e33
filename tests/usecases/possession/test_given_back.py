"""A request the citizen gives back: gone from view at once, and no rule brings it back."""

from __future__ import annotations

import pytest

from bridge.domain.contact import AttachMethod
from bridge.domain.receipt import ClaimAnswer, NotMine
from bridge.domain.review import ReviewKind
from bridge.errors import (
    RequestError,
    UnknownCaseError,
)
from tests.domain.people import ANGELA, like
from tests.usecases.people import PAUL, PSEUDONYMS
from tests.usecases.possession.doubt import Doubt
from tests.usecases.possession.receipts import absorb, claim, open_reviews, signed_in
from tests.usecases.town import audited, case


def give_back(doubt: Doubt, why: str = NotMine.NEVER_ASKED) -> None:
    """Say that the first request is not mine."""
    doubt.possession.give_back(doubt.session, case(doubt.store).id, why)


def test_a_request_given_back_is_gone_at_once(either_doubt: Doubt) -> None:
    """From the list, and from the Contact in Salesforce; an agent is asked, and the reason is kept."""
    doubt = either_doubt
    signed_in(doubt)
    absorb(doubt, person=ANGELA)
    assert case(doubt.store).link_id
    give_back(doubt)
    held = case(doubt.store)
    assert (held.link_id, held.contact_id, held.contact_withdrawn) == (None, None, True)
    assert (held.attached_at, held.attached_how, held.version) == (None, None, 2)
    assert open_reviews(doubt) == [(ReviewKind.NOT_MINE, ("not_mine.never_asked",))]
    assert doubt.bell.rung == ["push"]
    actions = [action for _a, action, _s, _d in audited(doubt.store)]
    assert actions[-3:] == ["case.withdrawn", "case.given_back", "review.opened"]


def test_no_rule_brings_a_request_back(either_doubt: Doubt) -> None:
    """Neither the next record, nor a record that names her anew, nor the next sign-in."""
    doubt = either_doubt
    signed_in(doubt)
    absorb(doubt, person=ANGELA)
    give_back(doubt)
    absorb(doubt, person=like(given_names=("Angela",)))
    assert case(doubt.store).link_id is None
    linked = doubt.link
    assert linked
    with doubt.store.begin() as tx:
        assert tx.cases.attach_by_person_keys(linked, PSEUDONYMS.link_keys(ANGELA), doubt.clock.now()) == 0
    assert case(doubt.store).link_id is None


def test_an_agent_or_a_receipt_may_bring_it_back(doubt: Doubt) -> None:
    """And then it stays: the refusal is forgotten."""
    signed_in(doubt)
    absorb(doubt, person=ANGELA)
    give_back(doubt)
    assert claim(doubt) is ClaimAnswer.ATTACHED
    absorb(doubt, person=like(given_names=("Angela", "Claire")))
    assert case(doubt.store).link_id
    assert case(doubt.store).attached_how is AttachMethod.RECEIPT


@pytest.mark.parametrize("why", ["", "because", "not_mine.unsure"])
def test_a_reason_is_needed(doubt: Doubt, why: str) -> None:
    """One of those offered; nothing is done without."""
    signed_in(doubt)
    absorb(doubt, person=ANGELA)
    with pytest.raises(RequestError) as refused:
        give_back(doubt, why)
    assert refused.value.code == "case.reason"
    assert case(doubt.store).link_id


def test_nobody_gives_back_what_another_has(doubt: Doubt) -> None:
    """Someone else's request and no request at all are one answer."""
    signed_in(doubt)
    absorb(doubt, person=PAUL)
    for case_id in (case(doubt.store).id, "c_nothing"):
        with pytest.raises(UnknownCaseError):
            doubt.possession.give_back(doubt.session, case_id, NotMine.UNSURE)
    assert open_reviews(doubt) == []
