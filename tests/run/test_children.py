"""Processes end with us, however we end, and say why when they end by themselves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.errors import ConfigurationError
from run.children import Children

PATIENCE_S = 60.0
SLEEP = [sys.executable, "-c", "import time; print('{}', flush=True); time.sleep(600)"]
PARENT = """
import sys, time
from pathlib import Path
from run.children import Children
with Children(Path(sys.argv[1])) as children:
    child = children.start("child", [sys.executable, "-c", "import time; time.sleep(600)"], {})
    print(child.process.pid, flush=True)
    time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def test_leaving_stops_every_process_the_last_one_first(tmp_path: Path) -> None:
    """After the block nothing of ours runs, and what was started last went first."""
    script = "import signal, sys, time; print('{}', flush=True); time.sleep(600)"
    with Children(tmp_path / "log") as children:
        started = [children.start(name, [sys.executable, "-c", script], {}) for name in ("first", "second")]
        assert all(is_alive(child.process.pid) for child in started)
        order: list[str] = []
        for child in started:
            _note_end(child.process, child.name, order)
    assert order == ["second", "first"]
    assert not any(is_alive(child.process.pid) for child in started)


def _note_end(process: subprocess.Popen[str], name: str, order: list[str]) -> None:
    terminate = process.terminate

    def noted() -> None:
        order.append(name)
        terminate()

    process.terminate = noted  # type: ignore[method-assign]  # only listened to


def test_an_error_stops_them_too(tmp_path: Path) -> None:
    """A failure half-way through a start leaves no process behind."""
    children = Children(tmp_path)

    def started_half() -> None:
        with children:
            children.start("child", SLEEP, {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        started_half()
    ended = children.ended()
    assert ended is not None
    assert not is_alive(ended.process.pid)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """`kill -9` gives the parent no time to stop anything, and its child ends all the same."""
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(pid)


def test_a_ready_line_is_given(tmp_path: Path) -> None:
    """A server that says where it listens is ready, with what it said."""
    script = "import json, time; print(json.dumps({'url': 'http://x'}), flush=True); time.sleep(600)"
    with Children(tmp_path) as children:
        assert children.start_ready("server", [sys.executable, "-c", script], {}) == {"url": "http://x"}
        assert children.ended() is None


@pytest.mark.parametrize(
    "script", ["import sys; sys.exit('no such port')", "import sys; print('hello'); sys.exit('no such port')"]
)
def test_a_server_that_does_not_start_gives_its_last_words(tmp_path: Path, script: str) -> None:
    """Who starts the product reads why, without looking for a log."""
    with Children(tmp_path) as children:
        with pytest.raises(ConfigurationError) as caught:
            children.start_ready("server", [sys.executable, "-c", script], {})
        assert caught.value.explanation.startswith("server did not start:")
        ended = _waited(children)
        assert "no such port" in ended


def _waited(children: Children) -> str:
    """Give the last words of the process that ended by itself."""
    deadline = time.monotonic() + PATIENCE_S
    while (child := children.ended()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert child is not None
    return child.last_words()


def test_a_server_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    """A start that hangs ends with a sentence."""
    with Children(tmp_path) as children, pytest.raises(ConfigurationError, match="server did not start"):
        children.start_ready("server", [sys.executable, "-c", "import time; time.sleep(600)"], {}, 0.1)


@pytest.mark.parametrize("begin", ["start", "start_ready"])
def test_a_process_that_talks_is_never_blocked(tmp_path: Path, begin: str) -> None:
    """However much a process prints, nobody has to read it for the process to go on."""
    script = "print('{}', flush=True); print('x' * 1_000_000, flush=True)"
    with Children(tmp_path) as children:
        getattr(children, begin)("talker", [sys.executable, "-c", script], {})
        _waited(children)


def test_the_last_words_are_those_of_both_streams(tmp_path: Path) -> None:
    """A process that explains itself on standard output is heard too."""
    script = "import sys; print('cannot listen', flush=True); sys.exit(1)"
    with Children(tmp_path) as children:
        children.start("server", [sys.executable, "-c", script], {})
        assert _waited(children) == "cannot listen"


def test_a_child_has_only_the_environment_it_was_given(tmp_path: Path) -> None:
    """A stand-in is told nothing it was not meant to know."""
    script = "import os, json; print(json.dumps(dict(os.environ)), flush=True)"
    with Children(tmp_path) as children:
        told = children.start_ready("child", [sys.executable, "-c", script], {"A": "1"})
    assert set(told) - {"LC_CTYPE"} == {"A"}


def test_a_folder_goes_with_the_processes(tmp_path: Path) -> None:
    """What a process needed in passing is gone once it is stopped."""
    with Children(tmp_path) as children:
        folder = children.folder("bridge-test-")
        (folder / "file").write_text("x")
        children.start("child", SLEEP, {})
    assert not folder.exists()
