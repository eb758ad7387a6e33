"""Finds the words of the pages in `page_words.yaml`, in French or English."""

from __future__ import annotations

import re
from importlib.resources import files

import yaml

NO_BREAK = "\N{NO-BREAK SPACE}"
# A French line neither begins with a high sign nor ends after an opening quotation mark.
_HELD_TOGETHER = re.compile(r" (?=[:;?!»])|(?<=«) ")

_WORDS: dict[str, dict[str, str]] = {
    key: words | {"fr": _HELD_TOGETHER.sub(NO_BREAK, words["fr"])}
    for key, words in yaml.safe_load(
        (files("bridge.http") / "page_words.yaml").read_text(encoding="utf-8")
    ).items()
}


def say(key: str, language: str, **values: object) -> str:
    """Give the words under a key. Raises: KeyError for a key the catalogue does not hold."""
    return _WORDS[key][language].format(**values)
