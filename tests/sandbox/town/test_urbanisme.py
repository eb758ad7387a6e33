"""The planning office's nightly file: its dialect, its history, its faults."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.sandbox.town.live import LiveTown, serving

COLUMNS = (
    "NUM_DOSSIER;TYPE;OBJET;NOM;PRENOMS;SEXE;DT_NAISS;LIEU_NAISS;PAYS_NAISS;ADRESSE;DT_DEPOT;"
    "CD_ETAT;LB_ETAT;DT_ETAT;DT_LIMITE;PIECES_MANQUANTES;OBS;CODE_SUIVI"
)


def _spoiled(town: LiveTown, fault: str, day: str = "2015-12-31") -> bytes:
    town.post("/sandbox/faults", **{fault: True})
    town.live(day)
    return town.planning_file(day).read_bytes()


def test_the_file_speaks_windows_1252_with_semicolons_and_crlf(town: LiveTown) -> None:
    """A reader that assumes UTF-8, commas or one line per row must fail here as it would in town."""
    content = town.planning_file("2015-12-01").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    text = content.decode("cp1252")
    assert text.split("\r\n")[0] == COLUMNS
    assert all(mark in text for mark in ("œ", "€", "’", "é"))
    rows = town.planning_rows("2015-12-01")
    assert text.count("\r\n") == len(rows) + 1
    assert any("\n" in row["OBS"] or "\n" in row["PIECES_MANQUANTES"] for row in rows)
    assert any(";" in row["OBJET"] for row in rows)


def test_the_file_is_a_full_picture_equal_to_the_truth_every_day(town: LiveTown) -> None:
    """On each day of December the rows are exactly the files that exist, with their code."""
    for day in range(1, 32):
        town.live(f"2015-12-{day:02d}")
        rows = town.planning_rows(f"2015-12-{day:02d}")
        assert {row["NUM_DOSSIER"]: row["CD_ETAT"] for row in rows} == town.truth("urbanisme")
    assert len(rows) == 400


def test_the_marker_follows_the_file(town: LiveTown) -> None:
    """Each day drops one file and its empty marker, and keeps the earlier ones."""
    town.live("2015-12-02")
    names = sorted(path.name for path in Path(town.ready["urbanisme_dir"]).iterdir())
    assert names == [
        "URBA_20151201.csv",
        "URBA_20151201.csv.ok",
        "URBA_20151202.csv",
        "URBA_20151202.csv.ok",
    ]
    assert town.planning_file("2015-12-02").with_suffix(".csv.ok").read_bytes() == b""


def test_files_move_backwards_and_are_corrected(town: LiveTown) -> None:
    """A decision can be undone, and a correction can carry an earlier date than the day it appears."""
    seen: dict[str, list[tuple[str, str, str]]] = {}
    for day in [f"2015-12-{day:02d}" for day in range(1, 32)]:
        town.live(day)
        for row in town.planning_rows(day):
            seen.setdefault(row["NUM_DOSSIER"], []).append((day, row["CD_ETAT"], row["DT_ETAT"]))
    pairs = [(a, b) for steps in seen.values() for a, b in pairwise(steps) if a[1] != b[1]]
    assert any((a[1], b[1]) == ("OPP", "INST") for a, b in pairs)
    assert any((a[1], b[1]) == ("NONOPP", "OPP") and a[2] == b[2] for a, b in pairs)


def test_the_same_town_is_drawn_every_time(town: LiveTown, tmp_path: Path) -> None:
    """Two towns built apart drop the same bytes."""
    with serving(tmp_path) as other:
        content = other.planning_file("2015-12-01").read_bytes()
    assert content == town.planning_file("2015-12-01").read_bytes()


def test_some_rows_lack_what_would_identify_the_applicant(town: LiveTown) -> None:
    """Companies and careless clerks leave the birth columns empty."""
    rows = town.planning_rows("2015-12-01")
    companies = [row for row in rows if not row["PRENOMS"]]
    people = [row for row in rows if row["PRENOMS"]]
    assert companies
    assert all(row["SEXE"] == row["DT_NAISS"] == row["PAYS_NAISS"] == "" for row in companies)
    assert any(not row["DT_NAISS"] for row in people)
    assert any(not row["LIEU_NAISS"] and row["PAYS_NAISS"] == "99100" for row in people)
    assert any(row["PAYS_NAISS"] not in {"", "99100"} for row in people)


def test_a_truncated_file_stops_inside_a_row(town: LiveTown) -> None:
    """A reader must notice that the last line is no row, although the marker is there."""
    content = _spoiled(town, "csv_truncated")
    assert not content.endswith(b"\r\n")
    assert content.rsplit(b"\r\n", 1)[1].count(b";") < 16
    assert town.planning_file("2015-12-31").with_suffix(".csv.ok").exists()


def test_a_half_written_file_has_no_marker(town: LiveTown) -> None:
    """A file still being written must not be taken."""
    _spoiled(town, "csv_no_marker")
    assert not town.planning_file("2015-12-31").with_suffix(".csv.ok").exists()
    town.post("/sandbox/faults", csv_no_marker=False)
    town.post("/sandbox/drop")
    assert town.planning_file("2015-12-31").with_suffix(".csv.ok").exists()
    assert len(town.planning_rows("2015-12-31")) == 400


def test_a_resent_file_carries_the_bytes_of_the_previous_one(town: LiveTown) -> None:
    """The same content under a new name must be recognised."""
    before = town.planning_file("2015-12-01").read_bytes()
    assert _spoiled(town, "csv_resent") == before


def test_an_older_file_can_arrive_after_a_newer_one(town: LiveTown) -> None:
    """Last week's file dropped after today's must not bring statuses back."""
    _spoiled(town, "csv_older_after")
    older = town.planning_rows("2015-12-24")
    assert 0 < len(older) < 400
    late, today = town.planning_file("2015-12-24"), town.planning_file("2015-12-31")
    assert late.stat().st_mtime_ns >= today.stat().st_mtime_ns


def test_a_shrunk_file_lacks_forty_percent_of_its_rows(town: LiveTown) -> None:
    """A sudden loss of volume must stop the run, not close the files."""
    _spoiled(town, "csv_shrunk")
    assert len(town.planning_rows("2015-12-31")) == 240
    assert len(town.truth("urbanisme")) == 400


def test_the_encoding_can_change_without_notice(town: LiveTown) -> None:
    """After an upgrade the same file comes in UTF-8."""
    assert _spoiled(town, "csv_utf8").decode("utf-8").startswith("NUM_DOSSIER")


def test_single_rows_can_be_wrong(town: LiveTown) -> None:
    """An impossible date, an unknown code and a number given twice stand in the file, one row each."""
    town.post("/sandbox/faults", csv_bad_date=True, csv_unknown_code=True, csv_duplicate=True)
    town.live("2015-12-31")
    rows = town.planning_rows("2015-12-31")
    assert [row["CD_ETAT"] for row in rows if row["DT_ETAT"] == "31/02/2015"] == ["ZZTOP"]
    numbers = [row["NUM_DOSSIER"] for row in rows]
    assert len(numbers) - len(set(numbers)) == 1
    assert "ZZTOP" not in town.truth("urbanisme").values()
