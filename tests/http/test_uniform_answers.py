"""The same words, headers and work whether or not the town knows who could be meant (A63, A64, A81)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import AttachMethod
from bridge.domain.matching import Grade
from tests.adapters.store.samples import add_link, link
from tests.domain.people import like
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.http.doubts import post, site_of
from tests.http.site import COOKIE, HOST, Browser, Site
from tests.usecases.people import PAUL
from tests.usecases.possession.doubt import Doubt
from tests.usecases.possession.receipts import SECRET, absorb, signed_in
from tests.usecases.town import case

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

Scene = Callable[[Doubt], object]
Ask = Callable[[Browser], "TestResponse"]


def _silent(doubt: Doubt) -> None:
    doubt.sign_in(candidates=[doubt.contacts.add(doubt.identity)])


def _conflict(doubt: Doubt) -> None:
    doubt.sign_in(Grade.CONFLICT)


def _possible(doubt: Doubt) -> None:
    doubt.sign_in(Grade.POSSIBLE)


def _two(doubt: Doubt) -> None:
    doubt.sign_in(candidates=["003A", "003B"])


def _nobody(doubt: Doubt) -> None:
    doubt.sign_in(candidates=[])


def _no_review(doubt: Doubt) -> None:
    doubt.sign_in(grade=None)


DOUBTS: dict[str, Scene] = {
    "one probable contact": Doubt.sign_in,
    "a contact without any address": _silent,
    "a contact in conflict": _conflict,
    "a contact that is possible": _possible,
    "two contacts": _two,
    "a review without contact": _nobody,
    "no review any more": _no_review,
}
RECEIPTS: dict[str, tuple[str, str]] = {
    "unknown number": ("DP 404", SECRET),
    "wrong secret": ("DP 1", "0000 0000 0000 0000"),
    "no secret": ("DP 1", ""),
    "somebody else’s, wrong secret": ("DP 2", "0000 0000 0000 0000"),
    "another person’s name, wrong secret": ("DP 3", "0000 0000 0000 0000"),
    "one without receipt": ("DP 4", SECRET),
    "another request’s secret": ("DP 2", "4444 4444 4444 4444"),
}


@dataclass(frozen=True)
class Told:
    """What a browser can see of an answer, and what it cost us."""

    status: int
    body: str
    headers: dict[str, str]
    statements: tuple[str, ...]
    outside_calls: int
    rings: int


class Counting(FakeContacts):
    """Contacts that count how often the org is asked."""

    calls = 0

    def _fail(self) -> None:
        self.calls += 1
        super()._fail()


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Give the statements sent meanwhile, in order, without their values."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store._engine, "before_cursor_execute", note)


@dataclass
class Town:
    """One application for many people, each in another doubt."""

    first: Doubt
    site: Site
    people: int = 0

    def person(self, scene: Scene) -> Doubt:
        """Give one more person, in this doubt."""
        self.people += 1
        identity = like(family_name=f"DUBOIS {self.people}")
        doubt = replace(self.first, identity=identity, number=self.people)
        scene(doubt)
        return doubt

    def told(self, doubt: Doubt, ask: Ask) -> Told:
        """Ask as this person, and give everything that could tell one case from another."""
        browser = self.site.app.test_client()
        assert isinstance(browser, Browser)
        browser.set_cookie(COOKIE, doubt.token, domain=HOST, secure=True)
        contacts = doubt.contacts
        assert isinstance(contacts, Counting)
        contacts.calls, rings = 0, len(doubt.bell.rung)
        with statements(doubt.store) as sent:
            answer = ask(browser)
        headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
        calls, rung = contacts.calls, len(doubt.bell.rung) - rings
        return Told(answer.status_code, answer.text, headers, tuple(sent), calls, rung)


@pytest.fixture
def town(sqlite_store: SqlStore, clock: FakeClock) -> Town:
    """Give the application, and nobody yet."""
    first = Doubt(sqlite_store, clock, contacts=Counting())
    return Town(first, site_of(first))


def all_the_same(answers: dict[str, Told]) -> Told:
    """Check that nothing tells the cases apart."""
    first_name, first = next(iter(answers.items()))
    for name, answer in answers.items():
        assert answer == first, f"{name} differs from {first_name}"
    return first


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a81_asking_for_a_code_tells_nothing(town: Town, channel: str) -> None:
    """One answer, one list of statements, one ring, and no call to the org, whoever could be meant."""
    answers = {
        name: town.told(town.person(scene), lambda browser: post(browser, "/identite/envoi", par=channel))
        for name, scene in DOUBTS.items()
    }
    same = all_the_same(answers)
    assert (same.status, same.outside_calls, same.rings) == (303, 0, 1)
    assert same.statements


@pytest.mark.parametrize("path", ["/", "/identite/code"])
@pytest.mark.parametrize("is_sent", [False, True])
def test_a81_the_page_of_the_code_tells_nothing(town: Town, path: str, is_sent: bool) -> None:
    """Nor the first page, nor the one that waits for the code, before and after the worker did its work."""
    answers = {}
    for name, scene in DOUBTS.items():
        doubt = town.person(scene)
        doubt.possession.request_code(doubt.session, "email")
        if is_sent:
            doubt.send()
        answers[name] = town.told(doubt, lambda browser: browser.get(path))
    assert all_the_same(answers).outside_calls == 0


def test_a81_a_wrong_code_tells_nothing(town: Town) -> None:
    """From the first to the sixth try, sent or never sent."""
    tries = range(6)
    by_try: dict[int, dict[str, Told]] = {number: {} for number in tries}
    for name, scene in DOUBTS.items():
        doubt = town.person(scene)
        doubt.ask()
        for number in tries:
            answer = town.told(doubt, lambda browser: post(browser, "/identite/code", code="12 34 56 78"))
            by_try[number][name] = answer
    same = [_but_for_the_reason(by_try[number]) for number in tries]
    assert [one.status for one in same] == [422] * 6
    assert [one.outside_calls for one in same] == [0] * 6
    assert same[0].body != same[4].body == same[5].body


def _but_for_the_reason(answers: dict[str, Told]) -> Told:
    """Check that nothing tells them apart; who has no review any more has none to note the failure in."""
    gone = answers.pop("no review any more")
    same = all_the_same(answers)
    assert (gone.status, gone.body, gone.headers) == (same.status, same.body, same.headers)
    return same


@pytest.mark.parametrize(
    ("path", "scene"),
    [("/demandes/reclamer", signed_in), ("/identite/recepisse", Doubt.sign_in)],
    ids=["linked", "in doubt"],
)
def test_a64_a_receipt_that_opens_nothing_tells_nothing(town: Town, path: str, scene: Scene) -> None:
    """Unknown, somebody else's, wrong: one answer and one list of statements."""
    _requests(town.first)
    answers = {}
    for name, pair in RECEIPTS.items():
        answers[name] = town.told(town.person(scene), _giving(path, *pair))
    same = all_the_same(answers)
    assert (same.status, same.outside_calls, same.rings) == (422, 0, 0)


def _giving(path: str, number: str, secret: str) -> Ask:
    return lambda browser: post(browser, path, numero=number, secret=secret)


def _requests(doubt: Doubt) -> None:
    """Let there be one to claim, one of somebody else, one that names another, one without receipt."""
    other = add_link(doubt.store, link(9, subject="v1:other", contact="003000000000999AAA"))
    absorb(doubt, 1)
    absorb(doubt, 2, secret="2222 2222 2222 2222")
    absorb(doubt, 3, PAUL, secret="4444 4444 4444 4444")
    absorb(doubt, 4, secret="")
    theirs = case(doubt.store, 2)
    with doubt.store.begin() as tx:
        tx.cases.attach(theirs.id, other, AttachMethod.AGENT, doubt.clock.now())


def test_a81_a_secret_costs_one_comparison(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """One keyed hash, compared in constant time: for a code, for a receipt, and for what is not there."""
    lengths: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def noted(one: str, other: str) -> bool:
        lengths.append((len(one), len(other)))
        return real(one, other)

    for name in ("one probable contact", "a contact in conflict", "no review any more"):
        doubt = town.person(DOUBTS[name])
        doubt.ask()
        with monkeypatch.context() as patched:
            patched.setattr(hmac, "compare_digest", noted)
            for typed in ("00000000", "no code"):
                doubt.answer(typed)
    _requests(town.first)
    for number, secret in RECEIPTS.values():
        doubt = town.person(signed_in)
        session = doubt.session
        with monkeypatch.context() as patched:
            patched.setattr(hmac, "compare_digest", noted)
            doubt.possession.claim(session, number, secret)
    assert lengths == [(67, 67)] * (3 * 2 + len(RECEIPTS))
