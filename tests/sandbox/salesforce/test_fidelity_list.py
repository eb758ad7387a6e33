"""The list of what the stand-in org is held to names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "stand-ins.md").read_text("utf-8"))


def test_forty_behaviours_are_listed() -> None:
    """In their order, none left out."""
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 41))


@pytest.mark.parametrize(("number", "tests"), [(number, tests) for number, _, tests in ROWS])
def test_each_is_held_by_tests(number: str, tests: str) -> None:
    """Every test named is there."""
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", tests)
    assert named, number
    for path, name in named:
        file = ROOT / "tests" / ("" if "/" in path else "sandbox/salesforce") / path
        assert f"\ndef {name}(" in file.read_text("utf-8"), f"{path}::{name}"
