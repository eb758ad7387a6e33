"""Which files of a folder are taken, in what order, and how far."""

from __future__ import annotations

import json
import os
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.domain.synchronisation import Delivery
from bridge.errors import ConfigurationError, PermanentError, TransientError
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.files import drop
from tests.adapters.sources.wire import read_all, reader_of, records_of, town_options
from tests.sandbox.town.live import LiveTown


def settings(folder: Path, **options: object) -> dict[str, object]:
    """Give the options of a folder."""
    given = {"directory": str(folder), "pattern": "U_*.csv", "marker": ".ok", "encoding": "cp1252"}
    return {"kind": "csv_drop", **given, **options}


def reader(folder: Path, **options: object) -> SourceReader:
    """Give the reader of a folder."""
    return reader_of(settings(folder, **options))


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Every waiting file is read, so that no state between two runs is lost."""
    for day, state in (("2", "INST"), ("1", "DEP"), ("3", "ACC")):
        drop(tmp_path, f"U_{day}.csv", [f"1;X;{state}"])

    deliveries, cursor = read_all(reader(tmp_path))

    assert [record.values["ETAT"] for record in records_of(deliveries)] == ["DEP", "INST", "ACC"]
    assert [d.picture for d in deliveries] == ["U_1.csv", "U_2.csv", "U_3.csv"]
    assert all(d.last_of_picture and d.total_records == 1 for d in deliveries)
    assert read_all(reader(tmp_path), cursor) == ([], cursor)


def test_a_large_file_is_resumed_in_its_middle(tmp_path: Path) -> None:
    """After a crash, reading goes on behind the last absorbed batch, with the same keys."""
    drop(tmp_path, "U_1.csv", [f"{n};X;DEP" for n in range(2500)])

    whole, _ = read_all(reader(tmp_path))
    rest, _ = read_all(reader(tmp_path), whole[0].cursor)

    assert [len(d.records) for d in whole] == [1000, 1000, 500]
    assert rest == whole[1:]


def test_a_file_replaced_during_a_crash_is_read_whole(tmp_path: Path) -> None:
    """The middle of one content is no place in another."""
    drop(tmp_path, "U_1.csv", [f"{n};X;DEP" for n in range(1500)])
    whole, _ = read_all(reader(tmp_path))
    drop(tmp_path, "U_1.csv", [f"{n};X;ACC" for n in range(1500)])

    again, _ = read_all(reader(tmp_path), whole[0].cursor)

    assert len(records_of(again)) == 1500


def test_the_same_bytes_under_a_new_name_are_noted_and_skipped(town: LiveTown) -> None:
    """A file sent twice costs one line in the log and no record."""
    options = town_options(town.ready, "urbanisme")
    _, cursor = read_all(reader_of(options))
    town.post("/sandbox/faults", csv_resent=True)
    town.live("2015-12-02")

    again, later = read_all(reader_of(options), cursor)

    assert records_of(again) == []
    assert json.loads(later or "")["file"] == "URBA_20151202.csv"
    assert read_all(reader_of(options), later)[0] == []


def test_the_same_name_with_other_content_is_read(tmp_path: Path) -> None:
    """A corrected file is a new delivery."""
    drop(tmp_path, "U_1.csv", ["1;X;DEP"])
    _, cursor = read_all(reader(tmp_path))
    drop(tmp_path, "U_1.csv", ["1;X;ACC"])

    again, _ = read_all(reader(tmp_path), cursor)

    assert [record.values["ETAT"] for record in records_of(again)] == ["ACC"]


def test_a_file_touched_without_a_change_brings_nothing(tmp_path: Path) -> None:
    """A new date on the same bytes is noted once."""
    path = drop(tmp_path, "U_1.csv", ["1;X;DEP"])
    _, cursor = read_all(reader(tmp_path))
    os.utime(path, ns=(1, 1))

    again, later = read_all(reader(tmp_path), cursor)

    assert records_of(again) == []
    assert read_all(reader(tmp_path), later)[0] == []


def test_an_older_file_that_comes_late_is_not_replayed(town: LiveTown) -> None:
    """Last week's file after today's makes no status go back."""
    options = town_options(town.ready, "urbanisme")
    _, cursor = read_all(reader_of(options))
    town.post("/sandbox/faults", csv_older_after=True)
    town.live("2015-12-02")

    again, _ = read_all(reader_of(options), cursor)

    assert {delivery.picture for delivery in again} == {"URBA_20151202.csv"}


def test_a_file_without_its_marker_waits(town: LiveTown) -> None:
    """A file still being written is left alone, and is no error."""
    options = town_options(town.ready, "urbanisme")
    _, cursor = read_all(reader_of(options))
    town.post("/sandbox/faults", csv_no_marker=True)
    town.live("2015-12-02")

    assert read_all(reader_of(options), cursor)[0] == []


def test_without_a_marker_in_use_a_renamed_file_is_taken(tmp_path: Path) -> None:
    """An empty marker trusts the rename that brings a file into the folder."""
    drop(tmp_path, "U_1.csv", ["1;X;DEP"], marker=False)

    assert len(records_of(read_all(reader(tmp_path, marker=""))[0])) == 1


def test_a_file_that_stays_the_same_between_two_looks_is_taken(tmp_path: Path) -> None:
    """The run waits the seconds agreed, once for all new files, and not at all when there is none."""
    waits: list[float] = []
    for place in (1, 2):
        drop(tmp_path, f"U_{place}.csv", ["1;X;DEP"], marker=False)
    options = settings(tmp_path, marker="", stable_for_s=10)

    deliveries, cursor = read_all(reader_of(options, waits=waits))
    assert len(deliveries) == 2
    assert read_all(reader_of(options, waits=waits), cursor) == ([], cursor)
    assert waits == [10]


def test_nothing_before_the_first_name_agreed_is_read(tmp_path: Path) -> None:
    """A folder with years in it begins where the town says; hidden names are transfers under way."""
    for name in ("U_2019.csv", "U_2025.csv", ".U_2026.csv"):
        drop(tmp_path, name, ["1;X;DEP"])

    assert [d.picture for d in read_all(reader(tmp_path, start_at="U_2020", pattern="*"))[0]] == [
        "U_2025.csv"
    ]


def test_a_trailer_is_no_row_and_counts_them(tmp_path: Path) -> None:
    """The line that announces the rows is told from them, whatever its quotes; another number refuses all."""
    path = drop(tmp_path, "U_1.csv", ["1;X;DEP", "2;X;DEP", '"FIN";"2"'])
    found = records_of(read_all(reader(tmp_path, trailer='"FIN";"{rows}"'))[0])
    assert [record.values["NUM"] for record in found] == ["1", "2"]

    path.write_bytes(path.read_bytes().replace(b'"2"\r\n', b'"3"\r\n'))
    with pytest.raises(PermanentError) as caught:
        read_all(reader(tmp_path, trailer='"FIN";"{rows}"'))
    assert caught.value.code == "source.count"
    assert "announces 3 rows, it holds 2" in caught.value.explanation


@pytest.mark.parametrize("trailer", ["FIN", "FIN\n{rows}"])
def test_a_trailer_says_where_its_number_stands(tmp_path: Path, trailer: str) -> None:
    """Without the place of the number nothing could be compared."""
    with pytest.raises(ConfigurationError) as caught:
        reader(tmp_path, trailer=trailer)
    assert "transport.trailer" in caught.value.explanation


def test_a_file_of_changes_is_no_picture(tmp_path: Path) -> None:
    """What a delta does not name is unchanged; one with a header alone is the news that nothing moved."""
    drop(tmp_path, "U_1.csv", [f"{n};X;DEP" for n in range(1500)])
    whole, cursor = read_all(reader(tmp_path, picture="delta"))
    rest, _ = read_all(reader(tmp_path, picture="delta"), whole[0].cursor)
    drop(tmp_path, "U_2.csv", [])
    (empty,), later = read_all(reader(tmp_path, picture="delta"), cursor)

    assert [(d.picture, d.last_of_picture, len(d.records)) for d in whole] == [
        (None, False, 1000),
        (None, False, 500),
    ]
    assert rest == whole[1:]
    assert (empty.records, empty.picture) == ((), None)
    assert read_all(reader(tmp_path, picture="delta"), later) == ([], later)


def test_a_refused_file_keeps_no_newer_one_back(tmp_path: Path) -> None:
    """One bad night is told, while the next file is read; then the source is sound again."""
    drop(tmp_path, "U_1.csv", ["1;X"])
    drop(tmp_path, "U_2.csv", ["1;X;ACC"])

    found: list[Delivery] = []
    with pytest.raises(PermanentError) as caught:
        found.extend(reader(tmp_path).read(None))

    assert caught.value.code == "source.file_truncated"
    assert [record.values["ETAT"] for record in records_of(found)] == ["ACC"]
    assert read_all(reader(tmp_path), found[-1].cursor)[0] == []


def test_a_line_break_in_quotes_counts_in_the_positions(tmp_path: Path) -> None:
    """A position is the line an editor shows, also behind a text of several lines and a blank line."""
    drop(tmp_path, "U_1.csv", ['1;"X\nY";DEP', "", "2;Z;DEP"])

    records = records_of(read_all(reader(tmp_path))[0])

    assert [(r.position, r.values["NUM"]) for r in records] == [("ligne 2", "1"), ("ligne 5", "2")]


def test_declared_columns_are_the_whole_record(tmp_path: Path) -> None:
    """Columns may be swapped and new ones may come: a record stays what it was."""
    columns = ["ETAT", "NUM"]
    drop(tmp_path, "U_1.csv", ["1;X;DEP"])
    drop(tmp_path, "U_2.csv", ["new;DEP;1"], header="AUTRE;ETAT;NUM")

    records = records_of(read_all(reader(tmp_path, columns=columns))[0])

    assert [record.values for record in records] == [{"ETAT": "DEP", "NUM": "1"}] * 2


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    """UTF-8 with its signature gives the same column names."""
    (tmp_path / "U_1.csv").write_bytes("\ufeffNUM;NOM\r\n1;Zoé\r\n".encode())

    records = records_of(read_all(reader(tmp_path, marker="", encoding="utf-8"))[0])

    assert [record.values for record in records] == [{"NUM": "1", "NOM": "Zoé"}]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A name in the folder cannot lead to a file outside of it."""
    outside = drop(tmp_path, "secret.csv", ["1;X;DEP"])
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "U_1.csv").symlink_to(outside)

    assert read_all(reader(folder, marker=""))[0] == []


def test_a_file_written_while_it_is_read_is_left(tmp_path: Path) -> None:
    """When bytes change under the reading, it stops and starts again later."""
    path = drop(tmp_path, "U_1.csv", [f"{n};X;DEP" for n in range(1500)])
    deliveries = reader(tmp_path).read(None)
    next(deliveries)
    with path.open("ab") as content:
        content.write(b"2;Y;DEP\r\n")

    with pytest.raises(TransientError) as caught:
        next(deliveries)

    assert caught.value.code == "source.changing"


def test_a_folder_lost_while_a_file_is_read_is_tried_again(tmp_path: Path) -> None:
    """A network folder that goes away under the reading is no fault of the file, and passes."""
    path = drop(tmp_path, "U_1.csv", [f"{n};X;DEP" for n in range(1500)])
    deliveries = reader(tmp_path).read(None)
    next(deliveries)
    elsewhere = os.open(tmp_path, os.O_RDONLY)
    os.dup2(elsewhere, descriptor_of(path))
    os.close(elsewhere)

    with pytest.raises(TransientError) as caught:
        next(deliveries)

    assert caught.value.code == "source.unavailable"


def descriptor_of(path: Path) -> int:
    """Give the number under which this process holds a file open."""
    for number in range(3, 1024):
        with suppress(OSError):
            if os.path.samestat(os.fstat(number), path.stat()):
                return number
    raise FileNotFoundError(path.name)


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    """Memory follows the size of a delivery, not that of the file."""
    path = drop(tmp_path, "U_1.csv", [f"{n};{'X' * 300};DEP" for n in range(40_000)])
    tracemalloc.start()
    count = sum(len(delivery.records) for delivery in reader(tmp_path).read(None))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 40_000
    assert peak < path.stat().st_size / 4
