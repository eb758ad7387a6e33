"""Cases saved, read back, and flagged when a source stops naming them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bridge.adapters.store import reported
from bridge.adapters.store.store import SqlStore
from bridge.domain.case import CaseContent, CaseKey, Reference
from bridge.domain.status import DatePrecision, Moment, NextStep, Outcome, Phase
from bridge.errors import PermanentError
from tests.adapters.store.samples import SOURCE, change, claim, content, save, status, timeline
from tests.fakes.clock import START
from tests.usecases.town import writes

LATER = START + timedelta(hours=1)

FULL = CaseContent(
    key=CaseKey(SOURCE, "PC-7"),
    procedure="building-permit",
    title="Maison rue de l'Œuvre, extension",
    status=status(
        Phase.DECIDED,
        Outcome.PARTLY_ACCEPTED,
        tacit=True,
        since=Moment(datetime(2025, 2, 28, 23, 0, tzinfo=UTC), DatePrecision.DAY),
    ),
    references=(Reference("PC 075 25 00007", "mairie"), Reference("A-9", "état")),
    received=Moment(datetime(2025, 1, 6, 8, 30, tzinfo=UTC)),
    public_note="Accordé sauf la véranda",
    next_step=NextStep("Envoyer", ("plan de masse", "photo"), date(2025, 4, 1)),
    silence_on=date(2025, 5, 1),
)


def test_a_case_comes_back_as_it_went(store: SqlStore) -> None:
    """Nothing a source says is lost or bent on the way through either database."""
    (case,) = save(store, change(FULL))

    assert case.content == FULL
    assert case.id.startswith("c_")
    assert len(case.id) == 28
    assert (case.version, case.observed_at, case.changed_at) == (1, START, START)
    assert case.content.received is not None
    assert case.content.received.at.tzinfo is UTC


def test_an_instant_given_in_another_zone_is_the_same_instant(store: SqlStore) -> None:
    """Local times of a source are stored in UTC, not cut off."""
    paris = datetime(2025, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))

    (case,) = save(store, change(content(received=Moment(paris))))

    assert case.content.received == Moment(datetime(2025, 7, 1, 8, 0, tzinfo=UTC))


def test_a_time_without_zone_is_refused(store: SqlStore) -> None:
    """A time that could mean two instants is never stored."""
    with pytest.raises(PermanentError, match="StatementError ValueError"):
        save(store, change(), now=datetime(2025, 3, 3, 9, 0))  # noqa: DTZ001 - the naive time is the point


def test_a_change_moves_the_version_and_adds_an_event(store: SqlStore) -> None:
    """One change of status is one version and one entry, oldest first."""
    save(store, change())
    (case,) = save(store, change(content(said=status(Phase.IN_PROGRESS))), now=LATER)

    assert (case.version, case.changed_at) == (2, LATER)
    events = timeline(store, case)
    assert [(e.version, e.status.phase) for e in events] == [(1, "received"), (2, "in_progress")]
    assert events[1].id.startswith("e_")


def test_a_case_reported_twice_in_one_delivery_keeps_both_entries(store: SqlStore) -> None:
    """A delivery may hold the history of a case: the last report stands, each is told."""
    (case, _) = save(store, change(), change(content(said=status(Phase.IN_PROGRESS)), fingerprint=b"2"))

    assert (case.version, case.content.status.phase) == (2, Phase.IN_PROGRESS)
    assert len(timeline(store, case)) == 2
    assert [push.version for push in claim(store)] == [2]


def test_another_fingerprint_of_the_same_content_costs_nothing(store: SqlStore) -> None:
    """A column nobody mapped may change without a version, an event or a push."""
    save(store, change())
    claimed = claim(store)
    (case,) = save(store, change(fingerprint=b"2"), now=LATER)

    with store.begin() as tx:
        assert tx.cases.fingerprints(SOURCE, ["PC-1"]) == {"PC-1": b"2"}
        assert tx.pushes.due_count(LATER + timedelta(hours=1)) == len(claimed)
    assert (case.version, case.changed_at, len(timeline(store, case))) == (1, START, 1)


def test_fingerprints_are_those_of_known_cases_of_the_source(store: SqlStore) -> None:
    """An id of another source, or of no case, is not known."""
    save(store, change(), change(content("PC-2", source="voirie")))

    with store.begin() as tx:
        assert tx.cases.fingerprints(SOURCE, ["PC-1", "PC-2", "PC-3"]) == {"PC-1": b"1"}


def test_references_follow_the_last_report(store: SqlStore) -> None:
    """A corrected number replaces the former one; an agent finds the case by the new one only."""
    save(store, change(content(references=(Reference("N-1", "mairie"),))))
    (case,) = save(store, change(content(references=(Reference("N-2", "mairie"),))))

    with store.begin() as tx:
        assert tx.cases.by_reference("N-1") == ()
        assert tx.cases.by_reference("N-2") == (case,)


def test_an_agent_finds_a_case_by_any_of_its_names(store: SqlStore) -> None:
    """Number, id and external id lead to the case, and to no other."""
    case, _ = save(
        store, change(content("A:1", references=(Reference("N-1", "mairie"),))), change(content("A:2"))
    )

    with store.begin() as tx:
        for name in ("N-1", case.id, f"{SOURCE}:A:1"):
            assert tx.cases.by_reference(name) == (case,)
        assert tx.cases.by_ids([case.id, "c_none"]) == {case.id: case}


def test_a_case_the_picture_no_longer_names_is_flagged_once(store: SqlStore) -> None:
    """Absent is neither closed nor deleted: flagged, told to Salesforce, counted once."""
    save(store, change(), change(content("PC-2")), change(content("PC-3", source="voirie")))
    claim(store)
    with store.begin() as tx:
        assert tx.cases.reported_count(SOURCE) == 2
        assert tx.cases.mark_unreported(SOURCE, ["PC-2"], LATER) == 1
        assert tx.cases.mark_unreported(SOURCE, ["PC-2"], LATER) == 0
        assert tx.cases.reported_count(SOURCE) == 1
        gone = tx.cases.existing([CaseKey(SOURCE, "PC-1")])[CaseKey(SOURCE, "PC-1")]

    assert (gone.version, gone.no_longer_reported_at, gone.observed_at) == (2, LATER, START)
    assert gone.content.status.phase is Phase.RECEIVED
    assert len(timeline(store, gone)) == 1
    assert [push.version for push in claim(store, LATER + timedelta(hours=1))].count(2) == 1


def test_a_case_named_again_is_no_longer_flagged(store: SqlStore) -> None:
    """An unchanged case that comes back is absorbed again: its fingerprint is forgotten with the flag."""
    save(store, change())
    with store.begin() as tx:
        tx.cases.mark_unreported(SOURCE, [], LATER)
        assert tx.cases.fingerprints(SOURCE, ["PC-1"]) == {"PC-1": b""}
    (case,) = save(store, change(), now=LATER)

    assert (case.version, case.no_longer_reported_at) == (3, None)
    assert len(timeline(store, case)) == 1
    assert [push.version for push in claim(store, LATER)] == [3]


def test_a_thousand_new_cases_are_a_handful_of_statements(sqlite_store: SqlStore) -> None:
    """A full picture of a town is absorbed in bulk statements, not case by case."""
    changes = [
        change(content(f"PC-{n}", references=(Reference(f"N-{n}", "mairie"),)), keys=[f"k{n}"])
        for n in range(1000)
    ]
    with writes(sqlite_store._engine) as sent, sqlite_store.begin() as tx:
        tx.cases.save(changes, tx.cases.existing([each.content.key for each in changes]), START)

    assert len(sent) < 12
    with sqlite_store.begin() as tx:
        assert tx.cases.reported_count(SOURCE) == tx.pushes.due_count(START) == 1000


def test_a_large_picture_is_compared_and_flagged_in_pages(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each case still reported comes once, whatever the page, and each absent one is flagged once."""
    monkeypatch.setattr(reported, "_PAGE", 3)
    monkeypatch.setattr(reported, "_MOST_AT_ONCE", 2)
    names = [f"PC-{number}" for number in range(8)]
    save(store, *(change(content(name)) for name in names), change(content("X", source="voirie")))

    with store.begin() as tx:
        pages = list(tx.cases.reported_prints(SOURCE))
        assert [len(page) for page in pages] == [3, 3, 2]
        assert sorted(one for page in pages for one, _ in page) == names
        assert tx.cases.mark_unreported(SOURCE, {"PC-0", "PC-5"}, LATER) == 6
        left = [one for page in tx.cases.reported_prints(SOURCE) for one, _ in page]
    assert sorted(left) == ["PC-0", "PC-5"]
