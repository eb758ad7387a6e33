"""Attempts to prove, claim or undo what is somebody else's: guessing, replaying, racing, forging."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import AttachMethod
from bridge.domain.matching import Grade
from bridge.domain.receipt import ClaimAnswer
from bridge.errors import BridgeError
from bridge.usecases.prove_by_code import CodeAnswer
from tests.adapters.store.samples import add_link, link
from tests.domain.people import like
from tests.fakes.clock import FakeClock
from tests.http.doubts import browser_of, post, site_of
from tests.http.site import Browser
from tests.usecases.possession.doubt import Doubt, wrong
from tests.usecases.possession.receipts import SECRET, absorb, signed_in
from tests.usecases.town import case


@pytest.fixture
def doubt(sqlite_store: SqlStore, clock: FakeClock) -> Doubt:
    """Give somebody in doubt."""
    return Doubt(sqlite_store, clock)


def another(doubt: Doubt, name: str = "MALLORY") -> Doubt:
    """Give another person in doubt, over the same store and org."""
    other = replace(doubt, identity=like(family_name=name), number=2)
    other.sign_in()
    return other


def test_a64_a_code_cannot_be_guessed(doubt: Doubt) -> None:
    """Twenty-five guesses a day over the pages, whatever the browser does: eight digits stay out of reach."""
    doubt.sign_in()
    browser = browser_of(site_of(doubt), doubt)
    guesses = refused = 0
    while True:
        asked = post(browser, "/identite/envoi", par="email")
        if asked.status_code == 429:
            break
        doubt.send()
        for number in range(8):
            answer = post(browser, "/identite/code", code=wrong(doubt.mail.code))
            guesses += "Ce n’est pas le bon code." in answer.text
            refused += "Ce code n’est plus bon" in answer.text
            assert answer.status_code == 422, number
    assert (guesses, refused) == (5 * 4, 5 * 4)
    assert doubt.link is None


def test_a64_guessing_all_at_once_gives_no_more_tries(doubt: Doubt) -> None:
    """Thirty requests in the same moment: five are compared."""
    doubt.sign_in()
    doubt.ask()
    session, code = doubt.session, doubt.mail.code

    def guess(_number: int) -> CodeAnswer | None:
        try:
            return doubt.possession.by_code(session, wrong(code))
        except BridgeError:
            return None

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(30)))
    assert answers.count(CodeAnswer.WRONG) == 4
    assert doubt.answer(code) is CodeAnswer.OVER


def test_a63_a_code_of_another_person_is_nothing(doubt: Doubt) -> None:
    """Typed in one's own session it is a wrong code, and the other one keeps theirs."""
    doubt.sign_in()
    doubt.ask()
    stolen = doubt.mail.code
    mallory = another(doubt)
    mallory.ask()
    assert mallory.answer(stolen) is CodeAnswer.WRONG
    assert doubt.answer(stolen) is CodeAnswer.PROVEN
    assert mallory.link is None


def test_a_code_is_not_replayed(doubt: Doubt) -> None:
    """Two windows with the right code at once make one link; later it opens nothing for anybody."""
    doubt.sign_in()
    doubt.ask()
    session, code = doubt.session, doubt.mail.code

    def answer(_number: int) -> str:
        try:
            return doubt.possession.by_code(session, code)
        except BridgeError as error:
            return error.code

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(answer, range(4)))
    assert CodeAnswer.PROVEN in answers
    assert answers <= {CodeAnswer.PROVEN, CodeAnswer.OVER, "database.unavailable"}
    assert doubt.possession.by_code(session, code) is CodeAnswer.OVER
    assert another(doubt).answer(code) is CodeAnswer.OVER


def test_two_people_cannot_both_prove_one_contact(doubt: Doubt) -> None:
    """The second, who could be the same Contact and reads the same mailbox, goes to an agent."""
    contact_id = doubt.sign_in()
    doubt.ask()
    first = doubt.mail.code
    twin = replace(doubt, identity=like(family_name="DUBOYS"), number=2)
    twin.sign_in(Grade.PROBABLE, [contact_id])
    twin.ask()
    assert doubt.answer(first) is CodeAnswer.PROVEN
    assert twin.answer(twin.mail.code) is CodeAnswer.DOUBTFUL
    assert twin.link is None


def test_a64_receipts_cannot_be_guessed(doubt: Doubt) -> None:
    """Five an hour, over both doors together; a right one after that is too late as well."""
    doubt.sign_in()
    absorb(doubt)
    browser = browser_of(site_of(doubt), doubt)
    answers = [
        post(browser, "/identite/recepisse", numero="DP 1", secret=f"{number:016d}").status_code
        for number in range(7)
    ]
    assert answers == [422] * 5 + [429] * 2
    assert post(browser, "/identite/recepisse", numero="DP 1", secret=SECRET).status_code == 429
    assert doubt.link is None


def test_a64_trying_receipts_all_at_once_gives_no_more_tries(store: SqlStore, clock: FakeClock) -> None:
    """Thirty claims in the same moment: five are looked at, on either database."""
    doubt = Doubt(store, clock)
    signed_in(doubt)
    session = doubt.session

    def claim(number: int) -> str:
        while True:
            try:
                return doubt.possession.claim(session, "DP 1", f"{number:016d}")
            except BridgeError as error:
                if error.code != "database.unavailable":
                    return error.code

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(claim, range(30)))
    assert answers.count(ClaimAnswer.REFUSED) == 5
    assert answers.count("receipt.limit") == 25


def test_a63_a_receipt_does_not_take_a_request_from_somebody(doubt: Doubt) -> None:
    """Whoever found the letter in the bin is not the one who has the request."""
    other = add_link(doubt.store, link(9, subject="v1:other"))
    signed_in(doubt)
    absorb(doubt)
    held = case(doubt.store)
    with doubt.store.begin() as tx:
        tx.cases.attach(held.id, other, AttachMethod.PERSON_KEYS, doubt.clock.now())
    browser = browser_of(site_of(doubt), doubt)
    done = post(browser, "/demandes/reclamer", numero="DP 1", secret=SECRET)
    assert done.location == "/?fait=a-verifier"
    assert case(doubt.store).link_id == other.id
    assert browser.get(f"/demandes/{held.id}").status_code == 404


@pytest.mark.parametrize(
    "field", ["contact", "contact_id", "link_id", "subject_hash", "email", "to", "phone"]
)
def test_a65_nobody_chooses_where_a_code_goes(doubt: Doubt, field: str) -> None:
    """No field, parameter or header names an address, a Contact or a person."""
    doubt.sign_in()
    browser = browser_of(site_of(doubt), doubt)
    mine = "mallory@evil.example"
    answer = browser.post(
        f"/identite/envoi?{field}={mine}",
        data={"par": "email", field: mine},
        headers={"Origin": "https://demarches.ville.test", f"X-{field.replace('_', '-')}": mine},
    )
    assert answer.status_code == 303
    doubt.send()
    [(to, _message)] = doubt.mail.sent
    assert to.email == "angela@mairie.example"


def test_a63_nobody_gives_back_what_is_not_theirs(doubt: Doubt) -> None:
    """Somebody else's request and none at all are one answer, by page and by form."""
    other = add_link(doubt.store, link(9, subject="v1:other"))
    signed_in(doubt)
    absorb(doubt)
    held = case(doubt.store)
    with doubt.store.begin() as tx:
        tx.cases.attach(held.id, other, AttachMethod.AGENT, doubt.clock.now())
    browser = browser_of(site_of(doubt), doubt)
    assert _seen(browser, held.id) == _seen(browser, "c_nothing")
    assert case(doubt.store).link_id == other.id


def _seen(browser: Browser, case_id: str) -> list[tuple[int, str]]:
    path = f"/demandes/{case_id}/pas-a-moi"
    answers = [browser.get(path), post(browser, path, raison="unsure"), post(browser, path)]
    # The answer bears a number of its own for each request, and nothing else that differs.
    return [
        (answer.status_code, answer.text.replace(answer.headers["X-Request-ID"], "").replace(case_id, ""))
        for answer in answers
    ]


def test_a132_no_log_line_holds_a_code_an_address_or_a_receipt(
    doubt: Doubt, capfd: pytest.CaptureFixture[str]
) -> None:
    """Routes and codes of ours; nothing typed, nothing sent."""
    doubt.sign_in()
    absorb(doubt)
    browser = browser_of(site_of(doubt), doubt)
    capfd.readouterr()
    post(browser, "/identite/envoi", par="email")
    doubt.send()
    post(browser, "/identite/recepisse", numero="DP 1", secret=SECRET)
    post(browser, "/identite/code", code=doubt.mail.code)
    written = "".join(capfd.readouterr())
    assert "/identite/code" in written
    for secret in (doubt.mail.code, doubt.mail.code[:4], "1234 5678", "mairie.example", "DP 1", "DUBOIS"):
        assert secret not in written
