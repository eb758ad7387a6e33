"""A code sent to where the town already writes: whoever copies it is linked, once and in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.contact import AttachMethod, LinkMethod
from bridge.domain.identity import BirthDate, PivotIdentity
from bridge.domain.matching import Decision, Grade, Verdict
from bridge.domain.proof import CODE_LIFE, MOST_TRIES
from bridge.domain.review import ReviewDecision, ReviewState
from bridge.errors import PermanentError, RequestError, TooManyRequestsError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.link_proven import CHANGED, TAKEN, LinkProven
from bridge.usecases.prove_by_code import FAILED, CodeAnswer
from tests.adapters.store.samples import add_link, link
from tests.domain.people import ANGELA, like
from tests.usecases.people import PSEUDONYMS
from tests.usecases.possession.doubt import Doubt, wrong
from tests.usecases.town import URBANISME, audited, case, delivery, row

AWAY = TransientError("away", system="salesforce", code="remote.timeout")


def test_the_right_code_links_the_person_to_the_contact(either_doubt: Doubt) -> None:
    """Link, session, certified fields, requests, review and audit: all at once, and both are told."""
    doubt = either_doubt
    contact_id = doubt.sign_in()
    AbsorbDelivery(doubt.store, PSEUDONYMS, doubt.clock)(URBANISME, delivery(row(1)))
    doubt.ask()
    code = doubt.mail.code
    assert doubt.answer(f" {code[:4]} {code[4:]} ") == CodeAnswer.PROVEN

    linked = doubt.link
    assert linked
    assert (linked.contact_id, linked.method, linked.author) == (contact_id, LinkMethod.CODE, "rule")
    assert doubt.session.link_id == linked.id
    held = doubt.contacts.contacts[contact_id]
    assert (held.contact.subject_hash, held.email, held.acr) == (
        doubt.subject,
        "angela@mairie.example",
        "eidas1",
    )
    found = case(doubt.store)
    assert (found.link_id, found.attached_how) == (linked.id, AttachMethod.PERSON_KEYS)
    review = doubt.review
    assert review
    assert (review.state, review.decision) == (ReviewState.DECIDED, ReviewDecision.PROVEN)
    assert doubt.sealed() is None
    actions = [action for _actor, action, _subject, _detail in audited(doubt.store)]
    assert actions == ["code.requested", "code.sent", "link.added", "review.closed", "case.attached"]
    assert doubt.bell.rung == ["messages", "push"]


def test_a_contact_that_is_still_only_probable_links_too(doubt: Doubt) -> None:
    """That is what the proof is for: nothing differs, and something is missing."""
    contact_id = doubt.sign_in()
    doubt.change_contact(contact_id, identity=like(birth_place=None))
    doubt.ask()

    def prove(
        _certified: PivotIdentity, _usage: str | None, found: tuple[object, ...], _origin: object
    ) -> Decision:
        [only] = [stored.contact for stored in doubt.contacts.contacts.values()]
        return Decision(Verdict.PROVE, only, ())

    by_code = doubt.possession.by_code
    assert isinstance(by_code.link, LinkProven)
    answer = replace(by_code, link=replace(by_code.link, weigh=prove))(doubt.session, doubt.mail.code)
    assert answer is CodeAnswer.PROVEN
    assert doubt.link


def test_a_code_is_used_once(doubt: Doubt) -> None:
    """After it linked, the same code is nothing: the person is linked already, and another window too."""
    doubt.sign_in()
    before = doubt.session
    doubt.ask()
    assert doubt.answer(doubt.mail.code) is CodeAnswer.PROVEN
    assert doubt.possession.by_code(before, doubt.mail.code) is CodeAnswer.OVER


def test_the_fifth_wrong_code_ends_the_proof_and_an_agent_sees_it(either_doubt: Doubt) -> None:
    """Four wrong ones leave a try; after the fifth the right one is too late."""
    doubt = either_doubt
    doubt.sign_in()
    doubt.ask()
    code = doubt.mail.code
    answers = [doubt.answer(wrong(code)) for _ in range(MOST_TRIES)]
    assert answers == [CodeAnswer.WRONG] * (MOST_TRIES - 1) + [CodeAnswer.OVER]
    assert doubt.answer(code) is CodeAnswer.OVER
    assert doubt.link is None
    review = doubt.review
    assert review
    assert (review.state, review.reasons[-1]) == (ReviewState.OPEN, FAILED)


def test_a_code_lives_ten_minutes(doubt: Doubt) -> None:
    """A moment before it is good, then it is not."""
    doubt.sign_in()
    doubt.ask()
    doubt.clock.move(CODE_LIFE)
    assert doubt.answer(doubt.mail.code) is CodeAnswer.OVER


def test_only_the_last_code_is_good(doubt: Doubt) -> None:
    """Asking again ends the code before, so that there is one live code a person."""
    doubt.sign_in()
    doubt.ask()
    first = doubt.mail.code
    doubt.ask("sms")
    assert doubt.sms.sent
    assert doubt.answer(first) is CodeAnswer.WRONG
    second = doubt.sms.sent[-1][1].short
    assert doubt.answer("".join(sign for sign in second if sign.isdigit())[:8]) is CodeAnswer.PROVEN


@pytest.mark.parametrize(
    "typed", ["", "        ", "1234567", "123456789", "l2345678", "１２３４５６７８", "1" * 10_000]
)
def test_what_is_no_code_is_a_wrong_code(doubt: Doubt, typed: str) -> None:
    """It costs a try, like any other."""
    doubt.sign_in()
    doubt.ask()
    assert doubt.answer(typed) is CodeAnswer.WRONG


@pytest.mark.parametrize("grade", [Grade.CONFLICT, Grade.POSSIBLE, Grade.CERTAIN, None])
def test_no_other_doubt_is_settled_by_a_code(doubt: Doubt, grade: Grade | None) -> None:
    """Twins, a couple's mailbox, a slip in a name, no doubt at all: the wish is kept, and nothing is sent."""
    doubt.sign_in(grade)
    doubt.ask()
    doubt.ask("sms")
    assert (doubt.mail.sent, doubt.sms.sent) == ([], [])
    assert doubt.answer("12345678") is CodeAnswer.WRONG


def test_two_contacts_that_fit_are_for_an_agent(doubt: Doubt) -> None:
    """A code could reach either of them."""
    other = doubt.contacts.add(ANGELA, email="other@mairie.example")
    doubt.sign_in(candidates=["003A", other])
    doubt.ask()
    assert doubt.mail.sent == []


def test_a_doubt_an_agent_has_in_hand_is_not_overtaken(doubt: Doubt) -> None:
    """Once an agent proposed a decision, a code asked for after it goes nowhere."""
    doubt.sign_in()
    with doubt.store.begin() as tx:
        held = tx.reviews.by_id("r_1")
        assert held
        proposed = replace(
            held, state=ReviewState.PROPOSED, decision=ReviewDecision.NOT_SAME, decided_by="a_1"
        )
        tx.reviews.update(proposed)
    doubt.ask()
    assert doubt.mail.sent == []


@pytest.mark.parametrize(
    "change",
    [
        {"identity": like(birth_date=BirthDate("1971-03-02"))},
        {"identity": like(given_names=("Isabelle",))},
        {"subject_hash": "v1:somebody-else"},
    ],
    ids=["another birth date", "another given name", "taken in the org"],
)
def test_the_contact_is_compared_again_before_it_is_linked(doubt: Doubt, change: dict[str, object]) -> None:
    """What changed since the code left is seen: no link, and an agent reads why."""
    contact_id = doubt.sign_in()
    doubt.ask()
    doubt.change_contact(contact_id, **change)
    assert doubt.answer(doubt.mail.code) is CodeAnswer.DOUBTFUL
    assert doubt.link is None
    review = doubt.review
    assert review
    assert (review.state, review.reasons[-1]) == (ReviewState.OPEN, CHANGED)


def test_a_second_contact_that_fits_by_now_stops_the_link(doubt: Doubt) -> None:
    """Two who could be meant are for an agent, whatever was sent before."""
    doubt.sign_in()
    doubt.ask()
    doubt.contacts.add(ANGELA)
    assert doubt.answer(doubt.mail.code) is CodeAnswer.DOUBTFUL
    assert doubt.link is None


def test_a_contact_our_own_store_gave_to_another_is_not_linked(doubt: Doubt) -> None:
    """The store's word counts even when the org has forgotten."""
    contact_id = doubt.sign_in()
    add_link(doubt.store, link(9, subject="v1:other", contact=contact_id))
    doubt.ask()
    assert doubt.answer(doubt.mail.code) is CodeAnswer.DOUBTFUL
    review = doubt.review
    assert review
    assert review.reasons[-1] == TAKEN
    assert doubt.contacts.contacts[contact_id].contact.subject_hash is None, "nothing was written on it"


def test_a_contact_that_is_gone_receives_nothing_and_links_nobody(doubt: Doubt) -> None:
    """Deleted before the code left, or after."""
    contact_id = doubt.sign_in()
    doubt.ask()
    code = doubt.mail.code
    del doubt.contacts.contacts[contact_id]
    assert doubt.answer(code) is CodeAnswer.DOUBTFUL
    doubt.ask()
    assert len(doubt.mail.sent) == 1


def test_an_org_that_is_away_costs_no_try(doubt: Doubt) -> None:
    """The right code stays good until the org answers; a link begun in the org is finished."""
    contact_id = doubt.sign_in()
    doubt.ask()
    doubt.contacts.failure = AWAY
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(TransientError):
            doubt.answer(doubt.mail.code)
    doubt.contacts.failure = None
    doubt.change_contact(contact_id, subject_hash=doubt.subject)
    assert doubt.answer(doubt.mail.code) is CodeAnswer.PROVEN


def test_five_codes_a_day_and_a_person(either_doubt: Doubt) -> None:
    """The sixth is refused before anything is stored; tomorrow there are new ones."""
    doubt = either_doubt
    doubt.sign_in()
    for _ in range(5):
        doubt.ask()
    with pytest.raises(TooManyRequestsError) as refused:
        doubt.ask()
    assert refused.value.code == "proof.limit"
    assert len(doubt.mail.sent) == 5
    doubt.clock.move(timedelta(days=1))
    with doubt.store.read() as tx:
        now = doubt.clock.now()
        assert tx.proofs.requested(doubt.subject, now - timedelta(days=1)) == 0


def test_a_road_the_town_has_not_is_refused(doubt: Doubt) -> None:
    """A letter, an address one types: no such road."""
    doubt.sign_in()
    for road in ("", "letter", "mallory@example.org"):
        with pytest.raises(RequestError) as refused:
            doubt.possession.request_code(doubt.session, road)
        assert refused.value.code == "proof.channel"


def test_somebody_linked_needs_no_code(doubt: Doubt) -> None:
    """A wish from another window of a person just linked is quietly nothing."""
    doubt.sign_in()
    doubt.ask()
    doubt.answer(doubt.mail.code)
    doubt.ask()
    assert len(doubt.mail.sent) == 1
    assert doubt.answer("") is CodeAnswer.PROVEN


def test_a_refused_write_leaves_the_doubt_open(doubt: Doubt) -> None:
    """An org that refuses the certified fields is an error to see, not a link half made."""
    doubt.sign_in()
    doubt.ask()
    doubt.contacts.failure = PermanentError("no", system="salesforce", code="salesforce.field")
    with pytest.raises(PermanentError):
        doubt.answer(doubt.mail.code)
    assert doubt.link is None


def test_what_an_agent_took_apart_no_code_joins(doubt: Doubt) -> None:
    """A link undone by an agent is not made again by a code that was on its way."""
    contact_id = doubt.sign_in()
    doubt.ask()
    code = doubt.mail.code
    add_link(doubt.store, link(7, subject=doubt.subject, contact=contact_id))
    with doubt.store.begin() as tx:
        tx.link_history.undo("l_7", "a_1", "somebody else", doubt.clock.now())
    assert doubt.answer(code) is CodeAnswer.DOUBTFUL
    assert doubt.link is None
    assert doubt.contacts.contacts[contact_id].contact.subject_hash is None
