"""A data protection officer reads the rules as they are."""

from __future__ import annotations

import re

import pytest

from bridge.domain.link_rules import NOT_BY_ITSELF, RULES
from bridge.domain.link_words import GRADE_WORDS
from bridge.domain.reasons import REASONS
from tests.architecture.project import text_of


def test_every_row_of_the_table_is_documented_in_its_order() -> None:
    """Code, grade and sentence, as the product applies them."""
    rows = re.findall(
        r"^\| (?:\d+|–) \| `(\w+)` \| .* \| (.*) \| (.*) \|$", text_of("docs", "matching.md"), re.MULTILINE
    )
    assert rows == [(rule.code, GRADE_WORDS[rule.grade].fr, rule.fr) for rule in (*RULES, NOT_BY_ITSELF)]


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_documented(code: str) -> None:
    """The sentence an agent and a citizen may read."""
    assert f"| `{code}` |" in text_of("docs", "matching.md")
    assert f"| {REASONS[code].fr} |" in text_of("docs", "matching.md")
