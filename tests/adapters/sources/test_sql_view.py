"""A view read by pages: what comes, in what order, and what makes it fail."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bridge.errors import ConfigurationError, PermanentError, TransientError
from tests.adapters.sources.view_file import Row, fill, ids, moment, reader
from tests.adapters.sources.wire import read_all, reader_of, records_of, town_options
from tests.sandbox.town.live import LiveTown


def test_values_are_texts_without_padding(tmp_path: Path) -> None:
    """CHAR padding goes, NULL stays None, a number is its digits."""
    path = fill(tmp_path, [(1, "DONE    ", None), (2, "", 1.5)])

    records = records_of(read_all(reader(path))[0])

    assert [dict(record.values) for record in records] == [
        {"id": "1", "state": "DONE", "changed": None},
        {"id": "2", "state": "", "changed": "1.5"},
    ]
    assert [record.position for record in records] == ["page 1 n° 1", "page 1 n° 2"]


def test_padded_keys_do_not_stop_the_walk(tmp_path: Path) -> None:
    """The next page starts behind the key as it stands in the database."""
    path = fill(tmp_path, [(f"K{n:03d}   ", "X", None) for n in range(25)])

    assert ids(reader(path, batch=10)) == [f"K{n:03d}" for n in range(25)]


def test_rows_of_one_key_are_never_parted(tmp_path: Path) -> None:
    """Two rows under one number at a page border come in the same delivery, for the caller to see."""
    path = fill(tmp_path, [(min(n, 9), "X", None) for n in range(11)] + [(20, "X", None)])

    deliveries, _ = read_all(reader(path, batch=10))

    assert [len(delivery.records) for delivery in deliveries] == [9, 3]


def test_a_key_that_is_no_key_is_refused(tmp_path: Path) -> None:
    """A page cannot end when all rows bear one key."""
    path = fill(tmp_path, [(1, "X", None)] * 11)

    with pytest.raises(PermanentError) as caught:
        read_all(reader(path, batch=10))

    assert caught.value.code == "source.key"


def test_an_empty_view_is_an_empty_picture(tmp_path: Path) -> None:
    """The caller must learn that nothing is left, and judge it."""
    deliveries, _ = read_all(reader(fill(tmp_path, [])))

    assert [(d.records, d.last_of_picture) for d in deliveries] == [((), True)]


def test_hundreds_of_rows_of_one_second_cross_a_page_border(tmp_path: Path) -> None:
    """Rows changed in the same second are told apart by their key."""
    rows = [(n, "X", moment(0) if 5 <= n < 505 else moment(n - 600)) for n in range(600)]
    path = fill(tmp_path, rows)

    found = ids(reader(path, batch=100, modified="changed"))

    assert sorted(map(int, map(str, found))) == list(range(600))
    assert len(found) == 600


def test_reading_by_time_starts_at_the_newest_minus_the_overlap(tmp_path: Path) -> None:
    """A run reads the last minutes again, for a row may be committed after a newer one."""
    rows: list[Row] = [(n, "X", moment(n)) for n in range(100)]
    path = fill(tmp_path, rows)
    source = reader(path, modified="changed", overlap_minutes=10)
    _, cursor = read_all(source)
    fill(tmp_path, [*rows, (500, "late", moment(95)), (501, "new", moment(120))])

    assert ids(source, cursor) == [*(str(n) for n in range(89, 96)), "500", *map(str, range(96, 100)), "501"]


def test_rows_without_a_time_are_always_read(tmp_path: Path) -> None:
    """NULL and 1900 say nothing, so such a row may have changed."""
    path = fill(tmp_path, [(1, "X", None), (2, "X", "1900-01-01 00:00:00"), (3, "X", moment(0))])
    source = reader(path, modified="changed")
    _, cursor = read_all(source)
    fill(tmp_path, [(1, "X", None), (2, "X", "1900-01-01 00:00:00"), (3, "X", moment(99)), (4, "X", "")])

    assert ids(source, cursor) == ["1", "2", "4", "3"]


def test_a_row_of_the_far_future_hides_no_change(tmp_path: Path) -> None:
    """A wrong year moves the mark no further than our own clock."""
    rows: list[Row] = [(1, "X", "2205-01-01 00:00:00"), (2, "X", moment(0))]
    source = reader(fill(tmp_path, rows), modified="changed")
    _, cursor = read_all(source)
    fill(tmp_path, [*rows, (3, "X", moment(60))])

    assert ids(source, cursor) == ["2", "3", "1"]


def test_the_faults_of_the_town_lose_nothing(town: LiveTown) -> None:
    """When the view forgets its dates, reading by time reads it all."""
    options = town_options(town.ready, "etat_civil") | {"modified": "date_maj"}
    _, cursor = read_all(reader_of(options))
    town.post("/sandbox/faults", sql_null_dates=True)

    assert len(records_of(read_all(reader_of(options), cursor)[0])) == len(town.truth("etat_civil"))


@pytest.mark.parametrize(
    ("options", "code", "named"),
    [
        ({"columns": ["state", "label"]}, "source.header", "label"),
        ({"key": "number"}, "source.header", "v"),
        ({"modified": "touched"}, "source.header", "v"),
        ({"view": "v_renamed"}, "source.view", "v_renamed"),
    ],
)
def test_a_renamed_column_is_told(tmp_path: Path, options: dict[str, object], code: str, named: str) -> None:
    """A view that is not what was agreed stops the source, and says what is missing."""
    with pytest.raises(PermanentError) as caught:
        read_all(reader(fill(tmp_path, [(1, "X", moment(0))]), **options))

    assert caught.value.code == code
    assert named in caught.value.explanation


def test_a_locked_database_is_tried_again(tmp_path: Path) -> None:
    """The night batch holds the file: that passes."""
    path = fill(tmp_path, [(1, "X", None)])
    with closing(sqlite3.connect(path, isolation_level=None)) as batch:
        batch.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TransientError) as caught:
            read_all(reader(path, timeout_s=1))

    assert caught.value.code == "source.locked"


def test_an_absent_database_is_not_created(tmp_path: Path) -> None:
    """Reading writes nothing, not even an empty file."""
    with pytest.raises(TransientError):
        read_all(reader(tmp_path / "none.db"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("view", 'v"; DROP TABLE t; --'),
        ("view", "a.b.c"),
        ("key", "id, state"),
        ("modified", "changed--"),
        ("database_url", "nonsense"),
        ("database_url", "firebird://u:secret@h/db"),
        ("database_url", "mysql+mysqldb://u:secret@h/db"),
    ],
)
def test_names_that_are_no_identifiers_are_refused(tmp_path: Path, key: str, value: str) -> None:
    """View and columns come from an allow-list of shapes, and an error shows no password."""
    with pytest.raises(ConfigurationError) as caught:
        reader(tmp_path / "x.db", **{key: value})

    assert f"transport.{key}" in caught.value.explanation
    assert "secret" not in caught.value.explanation
