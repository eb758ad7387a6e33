"""The machine itself: power, disks, descriptors, clocks, processors, and two versions side by side."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import URL, Engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import check, migrate
from bridge.adapters.store.store import SqlStore
from bridge.errors import ConfigurationError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from run.ports import free_port
from tests.fakes.clock import FakeClock
from tests.servers.patience import wait_for
from tests.servers.postgresql import database
from tests.soak.hall import Hall, open_hall
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, numbers, row

_ROOT = Path(__file__).parents[2]
_MIGRATING = """
import sys, time
from sqlalchemy import event
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
engine = create_store_engine(sys.argv[1])
made = []
@event.listens_for(engine, "after_cursor_execute")
def hold(connection, cursor, statement, *rest):
    if statement.lstrip().upper().startswith("CREATE TABLE"):
        made.append(statement)
        if len(made) == 7:
            print("holding", flush=True)
            time.sleep(600)
migrate(engine)
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Give the product's web process on a PostgreSQL of its own."""
    with open_hall(tmp_path_factory.mktemp("hall")) as running:
        running.start_web("--workers", "1")
        yield running


def test_f12_what_was_answered_yes_survives_a_power_cut(hall: Hall) -> None:
    """Web and database are killed at the same moment, right after the answer; the fact is there after it."""
    hall.rows("INSERT INTO sources (source, next_due_at) VALUES ('urbanisme', 'infinity') RETURNING 1")
    assert hall.hint("urbanisme") == 202
    hall.database.stop(at_once=True)
    hall.kill("web")
    hall.database.start()
    assert hall.rows("SELECT next_due_at <= now() FROM sources WHERE source = 'urbanisme'") == [(True,)]
    assert hall.rows("SHOW synchronous_commit") == [("on",)]
    hall.start_web("--workers", "1")


@pytest.mark.own_database
def test_f13_the_old_code_serves_beside_a_newer_schema(
    store_engine: Engine, store: SqlStore, clock: FakeClock
) -> None:
    """A deployment adds columns and tables while the version before still writes and reads."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), key="d1"))
    with store_engine.begin() as newer:
        newer.exec_driver_sql("ALTER TABLE cases ADD COLUMN of_tomorrow VARCHAR")
        newer.exec_driver_sql("ALTER TABLE pushes ADD COLUMN of_tomorrow VARCHAR DEFAULT 'x'")
        newer.exec_driver_sql("CREATE TABLE of_tomorrow (id VARCHAR PRIMARY KEY)")
    assert absorb(URBANISME, delivery(row(1, CD_ETAT="ACC"), row(2), key="d2")).changed == 2
    assert len(numbers(store)) == 2


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_f14_a_migration_killed_half_way_is_done_again_whole(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Nothing of the half is left, the next start does it all; a database of another version is refused."""
    with ExitStack() as stack:
        if kind == "sqlite":
            url = URL.create("sqlite", database=str(tmp_path / "bridge.db"))
        else:
            url = stack.enter_context(database(request.getfixturevalue("postgresql")))
        address = url.render_as_string(hide_password=False)
        command = [sys.executable, "-c", _MIGRATING, address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            process.kill()
        engine = create_store_engine(address)
        stack.callback(engine.dispose)
        with pytest.raises(ConfigurationError, match="the database is at revision none"):
            check(engine)
        migrate(engine)
        check(engine)


def test_f15_a_full_disk_refuses_writes_and_keeps_reading(tmp_path: Path) -> None:
    """Each refusal says when to come back; once there is room the same store goes on, unharmed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    command += [sys.executable, "-m", "tests.faults.full_disk", str(disk)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["refused"]
    assert {tuple(one) for one in told["refused"]} == {("database.unavailable", 5.0)}
    assert (told["while_full"], told["after"], told["check"]) == (11 - len(told["refused"]), 11, "ok")


def test_f17_a_full_log_disk_costs_lines_and_no_request(hall: Hall) -> None:
    """The product goes on, and says how many lines it could not write; the audit is in the database."""
    with _another_web(hall, log="/dev/full") as url:
        before = hall.rows("SELECT count(*) FROM audit_entries")
        for _ in range(3):
            assert requests.get(f"{url}/api/v1/cases", headers=hall.cookie, timeout=20).status_code == 200
            assert requests.get(f"{url}/api/v1/cases", timeout=20).status_code == 401
        ready = requests.get(f"{url}/health/ready", timeout=20)
    assert (ready.status_code, ready.json()["log_lines_lost"] >= 3) == (200, True)
    assert hall.rows("SELECT count(*) FROM audit_entries") == [(before[0][0] + 3,)]


def test_f18_without_descriptors_new_callers_wait_and_are_served_when_there_are_some(hall: Hall) -> None:
    """Nothing is half done, and nothing has to be restarted."""
    with _another_web(hall, "prlimit", "--nofile=64") as url:
        address = ("127.0.0.1", int(url.rsplit(":", 1)[-1]))
        idle = [socket.create_connection(address) for _ in range(80)]
        with pytest.raises(requests.exceptions.RequestException):
            requests.get(f"{url}/health/live", timeout=1)
        for line in idle:
            line.close()
        wait_for(lambda: _is_well(f"{url}/health/ready"))
        answer = requests.get(f"{url}/api/v1/cases", headers=hall.cookie, timeout=20)
    assert answer.status_code == 200


def test_f20_on_a_machine_out_of_breath_every_caller_gets_an_answer(hall: Hall) -> None:
    """Twenty busy neighbours: slower, but each answer is whole, or says when to come back."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(20)]
    try:
        began = time.monotonic()
        answers = [
            requests.get(f"{hall.url}/api/v1/cases", headers=hall.cookie, timeout=30) for _ in range(3)
        ]
    finally:
        for process in busy:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all(answer.status_code == 200 or answer.headers["Retry-After"] for answer in answers)
    assert time.monotonic() - began < 60


def _is_well(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).status_code == 200
    except requests.exceptions.RequestException:
        return False


@contextmanager
def _another_web(hall: Hall, *prefix: str, log: str = os.devnull) -> Iterator[str]:
    """Start a second web process on the same store, otherwise than the first."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [*prefix, sys.executable, "-m", "run", "web", "--port", str(port), "--workers", "1"]
    environment = {**hall.environment, "BRIDGE_BASE_URL": url}
    with (
        Path(log).open("w") as words,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=words, process_group=0
        ) as web,
    ):
        try:
            wait_for(lambda: _is_well(f"{url}/health/ready"))
            yield url
        finally:
            os.killpg(web.pid, signal.SIGKILL)
