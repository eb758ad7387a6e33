"""The catalogue of the pages' words: complete in both languages, and nothing that is never said."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yaml

from bridge.domain.contact import AttachMethod, LinkMethod
from bridge.domain.proof import Channel
from bridge.domain.receipt import NotMine
from bridge.domain.review import Question
from bridge.domain.status import WaitingFor
from bridge.http import page_words, pages

HTTP = files("bridge.http")
WORDS: dict[str, dict[str, str]] = yaml.safe_load((HTTP / "page_words.yaml").read_text(encoding="utf-8"))
LITERAL = re.compile(r"""["']([a-z][a-z_0-9]*)["']""")
BUILT = {
    *(f"actor_{actor}" for actor in WaitingFor),
    *(f"why_{method}" for method in LinkMethod),
    *(f"asked_{question}" for question in Question),
    *(f"attached_{method}" for method in AttachMethod),
    *(f"send_{channel}" for channel in Channel),
    *(f"not_mine_{reason}" for reason in NotMine),
    *(f"action_{action}" for action in (*pages._ACTIONS, *pages._ACTIONS_BY_PHASE.values(), "other")),
}
"""Keys put together from a value, as `actor_citizen` is."""


def mentioned() -> set[str]:
    """Give every word in quotation marks of the templates and of the modules that speak."""
    texts = [
        file.read_text(encoding="utf-8")
        for folder in (HTTP, HTTP / "templates")
        for file in folder.iterdir()
        if file.name.endswith((".py", ".html"))
    ]
    return {word for text in texts for word in LITERAL.findall(text)}


@pytest.mark.parametrize("key", WORDS)
def test_each_sentence_exists_in_both_languages(key: str) -> None:
    """French and English, both filled, with the same gaps to fill in."""
    words = WORDS[key]
    assert set(words) == {"fr", "en"}
    assert all(text.strip() == text and text for text in words.values())
    gaps = {language: sorted(set(re.findall(r"\{(\w+)\}", text))) for language, text in words.items()}
    assert gaps["fr"] == gaps["en"]


def test_each_sentence_is_said_somewhere() -> None:
    """A sentence nobody says is taken out of the catalogue."""
    assert set(WORDS) - mentioned() - BUILT == set()


def test_each_sentence_that_is_built_exists() -> None:
    """Whoever must act, however the identity was attached: there are words for it."""
    assert set(WORDS) >= BUILT


def test_french_signs_stay_with_their_words() -> None:
    """No line begins with a colon or ends with an opening quotation mark."""
    assert page_words.say("what_is_fc", "fr") == "Qu’est-ce que FranceConnect\N{NO-BREAK SPACE}?"
    quoted = page_words.say("service_word", "fr", word="a : b")
    assert quoted == "Mot du service\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}a : b\N{NO-BREAK SPACE}»"


def test_words_of_a_service_are_never_a_pattern() -> None:
    """Braces that come from outside stay braces."""
    assert "{0.__class__}" in page_words.say("service_word", "en", word="{0.__class__}")
