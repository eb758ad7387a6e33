"""What a full picture no longer names is flagged, and only when the picture can be believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import Delivery, SyncSummary
from bridge.errors import TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.synchronise import Synchronise
from mappings.model import SourceMapping
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, FakeReader, case, open_pushes, picture, row

TEN = range(10)
Run = Callable[..., SyncSummary]


@pytest.fixture
def run(sqlite_store: SqlStore, clock: FakeClock) -> Run:
    """Read these deliveries in one run, the first one yesterday's ten files unless told otherwise."""

    def ran(*gives: Delivery | Exception, mapping: SourceMapping = URBANISME) -> SyncSummary:
        clock.move(timedelta(days=1))
        absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
        readers = {"urbanisme": FakeReader(gives)}
        mappings = {"urbanisme": mapping}
        return Synchronise(sqlite_store, mappings, readers, absorb, clock, FakeBell())("urbanisme")

    ran(picture(*(row(number) for number in TEN), name="first.csv"))
    return ran


def silent(store: SqlStore) -> list[int]:
    """Give which of the ten are flagged."""
    return [number for number in TEN if case(store, number).no_longer_reported_at]


def of(numbers: range, **changes: object) -> Delivery:
    """Give a picture that names these files."""
    return picture(*(row(number) for number in numbers), name="second.csv", **changes)


def test_a_vanished_file_is_flagged_and_stays_what_it_was(
    run: Run, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Vanished is neither closed nor deleted: the status stays, Salesforce and the citizen are told."""
    before = case(sqlite_store, 9)
    summary = run(of(range(9)))
    assert (summary.unchanged, summary.no_longer_reported, summary.error_code) == (9, 1, None)
    after = case(sqlite_store, 9)
    assert after.no_longer_reported_at == clock.now()
    assert after.content == before.content
    assert after.version == before.version + 1
    assert silent(sqlite_store) == [9]


def test_a_file_that_comes_back_is_reported_again(run: Run, sqlite_store: SqlStore) -> None:
    """The flag goes with the next picture that names the case, though nothing else changed."""
    run(of(range(9)))
    summary = run(of(TEN))
    assert (summary.changed, summary.no_longer_reported) == (1, 0)
    assert silent(sqlite_store) == []


def test_a_file_already_flagged_is_not_flagged_anew(run: Run, sqlite_store: SqlStore) -> None:
    """The date of the silence is the first night without news."""
    run(of(range(9)))
    since = case(sqlite_store, 9).no_longer_reported_at
    assert run(of(range(9))).no_longer_reported == 0
    assert case(sqlite_store, 9).no_longer_reported_at == since


@pytest.mark.parametrize(("left", "flagged"), [(8, [8, 9]), (7, [])])
def test_too_many_missing_files_put_the_picture_in_doubt(
    run: Run, sqlite_store: SqlStore, left: int, flagged: list[int]
) -> None:
    """At four fifths the picture is believed; below, nothing is flagged and the source says why."""
    summary = run(of(range(left)))
    assert silent(sqlite_store) == flagged
    assert summary.error_code == (None if flagged else "source.volume")
    assert summary.no_longer_reported == len(flagged)


def test_a_picture_in_doubt_is_read_again_until_it_is_whole(run: Run, sqlite_store: SqlStore) -> None:
    """F57: the cursor waits before the picture, so that the doubt is said at each run, not once."""
    short = of(range(3), cursor="after-second")
    with sqlite_store.read() as tx:
        before = tx.intake.cursor("urbanisme")
    for _ in range(2):
        assert run(short).error_code == "source.volume"
        with sqlite_store.read() as tx:
            assert tx.intake.cursor("urbanisme") == before
            assert tx.intake.health()["urbanisme"].error_code == "source.volume"

    assert run(short, mapping=replace(URBANISME, minimum_share=0.2)).no_longer_reported == 7
    with sqlite_store.read() as tx:
        assert tx.intake.cursor("urbanisme") == "after-second"


def test_a_newer_whole_picture_settles_the_doubt(run: Run, sqlite_store: SqlStore) -> None:
    """A bad night does not hold up the good file that waits behind it."""
    whole = picture(*(row(number) for number in TEN), name="third.csv", cursor="after-third")
    summary = run(of(range(3), cursor="after-second"), whole)
    assert summary.error_code is None
    assert silent(sqlite_store) == []
    with sqlite_store.read() as tx:
        assert tx.intake.cursor("urbanisme") == "after-third"


def test_a_picture_cut_off_is_read_again_from_its_beginning(run: Run, sqlite_store: SqlStore) -> None:
    """F10 and F64: a number doubled over the cut is still seen, and believed for neither."""
    with sqlite_store.read() as tx:
        before = tx.intake.cursor("urbanisme")
    first = of(range(5), last_of_picture=False, total_records=10, cursor="row 5")
    run(first, TransientError("cut", system="urbanisme", code="remote.cut"))
    with sqlite_store.read() as tx:
        assert tx.intake.cursor("urbanisme") == before


def test_a_doubtful_picture_still_brings_its_changes(run: Run, sqlite_store: SqlStore) -> None:
    """What a short file does say is true, whatever it leaves out."""
    summary = run(picture(row(0, CD_ETAT="ACC"), name="second.csv"))
    assert (summary.changed, summary.error_code) == (1, "source.volume")
    assert case(sqlite_store, 0).content.status.is_final


def test_a_picture_in_batches_is_closed_by_its_last_one(run: Run, sqlite_store: SqlStore) -> None:
    """Files named by any batch of the picture are there."""
    halves = [
        of(range(5), last_of_picture=False, total_records=9, cursor="a"),
        of(range(5, 9), total_records=9, cursor="b"),
    ]
    assert run(*halves).no_longer_reported == 1
    assert silent(sqlite_store) == [9]


def test_a_picture_cut_off_flags_nothing(run: Run, sqlite_store: SqlStore) -> None:
    """A run that ends in mid-file knows nothing of the rest."""
    cut = of(range(9), last_of_picture=False, total_records=10, cursor="a")
    summary = run(cut, TransientError("cut", system="urbanisme", code="remote.cut"))
    assert (summary.no_longer_reported, summary.error_code) == (0, "remote.cut")
    assert silent(sqlite_store) == []


def test_a_picture_taken_up_again_in_the_middle_flags_nothing(run: Run, sqlite_store: SqlStore) -> None:
    """The run that resumes has not seen the first part, so it does not judge who is missing."""
    rest = of(range(2, 10), total_records=10)
    summary = run(rest)
    assert (summary.error_code, summary.no_longer_reported) == (None, 0)
    assert silent(sqlite_store) == []


def test_two_pictures_in_one_run_are_judged_apart(run: Run, sqlite_store: SqlStore) -> None:
    """A file named by last night's picture alone is missing from tonight's."""
    full = picture(*(row(number) for number in TEN), name="second.csv")
    short = picture(*(row(number) for number in range(9)), name="third.csv")
    assert run(full, short).no_longer_reported == 1
    assert silent(sqlite_store) == [9]


def test_a_file_that_cannot_be_read_is_still_reported(run: Run, sqlite_store: SqlStore) -> None:
    """A record stopped by a date, or by its double, is there: it is not missing."""
    rows = [row(number) for number in range(8)]
    doubtful = [row(8, DT_DEPOT="31/02/2025"), row(9), row(9)]
    summary = run(picture(*rows, *doubtful, name="second.csv"))
    assert (summary.parked, summary.no_longer_reported) == (3, 0)
    assert silent(sqlite_store) == []


def test_a_source_whose_silence_says_nothing_is_never_judged(run: Run, sqlite_store: SqlStore) -> None:
    """Where a file may leave cases out, absence changes nothing."""
    summary = run(of(range(1)), mapping=replace(URBANISME, absence="unchanged"))
    assert (summary.error_code, summary.no_longer_reported) == (None, 0)
    assert silent(sqlite_store) == []


def test_salesforce_learns_of_the_silence(run: Run, sqlite_store: SqlStore, clock: FakeClock) -> None:
    """The flag opens a push like any other change."""
    later = clock.now() + timedelta(days=60)
    with sqlite_store.begin() as tx:
        tx.pushes.postpone(tx.pushes.claim(200, timedelta(seconds=120), clock.now()), later)
    run(of(range(9)))
    with sqlite_store.begin() as tx:
        due = tx.pushes.claim(200, timedelta(seconds=120), clock.now())
    assert [push.key.source_case_id for push in due] == ["DP 9"]
    assert open_pushes(sqlite_store) == 10
