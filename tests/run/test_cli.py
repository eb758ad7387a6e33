"""An operator who configured something wrong reads a sentence, not a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_settings import GOOD, SANDBOX

PACKAGE = Path(__file__).parents[2]


def bridge(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an empty folder with these settings alone."""
    return subprocess.run(
        [sys.executable, "-m", "run", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE), "LANG": "C.UTF-8"} | settings,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture
def sandbox(tmp_path: Path) -> dict[str, str]:
    """Give settings a process starts with on this machine, its sources left out."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "voirie.yaml").write_text(_VOIRIE, encoding="utf-8")
    own = {
        "BRIDGE_DATABASE_URL": f"sqlite:///{tmp_path}/bridge.db",
        "BRIDGE_REDIS_URL": "",
        "BRIDGE_SOURCES_DIR": str(tmp_path / "sources"),
    }
    return GOOD | SANDBOX | own


_VOIRIE = """\
source: voirie
version: 1
title: {fr: Voirie, en: Streets}
service: {fr: Voirie, en: the street department}
sector: voirie
timezone: Europe/Paris
every_minutes: 60
absence: unchanged
transport: {kind: open311, url: "env:STREETS_URL"}
record:
  id: ID
  title: {value: Signalement}
  procedure: {value: voirie}
status:
  code: CODE
  words:
    open: {phase: received, waiting_for: town}
"""


@pytest.mark.parametrize("command", [["web"], ["worker", "push"], ["sweeper"]])
def test_missing_settings_are_named(tmp_path: Path, command: list[str]) -> None:
    """Every process refuses to start without its settings, with exit status 2 and a line for each."""
    done = bridge(tmp_path, *command)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines[0].startswith("bridge: BRIDGE_BASE_URL: ")
    assert {line.partition(":")[0] for line in lines[1:]} >= {"BRIDGE_HASH_KEYS", "BRIDGE_SECRET_KEY"}
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"BRIDGE_REDIS_URL": "localhost:6379"}, "BRIDGE_REDIS_URL: expected redis://…"),
        ({"BRIDGE_DATABASE_URL": "mysql://h/b"}, "BRIDGE_DATABASE_URL: mysql is neither sqlite nor"),
        ({"BRIDGE_SOURCES_DIR": "/nowhere"}, "nowhere: the directory cannot be read"),
        ({}, "STREETS_URL: needed by voirie.yaml, key transport.url"),
        ({"STREETS_URL": "streets.example"}, "voirie"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    tmp_path: Path, sandbox: dict[str, str], changes: dict[str, str], sentence: str
) -> None:
    """What was found on the way to starting is told as plainly as what the table checks."""
    done = bridge(tmp_path, "parked", "list", **(sandbox | changes))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("bridge: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_needs_a_bell(tmp_path: Path, sandbox: dict[str, str]) -> None:
    """A worker without Redis would wait for ever; it says so."""
    done = bridge(tmp_path, "worker", "push", **(sandbox | {"STREETS_URL": "http://127.0.0.1:9"}))
    assert done.returncode == 2
    assert done.stderr == ("bridge: BRIDGE_REDIS_URL: a worker waits for a bell, so it needs Redis\n")


def test_a_dot_env_file_fills_in_what_the_environment_leaves_out(
    tmp_path: Path, sandbox: dict[str, str]
) -> None:
    """The file beside the process counts, and the environment comes first."""
    sandbox |= {"STREETS_URL": "http://127.0.0.1:9", "BRIDGE_DATABASE_URL": "mysql://h/b"}
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in sandbox.items()))
    assert "mysql" in bridge(tmp_path, "parked", "list").stderr
    good = bridge(tmp_path, "parked", "list", BRIDGE_DATABASE_URL=f"sqlite:///{tmp_path}/bridge.db")
    assert (good.returncode, good.stdout) == (0, "nothing is parked\n")


def test_an_unknown_case_is_one_sentence(tmp_path: Path, sandbox: dict[str, str]) -> None:
    """An agent who mistypes a number reads that there is none."""
    done = bridge(tmp_path, "cases", "show", "DP 1", **(sandbox | {"STREETS_URL": "http://127.0.0.1:9"}))
    assert (done.returncode, done.stderr) == (2, "bridge: no request bears this number\n")


def test_no_receipt_for_a_request_that_is_not_there(tmp_path: Path, sandbox: dict[str, str]) -> None:
    """An agent who mistypes a number reads that there is none, and no secret is made."""
    done = bridge(tmp_path, "receipts", "issue", "DP 1", **(sandbox | {"STREETS_URL": "http://127.0.0.1:9"}))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "bridge: no request bears this number\n"
