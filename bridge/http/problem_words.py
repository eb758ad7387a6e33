"""Finds the words of a refusal in `problem_words.yaml`: what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """What happened, and what the person can do, in each language."""

    title: Text
    advice: Text


_CATALOGUE: dict[str, Any] = yaml.safe_load(
    (files("bridge.http") / "problem_words.yaml").read_text(encoding="utf-8")
)
_BY_CODE = {code: ProblemWords(**said) for code, said in _CATALOGUE["codes"].items()}
_BY_STATUS = {status: ProblemWords(**said) for status, said in _CATALOGUE["statuses"].items()}
_FALLBACK = ProblemWords(**_CATALOGUE["fallback"])


def words(status: int, code: str) -> ProblemWords:
    """Give the words for a refusal: those of its code, else of its status."""
    return _BY_CODE.get(code) or _BY_STATUS.get(status, _FALLBACK)
