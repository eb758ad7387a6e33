"""What stopped is tried again by an agent: one thing, or a wave of one cause."""

from __future__ import annotations

import pytest

from bridge.domain.agent import Agent, Role
from bridge.domain.inbox import CONFLICT, NewDelivery
from bridge.domain.synchronisation import PushResult, PushState
from bridge.errors import BudgetError, UnknownCaseError
from bridge.usecases import replay_stopped
from tests.adapters.store.samples import LEASE
from tests.usecases.desk.hall import CAMILLE, ROADS_ONLY, Town
from tests.usecases.town import audited, causes, open_pushes, parked, row

UNKNOWN_WORD = "record.status_unmapped"


def refuse_all(town: Town) -> None:
    """Let Salesforce refuse every case that is due."""
    with town.store.begin() as tx:
        pushes = tx.pushes.claim(200, LEASE, town.clock.now())
        results = [PushResult(p, PushState.PARKED, cause_code="STRING_TOO_LONG") for p in pushes]
        tx.pushes.settle(results, town.clock.now())


def test_both_kinds_are_listed_on_one_footing(town: Town) -> None:
    """Records and pushes by cause, counted, with the service and the oldest."""
    town.requests(row(1), row(2), row(3, CD_ETAT="ZZZ"))
    refuse_all(town)
    needs = town.desk.overview(CAMILLE)
    found = [(cause.kind, cause.source, cause.cause_code, cause.count) for cause in needs.stopped]
    assert found == [
        ("push", "urbanisme", "STRING_TOO_LONG", 3),
        ("record", "urbanisme", UNKNOWN_WORD, 1),
    ]
    assert needs.stopped[0].oldest == town.clock.now()


def test_one_push_is_made_due_again(town: Town) -> None:
    """That one and no other, with a row in the journal."""
    town.requests(row(1), row(2))
    refuse_all(town)
    cause = town.desk.replay_stopped.cause(CAMILLE, "push", "urbanisme", "STRING_TOO_LONG")
    first = town.desk.replay_stopped.items(cause, 0)[0]
    town.bell.rung.clear()
    wave = town.desk.replay_stopped.one(CAMILLE, "push", first.id)
    assert (wave.tried, open_pushes(town.store), town.bell.rung) == (1, 1, ["push"])
    assert (CAMILLE.id, "push.replayed", first.id, "urbanisme") in audited(town.store)


def test_one_record_is_read_again_and_still_stops(town: Town) -> None:
    """The answer says so, for nothing was mended; another record is not touched."""
    town.requests(row(1, CD_ETAT="ZZZ"), row(2, CD_ETAT="YYY"))
    before = {record.id: record for record in parked(town.store)}
    first = next(iter(before))
    wave = town.desk.replay_stopped.one(CAMILLE, "record", first)
    assert (wave.tried, wave.still_stopped) == (1, 1)
    assert set(causes(town.store).values()) == {UNKNOWN_WORD}
    entries = [entry for entry in audited(town.store) if entry[1] == "record.replayed"]
    assert entries == [(CAMILLE.id, "record.replayed", first, "urbanisme")]


def test_one_delivery_goes_back_to_its_lane(town: Town) -> None:
    """What a source pushed twice under one number is listed under that number, and taken in at a word."""
    with town.store.begin() as tx:
        new = NewDelivery("urbanisme", "d-1", "hash", "{}", frozenset(), parked_for=CONFLICT)
        delivery = tx.inbox.add(new, town.clock.now())
    assert delivery is not None
    cause = town.desk.replay_stopped.cause(CAMILLE, "delivery", "urbanisme", CONFLICT)
    assert [item.label for item in town.desk.replay_stopped.items(cause, 0)] == ["d-1"]
    town.bell.rung.clear()
    assert town.desk.replay_stopped.one(CAMILLE, "delivery", delivery).tried == 1
    assert town.bell.rung == ["inbox"]
    assert (CAMILLE.id, "delivery.replayed", delivery, "urbanisme") in audited(town.store)


def test_a129_a_cause_is_tried_again_in_waves(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most a thousand at once, the oldest first; the rest is told, and waits for the next click."""
    monkeypatch.setattr(replay_stopped, "WAVE", 2)
    town.requests(row(1), row(2), row(3))
    refuse_all(town)
    cause = town.desk.replay_stopped.cause(CAMILLE, "push", "urbanisme", "STRING_TOO_LONG")
    wave = town.desk.replay_stopped.all_of(CAMILLE, cause)
    assert (wave.tried, wave.left, open_pushes(town.store)) == (2, 1, 2)


def test_a129_a_wave_needs_budget(town: Town) -> None:
    """Near the end of the org's allowance sign-ins come first: nothing is made due."""
    town.requests(row(1))
    refuse_all(town)
    cause = town.desk.replay_stopped.cause(CAMILLE, "push", "urbanisme", "STRING_TOO_LONG")
    town.spent = BudgetError("spent", system="salesforce", resume_at=town.clock.now())
    with pytest.raises(BudgetError):
        town.desk.replay_stopped.all_of(CAMILLE, cause)
    assert open_pushes(town.store) == 0


def test_a123_another_service_s_stops_are_not_mine(town: Town) -> None:
    """Neither counted, nor listed, nor tried again."""
    town.requests(row(1, CD_ETAT="ZZZ"))
    (record,) = parked(town.store)
    assert town.desk.overview(ROADS_ONLY).stopped == ()
    for ask in (
        lambda: town.desk.replay_stopped.cause(ROADS_ONLY, "record", "urbanisme", UNKNOWN_WORD),
        lambda: town.desk.replay_stopped.one(ROADS_ONLY, "record", record.id),
    ):
        with pytest.raises(UnknownCaseError) as refused:
            ask()
        assert refused.value.code == "stopped.unknown"
    planning = Agent("a_planning", Role.REVIEWER, frozenset({"urbanisme"}))
    assert town.desk.overview(planning).stopped[0].count == 1
