"""The shape of the files: small, and about nothing but the product."""

from __future__ import annotations

import importlib.util
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.architecture.project import ROOMS, ROOT, files

MOST_LINES = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
# Written so that this file does not find itself.
REGISTRIES = ("pypi org", "pythonhosted org", "npmjs org", "proxy golang org", "crates io")
MACHINE_PATHS = re.compile(r"[/](?:root|work|home/[a-z]+|Users/[A-Za-z]+)/\w")
SKETCHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")


def written() -> list[Path]:
    """Give the files people write: text, not data."""
    return [path for path in files() if path.suffix not in {".gz", ".csv", ".png", ".lock"}]


def named(paths: list[Path]) -> list[str]:
    """Give the paths as one types them."""
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def test_no_python_file_is_long() -> None:
    """One file, one job: three hundred lines are the most."""
    long = [p for p in files() if p.suffix == ".py" and len(p.read_bytes().splitlines()) > MOST_LINES]
    assert named(long) == []


def test_no_file_is_named_after_nothing() -> None:
    """A name says what is inside."""
    assert named([p for p in files() if p.suffix == ".py" and p.stem in EMPTY_NAMES]) == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(host: str) -> None:
    """Each town has its own mirror; the lock file holds hashes and no address."""
    name = host.replace(" ", ".").encode()
    assert named([path for path in files() if name in path.read_bytes()]) == []


def test_no_file_names_a_path_of_somebody_s_machine() -> None:
    """What is written here works in any folder."""
    found = [p for p in written() if MACHINE_PATHS.search(p.read_text(encoding="utf-8", errors="replace"))]
    assert named(found) == []


def test_nothing_is_left_for_later_in_the_source() -> None:
    """Unfinished work is not hidden in a comment."""
    found = [p for p in written() if p.suffix == ".py" and SKETCHED.search(p.read_text(encoding="utf-8"))]
    assert named(found) == []


@pytest.mark.parametrize("room", ROOMS)
def test_each_top_level_name_is_ours_alone(room: str) -> None:
    """Six common names: no other installed distribution may bring one of them."""
    strangers = [
        distribution.name
        for distribution in distributions()
        if distribution.name != "citizen-bridge"
        and any(path.parts[0] in {room, f"{room}.py"} for path in distribution.files or ())
    ]
    assert strangers == []
    found = importlib.util.find_spec(room)
    assert found
    assert found.origin
    assert Path(found.origin).parent == ROOT / room
