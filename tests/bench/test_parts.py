"""Each measurement runs, on sizes so small that its numbers mean nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import changed, dropped_xml, first_load, full_scan, org_load, push, reconcile, status_api

pytestmark = pytest.mark.slow


def test_the_status_api_is_measured_beside_the_same_bytes(tmp_path: Path) -> None:
    """Each of the three questions gets a number for both servers, and a ratio."""
    found: Any = status_api.measure(tmp_path, cases=200, rounds=1, seconds=0.2)
    for question in ("list", "list_one_at_a_time", "not_modified"):
        both = found[question]
        assert min(both[side]["requests_per_s"] for side in ("product", "bare_flask")) > 0
        assert both["ratio"] > 0
    assert found["cases_of_citizen"] == 20


def test_the_full_scan_compares_every_row_and_changes_none(tmp_path: Path) -> None:
    """The nights after the first are read whole, and their memory is told."""
    found: Any = full_scan.measure(tmp_path, rows=300, rounds=1)
    assert found["rows"] == 300
    assert min(found[run]["rows_per_s"] for run in ("first_reading", "unchanged", "csv_reader")) > 0
    assert found["unchanged"]["peak_mib"] > found["csv_reader"]["peak_mib"] > 1


def test_the_xml_file_is_read_beside_a_bare_parser(tmp_path: Path) -> None:
    """At both sizes speed and memory are told for both readings."""
    found: Any = dropped_xml.measure(tmp_path, records=100)
    assert list(found) == ["10_records", "100_records"]
    assert min(found["100_records"][kind]["records_per_s"] for kind in ("product", "iterparse")) > 0
    assert list(tmp_path.iterdir()) == []


def test_the_push_counts_the_calls_of_both_ways(tmp_path: Path) -> None:
    """Four hundred changes are two calls, four with their timelines, and as many as records for the loop."""
    found: Any = push.measure(tmp_path, cases=400, latencies_ms=(0,), rounds=1)["latency_0_ms"]
    assert (found["product"]["api_calls"], found["upsert_loop"]["api_calls"]) == (2, 400)
    assert found["product_with_news"]["api_calls"] == 4
    assert found["calls_ratio"] == 200.0


def test_changes_among_many_are_counted_each_way(tmp_path: Path) -> None:
    """A job costs a handful of calls, two hundred cases a call otherwise, and the plain loop one a record."""
    found: Any = changed.measure(tmp_path, total=2_500, changed=2_100, loop=3)
    assert found["bulk"]["api_calls"] <= 12
    assert (found["collections"]["api_calls"], found["upsert_loop"]["api_calls"]) == (11, 3)
    assert found["bulk"]["calls_by_kind"].keys() == {"bulk-ingest"}


def test_a_first_load_is_split_by_stage(tmp_path: Path) -> None:
    """Each size says where its seconds went, and they add up."""
    found: Any = first_load.measure(tmp_path, sizes=(2_000, 2_100))
    assert [found[name]["rows"] for name in ("up_to_2000", "up_to_2100")] == [2_000, 100]
    spent = found["up_to_2000"]["stages_s"]
    assert spent.keys() >= {"render", "upload", "results", "waiting_for_the_org", "store_and_the_rest"}
    assert abs(sum(spent.values()) - found["up_to_2000"]["seconds"]) < 1


def test_the_org_is_filled_by_both_roads(tmp_path: Path) -> None:
    """A speed by the clock and by the processor, and the memory it took."""
    found: Any = org_load.measure(tmp_path, sizes=(400,))["400_rows"]
    for road in ("bulk", "collections"):
        assert min(found[road].values()) > 0


def test_the_command_prints_one_document_and_nothing_else() -> None:
    """Standard output can be kept as it is: progress goes elsewhere."""
    command = [sys.executable, "-m", "bench", "full_scan", "--rows", "100"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    report = json.loads(done.stdout)
    assert list(report) == ["machine", "full_scan", "seconds"]
    assert report["machine"]["cores"] >= 1
    assert "full scan" in done.stderr


def test_an_unknown_part_is_named() -> None:
    """A typing error does not run six minutes of something else."""
    command = [sys.executable, "-m", "bench", "ful_scan"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no such part: ful_scan" in done.stderr


def test_comparing_store_and_org_finds_what_was_planted(tmp_path: Path) -> None:
    """The few cases that differ are found, in a handful of calls."""
    found: Any = reconcile.measure(tmp_path, sizes=(60,))["60_cases"]
    assert (found["missing"], found["different"], found["extra"]) == (7, 7, 0)
    assert found["api_calls"] <= 8
