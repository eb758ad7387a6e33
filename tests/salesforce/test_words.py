"""The portal's component and the bridge say the same words."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml

from bridge.domain import words
from bridge.domain.status import Outcome, Phase, WaitingFor
from tests.salesforce.package import FORCE_APP, node

PAGE: dict[str, dict[str, str]] = yaml.safe_load(
    (files("bridge.http") / "page_words.yaml").read_text(encoding="utf-8")
)
DIFFERENT = {
    "news_down": "the list of the API does not say since when",
    "no_cases_why": "a request is added by its receipt on the bridge's own page, not on the portal",
}
"""Sentences that differ from the page's on purpose."""
PRINT = (
    "import(process.argv[1]).then((m) => console.log(JSON.stringify("
    "{phases: m.PHASES, outcomes: m.OUTCOMES, tacit: m.TACIT, short: m.SHORT, sentences: m.SENTENCES})))"
)


@cache
def said() -> dict[str, Any]:
    """Give the component's words, as its own module gives them."""
    module = FORCE_APP / "lwc" / "suiviWords" / "suiviWords.js"
    done = node("--input-type=commonjs", "-e", PRINT, module.as_uri())
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_each_status_has_the_bridges_own_sentence() -> None:
    """Phase by phase and outcome by outcome, in both languages, to the letter."""
    assert said()["phases"] == {phase.value: text for phase, text in words._PHASES.items()}
    assert said()["outcomes"] == {outcome.value: text for outcome, text in words._OUTCOMES.items()}
    assert said()["tacit"] == words._TACIT
    assert set(said()["outcomes"]) == set(Outcome)


def test_each_phase_has_a_short_word_and_each_actor_a_sentence() -> None:
    """No phase and no actor is left without words."""
    assert set(said()["short"]) == set(Phase)
    assert {f"actor_{who}" for who in WaitingFor} <= set(said()["sentences"])


def test_sentences_of_the_pages_are_the_same_here() -> None:
    """What the citizen reads on the bridge's own page is what the portal says."""
    shared = set(said()["sentences"]) & set(PAGE) - set(DIFFERENT)
    assert len(shared) >= 20
    assert {key: said()["sentences"][key] for key in shared} == {key: PAGE[key] for key in shared}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_sentence_exists_in_both_languages(language: str) -> None:
    """Filled, and with the same gaps."""
    for key, text in said()["sentences"].items():
        assert text[language].strip(), key
        gaps = {name: sorted(re.findall(r"\{(\w+)\}", text[name])) for name in ("fr", "en")}
        assert gaps["fr"] == gaps["en"], key


def test_each_sentence_is_said_somewhere() -> None:
    """A sentence no component says is taken out."""
    components = " ".join(
        path.read_text(encoding="utf-8")
        for path in FORCE_APP.glob("lwc/*/*")
        if path.suffix in {".js", ".html"} and path.stem != "suiviWords"
    )
    told = set(re.findall(r"\w+", components)) | {f"actor_{who}" for who in WaitingFor}
    assert set(said()["sentences"]) - told == set()
