"""Files of any size: read in little memory, and gone on with where a killed process had come to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import case_events, cases
from tests.fakes.clock import FakeClock
from tests.faults.dropped_files import Office, office
from tests.usecases.town import numbers, row

THOUSAND = 1_000


@pytest.fixture
def town(tmp_path: Path, sqlite_store: SqlStore, clock: FakeClock) -> Office:
    """Give the planning office and its folder, empty."""
    return office(tmp_path, sqlite_store, clock)


def test_f10_an_import_killed_and_stopped_twice_goes_on_where_it_was(
    tmp_path: Path, store: SqlStore, store_engine: Engine, clock: FakeClock
) -> None:
    """`kill -9`, then SIGTERM twice, each in mid-file: what was absorbed costs a comparison."""
    here = office(tmp_path, store, clock)
    here.drop(1, *(row(number) for number in range(3 * THOUSAND)))
    for how in (["KILL"], ["TERM", "TERM"]):
        _stopped_after_a_batch(store_engine, here.folder, how)
    rest = here.read()
    assert (rest.read, rest.changed, rest.unchanged) == (3 * THOUSAND, THOUSAND, 2 * THOUSAND)
    assert (rest.error_code, rest.reported, rest.expected) == (None, 3 * THOUSAND, 3 * THOUSAND)
    with store_engine.connect() as connection:
        count = connection.execute(select(func.count(), func.max(cases.c.version)).select_from(cases)).one()
        events = connection.execute(select(func.count()).select_from(case_events)).scalar_one()
    assert (tuple(count), events) == ((3 * THOUSAND, 1), 3 * THOUSAND)


def test_f61_memory_does_not_follow_the_size_of_the_file(town: Office) -> None:
    """Ten times the rows, compared and given, cost a process of its own less than their bytes."""
    peaks = []
    for day, count in ((1, 3_000), (2, 30_000)):
        file = town.drop(day, *(row(number, OBJET="X" * 300) for number in range(count)))
        peaks.append(int(_in_a_child(_PEAK, str(town.folder))))
        size_kib = file.stat().st_size // 1024
        file.unlink()
    assert peaks[1] < 200 * 1024
    assert peaks[1] - peaks[0] < size_kib / 2


def test_f61_a_line_of_fifty_megabytes_is_refused(town: Office) -> None:
    """A line holds 64 KiB at most; what is longer is no line of ours, and is never held whole."""
    whole = town.drop(1, row(1)).read_bytes()
    town.drop_bytes(1, whole + b"DP 2;" + b"X" * 50_000_000 + b"\r\n")
    assert town.read().error_code == "source.line_too_long"
    assert numbers(town.store) == []


_READER = """
import sys
from pathlib import Path
import structlog
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.faults.dropped_files import office
"""
_STOPPED = """
store = SqlStore(create_store_engine(sys.argv[2]), FakeVault())
batches = []
def hold(read, total):
    batches.append(read)
    if len(batches) == 1:
        print("absorbed", flush=True)
        sys.stdin.read()
office(Path(sys.argv[1]), store, FakeClock()).read(progress=hold)
"""
_PEAK = """
from bridge.adapters.store.schema import migrate
from bench.machine import peak_mib
from bridge.usecases.compare_picture import PictureComparison
from bridge.usecases.record_print import RecordPrints
from tests.usecases.people import PSEUDONYMS
engine = create_store_engine("sqlite://")
migrate(engine)
store = SqlStore(engine, FakeVault())
here = office(Path(sys.argv[1]), store, FakeClock())
prints = RecordPrints(here.mapping, PSEUDONYMS)
reader = here.synchronise().readers["urbanisme"]
compared = reader.read_compared(None, lambda _name: PictureComparison(here.mapping, prints, store))
assert sum(len(delivery.records) for delivery in compared) in (3_000, 30_000)
print(round(peak_mib() * 1024))
"""


def _in_a_child(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", _READER + script, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    return done.stdout


def _stopped_after_a_batch(engine: Engine, folder: Path, signals: list[str]) -> None:
    """Read in a process of its own, and end it while the first batch that is new is behind it."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _READER + _STOPPED, str(folder), url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "absorbed\n"
        for name in signals:
            os.kill(process.pid, signal.Signals[f"SIG{name}"])
        process.wait()
        assert process.returncode < 0
