"""Finds the words of the pages in `page_words.yaml`, in French or English."""

from __future__ import annotations

from importlib.resources import files

import yaml

_WORDS: dict[str, dict[str, str]] = yaml.safe_load(
    (files("bridge.http") / "page_words.yaml").read_text(encoding="utf-8")
)


def say(key: str, language: str, **values: object) -> str:
    """Give the words under a key. Raises: KeyError for a key the catalogue does not hold."""
    return _WORDS[key][language].format(**values)
