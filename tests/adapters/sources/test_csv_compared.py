"""A dropped file that was compared first gives the rows chosen, and no other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, TransientError
from bridge.usecases.ports import GIVEN, LEFT_OUT, TOGETHER, PictureReader
from tests.adapters.sources.files import drop
from tests.adapters.sources.test_csv_drop import reader
from tests.adapters.sources.wire import records_of


class Chooser:
    """Takes rows, and chooses as it was told."""

    def __init__(self, choice: Sequence[int]) -> None:
        self._choice = choice
        self.pictures: list[str] = []
        self.shown: list[tuple[str, ...]] = []
        self.columns: set[tuple[str, ...]] = set()

    def begin(self, picture: str) -> Chooser:
        """Take up a picture."""
        self.pictures.append(picture)
        return self

    def rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Note what is shown."""
        self.columns.add(tuple(columns))
        self.shown += map(tuple, rows)

    def records(self, records: Sequence[Mapping[str, object]]) -> None:
        """A dropped file is a table."""
        raise AssertionError(records)

    def choice(self) -> bytearray:
        """Give what was told, left out beyond."""
        return bytearray([*self._choice, *[LEFT_OUT] * (len(self.shown) - len(self._choice))])


def compared(folder: Path, chooser: Chooser, **options: object) -> list[Delivery]:
    """Give the deliveries of a folder whose files are compared."""
    source = reader(folder, **options)
    assert isinstance(source, PictureReader)
    return list(source.read_compared(None, chooser.begin))


def test_the_chosen_rows_are_given_with_the_place_where_they_stand(tmp_path: Path) -> None:
    """Rows left out are counted; those that belong together come last, in one delivery."""
    drop(tmp_path, "U_1.csv", ["1;X;DEP", "", "2;X;DEP", "3;X;DEP", "4;X;DEP", "5;X;DEP"])
    chooser = Chooser([TOGETHER, LEFT_OUT, GIVEN, LEFT_OUT, TOGETHER])

    deliveries = compared(tmp_path, chooser)

    places = [[(r.position, r.values["NUM"]) for r in d.records] for d in deliveries]
    assert places == [[("ligne 5", "3")], [("ligne 2", "1"), ("ligne 7", "5")]]
    assert [d.unchanged for d in deliveries] == [2, 0]
    assert [d.last_of_picture for d in deliveries] == [False, True]
    assert {(d.picture, d.total_records) for d in deliveries} == {("U_1.csv", 5)}
    assert [json.loads(d.cursor or "")["over"] for d in deliveries] == [False, True]


def test_a_file_without_news_ends_its_picture_with_no_record(tmp_path: Path) -> None:
    """Whoever judges the picture learns that it was gone through, and how long it was."""
    drop(tmp_path, "U_1.csv", ["1;X;DEP", "2;X;DEP"])

    (only,) = compared(tmp_path, Chooser([]))

    assert (only.records, only.unchanged, only.total_records, only.last_of_picture) == ((), 2, 2, True)


def test_only_declared_columns_are_shown(tmp_path: Path) -> None:
    """What stays outside changes no print; a single column is a row too."""
    drop(tmp_path, "U_1.csv", ["1;X;DEP", "2;Y;ACC"])
    one, two = Chooser([GIVEN]), Chooser([GIVEN])

    compared(tmp_path, one, columns=["ETAT", "NUM"])
    compared(tmp_path, two, columns=["NUM"])

    assert (one.columns, one.shown) == ({("ETAT", "NUM")}, [("DEP", "1"), ("ACC", "2")])
    assert (two.columns, two.shown) == ({("NUM",)}, [("1",), ("2",)])


def test_a_first_reading_comes_by_the_thousand(tmp_path: Path) -> None:
    """Everything chosen makes the deliveries that reading without a comparison makes."""
    count = 2 * MOST_RECORDS + 1
    drop(tmp_path, "U_1.csv", [f"{n};X;DEP" for n in range(count)])

    deliveries = compared(tmp_path, Chooser([GIVEN] * count))

    assert [len(d.records) for d in deliveries] == [MOST_RECORDS, MOST_RECORDS, 1]
    assert records_of(deliveries) == records_of(list(reader(tmp_path).read(None)))
    assert len({d.key for d in deliveries}) == 3


def test_a_refused_file_is_never_chosen_from(tmp_path: Path) -> None:
    """What is wrong at its end keeps its first rows out as well."""
    drop(tmp_path, "U_1.csv", [*(f"{n};X;DEP" for n in range(2 * MOST_RECORDS)), "9;X"])
    found: list[Delivery] = []
    source = reader(tmp_path)
    assert isinstance(source, PictureReader)

    with pytest.raises(PermanentError) as caught:
        found.extend(source.read_compared(None, Chooser([GIVEN]).begin))

    assert (caught.value.code, found) == ("source.file_truncated", [])


def test_a_file_written_between_its_two_passes_is_left(tmp_path: Path) -> None:
    """Rows chosen in one content are not taken out of another."""
    path = drop(tmp_path, "U_1.csv", ["1;X;DEP"])

    class Slow(Chooser):
        def choice(self) -> bytearray:
            with path.open("ab") as content:
                content.write(b"2;Y;DEP\r\n")
            return super().choice()

    with pytest.raises(TransientError) as caught:
        compared(tmp_path, Slow([GIVEN]))

    assert caught.value.code == "source.changing"
