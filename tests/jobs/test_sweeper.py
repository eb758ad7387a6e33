"""The sweeper finds work nobody was told of, alone in the whole installation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.agent import Agent, AgentSession, Role
from bridge.domain.inbox import KEPT_FOR
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.follow_contacts import EVERY, FollowContacts
from bridge.usecases.keep_raw import DropRaw, KeepRaw
from bridge.usecases.ports import SignInStart
from bridge.usecases.push_cases import PushCases
from bridge.usecases.send_codes import SendCodes
from bridge.usecases.synchronise import Synchronise
from jobs.sweeper import INTERVAL_S, Sweeper
from tests.adapters.store.samples import review
from tests.fakes.cases import FakeCases
from tests.fakes.clock import START, FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.usecases.people import PSEUDONYMS
from tests.usecases.possession.doubt import Doubt
from tests.usecases.pushing import Hall, news
from tests.usecases.town import URBANISME, VOIRIE, FakeBell, FakeReader, delivery, row


def sweeper_over(
    store: SqlStore, clock: FakeClock, bell: FakeBell, org: FakeCases, *gives: Delivery | Exception
) -> Sweeper:
    """Give a sweeper over a planning office that gives this, and a street department that is silent."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    readers = {"urbanisme": FakeReader(gives), "voirie": FakeReader()}
    mappings = {"urbanisme": URBANISME, "voirie": VOIRIE}
    synchronise = Synchronise(store, mappings, readers, absorb, clock, bell)
    codes = SendCodes(store, FakeContacts(), PSEUDONYMS, clock, {}, "Villeneuve")
    return Sweeper(store, bell, clock, PushCases(store, org, clock), synchronise, codes)


@pytest.fixture
def org() -> FakeCases:
    """The org's Cases."""
    return FakeCases()


def test_it_rings_for_what_is_due(sqlite_store: SqlStore, clock: FakeClock, org: FakeCases) -> None:
    """With a bell that is heard it does no work itself, and rings for each lane that has some."""
    bell = FakeBell()
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    assert sweeper_over(sqlite_store, clock, bell, org).sweep() is True
    assert bell.rung == ["sync", "push"]
    assert org.calls == []


def test_it_is_silent_when_nothing_is_due(sqlite_store: SqlStore, clock: FakeClock, org: FakeCases) -> None:
    """A quiet installation is left quiet."""
    bell = FakeBell()
    sweeper = sweeper_over(sqlite_store, clock, bell, org)
    sweeper.read_due_sources()
    sweeper.sweep()
    assert bell.rung == []


def test_without_a_bell_it_does_the_work_itself(store: SqlStore, clock: FakeClock, org: FakeCases) -> None:
    """With no Redis at all one turn reads the sources and carries what changed to Salesforce."""
    sweeper = sweeper_over(store, clock, FakeBell(is_heard=False), org, delivery(row(1), row(2)))
    assert sweeper.sweep() is True
    assert set(org.cases) == {"urbanisme:DP 1", "urbanisme:DP 2"}


def test_two_sweepers_are_one(store: SqlStore, clock: FakeClock, org: FakeCases) -> None:
    """While one sweeps, another turns away without work; the lock is all that tells them apart."""
    bell = FakeBell()
    sweeper = sweeper_over(store, clock, bell, org)
    with store.sole("sweeper") as alone:
        assert alone
        assert sweeper.sweep() is False
    assert bell.rung == []


def test_one_source_that_fails_does_not_hold_the_others_up(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """The street department is read though the planning office refuses."""
    refused = PermanentError("no", system="urbanisme", code="source.columns")
    sweeper = sweeper_over(sqlite_store, clock, FakeBell(), org, refused)
    sweeper.read_due_sources()
    with sqlite_store.begin() as tx:
        health = tx.intake.health()
    assert (health["urbanisme"].error_code, health["voirie"].error_code) == ("source.columns", None)


def test_a_source_being_read_already_is_left_alone(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """A long first reading elsewhere is no fault here."""
    sweeper = sweeper_over(sqlite_store, clock, FakeBell(), org)
    with sqlite_store.sole("sync-urbanisme"):
        sweeper.read_due_sources()
    with sqlite_store.begin() as tx:
        assert set(tx.intake.health()) == {"voirie"}


def test_it_forgets_sign_ins_that_are_over(sqlite_store: SqlStore, clock: FakeClock, org: FakeCases) -> None:
    """What is over is deleted at the next turn, not kept."""
    with sqlite_store.begin() as tx:
        tx.sign_ins.start("state", "browser", SignInStart("franceconnect", "nonce", "/"), clock.now())
    clock.move(timedelta(minutes=10))
    sweeper_over(sqlite_store, clock, FakeBell(), org).sweep()
    with sqlite_store.begin() as tx:
        assert tx.sign_ins.prune(clock.now()) == 0


def test_it_forgets_agents_sessions_that_are_over(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """A console left open leaves no row behind."""
    agent = Agent("a_1", Role.READER, frozenset())
    with sqlite_store.begin() as tx:
        tx.agents.add(agent, "lea.martin@issy.example", ("v1:aa",), clock.now())
        tx.agent_sessions.open(AgentSession("as_1", agent, "Léa", clock.now()), "t", "sealed", clock.now())
    clock.move(timedelta(minutes=30))
    sweeper_over(sqlite_store, clock, FakeBell(), org).sweep()
    with sqlite_store.begin() as tx:
        assert tx.agent_sessions.prune(clock.now()) == 0


def test_it_follows_contacts_when_it_is_time(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Every five minutes, or at once when the org named somebody; an org that is away ends no turn."""
    bell = FakeBell()
    changes = FakeContactChanges(FakeContacts(), clock)
    sweeper = replace(
        sweeper_over(sqlite_store, clock, bell, org),
        follow=FollowContacts(sqlite_store, changes, clock, bell),
    )
    sweeper.sweep()
    sweeper.sweep()
    assert changes.calls == 1
    with sqlite_store.begin() as tx:
        tx.contact_log.notice(["003000000000999AAA"], clock.now())
    sweeper.sweep()
    with sqlite_store.read() as tx:
        assert tx.contact_log.noticed(1) == ()
    asked = changes.calls
    changes.failure = TransientError("away", system="salesforce")
    clock.move(EVERY)
    assert sweeper.sweep() is True
    assert changes.calls == asked + 1


def test_it_forgets_what_clients_asked_that_is_over(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Requests, codes, tokens, retired keys: the provider's own rows do not pile up either."""
    with sqlite_store.begin() as tx:
        tx.portal_clients.note_failure("-", clock.now())
    clock.move(timedelta(hours=1))
    sweeper_over(sqlite_store, clock, FakeBell(), org).sweep()
    with sqlite_store.begin() as tx:
        assert tx.portal_clients.failures_since("-", START - timedelta(days=1)) == 0
        assert tx.portal_grants.prune(clock.now()) == 0


def test_an_error_does_not_end_the_watch(sqlite_store: SqlStore, clock: FakeClock, org: FakeCases) -> None:
    """A database that is away for a turn is asked again at the next, every thirty seconds."""

    class Away(SqlStore):
        turns = 0

        def sole(self, name: str) -> object:  # type: ignore[override]
            self.turns += 1
            raise TransientError("away", system="database")

    store = Away(sqlite_store._engine, sqlite_store._vault)
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 3

    sweeper_over(store, clock, FakeBell(), org).run(wait)
    assert (store.turns, waits) == (3, [INTERVAL_S] * 3)


def test_it_drops_identities_nobody_decided_on_and_lets_the_org_follow(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Thirty days at most for what a doubt holds; undone links are taken off the Contacts of the org."""
    released: list[bool] = []
    with sqlite_store.begin() as tx:
        tx.reviews.open(review(1), "pivot", "sealed")
    sweeper = replace(
        sweeper_over(sqlite_store, clock, FakeBell(), org), release=lambda: released.append(True)
    )
    clock.move(timedelta(days=31))
    sweeper.sweep()
    with sqlite_store.begin() as tx:
        assert tx.reviews.sealed_identity("r_1") is None
    assert released == [True]


@pytest.mark.parametrize("is_heard", [True, False])
def test_it_finds_deliveries_nobody_absorbed(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, is_heard: bool
) -> None:
    """It rings for the inbox, or without a bell absorbs and sends in one turn; old bodies go."""
    bell, hall = FakeBell(is_heard=is_heard), Hall(sqlite_store, clock)
    hall.push("d-1", news())
    sweeper = replace(sweeper_over(sqlite_store, clock, bell, org), inbox=hall.work)
    sweeper.sweep()
    assert "inbox" in bell.rung
    assert hall.waiting() == (1 if is_heard else 0)
    assert ("urbanisme:DP 1" in org.cases) is not is_heard
    hall.work()
    clock.move(KEPT_FOR)
    sweeper.sweep()
    assert hall.work.forget_bodies() == 0


@pytest.mark.parametrize("is_heard", [True, False])
def test_it_finds_codes_nobody_sent(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, is_heard: bool
) -> None:
    """It rings for the lane of messages, or without a bell sends them itself."""
    bell, doubt = FakeBell(is_heard=is_heard), Doubt(sqlite_store, clock)
    doubt.sign_in()
    doubt.possession.request_code(doubt.session, "email")
    sweeper = replace(sweeper_over(sqlite_store, clock, bell, org), send_codes=doubt.send)
    sweeper.sweep()
    assert "messages" in bell.rung
    assert len(doubt.mail.sent) == (0 if is_heard else 1)


def test_it_drops_raw_records_whose_days_are_over(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Nobody has to remember: what a remap may no longer use is gone by itself."""
    keep = KeepRaw(30)
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock, keep)(URBANISME, delivery(row(1)))
    drop = DropRaw(sqlite_store, {"urbanisme": URBANISME}, keep, clock)
    sweeper = replace(sweeper_over(sqlite_store, clock, FakeBell(), org), drop_raw=drop)
    left = []
    for days in (0, 31):
        clock.move(timedelta(days=days))
        sweeper.sweep()
        with sqlite_store.read() as tx:
            left.append(tx.raw_records.count("urbanisme"))
    assert left == [1, 0]
