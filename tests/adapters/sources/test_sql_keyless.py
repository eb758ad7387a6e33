"""Rows of a view that have no key: they are shown, and never walked past."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import PermanentError
from tests.adapters.sources.view_file import fill, ids, moment, reader
from tests.adapters.sources.wire import read_all


def test_rows_without_a_key_are_read_first(tmp_path: Path) -> None:
    """Another column may still name them, so the caller sees them in the same picture, each time."""
    path = fill(
        tmp_path, [(1, "X", moment(0)), (None, "B", moment(9)), (None, "A", None), (2, "X", moment(1))]
    )

    deliveries, _ = read_all(reader(path))
    again, _ = read_all(reader(path))

    assert [[r.values["state"] for r in d.records] for d in deliveries] == [["A", "B"], ["X", "X"]]
    assert [r.position for r in deliveries[0].records] == ["page 0 n° 1", "page 0 n° 2"]
    assert len({d.picture for d in deliveries}) == 1
    assert [d.last_of_picture for d in deliveries] == [False, True]
    assert [d.key for d in again] == [d.key for d in deliveries]


def test_rows_without_a_key_do_not_move_the_mark(tmp_path: Path) -> None:
    """A stop right behind them loses nothing, though they bear the newest time."""
    path = fill(tmp_path, [(None, "X", moment(500)), (1, "X", moment(0))])
    source = reader(path, modified="changed")

    first = next(iter(source.read(None)))

    assert [record.values["id"] for record in first.records] == [None]
    assert ids(source, first.cursor) == [None, "1"]
    assert ids(source, read_all(source)[1]) == [None, "1"]


@pytest.mark.parametrize("options", [{}, {"modified": "changed"}])
def test_too_many_rows_without_a_key_are_refused(tmp_path: Path, options: dict[str, object]) -> None:
    """More of them than a page holds cannot be walked: that is said, not hidden."""
    path = fill(tmp_path, [(None, "X", moment(0))] * 11)

    with pytest.raises(PermanentError) as caught:
        read_all(reader(path, batch=10, **options))

    assert caught.value.code == "source.key"
