"""Number and secret of a receipt: they attach a request, or settle a doubt, and tell nothing otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.adapters.store.tables import case_receipts, parked_records
from bridge.domain.contact import AttachMethod, LinkMethod
from bridge.domain.identity import PivotIdentity
from bridge.domain.matching import Grade
from bridge.domain.receipt import ClaimAnswer, NotMine
from bridge.domain.review import ReviewKind, ReviewState
from bridge.errors import (
    NotSignedInError,
    RequestError,
    TooManyRequestsError,
    TransientError,
    UnknownCaseError,
)
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.claim_case import ANOTHER_CITIZEN, ANOTHER_PERSON
from bridge.usecases.prove_by_receipt import ANOTHER_CONTACT
from tests.adapters.store.samples import add_link, link
from tests.domain.people import ANGELA, like
from tests.usecases.people import NEW_KEY, OLD_KEY, PAUL, PSEUDONYMS
from tests.usecases.possession.doubt import Doubt
from tests.usecases.town import URBANISME, audited, case, delivery, row

SECRET = "1234 5678 9012 3456"
UNDATED = like(birth_place=None)
"""What a clerk typed of Angela before: too little to find her by."""


def absorb(doubt: Doubt, number: int = 1, person: PivotIdentity = UNDATED, secret: str = SECRET) -> None:
    """Let the planning office report a file with its receipt."""
    told = row(number, person, CODE_SUIVI=secret)
    AbsorbDelivery(doubt.store, PSEUDONYMS, doubt.clock)(
        URBANISME, delivery(told, key=f"{number}{person}{secret}")
    )


def signed_in(doubt: Doubt) -> None:
    """Sign in, and prove who one is."""
    doubt.sign_in()
    doubt.ask()
    doubt.answer(doubt.mail.code)
    doubt.bell.rung.clear()


def claim(doubt: Doubt, number: str = "DP 1", secret: str = SECRET) -> ClaimAnswer:
    """Claim a request."""
    return doubt.possession.claim(doubt.session, number, secret)


def open_reviews(doubt: Doubt) -> list[tuple[ReviewKind, tuple[str, ...]]]:
    """Give what agents have to look at."""
    with doubt.store.read() as tx:
        return [(review.kind, review.reasons) for review in tx.reviews.undecided()]


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
