"""What a screen reader, a finger and tired eyes need, on every page and in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import StorageState

from tests.browser.conftest import Window
from tests.browser.test_layout import go_through

pytestmark = pytest.mark.browser

LANDMARKS = ("header", "nav", "main", "footer")
# Links inside a sentence are exempt from the size of a target (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select')]
  .filter(e => !e.matches('.skip') && !e.closest('table'))
  .filter(e => e.parentElement.innerText.trim() === e.innerText.trim())
  .map(e => [e.innerText.trim(), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
CONTRASTS = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c[3] !== 0) return c; }
    return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .map(e => { const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
      return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), `${e.tagName} ${e.innerText.slice(0, 40)}`]; })
    .sort((x, y) => x[0] - y[0])[0]; }"""
STRUCTURE = """() => ({
  title: document.title, lang: document.documentElement.lang,
  headings: [...document.querySelectorAll('h1, h2, h3, h4')].map(e => Number(e.tagName[1])),
  landmarks: ['header', 'nav', 'main', 'footer'].map(name => document.querySelectorAll(name).length),
  ids: [...document.querySelectorAll('[id]')].map(e => e.id),
  references: [...document.querySelectorAll('[aria-labelledby]')].map(e => e.getAttribute('aria-labelledby')),
  unnamed: [...document.querySelectorAll('a, button')].filter(e => !e.innerText.trim()).length,
  unlabelled: [...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels?.length).length,
  pictures: [...document.querySelectorAll('img')].filter(e => !e.hasAttribute('alt')).length,
  drawings: document.querySelectorAll('svg:not([aria-hidden="true"])').length,
  headless: [...document.querySelectorAll('table')].filter(t => !t.querySelector('th')).length,
  positive: document.querySelectorAll('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])').length,
})"""


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Give each language of the pages."""
    return str(request.param)


def test_every_page_has_a_sound_structure(window: Window, signed_in: StorageState, language: str) -> None:
    """One h1, no level skipped, the four landmarks, names for all that can be pressed, the right `lang`."""
    page = window(storage_state=signed_in, locale=f"{language}-BE")
    titles: list[str] = []

    def is_sound(name: str) -> None:
        found: dict[str, Any] = page.evaluate(STRUCTURE)
        assert found["lang"] == language, name
        assert found["headings"].count(1) == 1, name
        assert found["headings"][0] == 1, name
        steps = zip(found["headings"], found["headings"][1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (name, found["headings"])
        assert dict(zip(LANDMARKS, found["landmarks"], strict=True)) == dict.fromkeys(LANDMARKS, 1), name
        assert len(found["ids"]) == len(set(found["ids"])), name
        assert set(found["references"]) <= set(found["ids"]), name
        faults = ("unnamed", "unlabelled", "pictures", "drawings", "headless", "positive")
        assert {fault: found[fault] for fault in faults} == dict.fromkeys(faults, 0), name
        assert found["title"].endswith(" – Issy-les-Moulineaux"), name
        titles.append(found["title"])

    go_through(page, is_sound)
    assert len(set(titles)) == 4


def test_the_other_language_is_marked_as_such(window: Window) -> None:
    """A screen reader says `English` in English."""
    page = window()
    page.goto("/")
    link = page.get_by_role("link", name="English")
    assert (link.get_attribute("lang"), link.get_attribute("hreflang")) == ("en", "en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(window: Window, signed_in: StorageState, scheme: str) -> None:
    """7:1 or more, as drawn, in both modes (WCAG 2.2, 1.4.6)."""
    page = window(storage_state=signed_in, color_scheme=scheme)

    def stands_out(name: str) -> None:
        ratio, where = page.evaluate(CONTRASTS)
        assert ratio >= 7, f"{name}: {where} has {ratio:.2f}:1"

    go_through(page, stands_out)


@pytest.mark.parametrize("width", [320, 1000])
def test_everything_one_presses_is_large_enough(window: Window, signed_in: StorageState, width: int) -> None:
    """44 pixels each way (WCAG 2.2, 2.5.5)."""
    page = window(storage_state=signed_in, viewport={"width": width, "height": 800}, has_touch=True)

    def is_large(name: str) -> None:
        assert page.evaluate(SMALL_TARGETS) == [], name

    go_through(page, is_large)


def test_a_whole_card_can_be_pressed(window: Window, signed_in: StorageState) -> None:
    """A tap beside the words opens the request too."""
    page = window(storage_state=signed_in)
    page.goto("/")
    card = page.locator(".card.yours")
    box = card.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 10, box["y"] + box["height"] - 10)
    page.wait_for_url("**/demandes/*")


def test_status_is_said_in_words_not_by_colour(window: Window, signed_in: StorageState) -> None:
    """Every drawing stands beside a sentence that says the same."""
    page = window(storage_state=signed_in)
    page.goto("/")
    sentences = page.locator(".sentence").all_inner_texts()
    assert len(sentences) == page.locator(".drawing").count() == 3
    assert all(text.strip().endswith(".") for text in sentences)
