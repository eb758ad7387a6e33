"""A citizen reads their own cases, learns how old the news are, and each look leaves one audit row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.status import Phase
from bridge.errors import UnknownCaseError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import CaseFilter, Session
from bridge.usecases.read_cases import Freshness, ReadCases, SourceState
from tests.fakes.clock import START, FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PAUL, PSEUDONYMS, certified
from tests.usecases.town import DEMARCHES, URBANISME, FakeBell, audited, case, delivery, row

INTERVAL = timedelta(minutes=URBANISME.every_minutes)
SignIn = Callable[[], Session]


@pytest.fixture
def read(store: SqlStore, clock: FakeClock) -> ReadCases:
    """The use case, with three cases of Angela's and one of Paul's."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), row(2, CD_ETAT="ACC"), row(3), row(4, PAUL)))
    return ReadCases(store, {"urbanisme": URBANISME, "demarches": DEMARCHES}, clock)


@pytest.fixture
def sign_in(store: SqlStore, clock: FakeClock, read: ReadCases) -> SignIn:
    """Give the session of a person who signed in; the audit of that is over."""
    contacts = FakeContacts()

    def signed_in() -> Session:
        link = LinkContact(store, contacts, PSEUDONYMS, FakeVault(), clock, FakeBell())
        outcome = link(certified())
        return Session(
            "s_1",
            outcome.link.id if outcome.link else None,
            outcome.subject_hash,
            "franceconnect",
            "A",
            "eidas1",
            clock.now(),
        )

    return signed_in


def looks(store: SqlStore) -> list[tuple[str, str, str, str]]:
    """Give what was audited of a citizen's looks."""
    return [entry for entry in audited(store) if entry[0] == "citizen"]


def test_a_citizen_reads_their_own_cases(read: ReadCases, sign_in: SignIn, store: SqlStore) -> None:
    """All of Angela's, none of Paul's, and one audit row for the look."""
    session = sign_in()
    views = read.many(session, CaseFilter())
    assert {view.case.content.key.source_case_id for view in views} == {"DP 1", "DP 2", "DP 3"}
    assert {view.source.source for view in views} == {"urbanisme"}
    assert looks(store) == [("citizen", "cases.listed", session.link_id, "")]


def test_a_filter_narrows_the_list(read: ReadCases, sign_in: SignIn) -> None:
    """What is filtered out is not there; what is left is the citizen's."""
    decided = read.many(sign_in(), CaseFilter(phases=frozenset({Phase.DECIDED})))
    assert [view.case.content.key.source_case_id for view in decided] == ["DP 2"]


def test_one_case_and_its_timeline(read: ReadCases, sign_in: SignIn, store: SqlStore) -> None:
    """A case and its timeline are two looks and two audit rows, each naming the case."""
    session, wanted = sign_in(), case(store, 1)
    assert read.one(session, wanted.id).case.id == wanted.id
    view, events = read.timeline(session, wanted.id)
    assert (view.case.id, [event.case_id for event in events]) == (wanted.id, [wanted.id])
    assert looks(store) == [
        ("citizen", "case.read", session.link_id, wanted.id),
        ("citizen", "case.timeline", session.link_id, wanted.id),
    ]


@pytest.mark.parametrize("reader", ["one", "timeline"])
def test_the_case_of_another_is_no_case_at_all(
    read: ReadCases, sign_in: SignIn, store: SqlStore, reader: str
) -> None:
    """Somebody else's number and a number that never was give the same answer, and nothing was looked at."""
    session = sign_in()
    answers = []
    for case_id in (case(store, 4).id, "c_none"):
        with pytest.raises(UnknownCaseError) as caught:
            getattr(read, reader)(session, case_id)
        answers.append((caught.value.code, caught.value.explanation))
    assert answers == [("case.unknown", "no request of yours bears this number")] * 2
    assert looks(store) == []


def test_somebody_under_review_reads_nothing(read: ReadCases, store: SqlStore) -> None:
    """Without a link there is no case, however the question is put."""
    session = Session("s_1", None, "v1:who", "franceconnect", "A", "eidas1", START)
    assert read.many(session, CaseFilter()) == ()
    assert read.link(session) is None
    with pytest.raises(UnknownCaseError):
        read.one(session, case(store, 4).id)
    assert looks(store) == []


def test_the_link_is_shown_and_audited(read: ReadCases, sign_in: SignIn, store: SqlStore) -> None:
    """Who looks at how they are linked leaves one row."""
    session = sign_in()
    link = read.link(session)
    assert link is not None
    assert link.id == session.link_id
    assert looks(store) == [("citizen", "link.read", session.link_id, "")]


def age(read: ReadCases, session: Session, store: SqlStore) -> Freshness:
    """Give the freshness of the first case."""
    return read.one(session, case(store, 1).id).freshness


def answered(store: SqlStore, at: datetime) -> None:
    """Note that the office was read to the end."""
    with store.begin() as tx:
        tx.intake.source_answered("urbanisme", at, at + INTERVAL)


def test_a_case_is_as_fresh_as_its_source_s_last_whole_answer(
    read: ReadCases, sign_in: SignIn, store: SqlStore, clock: FakeClock
) -> None:
    """An unchanged case gets no older while its source goes on answering."""
    session = sign_in()
    assert age(read, session, store) == Freshness(START, SourceState.OK, None, START + INTERVAL)
    clock.move(INTERVAL)
    answered(store, clock.now())
    expected = Freshness(START + INTERVAL, SourceState.OK, None, START + 2 * INTERVAL)
    assert age(read, session, store) == expected


def test_a_source_is_late_after_twice_its_interval(
    read: ReadCases, sign_in: SignIn, store: SqlStore, clock: FakeClock
) -> None:
    """One missed night is forgiven; the second after it is told."""
    session = sign_in()
    answered(store, START)
    clock.set(START + 2 * INTERVAL)
    assert age(read, session, store).source_state is SourceState.OK
    clock.move(timedelta(seconds=1))
    assert age(read, session, store) == Freshness(START, SourceState.LATE, None, START + INTERVAL)


def test_a_failing_source_is_unavailable_since_its_first_failure(
    read: ReadCases, sign_in: SignIn, store: SqlStore, clock: FakeClock
) -> None:
    """The citizen reads since when the office is silent, and what was known then."""
    session = sign_in()
    answered(store, START)
    failed, retry = START + timedelta(hours=1), START + timedelta(hours=3)
    with store.begin() as tx:
        tx.intake.source_failed("urbanisme", "remote.503", failed, failed)
        tx.intake.source_failed("urbanisme", "remote.503", failed + timedelta(hours=1), retry)
    clock.set(START + 5 * INTERVAL)
    assert age(read, session, store) == Freshness(START, SourceState.UNAVAILABLE, failed, retry)


def test_a_case_no_longer_reported_stopped_then(
    read: ReadCases, sign_in: SignIn, store: SqlStore, clock: FakeClock
) -> None:
    """The age of a vanished case is the night it vanished, whatever its source answers since."""
    session = sign_in()
    gone = START + timedelta(days=1)
    with store.begin() as tx:
        tx.cases.mark_unreported("urbanisme", {"DP 2", "DP 3", "DP 4"}, gone)
    clock.set(START + timedelta(days=2))
    answered(store, clock.now())
    found = age(read, session, store)
    assert (found.observed_at, found.source_state) == (gone, SourceState.STOPPED)


def test_a_case_nobody_can_read_any_more_gets_older(
    read: ReadCases, sign_in: SignIn, store: SqlStore, clock: FakeClock
) -> None:
    """A record that stopped leaves its case as it was, and its news are said to be of that day."""
    session = sign_in()
    clock.move(INTERVAL)
    AbsorbDelivery(store, PSEUDONYMS, clock)(URBANISME, delivery(row(1, DT_DEPOT="31/02/2025")))
    answered(store, clock.now())
    shown = age(read, session, store)
    assert (shown.observed_at, shown.source_state) == (START, SourceState.LATE)


def test_a_case_of_a_source_taken_away_is_not_shown(
    read: ReadCases, sign_in: SignIn, clock: FakeClock, store: SqlStore
) -> None:
    """Without its file nobody can say who serves it; the list of the others still opens."""
    session = sign_in()
    bare = ReadCases(store, {}, clock)
    view = read.many(session, CaseFilter())[0]
    assert bare.many(session, CaseFilter()) == ()
    with pytest.raises(UnknownCaseError):
        bare.one(session, view.case.id)
