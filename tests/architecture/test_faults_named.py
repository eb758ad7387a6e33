"""Each fault and each abuse the project promises to bear has a test that bears its number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.project import ROOT

FAULTS = [f"f{number:02}" for number in (*range(1, 73), 85, 86, 87)]
"""Processes, Redis and database, Salesforce, sources, and everything at once."""
ABUSES = [f"a{number}" for number in range(89, 109)]
"""Webhooks and outbound messages."""
_NUMBERED = re.compile(r"test((?:_[af]\d{2,3})+)_")
_MENTIONED = re.compile(r"\bA\d{2,3}\b")


def _tests(*rooms: str) -> Iterator[ast.FunctionDef]:
    for room in rooms:
        for file in sorted((ROOT / "tests" / room).rglob("test_*.py")):
            found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            yield from (
                one for one in found if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
            )


def numbers_of(test: ast.FunctionDef) -> set[str]:
    """Give the numbers a test's name begins with, and those its docstring mentions of the abuses."""
    named = _NUMBERED.match(test.name)
    said = _MENTIONED.findall(ast.get_docstring(test) or "")
    return {*(named[1].strip("_").split("_") if named else ()), *(one.lower() for one in said)}


@cache
def _borne(*rooms: str) -> frozenset[str]:
    return frozenset(number for test in _tests(*rooms) for number in numbers_of(test))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_a_test_of_its_name(fault: str) -> None:
    """Whoever reads the table finds the proof by its number, in the room of the faults or the soak."""
    assert fault in _borne("faults", "soak")


@pytest.mark.parametrize("abuse", ABUSES)
def test_each_abuse_of_a_webhook_is_named_by_a_test(abuse: str) -> None:
    """By its name or its first sentence, wherever the door is tested."""
    assert abuse in _borne("webhooks", "abuse", "faults", "domain")


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("def test_f01_f02_it_holds(): ...", {"f01", "f02"}),
        ("def test_what_f01_means(): ...", set()),
        ("def test_it():\n    'Rows A89, A91: so it is.'", {"a89", "a91"}),
        ("def test_a103_every_form_is_one_id(): ...", {"a103"}),
    ],
)
def test_a_number_counts_where_it_names_the_test(written: str, numbers: set[str]) -> None:
    """Not somewhere in a sentence of the name."""
    (test,) = ast.parse(written).body
    assert isinstance(test, ast.FunctionDef)
    assert numbers_of(test) == numbers
